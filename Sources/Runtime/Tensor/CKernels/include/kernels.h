// kernels.h - the float32 kernels under TLTensor, in plain C.
//
// Rules that hold for every function
// - Arrays are float32, row-major; a shape is written in brackets, [rows, columns]. A "stride" is
//   the distance between the starts of two rows, in elements, at least the number of columns.
// - No function allocates, keeps a pointer after it returns, starts a thread or looks at a clock.
//   The caller owns every buffer, scratch included, and splits work over threads by handing each
//   thread a pointer and a count.
// - Any count may be zero and need not be a multiple of anything; nothing is read or written
//   outside the arrays as described. No alignment is required.
// - Output may be the same array as an input only where "in place" is said; partial overlap never.
// - "Accumulated" means added to what the array holds; everything else is overwritten.
// - The result for a row (or an element) depends on that row (or element) alone, never on where a
//   range starts or how a caller splits the rows; sums over rows (dgamma, column sums, ...) depend
//   on the rows of the range alone. So results are the same on every run; for the same sums at any
//   number of threads, split rows at fixed places and add the parts in their order.
// - Levels (below) round differently: bits are the same on one processor, not between processors.
//   Random words and what is kept or dropped by them are the same everywhere.
// - NaN in an input comes out as NaN; indices are not checked: the caller has checked them.
//
// Every tl_NAME has a plain twin tl_naive_NAME (naive_kernels.h), which is its specification.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Processor

/// The sets of kernels, from the specification to the widest.
typedef enum __attribute__((enum_extensibility(closed))) tl_level : int32_t {
  TL_LEVEL_NAIVE __attribute__((swift_name("naive"))) = 0,
  TL_LEVEL_BASELINE __attribute__((swift_name("baseline"))) = 1,  // SSE2 or NEON
  TL_LEVEL_AVX2 __attribute__((swift_name("avx2"))) = 2,
  TL_LEVEL_AVX512 __attribute__((swift_name("avx512"))) = 3,
  TL_LEVEL_AVX512_BF16 __attribute__((swift_name("avx512BF16"))) = 4,
} tl_level;

/// The instruction set that the kernels were dispatched to on this processor: "avx512bf16",
/// "avx512", "avx2", "baseline" or "naive".
const char *tl_kernels_instruction_set(void);
/// The widest level that this processor runs.
tl_level tl_kernels_best_level(void);
/// The level in use on this thread.
tl_level tl_kernels_level(void);

/// The number of processors that this process may use; 0 where the system does not say.
int tl_processors(void);
/// Uses `level`, or the best one below it that the processor has, on the calling thread alone, and
/// returns the level now in use. For tests and benchmarks. A matrix packed at one level must not be
/// multiplied at another.
tl_level tl_kernels_use_level(tl_level level);

// MARK: Element-wise

typedef enum __attribute__((enum_extensibility(closed))) tl_activation : int32_t {
  TL_ACTIVATION_NONE __attribute__((swift_name("identity"))) = 0,
  TL_ACTIVATION_GELU __attribute__((swift_name("gelu"))) = 1,           // x Phi(x), with erf
  /// "gelu_new" and "gelu_pytorch_tanh" of checkpoints.
  TL_ACTIVATION_GELU_TANH __attribute__((swift_name("geluTanh"))) = 2,
  TL_ACTIVATION_RELU __attribute__((swift_name("relu"))) = 3,
  TL_ACTIVATION_SILU __attribute__((swift_name("silu"))) = 4,  // x sigmoid(x)
  TL_ACTIVATION_TANH __attribute__((swift_name("tanh"))) = 5,
  TL_ACTIVATION_SIGMOID __attribute__((swift_name("sigmoid"))) = 6,
  TL_ACTIVATION_QUICK_GELU __attribute__((swift_name("quickGelu"))) = 7,  // x sigmoid(1.702 x)
} tl_activation;

