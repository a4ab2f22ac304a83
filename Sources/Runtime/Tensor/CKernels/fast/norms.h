// Fast kernels: layer norm and RMS norm. A row is read again while it is in the first cache.
// Included by kernels_of_level.h.
#pragma once

// The sums of f(0) ... f(count - 1) by four accumulators.
#define SUM_OVER(result, i, n, count, term) \
  do { \
    vf sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0; \
    size_t i = 0; \
    const size_t sum_count = (count); \
    { \
      const size_t n = W; \
      for (; i + 4 * W <= sum_count;) { \
        sum0 += (term), i += W; \
        sum1 += (term), i += W; \
        sum2 += (term), i += W; \
        sum3 += (term), i += W; \
      } \
      for (; i + W <= sum_count; i += W) sum0 += (term); \
    } \
    if (i < sum_count) { \
      const size_t n = sum_count - i; \
      sum1 += keep_first((term), n, 0); \
    } \
    result = sum_of((sum0 + sum1) + (sum2 + sum3)); \
  } while (0)

INLINE vf square(vf x) { return x * x; }

INLINE void layer_norm_row(
    const float *x, const float *gamma, const float *beta, float *y, float *mean, float *rstd,
    size_t columns, float epsilon) {
  float average, variance;
  SUM_OVER(average, i, n, columns, load_up_to(x + i, n));
  average /= (float)columns;
  SUM_OVER(variance, i, n, columns, square(load_up_to(x + i, n) - average));
  variance /= (float)columns;
  float inverse = 1 / __builtin_sqrtf(variance + epsilon);
  EACH_VECTOR(i, n, columns, {
    vf normal = (load_up_to(x + i, n) - average) * inverse;
    store_up_to(y + i, multiply_add(normal, load_up_to(gamma + i, n), load_up_to(beta + i, n)), n);
  });
  if (mean) *mean = average;
  if (rstd) *rstd = inverse;
}

static void fast_layer_norm_forward(
    const float *x, const float *gamma, const float *beta, float *y, float *mean, float *rstd,
    size_t rows, size_t columns, float epsilon) {
  for (size_t r = 0; r < rows; r++)
    layer_norm_row(
        x + r * columns, gamma, beta, y + r * columns, mean ? mean + r : 0, rstd ? rstd + r : 0,
        columns, epsilon);
}

static void fast_residual_layer_norm_forward(
    const float *x, const float *residual, const float *bias, const tl_dropout_mask *dropout,
    const float *gamma, const float *beta, float *sum, float *y, float *mean, float *rstd,
    size_t rows, size_t columns, float epsilon) {
  bool drops = dropout && dropout->probability > 0;
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns, *residual_row = residual + r * columns;
    float *s = sum + r * columns;
    if (drops) {
      // In runs of a buffer: sum may be the residual.
      float kept[512];
      for (size_t first = 0; first < columns; first += 512) {
        size_t count = columns - first < 512 ? columns - first : 512;
        EACH_VECTOR(i, n, count, {
          vf v = load_up_to(xr + first + i, n);
          if (bias) v += load_up_to(bias + first + i, n);
          store_up_to(kept + i, v, n);
        });
        tl_dropout_mask mask = *dropout;
        mask.first_index += (uint64_t)r * columns + first;
        drop(kept, kept, count, mask);
        EACH_VECTOR(i, n, count, {
          vf v = load_up_to(residual_row + first + i, n) + load_up_to(kept + i, n);
          store_up_to(s + first + i, v, n);
        });
      }
    } else {
      EACH_VECTOR(i, n, columns, {
        vf v = load_up_to(xr + i, n);
        if (bias) v += load_up_to(bias + i, n);
        store_up_to(s + i, load_up_to(residual_row + i, n) + v, n);
      });
    }
    layer_norm_row(
        s, gamma, beta, y + r * columns, mean ? mean + r : 0, rstd ? rstd + r : 0, columns,
        epsilon);
  }
}

// `average` is 0 for RMS norm, and `centred` says whether the mean of the gradient is taken off.
INLINE void norm_row_backward(
    const bool centred, const float *x, const float *gamma, float average, float inverse,
    const float *dy, float *dx, bool accumulate, float *dgamma, float *dbeta, size_t columns) {
  float sum = 0, product;
  if (centred) SUM_OVER(sum, i, n, columns, load_up_to(dy + i, n) * load_up_to(gamma + i, n));
  SUM_OVER(
      product, i, n, columns,
      load_up_to(dy + i, n) * load_up_to(gamma + i, n) * (load_up_to(x + i, n) - average));
  sum /= (float)columns;
  product *= inverse / (float)columns;
  EACH_VECTOR(i, n, columns, {
    vf normal = (load_up_to(x + i, n) - average) * inverse;
    vf d = load_up_to(dy + i, n);
    vf scaled = d * load_up_to(gamma + i, n);
    vf value = multiply_add(normal, (vf)-product, scaled - sum) * inverse;
    if (accumulate) value += load_up_to(dx + i, n);
    store_up_to(dx + i, value, n);
    if (dgamma) store_up_to(dgamma + i, multiply_add(d, normal, load_up_to(dgamma + i, n)), n);
    if (dbeta) store_up_to(dbeta + i, load_up_to(dbeta + i, n) + d, n);
  });
}

static void fast_layer_norm_backward(
    const float *x, const float *gamma, const float *mean, const float *rstd, const float *dy,
    float *dx, bool accumulate, float *dgamma, float *dbeta, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns, *dyr = dy + r * columns;
    float *dxr = dx + r * columns;
    if (dgamma && dbeta && !accumulate)
      norm_row_backward(
          true, xr, gamma, mean[r], rstd[r], dyr, dxr, false, dgamma, dbeta, columns);
    else
      norm_row_backward(
          true, xr, gamma, mean[r], rstd[r], dyr, dxr, accumulate, dgamma, dbeta, columns);
  }
}

static void fast_rms_norm_forward(
    const float *x, const float *gamma, float *y, float *rstd, size_t rows, size_t columns,
    float epsilon) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns;
    float *yr = y + r * columns, squares;
    SUM_OVER(squares, i, n, columns, square(load_up_to(xr + i, n)));
    float inverse = 1 / __builtin_sqrtf(squares / (float)columns + epsilon);
    EACH_VECTOR(i, n, columns, {
      store_up_to(yr + i, load_up_to(xr + i, n) * inverse * load_up_to(gamma + i, n), n);
    });
    if (rstd) rstd[r] = inverse;
  }
}

static void fast_rms_norm_backward(
    const float *x, const float *gamma, const float *rstd, const float *dy, float *dx,
    bool accumulate, float *dgamma, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    norm_row_backward(
        false, x + r * columns, gamma, 0, rstd[r], dy + r * columns, dx + r * columns, accumulate,
        dgamma, 0, columns);
}
