// Fast kernels: the matrix product with a packed right side. Included by kernels_of_level.h.
//
// B is packed into panels of 3 vectors of columns, [k][panel_width]; in bfloat16 with its
// instructions, [k / 2][panel_width] pairs (k low, k + 1 high), else as rounded floats. A tile of
// tile_rows x panel_width sums stays in registers while k runs (Goto, van de Geijn 2008). A is read
// in place, or from a block on the stack where it is transposed or rounded.
#pragma once

enum {
#if TL_WIDTH == 16 || defined(__aarch64__)
  tile_rows = 8,  // 24 sums, 3 of B, 1 of A: 28 of 32 registers
#else
  tile_rows = 4,  // 12 + 3 + 1: 16 of 16
#endif
  panel_vectors = 3,
  panel_width = panel_vectors * W,
  block_rows = 64,
  block_depth = 512,                    // 4-byte units of A: floats, or pairs of bfloat16
  block_stride = block_depth + 16,      // so that rows do not fall on the same sets of the cache
};

// sums += A B for `rows` rows and `vectors` vectors of columns. A(r, p) is at a[r * a_step + p], or
// at a[p * a_step + r] where `k_major`; B(p, .) at b + p * b_step.
INLINE void product_tile(
    const int rows, const int vectors, const bool k_major, const float *a, size_t a_step,
    const float *b, size_t b_step, size_t k, vf sums[tile_rows][panel_vectors]) {
  for (size_t p = 0; p < k; p++) {
    vf of_b[panel_vectors];
    UNROLLED for (int j = 0; j < vectors; j++) of_b[j] = load(b + p * b_step + (size_t)j * W);
    UNROLLED for (int r = 0; r < rows; r++) {
      vf of_a = k_major ? a[p * a_step + (size_t)r] : a[(size_t)r * a_step + p];
      UNROLLED for (int j = 0; j < vectors; j++)
        sums[r][j] = multiply_add(of_a, of_b[j], sums[r][j]);
    }
  }
}

#if TL_BF16
// The same on pairs; k counts pairs.
INLINE void product_tile_of_pairs(
    const int rows, const int vectors, const bool k_major, const uint32_t *a, size_t a_step,
    const uint32_t *b, size_t k, vf sums[tile_rows][panel_vectors]) {
  for (size_t p = 0; p < k; p++) {
    vu of_b[panel_vectors];
    UNROLLED for (int j = 0; j < vectors; j++)
      of_b[j] = load_words(b + p * panel_width + (size_t)j * W);
    UNROLLED for (int r = 0; r < rows; r++) {
      vu of_a = k_major ? a[p * a_step + (size_t)r] : a[(size_t)r * a_step + p];
      UNROLLED for (int j = 0; j < vectors; j++)
        sums[r][j] = _mm512_dpbf16_ps(sums[r][j], (__m512bh)of_a, (__m512bh)of_b[j]);
    }
  }
}
#endif

INLINE size_t lanes_of(size_t columns, int vector) {
  size_t before = (size_t)vector * W;
  return columns <= before ? 0 : columns - before < W ? columns - before : W;
}

// One tile of C, `columns` wide, which fill the given number of vectors: A B, added to C where `adds`.
INLINE void gemm_tile(
    const int rows, const int vectors, const bool k_major, const bool pairs, const void *a,
    size_t a_step, const void *b, size_t k, float *c, size_t ldc, size_t columns, bool adds) {
  vf sums[tile_rows][panel_vectors];
  UNROLLED for (int r = 0; r < rows; r++)
    UNROLLED for (int j = 0; j < vectors; j++) sums[r][j] = 0;
#if TL_BF16
  if (pairs) product_tile_of_pairs(rows, vectors, k_major, a, a_step, b, k, sums);
#endif
  if (!pairs) product_tile(rows, vectors, k_major, a, a_step, b, panel_width, k, sums);
  UNROLLED for (int r = 0; r < rows; r++) {
    float *row = c + (size_t)r * ldc;
    UNROLLED for (int j = 0; j < vectors; j++) {
      size_t n = lanes_of(columns, j);
      if (n == 0) continue;
      vf sum = sums[r][j];
      if (adds) sum += load_up_to(row + (size_t)j * W, n);
      store_up_to(row + (size_t)j * W, sum, n);
    }
  }
}

typedef void gemm_tile_function(
    const void *a, size_t a_step, const void *b, size_t k, float *c, size_t ldc, size_t columns,
    bool adds);
#define GEMM_TILE(name, vectors, rows, k_major, pairs) \
  static void name##_##vectors##_##rows( \
      const void *a, size_t a_step, const void *b, size_t k, float *c, size_t ldc, \
      size_t columns, bool adds) { \
    gemm_tile(rows, vectors, k_major, pairs, a, a_step, b, k, c, ldc, columns, adds); \
  }