/// y = activation(x), [count]. In place.
void tl_activation_forward(tl_activation activation, const float *x, float *y, size_t count);
/// dx = dy * activation'(x), where x is the input of the activation, [count]. dx may be dy or x.
void tl_activation_backward(
    tl_activation activation, const float *x, const float *dy, float *dx, size_t count);
/// y = activation(x + bias), [rows, columns], bias [columns]. In place. `sum`, where given,
/// receives x + bias (for the backward pass; it may be x).
void tl_bias_activation_forward(
    tl_activation activation, const float *x, const float *_Nullable bias, float *_Nullable sum,
    float *y, size_t rows, size_t columns);
/// dx = dy * activation'(x), and dbias [columns], where given, accumulates the column sums of dx.
/// x [rows, columns] is the input of the activation with the bias added. dx may be dy or x.
void tl_bias_activation_backward(
    tl_activation activation, const float *x, const float *dy, float *dx, float *_Nullable dbias,
    size_t rows, size_t columns);

/// y = a + b. In place with either.
void tl_add(const float *a, const float *b, float *y, size_t count);
/// y = a - b. In place with either.
void tl_subtract(const float *a, const float *b, float *y, size_t count);
/// y = a * b. In place with either.
void tl_multiply(const float *a, const float *b, float *y, size_t count);
/// y = a / b. In place with either.
void tl_divide(const float *a, const float *b, float *y, size_t count);
/// y += a * b.
void tl_multiply_add(const float *a, const float *b, float *y, size_t count);
/// y = factor * x. In place.
void tl_scale(const float *x, float factor, float *y, size_t count);
/// y += factor * x.
void tl_axpy(float factor, const float *x, float *y, size_t count);
/// y = value everywhere.
void tl_fill(float value, float *y, size_t count);
/// y = exp(x). In place.
void tl_exp(const float *x, float *y, size_t count);
/// y = log(x). In place. log(0) = -infinity, log of a negative number is NaN.
void tl_log(const float *x, float *y, size_t count);
/// y = sqrt(x). In place.
void tl_sqrt(const float *x, float *y, size_t count);
/// y[r, c] = x[r, c] + row[c]. In place.
void tl_add_row(const float *x, const float *row, float *y, size_t rows, size_t columns);
/// y[r, c] = x[r, c] * column[r]. In place.
void tl_scale_rows(const float *x, const float *column, float *y, size_t rows, size_t columns);

// MARK: Random numbers: Philox 4x32-10 (Salmon et al. 2011)
//
// Element `index` of `stream` under `seed` is word index % 4 of the block with
//   counter = (low32(index / 4), high32(index / 4), low32(stream), high32(stream)),
//   key = (low32(seed), high32(seed)).
// The value depends on (seed, stream, index) alone; `first_index` is the index of element 0 of the
// range, so a split range draws the same numbers.

/// A dropout mask: element `first_index + i` is dropped with `probability` in [0, 1].
typedef struct tl_dropout_mask {
  float probability;
  uint64_t seed;
  uint64_t stream;
  uint64_t first_index;
} tl_dropout_mask;

/// The raw 32-bit words of the range.
void tl_random_words(
    uint32_t *words, size_t count, uint64_t seed, uint64_t stream, uint64_t first_index);
/// Uniform in [low, high): low + (high - low) * (word >> 8) * 2^-24.
void tl_fill_uniform(
    float *y, size_t count, float low, float high, uint64_t seed, uint64_t stream,
    uint64_t first_index);
/// Normal by Box and Muller; the pair (2i, 2i + 1) shares its two words.
void tl_fill_normal(
    float *y, size_t count, float mean, float deviation, uint64_t seed, uint64_t stream,
    uint64_t first_index);
/// Normal cut to [low, high] (absolute bounds) by the inverse of the distribution, as
/// torch.nn.init.trunc_normal_.
void tl_fill_truncated_normal(
    float *y, size_t count, float mean, float deviation, float low, float high, uint64_t seed,
    uint64_t stream, uint64_t first_index);
