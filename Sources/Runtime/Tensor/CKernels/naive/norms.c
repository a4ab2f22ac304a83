// Naive twins: layer norm (Ba, Kiros, Hinton 2016), RMS norm (Zhang, Sennrich 2019). See
// naive_kernels.h.
#include <math.h>

#include "naive_kernels.h"

void tl_naive_layer_norm_forward(
    const float *x, const float *gamma, const float *beta, float *y, float *mean, float *rstd,
    size_t rows, size_t columns, float epsilon) {
  for (size_t r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    double sum = 0, squares = 0;
    for (size_t c = 0; c < columns; c++) sum += row[c];
    double average = sum / (double)columns;
    for (size_t c = 0; c < columns; c++) squares += (row[c] - average) * (row[c] - average);
    double inverse = 1 / sqrt(squares / (double)columns + epsilon);
    for (size_t c = 0; c < columns; c++)
      y[r * columns + c] = (float)((row[c] - average) * inverse * gamma[c] + beta[c]);
    if (mean) mean[r] = (float)average;
    if (rstd) rstd[r] = (float)inverse;
  }
}

void tl_naive_residual_layer_norm_forward(
    const float *x, const float *residual, const float *bias, const tl_dropout_mask *dropout,
    const float *gamma, const float *beta, float *sum, float *y, float *mean, float *rstd,
    size_t rows, size_t columns, float epsilon) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      size_t i = r * columns + c;
      float value = bias ? x[i] + bias[c] : x[i];
      if (dropout) {
        tl_dropout_mask one = *dropout;
        one.first_index += i;
        tl_naive_dropout(&value, &value, 1, one);
      }
      sum[i] = residual[i] + value;
    }
    tl_naive_layer_norm_forward(
        sum + r * columns, gamma, beta, y + r * columns, mean ? mean + r : 0, rstd ? rstd + r : 0,
        1, columns, epsilon);
  }
}

void tl_naive_layer_norm_backward(
    const float *x, const float *gamma, const float *mean, const float *rstd, const float *dy,
    float *dx, bool accumulate, float *dgamma, float *dbeta, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns, *dyr = dy + r * columns;
    float *dxr = dx + r * columns;
    double sum = 0, product = 0;
    for (size_t c = 0; c < columns; c++) {
      double normal = ((double)xr[c] - mean[r]) * rstd[r], scaled = (double)dyr[c] * gamma[c];
      sum += scaled;
      product += scaled * normal;
      if (dgamma) dgamma[c] += (float)(dyr[c] * normal);
      if (dbeta) dbeta[c] += dyr[c];
    }
    sum /= (double)columns;
    product /= (double)columns;
    for (size_t c = 0; c < columns; c++) {
      double normal = ((double)xr[c] - mean[r]) * rstd[r], scaled = (double)dyr[c] * gamma[c];
      float value = (float)((scaled - sum - normal * product) * rstd[r]);
      dxr[c] = accumulate ? dxr[c] + value : value;
    }
  }
}

void tl_naive_rms_norm_forward(
    const float *x, const float *gamma, float *y, float *rstd, size_t rows, size_t columns,
    float epsilon) {
  for (size_t r = 0; r < rows; r++) {
    double squares = 0;
    for (size_t c = 0; c < columns; c++) squares += (double)x[r * columns + c] * x[r * columns + c];
    double inverse = 1 / sqrt(squares / (double)columns + epsilon);
    for (size_t c = 0; c < columns; c++)
      y[r * columns + c] = (float)(x[r * columns + c] * inverse * gamma[c]);
    if (rstd) rstd[r] = (float)inverse;
  }
}

void tl_naive_rms_norm_backward(
    const float *x, const float *gamma, const float *rstd, const float *dy, float *dx,
    bool accumulate, float *dgamma, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns, *dyr = dy + r * columns;
    float *dxr = dx + r * columns;
    double product = 0;
    for (size_t c = 0; c < columns; c++) {
      double normal = (double)xr[c] * rstd[r];
      product += (double)dyr[c] * gamma[c] * normal;
      if (dgamma) dgamma[c] += (float)(dyr[c] * normal);
    }
    product /= (double)columns;
    for (size_t c = 0; c < columns; c++) {
      double normal = (double)xr[c] * rstd[r];
      float value = (float)(((double)dyr[c] * gamma[c] - normal * product) * rstd[r]);
      dxr[c] = accumulate ? dxr[c] + value : value;
    }
  }
}
