// Naive twins: gathering and scattering of rows, sums, AdamW. See naive_kernels.h.
#include <math.h>

#include "naive_kernels.h"

void tl_naive_gather_rows(
    const float *table, size_t table_stride, const int32_t *ids, float *y, size_t y_stride,
    size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      y[r * y_stride + c] = ids[r] < 0 ? 0 : table[(size_t)ids[r] * table_stride + c];
}

void tl_naive_scatter_rows(
    const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; ids[r] >= 0 && c < columns; c++)
      y[(size_t)ids[r] * y_stride + c] = x[r * x_stride + c];
}

void tl_naive_scatter_add_rows(
    const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; ids[r] >= 0 && c < columns; c++)
      y[(size_t)ids[r] * y_stride + c] += x[r * x_stride + c];
}

void tl_naive_embedding_forward(
    const float *tokens, const int32_t *token_ids, const float *positions,
    const int32_t *position_ids, const float *types, const int32_t *type_ids, float *y, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      float value = tokens[(size_t)token_ids[r] * columns + c];
      if (types && type_ids) value += types[(size_t)type_ids[r] * columns + c];
      if (positions && position_ids) value += positions[(size_t)position_ids[r] * columns + c];
      y[r * columns + c] = value;
    }
}

void tl_naive_column_sums(
    const float *x, size_t stride, float *sums, size_t rows, size_t columns) {
  for (size_t c = 0; c < columns; c++) {
    double sum = 0;
    for (size_t r = 0; r < rows; r++) sum += x[r * stride + c];
    sums[c] += (float)sum;
  }
}

void tl_naive_transpose(
    const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) y[c * y_stride + r] = x[r * x_stride + c];
}

double tl_naive_sum(const float *x, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i];
  return sum;
}

double tl_naive_sum_of_squares(const float *x, size_t count) { return tl_naive_dot(x, x, count); }

double tl_naive_dot(const float *x, const float *y, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (double)x[i] * y[i];
  return sum;
}

float tl_naive_largest_magnitude(const float *x, size_t count) {
  float largest = 0;
  for (size_t i = 0; i < count; i++) {
    if (x[i] != x[i]) return x[i];
    if (fabsf(x[i]) > largest) largest = fabsf(x[i]);
  }
  return largest;
}

void tl_naive_adamw(
    float *parameters, const float *gradients, float *first_moments, float *second_moments,
    size_t count, tl_adamw_step s) {
  float rate = (float)(s.learning_rate / (1 - pow(s.beta1, (double)s.step)));
  float root = (float)sqrt(1 - pow(s.beta2, (double)s.step));
  float keep = (float)(1 - s.learning_rate * s.weight_decay), epsilon = (float)s.epsilon;
  float new1 = (float)(1 - s.beta1), old2 = (float)s.beta2, new2 = (float)(1 - s.beta2);
  for (size_t i = 0; i < count; i++) {
    float g = s.gradient_scale * gradients[i], *m = first_moments + i, *v = second_moments + i;
    *m += new1 * (g - *m);
    *v = old2 * *v + new2 * g * g;
    parameters[i] = parameters[i] * keep - rate * *m / (sqrtf(*v) / root + epsilon);
  }
}

void tl_naive_adamw_resting(
    float *parameters, float *first_moments, float *second_moments, size_t count,
    const tl_adamw_rest *rests, size_t steps, tl_adamw_step s) {
  float epsilon = (float)s.epsilon, new1 = (float)(1 - s.beta1), old2 = (float)s.beta2;
  for (size_t i = 0; i < count; i++) {
    float *m = first_moments + i, *v = second_moments + i;
    for (size_t t = 0; t < steps; t++) {
      *m += new1 * (0 - *m);
      *v = old2 * *v;
      parameters[i] =
          parameters[i] * rests[t].keep - rests[t].rate * *m / (sqrtf(*v) * rests[t].root + epsilon);
    }
  }
}