/// y = x / (1 - p) where the word is at least p * 2^32, else 0. In place. The backward pass is the
/// same call on dy.
void tl_dropout(const float *x, float *y, size_t count, tl_dropout_mask mask);

// MARK: Norms

/// y = (x - mean) * rstd * gamma + beta over each row of [rows, columns], with
/// rstd = 1 / sqrt(variance + epsilon). gamma, beta [columns]; mean, rstd [rows] are kept for the
/// backward pass (NULL: not kept). In place.
void tl_layer_norm_forward(
    const float *x, const float *gamma, const float *beta, float *y, float *_Nullable mean,
    float *_Nullable rstd, size_t rows, size_t columns, float epsilon);
/// sum = residual + dropout(x + bias), y = layer_norm(sum). bias [columns] and dropout may be NULL.
/// sum is kept for the backward pass (it may be x or residual; y may be x, residual or sum, the
/// last for inference).
void tl_residual_layer_norm_forward(
    const float *x, const float *residual, const float *_Nullable bias,
    const tl_dropout_mask *_Nullable dropout, const float *gamma, const float *beta, float *sum,
    float *y, float *_Nullable mean, float *_Nullable rstd, size_t rows, size_t columns,
    float epsilon);
/// x is the input of the norm (the `sum` above). dx is overwritten, or accumulated where
/// `accumulate` is set; dgamma, dbeta [columns] are accumulated (NULL: frozen). dx may be dy unless
/// accumulated.
void tl_layer_norm_backward(
    const float *x, const float *gamma, const float *mean, const float *rstd, const float *dy,
    float *dx, bool accumulate, float *_Nullable dgamma, float *_Nullable dbeta, size_t rows,
    size_t columns);
/// y = x * rstd * gamma with rstd = 1 / sqrt(mean(x^2) + epsilon) (T5). In place.
void tl_rms_norm_forward(
    const float *x, const float *gamma, float *y, float *_Nullable rstd, size_t rows,
    size_t columns, float epsilon);
/// As tl_layer_norm_backward.
void tl_rms_norm_backward(
    const float *x, const float *gamma, const float *rstd, const float *dy, float *dx,
    bool accumulate, float *_Nullable dgamma, size_t rows, size_t columns);

// MARK: Softmax and losses

/// y = softmax of each row of [rows, columns]. In place. A row of -infinity only gives NaN.
void tl_softmax_forward(const float *x, float *y, size_t rows, size_t columns);
/// dx = y * (dy - sum(y * dy)) by rows, y the output of the softmax. dx may be dy.
void tl_softmax_backward(const float *y, const float *dy, float *dx, size_t rows, size_t columns);
/// y = x - log(sum(exp(x))) by rows. In place.
void tl_log_softmax_forward(const float *x, float *y, size_t rows, size_t columns);
/// dx = dy - exp(y) * sum(dy) by rows, y the output of the log-softmax. dx may be dy.
void tl_log_softmax_backward(
    const float *y, const float *dy, float *dx, size_t rows, size_t columns);

/// What a cross-entropy asks for besides logits and labels.
typedef struct tl_cross_entropy_options {
  const float *_Nullable class_weights;  // [classes], NULL: all 1
  float label_smoothing;                 // in [0, 1]
  int32_t ignore_label;                  // -100 in torch: the row counts for nothing
  float scale;  // of losses and gradient: 1 / weight for a mean, 1 for a sum
} tl_cross_entropy_options;

/// The sum of class_weights[label] over the rows that are not ignored: the divisor of a mean.
/// Labels are within the classes, negative, or ignored.
double tl_cross_entropy_weight(
    const int32_t *labels, const float *_Nullable class_weights, int32_t ignore_label, size_t rows);
