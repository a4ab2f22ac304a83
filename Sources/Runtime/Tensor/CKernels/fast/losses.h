// Fast kernels: softmax, cross-entropy and its relatives. Included by kernels_of_level.h.
#pragma once

// The largest of a row; NaN is not looked for (it comes out of the sum of exponentials).
INLINE float largest_in_row(const float *x, size_t count) {
  vf largest0 = -__builtin_inff(), largest1 = largest0;
  size_t i = 0;
  for (; i + 2 * W <= count; i += 2 * W) {
    largest0 = at_least(largest0, load(x + i));
    largest1 = at_least(largest1, load(x + i + W));
  }
  for (; i + W <= count; i += W) largest0 = at_least(largest0, load(x + i));
  if (i < count)
    largest1 = at_least(
        largest1, keep_first(load_part(x + i, count - i), count - i, -__builtin_inff()));
  return largest_of(at_least(largest0, largest1));
}

// The sum of exp(scale * (x - largest)).
INLINE float sum_of_exponentials(const float *x, float scale, float largest, size_t count) {
  float sum;
  SUM_OVER(sum, i, n, count, exponential((load_up_to(x + i, n) - largest) * scale));
  return sum;
}

// y = exp(x - largest), and their sum.
INLINE float exponentials_in_row(const float *x, float *y, float largest, size_t count) {
  vf sum0 = 0, sum1 = 0;
  size_t i = 0;
  for (; i + 2 * W <= count; i += 2 * W) {
    vf e0 = exponential(load(x + i) - largest), e1 = exponential(load(x + i + W) - largest);
    store(y + i, e0);
    store(y + i + W, e1);
    sum0 += e0;
    sum1 += e1;
  }
  EACH_VECTOR(j, n, count - i, {
    vf e = exponential(load_up_to(x + i + j, n) - largest);
    store_up_to(y + i + j, e, n);
    sum0 += keep_first(e, n, 0);
  });
  return sum_of(sum0 + sum1);
}

static void fast_softmax_forward(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns;
    float *yr = y + r * columns;
    float sum = exponentials_in_row(xr, yr, largest_in_row(xr, columns), columns);
    fast_scale(yr, 1 / sum, yr, columns);
  }
}

static void fast_softmax_backward(
    const float *y, const float *dy, float *dx, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *yr = y + r * columns, *dyr = dy + r * columns;
    float *dxr = dx + r * columns, sum;
    SUM_OVER(sum, i, n, columns, load_up_to(yr + i, n) * load_up_to(dyr + i, n));
    EACH_VECTOR(i, n, columns, {
      store_up_to(dxr + i, load_up_to(yr + i, n) * (load_up_to(dyr + i, n) - sum), n);
    });
  }
}

static void fast_log_softmax_forward(const float *x, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *xr = x + r * columns;
    float *yr = y + r * columns, largest = largest_in_row(xr, columns);
    float log_sum = logf(sum_of_exponentials(xr, 1, largest, columns));
    EACH_VECTOR(i, n, columns, {
      store_up_to(yr + i, load_up_to(xr + i, n) - largest - log_sum, n);
    });
  }
}

static void fast_log_softmax_backward(
    const float *y, const float *dy, float *dx, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *yr = y + r * columns, *dyr = dy + r * columns;
    float *dxr = dx + r * columns, sum;
    SUM_OVER(sum, i, n, columns, load_up_to(dyr + i, n));
    EACH_VECTOR(i, n, columns, {
      vf p = exponential(load_up_to(yr + i, n));
      store_up_to(dxr + i, multiply_add(p, (vf)-sum, load_up_to(dyr + i, n)), n);
    });
  }
}

#define fast_cross_entropy_weight tl_naive_cross_entropy_weight

