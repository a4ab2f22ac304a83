// Naive twins: the matrix product and attention. A packed matrix is its [N, K] transpose in floats.
// See naive_kernels.h.
#include <math.h>

#include "naive_kernels.h"

enum { panel_columns = 16 };

static float rounded(float x, tl_precision precision) {
  if (precision == TL_PRECISION_FLOAT32) return x;
  uint16_t bits;
  tl_naive_to_bfloat16(&x, &bits, 1);
  tl_naive_from_bfloat16(&bits, &x, 1);
  return x;
}

size_t tl_naive_gemm_panels(size_t n, tl_precision precision) {
  (void)precision;
  return (n + panel_columns - 1) / panel_columns;
}

size_t tl_naive_gemm_packed_size(size_t n, size_t k, tl_precision precision) {
  (void)precision;
  return n * k * sizeof(float);
}

void tl_naive_gemm_pack(
    const float *b, size_t stride, bool transposed, size_t n, size_t k, tl_precision precision,
    size_t first_panel, size_t panels, void *packed) {
  size_t first = first_panel * panel_columns, end = (first_panel + panels) * panel_columns;
  for (size_t j = first; j < end && j < n; j++)
    for (size_t i = 0; i < k; i++)
      ((float *)packed)[j * k + i] =
          rounded(transposed ? b[j * stride + i] : b[i * stride + j], precision);
}

void tl_naive_gemm(
    const float *a, size_t lda, bool transposed_a, const void *packed, float *c, size_t ldc,
    size_t m, size_t n, size_t k, tl_precision precision, const tl_gemm_epilogue *epilogue) {
  const float *b = packed;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      double sum = 0;
      for (size_t p = 0; p < k; p++)
        sum += (double)rounded(transposed_a ? a[p * lda + i] : a[i * lda + p], precision)
            * b[j * k + p];
      float *to = c + i * ldc + j;
      if (!epilogue) {
        *to = (float)sum;
        continue;
      }
      if (epilogue->accumulate) sum += *to;
      if (epilogue->bias) sum += epilogue->bias[j];
      *to = (float)sum;
      if (epilogue->sum) epilogue->sum[i * ldc + j] = *to;
      tl_naive_activation_forward(epilogue->activation, to, to, 1);
    }
}

// MARK: Attention

size_t tl_naive_attention_scratch_size(const tl_attention *shape) { return 2 * shape->keys; }

static bool sees(const tl_attention *s, size_t i, size_t j) {
  return !s->causal || j + s->queries <= i + s->keys;
}

// scores = scale * q k^T + bias of query i; -infinity where a key is not seen.
static void scores_of(
    const tl_attention *s, size_t i, const float *q, const float *k, const float *bias,
    float *scores) {
  for (size_t j = 0; j < s->keys; j++) {
    double dot = 0;
    for (size_t d = 0; d < s->head_size; d++)
      dot += (double)q[i * s->q_stride + d] * k[j * s->k_stride + d];
    dot *= s->scale;
    if (bias) dot += bias[(ptrdiff_t)i * s->bias_stride + (ptrdiff_t)j];
    scores[j] = sees(s, i, j) ? (float)dot : -INFINITY;
  }
}

static void drop(const tl_attention *s, size_t i, float *row) {
  if (s->dropout.probability <= 0) return;
  tl_dropout_mask mask = s->dropout;
  mask.first_index += (uint64_t)i * s->keys;
  tl_naive_dropout(row, row, s->keys, mask);
}