/// Cross-entropy as torch's: for a row with label y and p = log_softmax(logits),
///   loss = (1 - e) * w[y] * -p[y] + e / classes * sum over c of w[c] * -p[c], times scale.
/// Returns the sum of the losses; `losses` [rows] (0 where ignored) and `dlogits` [rows, classes]
/// are written where given. dlogits may be logits. A label outside [0, classes) that is not the
/// ignored one gives a loss of NaN and a zero gradient.
double tl_cross_entropy(
    const float *logits, const int32_t *labels, const tl_cross_entropy_options *options,
    float *_Nullable losses, float *_Nullable dlogits, size_t rows, size_t classes);
/// Binary cross-entropy with logits, [count], targets in [0, 1]: returns scale * the sum of
/// max(x, 0) - x t + log(1 + exp(-|x|)); dlogits = scale * (sigmoid(x) - t) where given (may be
/// logits).
double tl_binary_cross_entropy(
    const float *logits, const float *targets, float scale, float *_Nullable dlogits, size_t count);
/// Distillation: returns scale * the sum over rows of T^2 KL(softmax(teacher / T) ||
/// softmax(student / T)); dstudent [rows, classes] is written where given (may be student).
double tl_distillation(
    const float *student, const float *teacher, float temperature, float scale,
    float *_Nullable dstudent, size_t rows, size_t classes);

// MARK: Matrix product with a packed right side
//
// C [M, N] = A [M, K] B [K, N]. B is packed once into an opaque buffer of panels of columns.
// For a layer with weight W [out, in]: forward packs W with transposed = true (N = out, K = in);
// the gradient of the input packs W with transposed = false (N = in, K = out); the gradient of the
// weight packs X [tokens, in] with transposed = false (N = in, K = tokens) and multiplies with
// A = dY [tokens, out], transposed_a = true (M = out), any range of its columns at a time.

typedef enum __attribute__((enum_extensibility(closed))) tl_precision : int32_t {
  TL_PRECISION_FLOAT32 __attribute__((swift_name("float32"))) = 0,
  /// Inputs rounded to bfloat16 (to nearest even), products summed in float32.
  TL_PRECISION_BFLOAT16 __attribute__((swift_name("bfloat16"))) = 1,
} tl_precision;

/// The number of column panels that a packed B of N columns has; the unit in which packing is
/// split.
size_t tl_gemm_panels(size_t n, tl_precision precision);
/// The bytes of a packed B [K, N].
size_t tl_gemm_packed_size(size_t n, size_t k, tl_precision precision);
/// Packs panels [first_panel, first_panel + panels) of B. `packed` is the start of the whole buffer
/// of tl_gemm_packed_size bytes (fastest where aligned to 64). B is [K, N] with row stride
/// `stride`, or [N, K] where `transposed`.
void tl_gemm_pack(
    const float *b, size_t stride, bool transposed, size_t n, size_t k, tl_precision precision,
    size_t first_panel, size_t panels, void *packed);

/// What happens to a product before it is stored: C = activation(A B + C if accumulate + bias).
typedef struct tl_gemm_epilogue {
  const float *_Nullable bias;  // [N]
  float *_Nullable sum;         // [M, N] with C's stride: what the activation is applied to; not C
  tl_activation activation;
  bool accumulate;
} tl_gemm_epilogue;

/// C [M, N] = A [M, K] B, with the epilogue where given. A has row stride `lda`; where
/// `transposed_a`, it is stored as [K, M]. C has row stride `ldc` and overlaps neither A nor B.
/// Uses up to 200 KB of stack. Split over threads by rows of A and C. K = 0 gives a zero product.
void tl_gemm(
    const float *a, size_t lda, bool transposed_a, const void *packed, float *c, size_t ldc,
    size_t m, size_t n, size_t k, tl_precision precision,
    const tl_gemm_epilogue *_Nullable epilogue);

// MARK: Attention of one head over one sequence

