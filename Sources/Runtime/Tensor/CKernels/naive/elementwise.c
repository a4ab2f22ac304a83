// Naive twins: activations, element-wise arithmetic, conversions. See naive_kernels.h.
#include <math.h>
#include <string.h>

#include "naive_kernels.h"

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double activation_value(tl_activation activation, double x) {
  switch (activation) {
    case TL_ACTIVATION_NONE: return x;
    case TL_ACTIVATION_GELU: return 0.5 * x * erfc(-x * M_SQRT1_2);
    case TL_ACTIVATION_GELU_TANH:
      return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case TL_ACTIVATION_RELU: return x < 0 ? 0 : x;
    case TL_ACTIVATION_SILU: return x * sigmoid(x);
    case TL_ACTIVATION_TANH: return tanh(x);
    case TL_ACTIVATION_SIGMOID: return sigmoid(x);
    case TL_ACTIVATION_QUICK_GELU: return x * sigmoid(1.702 * x);
  }
  return x;
}

static double activation_derivative(tl_activation activation, double x) {
  switch (activation) {
    case TL_ACTIVATION_NONE: return 1;
    case TL_ACTIVATION_GELU:
      return 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) / sqrt(2 * M_PI);
    case TL_ACTIVATION_GELU_TANH: {
      double inner = sqrt(2 / M_PI) * (x + 0.044715 * x * x * x), t = tanh(inner);
      return 0.5 * (1 + t)
          + 0.5 * x * (1 - t * t) * sqrt(2 / M_PI) * (1 + 3 * 0.044715 * x * x);
    }
    case TL_ACTIVATION_RELU: return x > 0 ? 1 : x <= 0 ? 0 : x;
    case TL_ACTIVATION_SILU: return sigmoid(x) * (1 + x * (1 - sigmoid(x)));
    case TL_ACTIVATION_TANH: return 1 - tanh(x) * tanh(x);
    case TL_ACTIVATION_SIGMOID: return sigmoid(x) * (1 - sigmoid(x));
    case TL_ACTIVATION_QUICK_GELU: {
      double s = sigmoid(1.702 * x);
      return s * (1 + 1.702 * x * (1 - s));
    }
  }
  return 1;
}

void tl_naive_activation_forward(
    tl_activation activation, const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = (float)activation_value(activation, x[i]);
}

void tl_naive_activation_backward(
    tl_activation activation, const float *x, const float *dy, float *dx, size_t count) {
  for (size_t i = 0; i < count; i++)
    dx[i] = (float)(dy[i] * activation_derivative(activation, x[i]));
}

void tl_naive_bias_activation_forward(
    tl_activation activation, const float *x, const float *bias, float *sum, float *y, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      float s = bias ? x[r * columns + c] + bias[c] : x[r * columns + c];
      if (sum) sum[r * columns + c] = s;
      y[r * columns + c] = (float)activation_value(activation, s);
    }
}

void tl_naive_bias_activation_backward(
    tl_activation activation, const float *x, const float *dy, float *dx, float *dbias, size_t rows,
    size_t columns) {
  tl_naive_activation_backward(activation, x, dy, dx, rows * columns);
  if (dbias) tl_naive_column_sums(dx, columns, dbias, rows, columns);
}

void tl_naive_add(const float *a, const float *b, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

void tl_naive_subtract(const float *a, const float *b, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = a[i] - b[i];
}

void tl_naive_multiply(const float *a, const float *b, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = a[i] * b[i];
}

void tl_naive_divide(const float *a, const float *b, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = a[i] / b[i];
}

void tl_naive_multiply_add(const float *a, const float *b, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += a[i] * b[i];
}

void tl_naive_scale(const float *x, float factor, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = factor * x[i];
}

void tl_naive_axpy(float factor, const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += factor * x[i];
}

void tl_naive_fill(float value, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = value;
}

void tl_naive_exp(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = (float)exp(x[i]);
}

void tl_naive_log(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = (float)log(x[i]);
}

void tl_naive_sqrt(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = (float)sqrt(x[i]);
}

void tl_naive_add_row(const float *x, const float *row, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) y[r * columns + c] = x[r * columns + c] + row[c];
}

void tl_naive_scale_rows(
    const float *x, const float *column, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) y[r * columns + c] = x[r * columns + c] * column[r];
}

// MARK: Conversions

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static uint32_t to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

void tl_naive_from_float16(const uint16_t *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16, exponent = (x[i] >> 10) & 31,
             fraction = x[i] & 0x3ff;
    if (exponent == 0) {
      float value = ldexpf((float)fraction, -24);
      y[i] = from_bits(to_bits(value) | sign);
    } else if (exponent == 31) {
      y[i] = from_bits(sign | 0x7f800000 | fraction << 13 | (fraction ? 0x400000 : 0));
    } else {
      y[i] = from_bits(sign | (exponent + 112) << 23 | fraction << 13);
    }
  }
}

void tl_naive_from_bfloat16(const uint16_t *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = from_bits((uint32_t)x[i] << 16);
}

#define FROM(name, type) \
  void tl_naive_from_##name(const type *x, float *y, size_t count) { \
    for (size_t i = 0; i < count; i++) y[i] = (float)x[i]; \
  }
FROM(float64, double)
FROM(int64, int64_t)
FROM(int32, int32_t)
FROM(int16, int16_t)
FROM(int8, int8_t)
FROM(uint8, uint8_t)

void tl_naive_to_bfloat16(const float *x, uint16_t *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = to_bits(x[i]);
    if (x[i] != x[i])
      y[i] = (uint16_t)(bits >> 16 | 0x40);
    else
      y[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }
}

void tl_naive_to_float16(const float *x, uint16_t *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = to_bits(x[i]), sign = bits >> 16 & 0x8000;
    double magnitude = fabs((double)x[i]);
    if (x[i] != x[i]) {
      y[i] = (uint16_t)(sign | 0x7e00 | (bits >> 13 & 0x3ff));
    } else if (magnitude >= 65520) {
      y[i] = (uint16_t)(sign | 0x7c00);
    } else if (magnitude < 0x1p-14) {
      y[i] = (uint16_t)(sign | (uint32_t)rint(magnitude * 0x1p24));
    } else {
      int exponent = (int)(bits >> 23 & 255) - 127;
      // 1024 ... 2048; the carry into the exponent is the addition's.
      uint32_t fraction = (uint32_t)rint(ldexp(magnitude, 10 - exponent));
      y[i] = (uint16_t)(sign | ((uint32_t)(exponent + 14) * 1024 + fraction));
    }
  }
}
