// Naive twins: softmax, cross-entropy and its relatives. See naive_kernels.h.
#include <math.h>

#include "naive_kernels.h"

// The log of the sum of exp(scale * x) over a row.
static double log_sum_exp(const float *x, double scale, size_t columns) {
  double largest = -INFINITY, sum = 0;
  for (size_t c = 0; c < columns; c++) largest = x[c] > largest ? x[c] : largest;
  for (size_t c = 0; c < columns; c++) sum += exp(scale * (x[c] - largest));
  return scale * largest + log(sum);
}

void tl_naive_softmax_forward(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    double total = log_sum_exp(x + r * columns, 1, columns);
    for (size_t i = r * columns; i < (r + 1) * columns; i++) y[i] = (float)exp(x[i] - total);
  }
}

void tl_naive_softmax_backward(
    const float *y, const float *dy, float *dx, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    double sum = 0;
    for (size_t i = r * columns; i < (r + 1) * columns; i++) sum += (double)y[i] * dy[i];
    for (size_t i = r * columns; i < (r + 1) * columns; i++) dx[i] = (float)(y[i] * (dy[i] - sum));
  }
}

void tl_naive_log_softmax_forward(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    double total = log_sum_exp(x + r * columns, 1, columns);
    for (size_t i = r * columns; i < (r + 1) * columns; i++) y[i] = (float)(x[i] - total);
  }
}

void tl_naive_log_softmax_backward(
    const float *y, const float *dy, float *dx, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    double sum = 0;
    for (size_t i = r * columns; i < (r + 1) * columns; i++) sum += dy[i];
    for (size_t i = r * columns; i < (r + 1) * columns; i++)
      dx[i] = (float)(dy[i] - exp(y[i]) * sum);
  }
}

double tl_naive_cross_entropy_weight(
    const int32_t *labels, const float *class_weights, int32_t ignore_label, size_t rows) {
  double sum = 0;
  for (size_t r = 0; r < rows; r++)
    if (labels[r] != ignore_label && labels[r] >= 0) sum += class_weights ? class_weights[labels[r]] : 1;
  return sum;
}

double tl_naive_cross_entropy(
    const float *logits, const int32_t *labels, const tl_cross_entropy_options *options,
    float *losses, float *dlogits, size_t rows, size_t classes) {
  double loss_sum = 0, smoothing = options->label_smoothing;
  const float *weights = options->class_weights;
  double spread = smoothing / (double)classes, weight_sum = 0;
  for (size_t c = 0; c < classes; c++) weight_sum += weights ? weights[c] : 1;
  for (size_t r = 0; r < rows; r++) {
    const float *x = logits + r * classes;
    float *dx = dlogits ? dlogits + r * classes : 0;
    int32_t label = labels[r];
    if (label == options->ignore_label || label < 0 || (size_t)label >= classes) {
      double loss = label == options->ignore_label ? 0 : NAN;
      loss_sum += loss;
      if (losses) losses[r] = (float)loss;
      for (size_t c = 0; dx && c < classes; c++) dx[c] = 0;
      continue;
    }
    double total = log_sum_exp(x, 1, classes), loss = 0;
    double own = (1 - smoothing) * (weights ? weights[label] : 1);
    loss = own * (total - x[label]);
    for (size_t c = 0; spread > 0 && c < classes; c++)
      loss += spread * (weights ? weights[c] : 1) * (total - x[c]);
    loss *= options->scale;
    loss_sum += loss;
    if (losses) losses[r] = (float)loss;
    for (size_t c = 0; dx && c < classes; c++) {
      double target = spread * (weights ? weights[c] : 1) + (c == (size_t)label ? own : 0);
      dx[c] = (float)(options->scale * (exp(x[c] - total) * (own + spread * weight_sum) - target));
    }
  }
  return loss_sum;
}

double tl_naive_binary_cross_entropy(
    const float *logits, const float *targets, float scale, float *dlogits, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    double x = logits[i], t = targets[i];
    sum += (x < 0 ? 0 : x) - x * t + log1p(exp(-fabs(x)));
    if (dlogits) dlogits[i] = (float)(scale * (1 / (1 + exp(-x)) - t));
  }
  return sum * scale;
}

double tl_naive_distillation(
    const float *student, const float *teacher, float temperature, float scale, float *dstudent,
    size_t rows, size_t classes) {
  double sum = 0, inverse = 1 / (double)temperature;
  for (size_t r = 0; r < rows; r++) {
    const float *s = student + r * classes, *t = teacher + r * classes;
    double s_total = log_sum_exp(s, inverse, classes), t_total = log_sum_exp(t, inverse, classes);
    for (size_t c = 0; c < classes; c++) {
      double log_p = t[c] * inverse - t_total, log_q = s[c] * inverse - s_total;
      if (exp(log_p) > 0) sum += exp(log_p) * (log_p - log_q);
      if (dstudent)
        dstudent[r * classes + c] = (float)(scale * temperature * (exp(log_q) - exp(log_p)));
    }
  }
  return sum * scale * temperature * temperature;
}