#if TL_WIDTH == 16 || defined(__aarch64__)
#define GEMM_TILES_OF(name, vectors, k_major, pairs) \
  GEMM_TILE(name, vectors, 1, k_major, pairs) \
  GEMM_TILE(name, vectors, 2, k_major, pairs) \
  GEMM_TILE(name, vectors, 3, k_major, pairs) \
  GEMM_TILE(name, vectors, 4, k_major, pairs) \
  GEMM_TILE(name, vectors, 5, k_major, pairs) \
  GEMM_TILE(name, vectors, 6, k_major, pairs) \
  GEMM_TILE(name, vectors, 7, k_major, pairs) \
  GEMM_TILE(name, vectors, 8, k_major, pairs)
#define EACH_HEIGHT(name) \
  {name##_1, name##_2, name##_3, name##_4, name##_5, name##_6, name##_7, name##_8}
#else
#define GEMM_TILES_OF(name, vectors, k_major, pairs) \
  GEMM_TILE(name, vectors, 1, k_major, pairs) \
  GEMM_TILE(name, vectors, 2, k_major, pairs) \
  GEMM_TILE(name, vectors, 3, k_major, pairs) \
  GEMM_TILE(name, vectors, 4, k_major, pairs)
#define EACH_HEIGHT(name) {name##_1, name##_2, name##_3, name##_4}
#endif
// The tiles by their vectors of columns, then by their rows. Only the last panel is not full.
#define GEMM_TILES(name, k_major, pairs) \
  GEMM_TILES_OF(name, 1, k_major, pairs) \
  GEMM_TILES_OF(name, 2, k_major, pairs) \
  GEMM_TILES_OF(name, 3, k_major, pairs) \
  static gemm_tile_function *const name[panel_vectors][tile_rows] = { \
      EACH_HEIGHT(name##_1), EACH_HEIGHT(name##_2), EACH_HEIGHT(name##_3)};
GEMM_TILES(row_major_tiles, false, false)
GEMM_TILES(k_major_tiles, true, false)
#if TL_BF16
GEMM_TILES(row_major_pair_tiles, false, true)
GEMM_TILES(k_major_pair_tiles, true, true)
#endif

// MARK: Packing

// bfloat16 as the float that it is.
INLINE void round_to_bfloat16(float *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = bfloat16_bits(x[i]) << 16;
    memcpy(x + i, &bits, 4);
  }
}

#if TL_BF16
// Consecutive floats to (count + 1) / 2 pairs, the last one filled up with zero.
INLINE void to_pairs(const float *x, uint32_t *pairs, size_t count) {
  EACH_VECTOR(i, n, count, {
    __m256i eight = (__m256i)_mm512_cvtneps_pbh(load_up_to(x + i, n));
    if (n == W)
      _mm256_storeu_si256((void *)(pairs + i / 2), eight);
    else
      _mm256_mask_storeu_epi32(pairs + i / 2, (__mmask8)((1u << (n + 1) / 2) - 1), eight);
  });
}

// Elements of two rows to pairs; `high` may be NULL for zeros.
INLINE void rows_to_pairs(const float *low, const float *high, uint32_t *pairs, size_t count) {
  EACH_VECTOR(i, n, count, {
    vu of_low = (vu)_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(load_up_to(low + i, n)));
    if (high) {
      vf v = load_up_to(high + i, n);
      of_low |= (vu)_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(v)) << 16;
    }
    store_up_to((float *)pairs + i, (vf)of_low, n);
  });
}

INLINE void pack_pairs(
    const float *b, size_t stride, bool transposed, size_t columns, size_t k, uint32_t *panel) {
  size_t depth = (k + 1) / 2;
  if (!transposed) {
    for (size_t p = 0; p < depth; p++) {
      const float *low = b + 2 * p * stride;
      rows_to_pairs(low, 2 * p + 1 < k ? low + stride : 0, panel + p * panel_width, columns);
    }
    return;
  }
  enum { chunk = 64 };
  uint32_t part[panel_width * (chunk / 2)];
  for (size_t first = 0; first < k; first += chunk) {
    size_t count = k - first < chunk ? k - first : chunk;
    for (size_t j = 0; j < columns; j++)
      to_pairs(b + j * stride + first, part + j * (chunk / 2), count);
    transpose(
        (const float *)part, chunk / 2, (float *)panel + first / 2 * panel_width, panel_width,
        columns, (count + 1) / 2, false, 1);
  }
}
#endif

static size_t fast_gemm_panels(size_t n, tl_precision precision) {
  (void)precision;
  return (n + panel_width - 1) / panel_width;
}

INLINE bool in_pairs(tl_precision precision) {
  return TL_BF16 && precision == TL_PRECISION_BFLOAT16;
}

// The 4-byte units of a column of a packed B.
INLINE size_t packed_depth(size_t k, tl_precision precision) {
  return in_pairs(precision) ? (k + 1) / 2 : k;
}

static size_t fast_gemm_packed_size(size_t n, size_t k, tl_precision precision) {
  return fast_gemm_panels(n, precision) * panel_width * packed_depth(k, precision) * 4;
}

