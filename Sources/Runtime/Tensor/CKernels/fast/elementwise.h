// Fast kernels: activations and element-wise arithmetic. Included by kernels_of_level.h.
#pragma once

INLINE vf activate(const tl_activation activation, vf x) {
  vf density;
  switch (activation) {
    case TL_ACTIVATION_NONE: return x;
    case TL_ACTIVATION_GELU: return x * normal_distribution(x, &density);
    case TL_ACTIVATION_GELU_TANH:
      // (1 + tanh u) / 2 = logistic(2 u)
      return x * logistic(x * multiply_add(x * x, (vf)0.07135481627f, (vf)1.5957691216f));
    case TL_ACTIVATION_RELU: return x < 0 ? (vf)0 : x;
    case TL_ACTIVATION_SILU: return x * logistic(x);
    case TL_ACTIVATION_TANH: return hyperbolic_tangent(x);
    case TL_ACTIVATION_SIGMOID: return logistic(x);
    case TL_ACTIVATION_QUICK_GELU: return x * logistic(1.702f * x);
  }
  return x;
}

INLINE vf activation_slope(const tl_activation activation, vf x) {
  switch (activation) {
    case TL_ACTIVATION_NONE: return 1;
    case TL_ACTIVATION_GELU: {
      vf density, below = normal_distribution(x, &density);
      return multiply_add(x * density, (vf)0.3989422804f, below);
    }
    case TL_ACTIVATION_GELU_TANH: {
      vf z = x * x, rest;
      vf s = logistic_and_complement(
          x * multiply_add(z, (vf)0.07135481627f, (vf)1.5957691216f), &rest);
      vf slope = x * multiply_add(z, (vf)0.21406444881f, (vf)1.5957691216f);
      return multiply_add(s * rest, slope, s);
    }
    case TL_ACTIVATION_RELU: return x > 0 ? (vf)1 : x <= 0 ? (vf)0 : x;
    case TL_ACTIVATION_SILU: {
      vf rest, s = logistic_and_complement(x, &rest);
      return s * multiply_add(x, rest, (vf)1);
    }
    case TL_ACTIVATION_TANH: {
      vf t = hyperbolic_tangent(x);
      return (1 - t) * (1 + t);
    }
    case TL_ACTIVATION_SIGMOID: {
      vf rest, s = logistic_and_complement(x, &rest);
      return s * rest;
    }
    case TL_ACTIVATION_QUICK_GELU: {
      vf rest, s = logistic_and_complement(1.702f * x, &rest);
      return s * multiply_add(1.702f * x, rest, (vf)1);
    }
  }
  return 1;
}

// Runs `statement` with `kind` a constant, so that each activation gets a loop of its own.
#define FOR_ACTIVATION(activation, kind, statement) \
  switch (activation) { \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_NONE, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_GELU, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_GELU_TANH, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_RELU, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_SILU, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_TANH, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_SIGMOID, kind, statement) \
    FOR_ACTIVATION_CASE(TL_ACTIVATION_QUICK_GELU, kind, statement) \
  }
#define FOR_ACTIVATION_CASE(case_, kind, statement) \
  case case_: { \
    const tl_activation kind = case_; \
    statement; \
    break; \
  }

INLINE void activate_row(
    const tl_activation activation, const float *x, const float *bias, float *sum, float *y,
    size_t count) {
  EACH_VECTOR(i, n, count, {
    vf v = load_up_to(x + i, n);
    if (bias) v += load_up_to(bias + i, n);
    if (sum) store_up_to(sum + i, v, n);
    store_up_to(y + i, activate(activation, v), n);
  });
}

static void fast_activation_forward(
    tl_activation activation, const float *x, float *y, size_t count) {
  FOR_ACTIVATION(activation, kind, activate_row(kind, x, 0, 0, y, count))
}

INLINE void activation_gradient(
    const tl_activation activation, const float *x, const float *dy, float *dx, size_t count) {
  EACH_VECTOR(i, n, count, {
    vf slope = activation_slope(activation, load_up_to(x + i, n));
    store_up_to(dx + i, load_up_to(dy + i, n) * slope, n);
  });
}