/// Shapes, strides (in floats) and options of one (sequence, head).
typedef struct tl_attention {
  size_t queries;    // rows of q and out
  size_t keys;       // rows of k and v
  size_t head_size;  // columns of q, k, v and out
  size_t q_stride, k_stride, v_stride, out_stride;
  /// Between the rows of the bias. -1 makes one row of biases by distance: it lies from
  /// bias - (queries - 1) up to bias + keys - 1, and its gradient sums up over the queries.
  ptrdiff_t bias_stride;
  float scale;  // 1 / sqrt(head_size) in BERT, 1 in T5
  /// Query i sees keys 0 ... i + keys - queries.
  bool causal;
  /// Of the probabilities, element (i, j) has index first_index + i * keys + j; probability 0:
  /// none.
  tl_dropout_mask dropout;
} tl_attention;

/// The floats of scratch that forward and backward need for this shape; one buffer per thread.
size_t tl_attention_scratch_size(const tl_attention *shape);
/// out = dropout(softmax(scale * q k^T + bias)) v. bias [queries, keys] may hold -infinity. Where
/// given, log_sum_exp [queries] is kept for the backward pass, and probabilities [queries, keys]
/// (before dropout) for whoever looks at them. A query that sees no key gets zeros.
void tl_attention_forward(
    const tl_attention *shape, const float *q, const float *k, const float *v,
    const float *_Nullable bias, float *out, float *_Nullable log_sum_exp,
    float *_Nullable probabilities, float *scratch);
/// Gradients from dout [queries, head_size] (stride out_stride). dq, dk, dv are overwritten and
/// have the strides of q, k, v; dbias [queries, keys] (bias_stride), where given, is accumulated.
void tl_attention_backward(
    const tl_attention *shape, const float *q, const float *k, const float *v,
    const float *_Nullable bias, const float *log_sum_exp, const float *dout, float *dq, float *dk,
    float *dv, float *_Nullable dbias, float *scratch);

/// One step of decoding: all heads of queries that see the same keys, wherever these lie.
typedef struct tl_attention_step {
  size_t queries;  // rows of q and out
  size_t keys;
  size_t heads, head_size;
  size_t q_stride, out_stride;
  size_t k_stride;     // of rows of k and of v
  size_t bias_stride;  // between heads
  float scale;
} tl_attention_step;

/// out = softmax(scale * q k^T + bias) v of each head. Key j is the row rows[j] of k and v, row j
/// where rows is NULL. bias [heads, keys]. scratch has room for `keys` floats.
void tl_attention_step_forward(
    const tl_attention_step *shape, const float *q, const float *k, const float *v,
    const int32_t *_Nullable rows, const float *_Nullable bias, float *out, float *scratch);

// MARK: Rows: embeddings, packing

/// y[r] = table[ids[r]], rows of `columns`. A negative id gives a row of zeros.
void tl_gather_rows(
    const float *table, size_t table_stride, const int32_t *ids, float *y, size_t y_stride,
    size_t rows, size_t columns);
/// y[ids[r]] = x[r]; a negative id is skipped. No id may come twice.
void tl_scatter_rows(
    const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
    size_t columns);
/// y[ids[r]] += x[r] in the order of r; a negative id is skipped. The gradient of a gather: `ids`
/// are the slots of a compact buffer of touched rows. Split over threads by columns, not by rows.
void tl_scatter_add_rows(
    const float *x, size_t x_stride, const int32_t *ids, float *y, size_t y_stride, size_t rows,
    size_t columns);
/// y[r] = tokens[token_ids[r]] + positions[position_ids[r]] + types[type_ids[r]], dense rows of
/// `columns`. The second and the third table may be NULL.
void tl_embedding_forward(
    const float *tokens, const int32_t *token_ids, const float *_Nullable positions,
    const int32_t *_Nullable position_ids, const float *_Nullable types,
    const int32_t *_Nullable type_ids, float *y, size_t rows, size_t columns);
