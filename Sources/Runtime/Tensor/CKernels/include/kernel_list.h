// The list of kernels that are dispatched, in the order of kernels.h:
// TL_KERNEL(result, name without tl_, parameters, arguments). Whoever includes this defines
// TL_KERNEL; it is undefined at the end. dispatch.c fails to compile where the list differs from
// kernels.h.
#pragma clang assume_nonnull begin
// clang-format off
TL_KERNEL(void, activation_forward,
  (tl_activation activation, const float *x, float *y, size_t count),
  (activation, x, y, count))
TL_KERNEL(void, activation_backward,
  (tl_activation activation, const float *x, const float *dy, float *dx, size_t count),
  (activation, x, dy, dx, count))
TL_KERNEL(void, bias_activation_forward,
  (tl_activation activation, const float *x, const float *_Nullable bias, float *_Nullable sum,
  float *y, size_t rows, size_t columns),
  (activation, x, bias, sum, y, rows, columns))
TL_KERNEL(void, bias_activation_backward,
  (tl_activation activation, const float *x, const float *dy, float *dx, float *_Nullable dbias,
  size_t rows, size_t columns),
  (activation, x, dy, dx, dbias, rows, columns))
TL_KERNEL(void, add,
  (const float *a, const float *b, float *y, size_t count),
  (a, b, y, count))
TL_KERNEL(void, subtract,
  (const float *a, const float *b, float *y, size_t count),
  (a, b, y, count))
TL_KERNEL(void, multiply,
  (const float *a, const float *b, float *y, size_t count),
  (a, b, y, count))
TL_KERNEL(void, divide,
  (const float *a, const float *b, float *y, size_t count),
  (a, b, y, count))
TL_KERNEL(void, multiply_add,
  (const float *a, const float *b, float *y, size_t count),
  (a, b, y, count))
TL_KERNEL(void, scale,
  (const float *x, float factor, float *y, size_t count),
  (x, factor, y, count))
TL_KERNEL(void, axpy,
  (float factor, const float *x, float *y, size_t count),
  (factor, x, y, count))
TL_KERNEL(void, fill,
  (float value, float *y, size_t count),
  (value, y, count))
