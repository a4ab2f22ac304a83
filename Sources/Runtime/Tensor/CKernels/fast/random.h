// Fast kernels: Philox 4x32-10 on TL_WIDTH blocks at a time. Included by kernels_of_level.h.
#pragma once

enum { random_batch = 4 * W };

// The words of blocks first_block ... first_block + W - 1, in order.
INLINE void random_blocks(
    uint64_t first_block, uint64_t seed, uint64_t stream, uint32_t words[random_batch]) {
  vu64 blocks;
  for (size_t i = 0; i < W; i++) blocks[i] = first_block + i;
  vu c0 = __builtin_convertvector(blocks, vu), c1 = __builtin_convertvector(blocks >> 32, vu);
  vu c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    vu64 p0 = __builtin_convertvector(c0, vu64) * 0xD2511F53u;
    vu64 p1 = __builtin_convertvector(c2, vu64) * 0xCD9E8D57u;
    c0 = __builtin_convertvector(p1 >> 32, vu) ^ c1 ^ k0;
    c2 = __builtin_convertvector(p0 >> 32, vu) ^ c3 ^ k1;
    c1 = __builtin_convertvector(p1, vu);
    c3 = __builtin_convertvector(p0, vu);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  typedef uint32_t four __attribute__((ext_vector_type(4), aligned(4)));
  for (size_t i = 0; i < W; i += 4) {
    four a, b, c, d;
    for (size_t j = 0; j < 4; j++) {
      a[j] = c0[i + j];
      b[j] = c1[i + j];
      c[j] = c2[i + j];
      d[j] = c3[i + j];
    }
    four low_ac = __builtin_shufflevector(a, c, 0, 4, 1, 5);
    four high_ac = __builtin_shufflevector(a, c, 2, 6, 3, 7);
    four low_bd = __builtin_shufflevector(b, d, 0, 4, 1, 5);
    four high_bd = __builtin_shufflevector(b, d, 2, 6, 3, 7);
    *(four *)(words + 4 * i) = __builtin_shufflevector(low_ac, low_bd, 0, 4, 1, 5);
    *(four *)(words + 4 * i + 4) = __builtin_shufflevector(low_ac, low_bd, 2, 6, 3, 7);
    *(four *)(words + 4 * i + 8) = __builtin_shufflevector(high_ac, high_bd, 0, 4, 1, 5);
    *(four *)(words + 4 * i + 12) = __builtin_shufflevector(high_ac, high_bd, 2, 6, 3, 7);
  }
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
