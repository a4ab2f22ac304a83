// Vectors of TL_WIDTH floats and the functions on them, for one level.
//
// A level_*.c file defines TL_WIDTH (16, 8, 4), TL_FMA (1 where multiply-add is one instruction) and
// TL_MASKS (1 where partial loads are masked instructions), opens a target attribute and includes
// kernels_of_level.h; so every function here must be inlined into that file. Multiply-adds are
// written out and contraction is off: an element gets the same bits in the body of a loop and in
// its tail.
#pragma once
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

enum { W = TL_WIDTH };
typedef float vf __attribute__((ext_vector_type(TL_WIDTH)));
typedef int32_t vi __attribute__((ext_vector_type(TL_WIDTH)));
typedef uint32_t vu __attribute__((ext_vector_type(TL_WIDTH)));
typedef uint64_t vu64 __attribute__((ext_vector_type(TL_WIDTH)));
typedef double vd __attribute__((ext_vector_type(TL_WIDTH)));
typedef uint16_t vu16 __attribute__((ext_vector_type(TL_WIDTH)));

// The same types in memory, without alignment.
typedef vf vf_memory __attribute__((aligned(4)));
typedef vu vu_memory __attribute__((aligned(4)));
typedef vu16 vu16_memory __attribute__((aligned(2)));

INLINE vf load(const float *p) { return *(const vf_memory *)p; }
INLINE void store(float *p, vf v) { *(vf_memory *)p = v; }
INLINE vu load_words(const uint32_t *p) { return *(const vu_memory *)p; }

// The first `count` (1 ... W - 1) floats at p, zeros after them.
INLINE vf load_part(const float *p, size_t count) {
#if TL_MASKS && TL_WIDTH == 16
  return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
#elif TL_MASKS && TL_WIDTH == 8
  const vi lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  return _mm256_maskload_ps(p, (__m256i)(lanes < (vi)(int32_t)count));
#else
  vf v = 0;
  for (size_t i = 0; i < count; i++) v[i] = p[i];
  return v;
#endif
}

INLINE void store_part(float *p, vf v, size_t count) {
#if TL_MASKS && TL_WIDTH == 16
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), v);
#elif TL_MASKS && TL_WIDTH == 8
  const vi lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  _mm256_maskstore_ps(p, (__m256i)(lanes < (vi)(int32_t)count), v);
#else
  for (size_t i = 0; i < count; i++) p[i] = v[i];
#endif
}

// `count` is 1 ... W, most often W.
INLINE vf load_up_to(const float *p, size_t count) {
  return count >= W ? load(p) : load_part(p, count);
}
INLINE void store_up_to(float *p, vf v, size_t count) {
  if (count >= W)
    store(p, v);
  else
    store_part(p, v, count);
}

// v in the first `count` lanes, `other` in the rest.
INLINE vf keep_first(vf v, size_t count, float other) {
#if TL_WIDTH == 16
  const vi lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif TL_WIDTH == 8
  const vi lanes = {0, 1, 2, 3, 4, 5, 6, 7};
#else
  const vi lanes = {0, 1, 2, 3};
#endif
  return lanes < (vi)(int32_t)count ? v : (vf)other;
}

// The statements with `n` lanes in use at offset `i`, over `count` elements: a loop over whole vectors, then
// one over the rest. `n` is a constant in the first.
#define EACH_VECTOR(i, n, count, ...) \
  do { \
    size_t i = 0, each_count = (count); \
    for (; i + W <= each_count; i += W) { \
      const size_t n = W; \
      __VA_ARGS__ \
    } \
    if (i < each_count) { \
      const size_t n = each_count - i; \
      __VA_ARGS__ \
    } \
  } while (0)

