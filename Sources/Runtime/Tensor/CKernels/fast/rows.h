// Fast kernels: gathering and scattering of rows, sums, AdamW. Included by kernels_of_level.h.
#pragma once

static void fast_gather_rows(
    const float *table, size_t table_stride, const int32_t *ids, float *y, size_t y_stride,
    size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    float *to = y + r * y_stride;
    if (ids[r] < 0)
      memset(to, 0, columns * sizeof *to);
    else
      memcpy(to, table + (size_t)ids[r] * table_stride, columns * sizeof *to);
  }
}

static void fast_scatter_rows(
    const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++)
    if (ids[r] >= 0)
      memcpy(y + (size_t)ids[r] * y_stride, x + r * x_stride, columns * sizeof *y);
}

static void fast_scatter_add_rows(
    const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    if (ids[r] < 0) continue;
    float *to = y + (size_t)ids[r] * y_stride;
    fast_add(to, x + r * x_stride, to, columns);
  }
}

static void fast_embedding_forward(
    const float *tokens, const int32_t *token_ids, const float *positions,
    const int32_t *position_ids, const float *types, const int32_t *type_ids, float *y, size_t rows,
    size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *token = tokens + (size_t)token_ids[r] * columns;
    const float *type = types && type_ids ? types + (size_t)type_ids[r] * columns : 0;
    const float *position =
        positions && position_ids ? positions + (size_t)position_ids[r] * columns : 0;
    float *to = y + r * columns;
    EACH_VECTOR(i, n, columns, {
      vf v = load_up_to(token + i, n);
      if (type) v += load_up_to(type + i, n);
      if (position) v += load_up_to(position + i, n);
      store_up_to(to + i, v, n);
    });
  }
}

// Blocks of rows, so that a long sum is a sum of short ones.
static void fast_column_sums(
    const float *x, size_t stride, float *sums, size_t rows, size_t columns) {
  const size_t block = 32;
  for (size_t first = 0; first < rows; first += block) {
    size_t end = first + block < rows ? first + block : rows;
    size_t c = 0;
    for (; c + 4 * W <= columns; c += 4 * W) {
      vf sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
      for (size_t r = first; r < end; r++) {
        const float *from = x + r * stride + c;
        sum0 += load(from);
        sum1 += load(from + W);
        sum2 += load(from + 2 * W);
        sum3 += load(from + 3 * W);
      }
      store(sums + c, load(sums + c) + sum0);
      store(sums + c + W, load(sums + c + W) + sum1);
      store(sums + c + 2 * W, load(sums + c + 2 * W) + sum2);
      store(sums + c + 3 * W, load(sums + c + 3 * W) + sum3);
    }
    EACH_VECTOR(i, n, columns - c, {
      vf sum = 0;
      for (size_t r = first; r < end; r++) sum += load_up_to(x + r * stride + c + i, n);
      store_up_to(sums + c + i, load_up_to(sums + c + i, n) + sum, n);
    });
  }
}

// y = factor * the transpose of x, or its very bits where not `scaled`. Squares of 4 x 4 by
// shuffles, the edges by element.
INLINE void transpose(
    const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t columns,
    const bool scaled, float factor) {
  typedef float four __attribute__((ext_vector_type(4), aligned(4)));
  size_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *x0 = x + r * x_stride, *x1 = x0 + x_stride, *x2 = x1 + x_stride,
                *x3 = x2 + x_stride;
    size_t c = 0;
    for (; c + 4 <= columns; c += 4) {
      four a = *(const four *)(x0 + c), b = *(const four *)(x1 + c);
      four d = *(const four *)(x2 + c), e = *(const four *)(x3 + c);
      if (scaled) a *= factor, b *= factor, d *= factor, e *= factor;
      four low_ad = __builtin_shufflevector(a, d, 0, 4, 1, 5);
      four high_ad = __builtin_shufflevector(a, d, 2, 6, 3, 7);
      four low_be = __builtin_shufflevector(b, e, 0, 4, 1, 5);
      four high_be = __builtin_shufflevector(b, e, 2, 6, 3, 7);
      float *to = y + c * y_stride + r;
      *(four *)to = __builtin_shufflevector(low_ad, low_be, 0, 4, 1, 5);
      *(four *)(to + y_stride) = __builtin_shufflevector(low_ad, low_be, 2, 6, 3, 7);
      *(four *)(to + 2 * y_stride) = __builtin_shufflevector(high_ad, high_be, 0, 4, 1, 5);
      *(four *)(to + 3 * y_stride) = __builtin_shufflevector(high_ad, high_be, 2, 6, 3, 7);
    }
    for (; c < columns; c++) {
      float *to = y + c * y_stride + r;
      to[0] = scaled ? x0[c] * factor : x0[c];
      to[1] = scaled ? x1[c] * factor : x1[c];
      to[2] = scaled ? x2[c] * factor : x2[c];
      to[3] = scaled ? x3[c] * factor : x3[c];
    }
  }
  for (; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      float value = x[r * x_stride + c];
      y[c * y_stride + r] = scaled ? value * factor : value;
    }
}

