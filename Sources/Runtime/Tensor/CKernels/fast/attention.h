// Fast kernels: attention of one head over one sequence. Included by kernels_of_level.h.
//
// Queries go in blocks of query_rows. Keys and values are copied to scratch once, transposed where
// vectors run over keys, padded to whole vectors with zeros. The backward pass makes the
// probabilities again from the log-sum-exp (Dao et al. 2022, section 3.1) and holds those of a
// block of queries at a time.
#pragma once

enum { query_rows = 32 };

INLINE size_t whole_vectors(size_t count) { return (count + W - 1) / W * W; }
// Whole vectors of columns that are also whole tiles of rows where they are read down.
INLINE size_t whole_tiles(size_t count) {
  const size_t unit = W > tile_rows ? W : tile_rows;
  return (count + unit - 1) / unit * unit;
}

// C [rows, columns] = (or +=) A [rows, k] B [k, columns]; columns are whole vectors of padded rows,
// and C has room for whole tiles of rows; A(r, p) may be read for the rows of a whole tile.
INLINE void small_product(
    const bool k_major, const float *a, size_t a_step, const float *b, size_t b_step, float *c,
    size_t c_step, size_t rows, size_t columns, size_t k, bool adds) {
  for (size_t i = 0; i < rows; i += tile_rows) {
    const float *of_a = k_major ? a + i : a + i * a_step;
    size_t j = 0;
#define SMALL_TILE(vectors) \
  { \
    vf sums[tile_rows][panel_vectors]; \
    float *to = c + i * c_step + j; \
    UNROLLED for (int r = 0; r < tile_rows; r++) \
      UNROLLED for (int v = 0; v < vectors; v++) \
        sums[r][v] = adds ? load(to + (size_t)r * c_step + (size_t)v * W) : (vf)0; \
    product_tile(tile_rows, vectors, k_major, of_a, a_step, b + j, b_step, k, sums); \
    UNROLLED for (int r = 0; r < tile_rows; r++) \
      UNROLLED for (int v = 0; v < vectors; v++) \
        store(to + (size_t)r * c_step + (size_t)v * W, sums[r][v]); \
  }
    while (columns - j >= 3 * W && columns - j != 4 * W) {
      SMALL_TILE(3)
      j += 3 * W;
    }
    while (columns - j >= 2 * W) {
      SMALL_TILE(2)
      j += 2 * W;
    }
    if (j < columns) SMALL_TILE(1)
#undef SMALL_TILE
  }
}

static void row_product(
    const float *a, size_t a_step, const float *b, size_t b_step, float *c, size_t c_step,
    size_t rows, size_t columns, size_t k, bool adds) {
  small_product(false, a, a_step, b, b_step, c, c_step, rows, columns, k, adds);
}

static void column_product(
    const float *a, size_t a_step, const float *b, size_t b_step, float *c, size_t c_step,
    size_t rows, size_t columns, size_t k, bool adds) {
  small_product(true, a, a_step, b, b_step, c, c_step, rows, columns, k, adds);
}

// y [count rows up, padded] = factor * x, with zeros in the padding of columns and rows.
INLINE void copy_padded(
    const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t padded_rows,
    size_t columns, float factor) {
  for (size_t r = 0; r < padded_rows; r++)
    for (size_t c = 0; c < y_stride; c += W) {
      vf v = 0;
      if (r < rows && c < columns) v = load_up_to(x + r * x_stride + c, columns - c) * factor;
      store(y + r * y_stride + c, v);
    }
}

// y [columns, padded rows] = the transpose of x, with zeros in the padding.
INLINE void transpose_padded(
    const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t columns) {
  transpose(x, x_stride, y, y_stride, rows, columns, false, 1);
  for (size_t c = 0; rows < y_stride && c < columns; c++)
    for (size_t r = rows; r < y_stride; r++) y[c * y_stride + r] = 0;
}

// How many keys query i sees.
INLINE size_t keys_seen(const tl_attention *s, size_t i) {
  if (!s->causal) return s->keys;
  if (i + 1 + s->keys <= s->queries) return 0;
  size_t seen = i + 1 + s->keys - s->queries;
  return seen < s->keys ? seen : s->keys;
}