static void fast_activation_backward(
    tl_activation activation, const float *x, const float *dy, float *dx, size_t count) {
  FOR_ACTIVATION(activation, kind, activation_gradient(kind, x, dy, dx, count))
}

INLINE void activate_rows(
    const tl_activation activation, const float *x, const float *bias, float *sum, float *y,
    size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    activate_row(
        activation, x + r * columns, bias, sum ? sum + r * columns : 0, y + r * columns, columns);
}

static void fast_bias_activation_forward(
    tl_activation activation, const float *x, const float *bias, float *sum, float *y, size_t rows,
    size_t columns) {
  if (!bias) {
    columns *= rows;
    rows = 1;
  }
  FOR_ACTIVATION(activation, kind, activate_rows(kind, x, bias, sum, y, rows, columns))
}

// Columns outside, so that the column sums of a block of rows stay in registers.
INLINE void activation_gradient_with_sums(
    const tl_activation activation, const float *x, const float *dy, float *dx, float *dbias,
    size_t rows, size_t columns) {
  const size_t block = 16;
  for (size_t first = 0; first < rows; first += block) {
    size_t end = first + block < rows ? first + block : rows;
    EACH_VECTOR(c, n, columns, {
      vf sum = 0;
      for (size_t i = first * columns + c; i < end * columns; i += columns) {
        vf slope = activation_slope(activation, load_up_to(x + i, n));
        vf d = load_up_to(dy + i, n) * slope;
        store_up_to(dx + i, d, n);
        sum += d;
      }
      store_up_to(dbias + c, load_up_to(dbias + c, n) + sum, n);
    });
  }
}

static void fast_bias_activation_backward(
    tl_activation activation, const float *x, const float *dy, float *dx, float *dbias, size_t rows,
    size_t columns) {
  if (dbias) {
    FOR_ACTIVATION(
        activation, kind, activation_gradient_with_sums(kind, x, dy, dx, dbias, rows, columns))
  } else {
    FOR_ACTIVATION(activation, kind, activation_gradient(kind, x, dy, dx, rows * columns))
  }
}

#define A load_up_to(a + i, n)
#define B load_up_to(b + i, n)
#define X load_up_to(x + i, n)
#define Y load_up_to(y + i, n)
#define SET_Y(count, value) EACH_VECTOR(i, n, count, { store_up_to(y + i, value, n); })

static void fast_add(const float *a, const float *b, float *y, size_t count) {
  SET_Y(count, A + B);
}
static void fast_subtract(const float *a, const float *b, float *y, size_t count) {
  SET_Y(count, A - B);
}
static void fast_multiply(const float *a, const float *b, float *y, size_t count) {
  SET_Y(count, A *B);
}
static void fast_divide(const float *a, const float *b, float *y, size_t count) {
  SET_Y(count, A / B);
}
static void fast_multiply_add(const float *a, const float *b, float *y, size_t count) {
  SET_Y(count, multiply_add(A, B, Y));
}
static void fast_scale(const float *x, float factor, float *y, size_t count) {
  SET_Y(count, X *factor);
}
static void fast_axpy(float factor, const float *x, float *y, size_t count) {
  SET_Y(count, multiply_add(X, (vf)factor, Y));
}
static void fast_fill(float value, float *y, size_t count) { SET_Y(count, (vf)value); }
static void fast_exp(const float *x, float *y, size_t count) { SET_Y(count, exponential(X)); }
static void fast_log(const float *x, float *y, size_t count) { SET_Y(count, logarithm(X)); }
static void fast_sqrt(const float *x, float *y, size_t count) { SET_Y(count, square_root(X)); }

#undef A
#undef B
#undef X
#undef Y
#undef SET_Y

static void fast_add_row(
    const float *x, const float *row, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    fast_add(x + r * columns, row, y + r * columns, columns);
}

static void fast_scale_rows(
    const float *x, const float *column, float *y, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    fast_scale(x + r * columns, column[r], y + r * columns, columns);
}
