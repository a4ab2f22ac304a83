// Naive twins: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as
// 1, 2, 3") and what is drawn from it. See naive_kernels.h.
#include <math.h>

#include "naive_kernels.h"

static uint32_t word(uint64_t index, uint64_t seed, uint64_t stream) {
  uint64_t block = index / 4;
  uint32_t c[4] = {
      (uint32_t)block, (uint32_t)(block >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)};
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53 * c[0], p1 = (uint64_t)0xCD9E8D57 * c[2];
    uint32_t next[4] = {
        (uint32_t)(p1 >> 32) ^ c[1] ^ k0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k1,
        (uint32_t)p0};
    for (int i = 0; i < 4; i++) c[i] = next[i];
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c[index % 4];
}

void tl_naive_random_words(
    uint32_t *words, size_t count, uint64_t seed, uint64_t stream, uint64_t first_index) {
  for (size_t i = 0; i < count; i++) words[i] = word(first_index + i, seed, stream);
}

void tl_naive_fill_uniform(
    float *y, size_t count, float low, float high, uint64_t seed, uint64_t stream,
    uint64_t first_index) {
  for (size_t i = 0; i < count; i++) {
    float unit = (float)(word(first_index + i, seed, stream) >> 8) * 0x1p-24f;
    float product = (high - low) * unit;
    y[i] = low + product;
  }
}

void tl_naive_fill_normal(
    float *y, size_t count, float mean, float deviation, uint64_t seed, uint64_t stream,
    uint64_t first_index) {
  for (size_t i = 0; i < count; i++) {
    uint64_t index = first_index + i, pair = index & ~(uint64_t)1;
    // In (0, 1], so that the logarithm is finite.
    double u = ((double)word(pair, seed, stream) + 1) * 0x1p-32;
    double angle = 2 * M_PI * (double)word(pair + 1, seed, stream) * 0x1p-32;
    double radius = sqrt(-2 * log(u));
    y[i] = (float)(mean + deviation * radius * (index & 1 ? sin(angle) : cos(angle)));
  }
}

// The inverse of the normal distribution: a rational approximation (Acklam 2003, relative error
// 1.2e-9) and one step of Halley's method on erfc.
static double normal_quantile(double p) {
  static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                             1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                             6.680131188771972e+01, -1.328068155288572e+01};
  static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                             -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00};
  static const double d[] = {
      7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
  if (p <= 0) return -INFINITY;
  if (p >= 1) return INFINITY;
  double x;
  if (p < 0.02425 || p > 1 - 0.02425) {
    double q = sqrt(-2 * log(p < 0.5 ? p : 1 - p));
    x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5])
        / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    if (p > 0.5) x = -x;
  } else {
    double q = p - 0.5, r = q * q;
    x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q
        / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
  }
  double error = 0.5 * erfc(-x * M_SQRT1_2) - p;
  double u = error * sqrt(2 * M_PI) * exp(0.5 * x * x);
  return x - u / (1 + 0.5 * x * u);
}

void tl_naive_fill_truncated_normal(
    float *y, size_t count, float mean, float deviation, float low, float high, uint64_t seed,
    uint64_t stream, uint64_t first_index) {
  double below = 0.5 * erfc(-(low - mean) / deviation * M_SQRT1_2);
  double above = 0.5 * erfc(-(high - mean) / deviation * M_SQRT1_2);
  for (size_t i = 0; i < count; i++) {
    double unit = ((double)word(first_index + i, seed, stream) + 0.5) * 0x1p-32;
    float value = (float)(mean + deviation * normal_quantile(below + (above - below) * unit));
    y[i] = value < low ? low : value > high ? high : value;
  }
}

void tl_naive_dropout(const float *x, float *y, size_t count, tl_dropout_mask mask) {
  uint64_t threshold = (uint64_t)((double)mask.probability * 0x1p32);
  float scale = mask.probability < 1 ? 1 / (1 - mask.probability) : 0;
  for (size_t i = 0; i < count; i++)
    y[i] = word(mask.first_index + i, mask.seed, mask.stream) >= threshold ? x[i] * scale : 0;
}