// Where the parts of the scratch lie.
typedef struct {
  size_t padded_keys;  // row length of what runs over keys
  size_t padded_head;  // row length of what runs over the head
  float *keys_transposed, *values_transposed;  // [head, padded_keys]
  float *keys, *values;                        // [keys, padded_head]
  float *queries, *douts;                      // [query_rows, padded_head]
  float *result;                               // [query_rows, padded_head]
  float *p, *dp;                               // [query_rows, padded_keys]
  float *mask;                                 // [padded_keys]
  float *dkeys, *dvalues;                      // [padded_keys, padded_head]
  size_t size;
} attention_scratch;

INLINE attention_scratch divide_scratch(const tl_attention *s, float *scratch) {
  attention_scratch parts;
  parts.padded_keys = whole_tiles(s->keys);
  parts.padded_head = whole_vectors(s->head_size);
  size_t at = 0;
#define PART(name, count) parts.name = scratch ? scratch + at : 0, at += (count)
  PART(keys_transposed, s->head_size * parts.padded_keys);
  PART(values_transposed, s->head_size * parts.padded_keys);
  PART(keys, s->keys * parts.padded_head);
  PART(values, s->keys * parts.padded_head);
  PART(queries, query_rows * parts.padded_head);
  PART(douts, query_rows * parts.padded_head);
  PART(result, query_rows * parts.padded_head);
  PART(p, query_rows * parts.padded_keys);
  PART(dp, query_rows * parts.padded_keys);
  PART(mask, parts.padded_keys);
  PART(dkeys, parts.padded_keys * parts.padded_head);
  PART(dvalues, parts.padded_keys * parts.padded_head);
#undef PART
  parts.size = at;
  return parts;
}

static size_t fast_attention_scratch_size(const tl_attention *shape) {
  return divide_scratch(shape, 0).size;
}

// The factors of dropout for query i, over `wide` keys.
INLINE void make_mask(const tl_attention *s, size_t i, size_t wide, float *mask) {
  tl_dropout_mask row = s->dropout;
  row.first_index += (uint64_t)i * s->keys;
  fast_fill(1, mask, wide);
  drop(mask, mask, wide, row);
}

// The rows below hold `wide` columns, whole vectors, of which `seen` count: bias is added, and
// lanes past `seen` get -infinity.
INLINE vf score_vector(const float *row, const float *bias, size_t j, size_t seen) {
  vf score = load(row + j);
  if (j + W <= seen) return bias ? score + load(bias + j) : score;
  if (j >= seen) return -__builtin_inff();
  if (bias) score += load_part(bias + j, seen - j);
  return keep_first(score, seen - j, -__builtin_inff());
}

// scores = exp(scores + bias - largest), zero past `seen`; returns their sum.
static float exponentials_of_scores(
    float *row, const float *bias, size_t seen, size_t wide, float *largest) {
  vf most = -__builtin_inff(), sum = 0;
  for (size_t j = 0; j < wide; j += W) {
    vf score = score_vector(row, bias, j, seen);
    store(row + j, score);
    most = at_least(most, score);
  }
  *largest = largest_of(most);
  if (*largest == -__builtin_inff()) *largest = 0;  // nothing seen, or NaN
  for (size_t j = 0; j < wide; j += W) {
    vf e = exponential(load(row + j) - *largest);
    store(row + j, e);
    sum += e;
  }
  return sum_of(sum);
}