static void fast_transpose(
    const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t columns) {
  // In squares that stay in the first cache.
  const size_t block = 32;
  for (size_t r = 0; r < rows; r += block)
    for (size_t c = 0; c < columns; c += block)
      transpose(
          x + r * x_stride + c, x_stride, y + c * y_stride + r, y_stride,
          rows - r < block ? rows - r : block, columns - c < block ? columns - c : block, false, 1);
}

// In blocks, added up in float64.
#define SUM_IN_BLOCKS(total, i, n, count, term) \
  const size_t block_of_sum = 1024; \
  for (size_t first = 0; first < (count); first += block_of_sum) { \
    size_t length = (count) - first < block_of_sum ? (count) - first : block_of_sum; \
    float part; \
    SUM_OVER(part, i, n, length, term); \
    total += part; \
  }

static double fast_sum(const float *x, size_t count) {
  double total = 0;
  SUM_IN_BLOCKS(total, i, n, count, load_up_to(x + first + i, n));
  return total;
}

static double fast_sum_of_squares(const float *x, size_t count) {
  double total = 0;
  SUM_IN_BLOCKS(total, i, n, count, square(load_up_to(x + first + i, n)));
  return total;
}

static double fast_dot(const float *x, const float *y, size_t count) {
  double total = 0;
  SUM_IN_BLOCKS(
      total, i, n, count, load_up_to(x + first + i, n) * load_up_to(y + first + i, n));
  return total;
}

static float fast_largest_magnitude(const float *x, size_t count) {
  vf largest = 0, unordered = 0;
  EACH_VECTOR(i, n, count, {
    vf v = magnitude(load_up_to(x + i, n));
    largest = at_least(largest, v);
    unordered = v == v ? unordered : v;
  });
  float nan = sum_of(unordered);
  return nan != nan ? nan : largest_of(largest);
}

static void fast_adamw(
    float *parameters, const float *gradients, float *first_moments, float *second_moments,
    size_t count, tl_adamw_step s) {
  float rate = (float)(s.learning_rate / (1 - pow(s.beta1, (double)s.step)));
  float root = (float)(1 / sqrt(1 - pow(s.beta2, (double)s.step)));
  float keep = (float)(1 - s.learning_rate * s.weight_decay), epsilon = (float)s.epsilon;
  float new1 = (float)(1 - s.beta1), old2 = (float)s.beta2, new2 = (float)(1 - s.beta2);
  float scale = s.gradient_scale;
  EACH_VECTOR(i, n, count, {
    vf g = load_up_to(gradients + i, n) * scale;
    vf m = load_up_to(first_moments + i, n);
    m = multiply_add(g - m, (vf)new1, m);
    store_up_to(first_moments + i, m, n);
    vf v = load_up_to(second_moments + i, n) * old2;
    v = multiply_add(g * new2, g, v);
    store_up_to(second_moments + i, v, n);
    vf step = m * rate / multiply_add(square_root(v), (vf)root, (vf)epsilon);
    store_up_to(parameters + i, load_up_to(parameters + i, n) * keep - step, n);
  });
}

static void fast_adamw_resting(
    float *parameters, float *first_moments, float *second_moments, size_t count,
    const tl_adamw_rest *rests, size_t steps, tl_adamw_step s) {
  float epsilon = (float)s.epsilon, new1 = (float)(1 - s.beta1), old2 = (float)s.beta2;
  EACH_VECTOR(i, n, count, {
    vf p = load_up_to(parameters + i, n);
    vf m = load_up_to(first_moments + i, n);
    vf v = load_up_to(second_moments + i, n);
    for (size_t t = 0; t < steps; t++) {
      m = multiply_add(0 - m, (vf)new1, m);
      v = v * old2;
      vf step = m * rests[t].rate / multiply_add(square_root(v), (vf)rests[t].root, (vf)epsilon);
      p = p * rests[t].keep - step;
    }
    store_up_to(parameters + i, p, n);
    store_up_to(first_moments + i, m, n);
    store_up_to(second_moments + i, v, n);
  });
}