void tl_naive_attention_forward(
    const tl_attention *s, const float *q, const float *k, const float *v, const float *bias,
    float *out, float *log_sum_exp, float *probabilities, float *scratch) {
  float *row = scratch;
  for (size_t i = 0; i < s->queries; i++) {
    scores_of(s, i, q, k, bias, row);
    double largest = -INFINITY, sum = 0;
    for (size_t j = 0; j < s->keys; j++)
      if (!(row[j] <= largest)) largest = row[j];
    if (largest == -INFINITY) largest = 0;
    for (size_t j = 0; j < s->keys; j++) sum += exp(row[j] - largest);
    double total = largest + log(sum);
    for (size_t j = 0; j < s->keys; j++) row[j] = sum == 0 ? 0 : (float)exp(row[j] - total);
    if (log_sum_exp) log_sum_exp[i] = (float)total;
    for (size_t j = 0; probabilities && j < s->keys; j++) probabilities[i * s->keys + j] = row[j];
    drop(s, i, row);
    for (size_t d = 0; d < s->head_size; d++) {
      double value = 0;
      for (size_t j = 0; j < s->keys; j++) value += (double)row[j] * v[j * s->v_stride + d];
      out[i * s->out_stride + d] = (float)value;
    }
  }
}

void tl_naive_attention_backward(
    const tl_attention *s, const float *q, const float *k, const float *v, const float *bias,
    const float *log_sum_exp, const float *dout, float *dq, float *dk, float *dv, float *dbias,
    float *scratch) {
  float *p = scratch, *dp = scratch + s->keys;
  for (size_t j = 0; j < s->keys; j++)
    for (size_t d = 0; d < s->head_size; d++)
      dk[j * s->k_stride + d] = dv[j * s->v_stride + d] = 0;
  for (size_t i = 0; i < s->queries; i++) {
    const float *dor = dout + i * s->out_stride;
    scores_of(s, i, q, k, bias, p);
    for (size_t j = 0; j < s->keys; j++) {
      p[j] = log_sum_exp[i] == -INFINITY ? 0 : (float)exp((double)p[j] - log_sum_exp[i]);
      dp[j] = p[j];
    }
    drop(s, i, dp);
    for (size_t j = 0; j < s->keys; j++) {
      double dot = 0;
      for (size_t d = 0; d < s->head_size; d++) {
        dv[j * s->v_stride + d] += dp[j] * dor[d];
        dot += (double)dor[d] * v[j * s->v_stride + d];
      }
      dp[j] = (float)dot;
    }
    drop(s, i, dp);
    double sum = 0;
    for (size_t j = 0; j < s->keys; j++) sum += (double)p[j] * dp[j];
    for (size_t j = 0; j < s->keys; j++) {
      dp[j] = (float)(p[j] * (dp[j] - sum));
      if (dbias) dbias[(ptrdiff_t)i * s->bias_stride + (ptrdiff_t)j] += dp[j];
    }
    for (size_t d = 0; d < s->head_size; d++) {
      double value = 0;
      for (size_t j = 0; j < s->keys; j++) {
        value += (double)dp[j] * k[j * s->k_stride + d];
        dk[j * s->k_stride + d] += s->scale * dp[j] * q[i * s->q_stride + d];
      }
      dq[i * s->q_stride + d] = (float)(s->scale * value);
    }
  }
}

void tl_naive_attention_step_forward(
    const tl_attention_step *s, const float *q, const float *k, const float *v,
    const int32_t *rows, const float *bias, float *out, float *scratch) {
  for (size_t i = 0; i < s->queries; i++)
    for (size_t h = 0; h < s->heads; h++) {
      double largest = -INFINITY, sum = 0;
      for (size_t j = 0; j < s->keys; j++) {
        size_t row = rows ? (size_t)rows[j] : j;
        double dot = 0;
        for (size_t d = h * s->head_size; d < (h + 1) * s->head_size; d++)
          dot += (double)q[i * s->q_stride + d] * k[row * s->k_stride + d];
        dot *= s->scale;
        if (bias) dot += bias[h * s->bias_stride + j];
        scratch[j] = (float)dot;
        if (!(dot <= largest)) largest = dot;
      }
      for (size_t j = 0; j < s->keys; j++) sum += exp(scratch[j] - largest);
      for (size_t d = h * s->head_size; d < (h + 1) * s->head_size; d++) {
        double value = 0;
        for (size_t j = 0; j < s->keys; j++)
          value += exp(scratch[j] - largest) * v[(rows ? (size_t)rows[j] : j) * s->k_stride + d];
        out[i * s->out_stride + d] = sum == 0 ? 0 : (float)(value / sum);
      }
    }
}