static void fast_attention_forward(
    const tl_attention *s, const float *q, const float *k, const float *v, const float *bias,
    float *out, float *log_sum_exp, float *probabilities, float *scratch) {
  attention_scratch to = divide_scratch(s, scratch);
  bool drops = s->dropout.probability > 0;
  transpose_padded(k, s->k_stride, to.keys_transposed, to.padded_keys, s->keys, s->head_size);
  copy_padded(v, s->v_stride, to.values, to.padded_head, s->keys, s->keys, s->head_size, 1);
  for (size_t first = 0; first < s->queries; first += query_rows) {
    size_t rows = s->queries - first < query_rows ? s->queries - first : query_rows;
    size_t tiled = (rows + tile_rows - 1) / tile_rows * tile_rows;
    size_t most = keys_seen(s, first + rows - 1), wide = whole_tiles(most);
    copy_padded(
        q + first * s->q_stride, s->q_stride, to.queries, to.padded_head, rows, tiled,
        s->head_size, s->scale);
    row_product(
        to.queries, to.padded_head, to.keys_transposed, to.padded_keys, to.p, to.padded_keys, rows,
        wide, s->head_size, false);
    float inverse[query_rows];
    for (size_t r = 0; r < rows; r++) {
      size_t i = first + r, seen = keys_seen(s, i);
      float *row = to.p + r * to.padded_keys;
      float largest;
      float sum = exponentials_of_scores(
          row, bias ? bias + (ptrdiff_t)i * s->bias_stride : 0, seen, wide, &largest);
      inverse[r] = sum == 0 ? 0 : 1 / sum;
      if (log_sum_exp) log_sum_exp[i] = largest + logf(sum);
      if (probabilities) {
        fast_scale(row, inverse[r], probabilities + i * s->keys, seen);
        for (size_t j = seen; j < s->keys; j++) probabilities[i * s->keys + j] = 0;
      }
      if (drops) {
        make_mask(s, i, wide, to.mask);
        fast_multiply(row, to.mask, row, wide);
      }
    }
    row_product(
        to.p, to.padded_keys, to.values, to.padded_head, to.result, to.padded_head, rows,
        to.padded_head, most, false);
    for (size_t r = 0; r < rows; r++)
      fast_scale(
          to.result + r * to.padded_head, inverse[r], out + (first + r) * s->out_stride,
          s->head_size);
  }
}

static void fast_attention_backward(
    const tl_attention *s, const float *q, const float *k, const float *v, const float *bias,
    const float *log_sum_exp, const float *dout, float *dq, float *dk, float *dv, float *dbias,
    float *scratch) {
  attention_scratch to = divide_scratch(s, scratch);
  bool drops = s->dropout.probability > 0;
  transpose_padded(k, s->k_stride, to.keys_transposed, to.padded_keys, s->keys, s->head_size);
  transpose_padded(v, s->v_stride, to.values_transposed, to.padded_keys, s->keys, s->head_size);
  copy_padded(k, s->k_stride, to.keys, to.padded_head, s->keys, s->keys, s->head_size, 1);
  size_t begun = 0;  // rows of dkeys and dvalues that hold something
  for (size_t first = 0; first < s->queries; first += query_rows) {
    size_t rows = s->queries - first < query_rows ? s->queries - first : query_rows;
    size_t tiled = (rows + tile_rows - 1) / tile_rows * tile_rows;
    size_t most = keys_seen(s, first + rows - 1), wide = whole_tiles(most);
    copy_padded(
        q + first * s->q_stride, s->q_stride, to.queries, to.padded_head, rows, tiled,
        s->head_size, s->scale);
    copy_padded(
        dout + first * s->out_stride, s->out_stride, to.douts, to.padded_head, rows, tiled,
        s->head_size, 1);
    row_product(
        to.queries, to.padded_head, to.keys_transposed, to.padded_keys, to.p, to.padded_keys, rows,
        wide, s->head_size, false);
    row_product(
        to.douts, to.padded_head, to.values_transposed, to.padded_keys, to.dp, to.padded_keys,
        rows, wide, s->head_size, false);
    for (size_t r = 0; r < rows; r++) {
      size_t i = first + r, seen = keys_seen(s, i);
      float *p = to.p + r * to.padded_keys, *dp = to.dp + r * to.padded_keys;
      float total = log_sum_exp[i];
      if (total == -__builtin_inff()) seen = 0;
      const float *of_bias = bias ? bias + (ptrdiff_t)i * s->bias_stride : 0;
      if (drops) make_mask(s, i, wide, to.mask);
      vf sum = 0;
      for (size_t j = 0; j < wide; j += W) {
        vf probability = exponential(score_vector(p, of_bias, j, seen) - total), d = load(dp + j);
        if (total == -__builtin_inff()) probability = 0;
        if (drops) d *= load(to.mask + j);
        sum += probability * d;
        store(p + j, probability);
        store(dp + j, d);
      }
      float mean = sum_of(sum);
      for (size_t j = 0; j < wide; j += W) {
        vf probability = load(p + j);
        store(dp + j, probability * (load(dp + j) - mean));
        if (drops) store(p + j, probability * load(to.mask + j));
      }
      if (dbias) {
        float *to_bias = dbias + (ptrdiff_t)i * s->bias_stride;
        fast_add(to_bias, dp, to_bias, seen);
      }
    }
    // The rows of dq, then what the block of queries adds to dk and dv.
    row_product(
        to.dp, to.padded_keys, to.keys, to.padded_head, to.result, to.padded_head, rows,
        to.padded_head, most, false);
    for (size_t r = 0; r < rows; r++)
      fast_scale(
          to.result + r * to.padded_head, s->scale, dq + (first + r) * s->q_stride, s->head_size);
    // More keys come into sight of later queries where causal.
    size_t written = (most + tile_rows - 1) / tile_rows * tile_rows;
    for (size_t j = begun; begun > 0 && j < written; j++) {
      memset(to.dkeys + j * to.padded_head, 0, to.padded_head * sizeof(float));
      memset(to.dvalues + j * to.padded_head, 0, to.padded_head * sizeof(float));
    }
    column_product(
        to.dp, to.padded_keys, to.queries, to.padded_head, to.dkeys, to.padded_head, most,
        to.padded_head, rows, begun > 0);
    column_product(
        to.p, to.padded_keys, to.douts, to.padded_head, to.dvalues, to.padded_head, most,
        to.padded_head, rows, begun > 0);
    begun = written > begun ? written : begun;
  }
  for (size_t j = begun; j < s->keys; j++) {  // keys that no query sees
    memset(to.dkeys + j * to.padded_head, 0, to.padded_head * sizeof(float));
    memset(to.dvalues + j * to.padded_head, 0, to.padded_head * sizeof(float));
  }
  for (size_t j = 0; j < s->keys; j++) {
    memcpy(dk + j * s->k_stride, to.dkeys + j * to.padded_head, s->head_size * sizeof(float));
    memcpy(dv + j * s->v_stride, to.dvalues + j * to.padded_head, s->head_size * sizeof(float));
  }
}