INLINE vf multiply_add(vf a, vf b, vf c) {
#if TL_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// The first operand's NaN stays.
INLINE vf at_least(vf x, vf low) { return x < low ? low : x; }
INLINE vf at_most(vf x, vf high) { return x > high ? high : x; }
INLINE vf magnitude(vf x) { return (vf)((vi)x & (vi)0x7fffffff); }
INLINE vf square_root(vf x) { return __builtin_elementwise_sqrt(x); }

#if TL_WIDTH == 16
#define FOLD(v, op) \
  __auto_type v8 = op(v.lo, v.hi); \
  __auto_type v4 = op(v8.lo, v8.hi); \
  __auto_type v2 = op(v4.lo, v4.hi); \
  return op(v2.x, v2.y);
#elif TL_WIDTH == 8
#define FOLD(v, op) \
  __auto_type v4 = op(v.lo, v.hi); \
  __auto_type v2 = op(v4.lo, v4.hi); \
  return op(v2.x, v2.y);
#else
#define FOLD(v, op) \
  __auto_type v2 = op(v.lo, v.hi); \
  return op(v2.x, v2.y);
#endif
#define PLUS(a, b) ((a) + (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))

INLINE float sum_of(vf v) { FOLD(v, PLUS) }
INLINE double sum_of_doubles(vd v) { FOLD(v, PLUS) }
INLINE float largest_of(vf v) { FOLD(v, LARGER) }

// exp(x): Cody and Waite's reduction, the polynomial of Cephes' expf; relative error 2e-7.
INLINE vf exponential(vf x) {
  x = at_most(at_least(x, -104.0f), 89.0f);
  vf shifted = multiply_add(x, (vf)0x1.715476p+0f, (vf)0x1.8p+23f);
  vf n = shifted - 0x1.8p+23f;
  vf r = multiply_add(n, (vf)-0.693359375f, x);
  r = multiply_add(n, (vf)2.12194440e-4f, r);
  vf p = multiply_add((vf)1.9875691500e-4f, r, (vf)1.3981999507e-3f);
  p = multiply_add(p, r, (vf)8.3334519073e-3f);
  p = multiply_add(p, r, (vf)4.1665795894e-2f);
  p = multiply_add(p, r, (vf)1.6666665459e-1f);
  p = multiply_add(p, r, (vf)5.0000001201e-1f);
  p = multiply_add(p, r * r, r) + 1;
#if TL_MASKS && TL_WIDTH == 16
  return _mm512_scalef_ps(p, n);
#else
  // 2^n in two factors, so that results below the normal numbers and infinity come out.
  vi whole = (vi)shifted - (vi)(vf)0x1.8p+23f, half = whole >> 1;
  return p * (vf)((half + 127) << 23) * (vf)((whole - half + 127) << 23);
#endif
}

// log(x): the polynomial of Cephes' logf; relative error 2e-7.
INLINE vf logarithm(vf x) {
  vi small = x < 0x1p-126f;
  vf scaled = small ? x * 0x1p23f : x;
  vi bits = (vi)scaled;
  vi exponent = ((bits - 0x3f3504f3) >> 23) - (small ? (vi)23 : (vi)0);
  vf m = (vf)(bits - ((bits - 0x3f3504f3) & (vi)0xff800000)) - 1;  // sqrt(1/2) - 1 ... sqrt(2) - 1
  vf e = __builtin_convertvector(exponent, vf), z = m * m;
  vf p = multiply_add((vf)7.0376836292e-2f, m, (vf)-1.1514610310e-1f);
  p = multiply_add(p, m, (vf)1.1676998740e-1f);
  p = multiply_add(p, m, (vf)-1.2420140846e-1f);
  p = multiply_add(p, m, (vf)1.4249322787e-1f);
  p = multiply_add(p, m, (vf)-1.6668057665e-1f);
  p = multiply_add(p, m, (vf)2.0000714765e-1f);
  p = multiply_add(p, m, (vf)-2.4999993993e-1f);
  p = multiply_add(p, m, (vf)3.3333331174e-1f);
  vf y = m * z * p;
  y = multiply_add(e, (vf)-2.12194440e-4f, y);
  y = multiply_add(z, (vf)-0.5f, y);
  vf result = multiply_add(e, (vf)0.693359375f, m + y);
  result = x == 0 ? (vf)-__builtin_inff() : result;
  result = x == __builtin_inff() ? x : result;
  return x < 0 ? (vf)__builtin_nanf("") : x != x ? x : result;
}

INLINE vf logistic(vf x) { return 1 / (1 + exponential(-x)); }

// logistic(x), and its complement without the cancellation of 1 - logistic(x).
INLINE vf logistic_and_complement(vf x, vf *complement) {
  vf e = exponential(-at_least(x, -80.0f)), s = 1 / (1 + e);
  *complement = e * s;
  return s;
}

// tanh(x): near 0 the polynomial of Cephes' tanhf, elsewhere by exp.
INLINE vf hyperbolic_tangent(vf x) {
  vf z = x * x;
  vf p = multiply_add((vf)-5.70498872745e-3f, z, (vf)2.06390887954e-2f);
  p = multiply_add(p, z, (vf)-5.37397155531e-2f);
  p = multiply_add(p, z, (vf)1.33314422036e-1f);
  p = multiply_add(p, z, (vf)-3.33332819422e-1f);
  vf near = multiply_add(p * z, x, x);
  vf far = 1 - 2 / (exponential(2 * x) + 1);
  return magnitude(x) < 0.625f ? near : far;
}

// Phi(x), the distribution of the normal, and its density times sqrt(2 pi), exp(-x^2 / 2).
// Phi(-|x|) = exp(-x^2 / 2) t P(t) / 2 with t = 1 / (1 + |x| / sqrt(8)); P is a least squares fit of
// the scaled complementary error function, relative error 3e-7.
INLINE vf normal_distribution(vf x, vf *density) {
  vf t = 1 / multiply_add(magnitude(x), (vf)0.35355339059f, (vf)1);
  vf e = exponential(x * x * -0.5f);
  vf p = multiply_add((vf)-0.06010870635509491f, t, (vf)0.2894461154937744f);
  p = multiply_add(p, t, (vf)-0.4968295693397522f);
  p = multiply_add(p, t, (vf)0.2885151505470276f);
  p = multiply_add(p, t, (vf)-0.03339901939034462f);
  p = multiply_add(p, t, (vf)0.20536042749881744f);
  p = multiply_add(p, t, (vf)0.2424793839454651f);
  p = multiply_add(p, t, (vf)0.28245383501052856f);
  p = multiply_add(p, t, (vf)0.28208234906196594f);
  vf below = 0.5f * t * p * e;
  *density = e;
  return x < 0 ? below : 1 - below;
}