static void fast_gemm_pack(
    const float *b, size_t stride, bool transposed, size_t n, size_t k, tl_precision precision,
    size_t first_panel, size_t panels, void *packed) {
  size_t depth = packed_depth(k, precision);
  for (size_t i = first_panel; i < first_panel + panels; i++) {
    float *panel = (float *)packed + i * panel_width * depth;
    size_t first = i * panel_width, columns = n - first < panel_width ? n - first : panel_width;
    const float *from = transposed ? b + first * stride : b + first;
    if (columns < panel_width) memset(panel, 0, panel_width * depth * 4);
#if TL_BF16
    if (in_pairs(precision)) {
      pack_pairs(from, stride, transposed, columns, k, (uint32_t *)panel);
      continue;
    }
#endif
    if (transposed)
      for (size_t p = 0; p < k; p += 64)
        transpose(
            from + p, stride, panel + p * panel_width, panel_width, columns,
            k - p < 64 ? k - p : 64, false, 1);
    else
      for (size_t p = 0; p < k; p++)
        memcpy(panel + p * panel_width, from + p * stride, columns * sizeof *panel);
    if (precision == TL_PRECISION_BFLOAT16) round_to_bfloat16(panel, panel_width * depth);
  }
}

// MARK: The product

// A block of A where it cannot be read in place: rows of block_stride units, or for a transposed A
// columns of block_rows units.
INLINE void copy_block_of_a(
    const float *a, size_t lda, bool transposed, size_t rows, size_t depth, tl_precision precision,
    uint32_t *block) {
#if TL_BF16
  if (in_pairs(precision)) {
    for (size_t r = 0; !transposed && r < rows; r++)
      to_pairs(a + r * lda, block + r * block_stride, depth);
    for (size_t p = 0; transposed && p < depth; p += 2)
      rows_to_pairs(
          a + p * lda, p + 1 < depth ? a + (p + 1) * lda : 0, block + p / 2 * block_rows, rows);
    return;
  }
#endif
  for (size_t i = 0; i < (transposed ? depth : rows); i++) {
    float *to = (float *)block + i * (transposed ? block_rows : block_stride);
    size_t count = transposed ? rows : depth;
    memcpy(to, a + i * lda, count * sizeof *to);
    if (precision == TL_PRECISION_BFLOAT16) round_to_bfloat16(to, count);
  }
}

static void finish_rows(
    const tl_gemm_epilogue *e, float *c, size_t ldc, size_t rows, size_t first, size_t columns,
    size_t row_of_sum) {
  for (size_t r = 0; r < rows; r++) {
    float *row = c + r * ldc;
    float *sum = e->sum ? e->sum + (row_of_sum + r) * ldc + first : 0;
    const float *bias = e->bias ? e->bias + first : 0;
    FOR_ACTIVATION(e->activation, kind, activate_row(kind, row, bias, sum, row, columns))
  }
}

static void fast_gemm(
    const float *a, size_t lda, bool transposed_a, const void *packed, float *c, size_t ldc,
    size_t m, size_t n, size_t k, tl_precision precision, const tl_gemm_epilogue *epilogue) {
  uint32_t block[block_rows * block_stride] __attribute__((aligned(64)));
  const bool pairs = in_pairs(precision);
  const bool copies = transposed_a || precision == TL_PRECISION_BFLOAT16;
  const bool finishes = epilogue
      && (epilogue->bias || epilogue->sum || epilogue->activation != TL_ACTIVATION_NONE);
  gemm_tile_function *const(*tiles)[tile_rows] = transposed_a ? k_major_tiles : row_major_tiles;
#if TL_BF16
  if (pairs) tiles = transposed_a ? k_major_pair_tiles : row_major_pair_tiles;
#endif
  size_t unit = pairs ? 2 : 1, units = packed_depth(k, precision);
  for (size_t i0 = 0; i0 < m; i0 += block_rows) {
    size_t rows = m - i0 < block_rows ? m - i0 : block_rows;
    size_t p0 = 0;
    do {
      size_t depth = units - p0 < block_depth ? units - p0 : block_depth;
      bool last = p0 + depth == units;
      const float *of_a = transposed_a ? a + p0 * unit * lda + i0 : a + i0 * lda + p0 * unit;
      size_t a_step = lda;
      if (copies) {
        size_t elements = last ? k - p0 * unit : depth * unit;
        copy_block_of_a(of_a, lda, transposed_a, rows, elements, precision, block);
        of_a = (const float *)block;
        a_step = transposed_a ? block_rows : block_stride;
      }
      bool adds = p0 > 0 || (epilogue && epilogue->accumulate);
      for (size_t j = 0; j < n; j += panel_width) {
        size_t columns = n - j < panel_width ? n - j : panel_width;
        const float *panel = (const float *)packed + j * units + p0 * panel_width;
        for (size_t i = 0; i < rows; i += tile_rows) {
          size_t count = rows - i < tile_rows ? rows - i : tile_rows;
          float *tile = c + (i0 + i) * ldc + j;
          tiles[(columns + W - 1) / W - 1][count - 1](
              of_a + (transposed_a ? i : i * a_step), a_step, panel, depth, tile, ldc, columns,
              adds);
          if (last && finishes) finish_rows(epilogue, tile, ldc, count, j, columns, i0 + i);
        }
      }
      p0 += depth;
    } while (p0 < units);
  }
}