/// sums[c] += the sum of x[r, c] over the rows.
void tl_column_sums(const float *x, size_t stride, float *sums, size_t rows, size_t columns);
/// y [columns, rows] = the transpose of x [rows, columns].
void tl_transpose(
    const float *x, size_t x_stride, float *y, size_t y_stride, size_t rows, size_t columns);

// MARK: Sums and optimizers

/// The sum of x, of x^2 and of x y, summed in blocks in float32, over blocks in float64.
double tl_sum(const float *x, size_t count);
double tl_sum_of_squares(const float *x, size_t count);
double tl_dot(const float *x, const float *y, size_t count);
/// The largest |x|, 0 for no elements; NaN where any element is NaN.
float tl_largest_magnitude(const float *x, size_t count);

/// One step of AdamW (Loshchilov and Hutter 2019), with torch's arithmetic.
typedef struct tl_adamw_step {
  double learning_rate, beta1, beta2, epsilon, weight_decay;
  /// Multiplies the gradient first: 1, or the factor of gradient clipping.
  float gradient_scale;
  /// The number of this step, from 1.
  int64_t step;
} tl_adamw_step;

/// g = gradient_scale * gradient; p *= 1 - lr * decay; m += (1 - beta1)(g - m);
/// v = beta2 v + (1 - beta2) g^2;
/// p -= lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
void tl_adamw(
    float *parameters, const float *gradients, float *first_moments, float *second_moments,
    size_t count, tl_adamw_step step);

// MARK: Neighbors and layouts

/// Keeps the k nearest: candidate j of the range has the value norms[j] - 2 products[j] and the index
/// first_index + j. `values` [k] rise and have `indices` [k]; both begin as (infinity, -1). Among
/// equal values the one that came first stays before.
void tl_nearest_update(
    const float *products, const float *norms, size_t count, int32_t first_index, size_t k,
    float *values, int32_t *indices);
/// counts[l] += how many candidates have norms[j] - 2 products[j] < limits[l], l < limit_count.
void tl_count_nearer(
    const float *products, const float *norms, size_t count, const float *limits,
    size_t limit_count, int32_t *counts);
/// The sum of (x - y)^2, summed in float32 by vectors of partial sums.
float tl_squared_distance(const float *x, const float *y, size_t count);
/// y[i - first] = the sum of weights[e] x[neighbors[e]] over the row starts[i] ..< starts[i + 1], for
/// the rows first ..< first + count.
void tl_sparse_multiply(
    const size_t *starts, const int32_t *neighbors, const float *weights, const float *x,
    size_t first, size_t count, float *y);

/// The attraction of t-SNE: for the points first ..< first + count, the sum over their neighbors of
/// weights[e] (p - p_j) / (1 + |p - p_j|^2) with p = (x, y); force arrays begin at `first`.
void tl_tsne_attraction(
    const float *x, const float *y, const size_t *starts, const int32_t *neighbors,
    const float *weights, size_t first, size_t count, float *force_x, float *force_y);
/// The repulsion of t-SNE without its divisor: for the points first ..< first + count, the sum over
/// all n of (p - p_j) / (1 + |p - p_j|^2)^2; force arrays begin at `first`. Returns the sum of
/// 1 / (1 + |p - p_j|^2) over the pairs with different indices.
double tl_tsne_repulsion(
    const float *x, const float *y, size_t n, size_t first, size_t count, float *force_x,
    float *force_y);

/// A square grid of nodes at origin + spacing * (column, row), for 4 x 4 cubic interpolation. Points
/// lie at least one node from the first and two from the last column and row.
typedef struct tl_grid {
  float origin_x, origin_y, spacing;
  size_t stride;  // between rows
} tl_grid;

/// Adds each point's mass of 1 to the 16 nodes around it by the weights of cubic interpolation.
void tl_grid_spread(
    const tl_grid *grid, const float *x, const float *y, size_t count, float *nodes);
/// The values of two fields between their nodes.
void tl_grid_interpolate(
    const tl_grid *grid, const float *x, const float *y, size_t count, const float *nodes_a,
    const float *nodes_b, float *a, float *b);
