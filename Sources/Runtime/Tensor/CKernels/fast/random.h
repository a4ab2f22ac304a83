// Fast kernels: Philox 4x32-10 on TL_WIDTH blocks at a time. Included by kernels_of_level.h.
#pragma once

enum { random_batch = 4 * W };

#if TL_WIDTH == 16
#define ZIPPED(a, b) \
  __builtin_shufflevector( \
      a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, \
      12, 28, 13, 29, 14, 30, 15, 31)
#elif TL_WIDTH == 8
#define ZIPPED(a, b) \
  __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define ZIPPED(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5, 2, 6, 3, 7)
#endif

// The words of blocks first_block ... first_block + W - 1, in order. A word is the low half of a
// 64-bit lane; what its high half holds is never looked at.
INLINE void random_blocks(
    uint64_t first_block, uint64_t seed, uint64_t stream, uint32_t words[random_batch]) {
  const vu64 low_half = 0xffffffffu;
  vu64 c0, c1, c2 = (uint32_t)stream, c3 = stream >> 32;
  for (size_t i = 0; i < W; i++) c0[i] = first_block + i;
  c1 = c0 >> 32;
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  UNROLLED for (int round = 0; round < 10; round++) {
    vu64 p0 = (c0 & low_half) * 0xD2511F53u, p1 = (c2 & low_half) * 0xCD9E8D57u;
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1;
    c3 = p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  __auto_type zipped =
      ZIPPED((c0 & low_half) | (c1 << 32), (c2 & low_half) | (c3 << 32));  // little-endian
  memcpy(words, &zipped, sizeof zipped);
}

// The statements for each run of elements [start, start + length) of the range whose words are at `batch`.
// Words of a whole batch can be read there.
#define EACH_RANDOM_BATCH(start, length, batch, count, seed, stream, first_index, ...) \
  do { \
    uint32_t words_of_batch[2 * random_batch] = {0}; \
    uint64_t block_of_batch = (first_index) / 4; \
    size_t skip = (size_t)((first_index) % 4), start = 0, random_count = (count); \
    while (start < random_count) { \
      random_blocks(block_of_batch, seed, stream, words_of_batch); \
      const uint32_t *batch = words_of_batch + skip; \
      size_t length = random_batch - skip; \
      if (length > random_count - start) length = random_count - start; \
      __VA_ARGS__ start += length; \
      skip = 0; \
      block_of_batch += W; \
    } \
  } while (0)

static void fast_random_words(
    uint32_t *words, size_t count, uint64_t seed, uint64_t stream, uint64_t first_index) {
  EACH_RANDOM_BATCH(start, length, batch, count, seed, stream, first_index, {
    memcpy(words + start, batch, length * sizeof *words);
  });
}

static void fast_fill_uniform(
    float *y, size_t count, float low, float high, uint64_t seed, uint64_t stream,
    uint64_t first_index) {
  float width = high - low;
  EACH_RANDOM_BATCH(start, length, batch, count, seed, stream, first_index, {
    EACH_VECTOR(i, n, length, {
      vf unit = __builtin_convertvector((vi)(load_words(batch + i) >> 8), vf) * 0x1p-24f;
      vf product = unit * width;
      store_up_to(y + start + i, low + product, n);
    });
  });
}

INLINE void drop(const float *x, float *y, size_t count, tl_dropout_mask mask) {
  float scale = mask.probability < 1 ? 1 / (1 - mask.probability) : 0;
  double threshold = (double)mask.probability * 0x1p32;
  uint32_t last_dropped = threshold < 1 ? 0 : (uint32_t)((uint64_t)threshold - 1);
  if (threshold < 1) {  // nothing is dropped
    if (x != y) memmove(y, x, count * sizeof *y);
    return;
  }
  EACH_RANDOM_BATCH(start, length, batch, count, mask.seed, mask.stream, mask.first_index, {
    EACH_VECTOR(i, n, length, {
      vf kept = load_up_to(x + start + i, n) * scale;
      vf value = load_words(batch + i) > last_dropped ? kept : (vf)0;
      store_up_to(y + start + i, value, n);
    });
  });
}

static void fast_dropout(const float *x, float *y, size_t count, tl_dropout_mask mask) {
  drop(x, y, count, mask);
}

#define fast_fill_normal tl_naive_fill_normal
#define fast_fill_truncated_normal tl_naive_fill_truncated_normal