TL_KERNEL(void, exp,
  (const float *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, log,
  (const float *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, sqrt,
  (const float *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, add_row,
  (const float *x, const float *row, float *y, size_t rows, size_t columns),
  (x, row, y, rows, columns))
TL_KERNEL(void, scale_rows,
  (const float *x, const float *column, float *y, size_t rows, size_t columns),
  (x, column, y, rows, columns))
TL_KERNEL(void, random_words,
  (uint32_t *words, size_t count, uint64_t seed, uint64_t stream, uint64_t first_index),
  (words, count, seed, stream, first_index))
TL_KERNEL(void, fill_uniform,
  (float *y, size_t count, float low, float high, uint64_t seed, uint64_t stream, uint64_t
  first_index),
  (y, count, low, high, seed, stream, first_index))
TL_KERNEL(void, fill_normal,
  (float *y, size_t count, float mean, float deviation, uint64_t seed, uint64_t stream, uint64_t
  first_index),
  (y, count, mean, deviation, seed, stream, first_index))
TL_KERNEL(void, fill_truncated_normal,
  (float *y, size_t count, float mean, float deviation, float low, float high, uint64_t seed,
  uint64_t stream, uint64_t first_index),
  (y, count, mean, deviation, low, high, seed, stream, first_index))
TL_KERNEL(void, dropout,
  (const float *x, float *y, size_t count, tl_dropout_mask mask),
  (x, y, count, mask))
TL_KERNEL(void, layer_norm_forward,
  (const float *x, const float *gamma, const float *beta, float *y, float *_Nullable mean, float
  *_Nullable rstd, size_t rows, size_t columns, float epsilon),
  (x, gamma, beta, y, mean, rstd, rows, columns, epsilon))
TL_KERNEL(void, residual_layer_norm_forward,
  (const float *x, const float *residual, const float *_Nullable bias, const tl_dropout_mask
  *_Nullable dropout, const float *gamma, const float *beta, float *sum, float *y, float
  *_Nullable mean, float *_Nullable rstd, size_t rows, size_t columns, float epsilon),
  (x, residual, bias, dropout, gamma, beta, sum, y, mean, rstd, rows, columns, epsilon))
TL_KERNEL(void, layer_norm_backward,
  (const float *x, const float *gamma, const float *mean, const float *rstd, const float *dy,
  float *dx, bool accumulate, float *_Nullable dgamma, float *_Nullable dbeta, size_t rows,
  size_t columns),
  (x, gamma, mean, rstd, dy, dx, accumulate, dgamma, dbeta, rows, columns))
TL_KERNEL(void, rms_norm_forward,
  (const float *x, const float *gamma, float *y, float *_Nullable rstd, size_t rows, size_t
  columns, float epsilon),
  (x, gamma, y, rstd, rows, columns, epsilon))
TL_KERNEL(void, rms_norm_backward,
  (const float *x, const float *gamma, const float *rstd, const float *dy, float *dx, bool
  accumulate, float *_Nullable dgamma, size_t rows, size_t columns),
  (x, gamma, rstd, dy, dx, accumulate, dgamma, rows, columns))
TL_KERNEL(void, softmax_forward,
  (const float *x, float *y, size_t rows, size_t columns),
  (x, y, rows, columns))
TL_KERNEL(void, softmax_backward,
  (const float *y, const float *dy, float *dx, size_t rows, size_t columns),
  (y, dy, dx, rows, columns))
TL_KERNEL(void, log_softmax_forward,
  (const float *x, float *y, size_t rows, size_t columns),
  (x, y, rows, columns))
TL_KERNEL(void, log_softmax_backward,
  (const float *y, const float *dy, float *dx, size_t rows, size_t columns),
  (y, dy, dx, rows, columns))
TL_KERNEL(double, cross_entropy_weight,
  (const int32_t *labels, const float *_Nullable class_weights, int32_t ignore_label, size_t
  rows),
  (labels, class_weights, ignore_label, rows))
TL_KERNEL(double, cross_entropy,
  (const float *logits, const int32_t *labels, const tl_cross_entropy_options *options, float
  *_Nullable losses, float *_Nullable dlogits, size_t rows, size_t classes),
  (logits, labels, options, losses, dlogits, rows, classes))
TL_KERNEL(double, binary_cross_entropy,
  (const float *logits, const float *targets, float scale, float *_Nullable dlogits, size_t
  count),
  (logits, targets, scale, dlogits, count))
TL_KERNEL(double, distillation,
  (const float *student, const float *teacher, float temperature, float scale, float *_Nullable
  dstudent, size_t rows, size_t classes),
  (student, teacher, temperature, scale, dstudent, rows, classes))
TL_KERNEL(size_t, gemm_panels,
  (size_t n, tl_precision precision),
  (n, precision))
TL_KERNEL(size_t, gemm_packed_size,
  (size_t n, size_t k, tl_precision precision),
  (n, k, precision))
TL_KERNEL(void, gemm_pack,
  (const float *b, size_t stride, bool transposed, size_t n, size_t k, tl_precision precision,
  size_t first_panel, size_t panels, void *packed),
  (b, stride, transposed, n, k, precision, first_panel, panels, packed))
TL_KERNEL(void, gemm,
  (const float *a, size_t lda, bool transposed_a, const void *packed, float *c, size_t ldc,
  size_t m, size_t n, size_t k, tl_precision precision, const tl_gemm_epilogue *_Nullable
  epilogue),
  (a, lda, transposed_a, packed, c, ldc, m, n, k, precision, epilogue))
TL_KERNEL(size_t, attention_scratch_size,
  (const tl_attention *shape),
  (shape))
TL_KERNEL(void, attention_forward,
  (const tl_attention *shape, const float *q, const float *k, const float *v, const float
  *_Nullable bias, float *out, float *_Nullable log_sum_exp, float *_Nullable probabilities,
  float *scratch),
  (shape, q, k, v, bias, out, log_sum_exp, probabilities, scratch))
TL_KERNEL(void, attention_backward,
  (const tl_attention *shape, const float *q, const float *k, const float *v, const float
  *_Nullable bias, const float *log_sum_exp, const float *dout, float *dq, float *dk, float *dv,
  float *_Nullable dbias, float *scratch),
  (shape, q, k, v, bias, log_sum_exp, dout, dq, dk, dv, dbias, scratch))
TL_KERNEL(void, attention_step_forward,
  (const tl_attention_step *shape, const float *q, const float *k, const float *v,
  const int32_t *_Nullable rows, const float *_Nullable bias, float *out, float *scratch),
  (shape, q, k, v, rows, bias, out, scratch))
TL_KERNEL(void, gather_rows,
  (const float *table, size_t table_stride, const int32_t *ids, float *y, size_t y_stride,
  size_t rows, size_t columns),
  (table, table_stride, ids, y, y_stride, rows, columns))
TL_KERNEL(void, scatter_rows,
  (const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
  size_t columns),
  (x, x_stride, ids, y, y_stride, rows, columns))
TL_KERNEL(void, scatter_add_rows,
  (const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
  size_t columns),
  (x, x_stride, ids, y, y_stride, rows, columns))
TL_KERNEL(void, embedding_forward,
  (const float *tokens, const int32_t *token_ids, const float *_Nullable positions, const
  int32_t *_Nullable position_ids, const float *_Nullable types, const int32_t *_Nullable
  type_ids, float *y, size_t rows, size_t columns),
  (tokens, token_ids, positions, position_ids, types, type_ids, y, rows, columns))
TL_KERNEL(void, column_sums,
  (const float *x, size_t stride, float *sums, size_t rows, size_t columns),
  (x, stride, sums, rows, columns))
TL_KERNEL(void, transpose,
  (const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t columns),
  (x, x_stride, y, y_stride, rows, columns))
TL_KERNEL(double, sum,
  (const float *x, size_t count),
  (x, count))
TL_KERNEL(double, sum_of_squares,
  (const float *x, size_t count),
  (x, count))
TL_KERNEL(double, dot,
  (const float *x, const float *y, size_t count),
  (x, y, count))
TL_KERNEL(float, largest_magnitude,
  (const float *x, size_t count),
  (x, count))
TL_KERNEL(void, adamw,
  (float *parameters, const float *gradients, float *first_moments, float *second_moments,
  size_t count, tl_adamw_step step),
  (parameters, gradients, first_moments, second_moments, count, step))
TL_KERNEL(void, nearest_update,
  (const float *products, const float *norms, size_t count, int32_t first_index, size_t k,
  float *values, int32_t *indices),
  (products, norms, count, first_index, k, values, indices))
TL_KERNEL(void, count_nearer,
  (const float *products, const float *norms, size_t count, const float *limits,
  size_t limit_count, int32_t *counts),
  (products, norms, count, limits, limit_count, counts))
TL_KERNEL(float, squared_distance,
  (const float *x, const float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, sparse_multiply,
  (const size_t *starts, const int32_t *neighbors, const float *weights, const float *x,
  size_t first, size_t count, float *y),
  (starts, neighbors, weights, x, first, count, y))
TL_KERNEL(void, tsne_attraction,
  (const float *x, const float *y, const size_t *starts, const int32_t *neighbors,
  const float *weights, size_t first, size_t count, float *force_x, float *force_y),
  (x, y, starts, neighbors, weights, first, count, force_x, force_y))
TL_KERNEL(double, tsne_repulsion,
  (const float *x, const float *y, size_t n, size_t first, size_t count, float *force_x,
  float *force_y),
  (x, y, n, first, count, force_x, force_y))
TL_KERNEL(void, grid_spread,
  (const tl_grid *grid, const float *x, const float *y, size_t count, float *nodes),
  (grid, x, y, count, nodes))
TL_KERNEL(void, grid_interpolate,
  (const tl_grid *grid, const float *x, const float *y, size_t count, const float *nodes_a,
  const float *nodes_b, float *a, float *b),
  (grid, x, y, count, nodes_a, nodes_b, a, b))
TL_KERNEL(void, fourier_columns,
  (float *real, float *imaginary, const float *roots, size_t n, size_t columns, float *scratch),
  (real, imaginary, roots, n, columns, scratch))
TL_KERNEL(double, tsne_spectrum,
  (float *real, float *imaginary, const float *even, const float *odd_x, const float *odd_y,
  size_t count),
  (real, imaginary, even, odd_x, odd_y, count))
TL_KERNEL(void, umap_move,
  (const tl_umap_epoch *settings, const float *x, const float *y, const float *other_x,
  const float *other_y, size_t others, const size_t *starts, const int32_t *neighbors,
  const float *rates, const int32_t *order, size_t count, int32_t *scratch, float *new_x,
  float *new_y),
  (settings, x, y, other_x, other_y, others, starts, neighbors, rates, order, count, scratch,
  new_x, new_y))
TL_KERNEL(void, adamw_resting,
  (float *parameters, float *first_moments, float *second_moments, size_t count,
  const tl_adamw_rest *rests, size_t steps, tl_adamw_step step),
  (parameters, first_moments, second_moments, count, rests, steps, step))
TL_KERNEL(void, from_float16,
  (const uint16_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_bfloat16,
  (const uint16_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_float64,
  (const double *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_int64,
  (const int64_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_int32,
  (const int32_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_int16,
  (const int16_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_int8,
  (const int8_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, from_uint8,
  (const uint8_t *x, float *y, size_t count),
  (x, y, count))
TL_KERNEL(void, to_bfloat16,
  (const float *x, uint16_t *y, size_t count),
  (x, y, count))
TL_KERNEL(void, to_float16,
  (const float *x, uint16_t *y, size_t count),
  (x, y, count))
// clang-format on
#pragma clang assume_nonnull end
#undef TL_KERNEL