/// The discrete Fourier transform of each column of real + i imaginary, [n, columns], in place:
/// X[k] = sum of x[j] exp(-2 pi i j k / n). n is a power of two, or three times one. roots [2 n] are
/// cos(2 pi k / n), then -sin(2 pi k / n). scratch has room for 2 n columns. With the two parts
/// exchanged it is the inverse times n.
void tl_fourier_columns(
    float *real, float *imaginary, const float *roots, size_t n, size_t columns, float *scratch);

/// From the spectrum of masses M = real + i imaginary and the real spectra of 1 / (1 + d^2) (`even`),
/// and of dx and dy / (1 + d^2)^2 over i (`odd_x`, `odd_y`): M (i odd_x - odd_y) in place, the
/// spectrum of force x + i force y. Returns the sum of |M|^2 even.
double tl_tsne_spectrum(
    float *real, float *imaginary, const float *even, const float *odd_x, const float *odd_y,
    size_t count);

/// An epoch of UMAP's layout (McInnes, Healy, Melville 2018; Appendix C).
typedef struct tl_umap_epoch {
  float a, b;        // of the similarity 1 / (1 + a d^(2 b))
  float rate;        // the learning rate
  float repulsion;   // the weight of what pushes
  uint32_t negatives;
  uint32_t epoch;    // from 0
  uint64_t seed;
  bool same;         // whether moved and other points are the same ones
} tl_umap_epoch;

/// Moves the points `order` [count], reading others as they were before. Point i, at (x, y)[i], meets
/// its due edges in their order, edge e being due where floor((epoch + 1) rates[e]) >
/// floor(epoch rates[e]): the neighbor pulls, then `negatives` of the others push, drawn by the
/// words of the Philox blocks with counter (word / 4, i, epoch, 0x554d4150) under the seed. Where the
/// points are the same ones, an edge also pulls from its other end: those pulls come half before and
/// half after, as they do on average where points move one after the other. Steps of a coordinate
/// are cut to 4 rates. Results go to (new_x, new_y)[i]. scratch has room for 16 times the largest
/// number of neighbors.
void tl_umap_move(
    const tl_umap_epoch *settings, const float *x, const float *y, const float *other_x,
    const float *other_y, size_t others, const size_t *starts, const int32_t *neighbors,
    const float *rates, const int32_t *order, size_t count, int32_t *scratch, float *new_x,
    float *new_y);

/// What a step is for weights without a gradient: rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t) and
/// 1 - rate * decay.
typedef struct tl_adamw_rest {
  float rate, root, keep;
} tl_adamw_rest;
tl_adamw_rest tl_adamw_rest_of(tl_adamw_step step);

/// `steps` steps with gradients of zero, one after the other: the same bits as `tl_adamw` gives.
void tl_adamw_resting(
    float *parameters, float *first_moments, float *second_moments, size_t count,
    const tl_adamw_rest *rests, size_t steps, tl_adamw_step step);

// MARK: Conversions

/// IEEE half to float32, exact.
void tl_from_float16(const uint16_t *x, float *y, size_t count);
/// bfloat16 to float32, exact.
void tl_from_bfloat16(const uint16_t *x, float *y, size_t count);
void tl_from_float64(const double *x, float *y, size_t count);
void tl_from_int64(const int64_t *x, float *y, size_t count);
void tl_from_int32(const int32_t *x, float *y, size_t count);
void tl_from_int16(const int16_t *x, float *y, size_t count);
void tl_from_int8(const int8_t *x, float *y, size_t count);
void tl_from_uint8(const uint8_t *x, float *y, size_t count);
/// To nearest even; NaN stays NaN.
void tl_to_bfloat16(const float *x, uint16_t *y, size_t count);
/// To nearest even; overflow becomes infinity, NaN stays NaN.
void tl_to_float16(const float *x, uint16_t *y, size_t count);

#pragma clang assume_nonnull end
