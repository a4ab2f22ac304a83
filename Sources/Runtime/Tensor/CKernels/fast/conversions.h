// Fast kernels: number formats. Included by kernels_of_level.h.
#pragma once

static void fast_from_bfloat16(const uint16_t *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(y + i, &bits, 4);
  }
}

#define FROM(name, type) \
  static void fast_from_##name(const type *x, float *y, size_t count) { \
    for (size_t i = 0; i < count; i++) y[i] = (float)x[i]; \
  }
FROM(float64, double)
FROM(int64, int64_t)
FROM(int32, int32_t)
FROM(int16, int16_t)
FROM(int8, int8_t)
FROM(uint8, uint8_t)
#undef FROM

INLINE uint32_t bfloat16_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, quiet = bits >> 16 | 0x40;
  return x != x ? quiet : nearest;
}

static void fast_to_bfloat16(const float *x, uint16_t *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = (uint16_t)bfloat16_bits(x[i]);
}

#if TL_MASKS && TL_WIDTH == 16
static void fast_from_float16(const uint16_t *x, float *y, size_t count) {
  EACH_VECTOR(i, n, count, {
    __m256i halves = _mm256_maskz_loadu_epi16((__mmask16)((1u << n) - 1), x + i);
    store_up_to(y + i, _mm512_cvtph_ps(halves), n);
  });
}

static void fast_to_float16(const float *x, uint16_t *y, size_t count) {
  EACH_VECTOR(i, n, count, {
    __m256i halves = _mm512_cvtps_ph(
        load_up_to(x + i, n), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    _mm256_mask_storeu_epi16(y + i, (__mmask16)((1u << n) - 1), halves);
  });
}
#elif TL_MASKS && TL_WIDTH == 8
static void fast_from_float16(const uint16_t *x, float *y, size_t count) {
  EACH_VECTOR(i, n, count, {
    uint16_t part[8] = {0};
    if (n < W) memcpy(part, x + i, n * sizeof *x);
    store_up_to(y + i, _mm256_cvtph_ps(_mm_loadu_si128((void *)(n < W ? part : x + i))), n);
  });
}

static void fast_to_float16(const float *x, uint16_t *y, size_t count) {
  EACH_VECTOR(i, n, count, {
    uint16_t part[8];
    _mm_storeu_si128((void *)part, _mm256_cvtps_ph(load_up_to(x + i, n), 0));
    memcpy(y + i, part, n * sizeof *y);
  });
}
#else
#define fast_from_float16 tl_naive_from_float16
#define fast_to_float16 tl_naive_to_float16
#endif