static void fast_attention_step_forward(
    const tl_attention_step *s, const float *q, const float *k, const float *v,
    const int32_t *rows, const float *bias, float *out, float *scratch) {
  const size_t size = s->head_size;
  for (size_t h = 0; h < s->heads; h++)
    for (size_t i = 0; i < s->queries; i++) {
      const float *of_q = q + i * s->q_stride + h * size, *of_k = k + h * size, *of_v = v + h * size;
      for (size_t j = 0; j < s->keys; j++) {
        const float *key = of_k + (rows ? (size_t)rows[j] : j) * s->k_stride;
        vf sum = 0;
        EACH_VECTOR(c, n, size, {
          sum = multiply_add(load_up_to(of_q + c, n), load_up_to(key + c, n), sum);
        });
        scratch[j] = sum_of(sum) * s->scale;
      }
      vf most = -__builtin_inff(), sum = 0;
      EACH_VECTOR(j, n, s->keys, {
        vf score = load_up_to(scratch + j, n);
        if (bias) score += load_up_to(bias + h * s->bias_stride + j, n);
        store_up_to(scratch + j, score, n);
        most = at_least(most, keep_first(score, n, -__builtin_inff()));
      });
      float largest = largest_of(most);
      if (largest == -__builtin_inff()) largest = 0;
      EACH_VECTOR(j, n, s->keys, {
        vf e = exponential(load_up_to(scratch + j, n) - largest);
        store_up_to(scratch + j, e, n);
        sum += keep_first(e, n, 0);
      });
      float total = sum_of(sum), inverse = total == 0 ? 0 : 1 / total;
      float *to = out + i * s->out_stride + h * size;
      EACH_VECTOR(c, n, size, {
        vf value = 0;
        for (size_t j = 0; j < s->keys; j++) {
          const float *from = of_v + (rows ? (size_t)rows[j] : j) * s->k_stride + c;
          value = multiply_add((vf)scratch[j], load_up_to(from, n), value);
        }
        store_up_to(to + c, value * inverse, n);
      });
    }
}