static double fast_cross_entropy(
    const float *logits, const int32_t *labels, const tl_cross_entropy_options *options,
    float *losses, float *dlogits, size_t rows, size_t classes) {
  const float *weights = options->class_weights;
  float spread = options->label_smoothing / (float)classes, scale = options->scale;
  float weight_sum = (float)classes;
  if (weights && spread > 0) SUM_OVER(weight_sum, i, n, classes, load_up_to(weights + i, n));
  double loss_sum = 0;
  for (size_t r = 0; r < rows; r++) {
    const float *x = logits + r * classes;
    float *dx = dlogits ? dlogits + r * classes : 0;
    int32_t label = labels[r];
    if (label == options->ignore_label || label < 0 || (size_t)label >= classes) {
      float loss = label == options->ignore_label ? 0 : NAN;
      loss_sum += loss;
      if (losses) losses[r] = loss;
      if (dx) fast_fill(0, dx, classes);
      continue;
    }
    float largest = largest_in_row(x, classes);
    float sum = sum_of_exponentials(x, 1, largest, classes), log_sum = logf(sum);
    float own = (1 - options->label_smoothing) * (weights ? weights[label] : 1);
    // -log p of class c is (log_sum - (x[c] - largest)): the large parts cancel first.
    double loss = own * (log_sum - (x[label] - largest));
    if (spread > 0) {
      float others;
      if (weights)
        SUM_OVER(
            others, i, n, classes,
            (load_up_to(x + i, n) - largest - log_sum) * load_up_to(weights + i, n));
      else
        SUM_OVER(others, i, n, classes, load_up_to(x + i, n) - largest - log_sum);
      loss -= (double)spread * others;
    }
    loss *= scale;
    loss_sum += loss;
    if (losses) losses[r] = (float)loss;
    if (!dx) continue;
    float factor = scale * (own + spread * weight_sum) / sum, taken = scale * spread;
    EACH_VECTOR(i, n, classes, {
      vf p = exponential(load_up_to(x + i, n) - largest) * factor;
      vf weight = weights ? load_up_to(weights + i, n) : (vf)1;
      store_up_to(dx + i, multiply_add(weight, (vf)-taken, p), n);
    });
    dx[label] -= scale * own;
  }
  return loss_sum;
}

static double fast_binary_cross_entropy(
    const float *logits, const float *targets, float scale, float *dlogits, size_t count) {
  double total = 0;
  const size_t block = 1024;
  for (size_t first = 0; first < count; first += block) {
    size_t length = count - first < block ? count - first : block;
    const float *x = logits + first, *t = targets + first;
    vf sum = 0;
    EACH_VECTOR(i, n, length, {
      vf v = load_up_to(x + i, n), target = load_up_to(t + i, n);
      vf e = exponential(-magnitude(v));
      // log(1 + e), by its slope where 1 + e loses e.
      vf u = 1 + e, soft = logarithm(u) - ((u - 1) - e) / u;
      vf loss = (v < 0 ? (vf)0 : v) - v * target + soft;
      sum += keep_first(loss, n, 0);
      if (dlogits) {
        vf p = v < 0 ? e / u : 1 / u;
        store_up_to(dlogits + first + i, (p - target) * scale, n);
      }
    });
    total += sum_of(sum);
  }
  return total * scale;
}

static double fast_distillation(
    const float *student, const float *teacher, float temperature, float scale, float *dstudent,
    size_t rows, size_t classes) {
  double total = 0;
  float inverse = 1 / temperature;
  for (size_t r = 0; r < rows; r++) {
    const float *s = student + r * classes, *t = teacher + r * classes;
    float s_largest = largest_in_row(s, classes), t_largest = largest_in_row(t, classes);
    float s_log = logf(sum_of_exponentials(s, inverse, s_largest, classes));
    float t_log = logf(sum_of_exponentials(t, inverse, t_largest, classes));
    vf sum = 0;
    EACH_VECTOR(i, n, classes, {
      vf log_p = (load_up_to(t + i, n) - t_largest) * inverse - t_log;
      vf log_q = (load_up_to(s + i, n) - s_largest) * inverse - s_log;
      vf p = exponential(log_p);
      vf term = p == 0 ? (vf)0 : p * (log_p - log_q);
      sum += keep_first(term, n, 0);
      if (dstudent)
        store_up_to(
            dstudent + r * classes + i, (exponential(log_q) - p) * (scale * temperature), n);
    });
    total += sum_of(sum);
  }
  return total * scale * temperature * temperature;
}
