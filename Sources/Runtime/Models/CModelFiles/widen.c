// Widening of stored elements to float32. Loads go through memcpy: a file gives no alignment.
#include "model_files.h"
#include <string.h>

static inline float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline uint32_t to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

static inline float from_f32(uint32_t bits) { return from_bits(bits); }
static inline float from_bf16(uint16_t bits) { return from_bits((uint32_t)bits << 16); }

// IEEE binary16: normal numbers, infinities and NaN move the exponent by 2^-112; subnormal ones
// ride as the low mantissa bits of 0.5. Both sides are computed so that the loop vectorizes.
static inline float from_f16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  uint32_t sign = wide & 0x80000000u;
  uint32_t twice = wide + wide;
  float normal = from_bits((twice >> 4) + (0xE0u << 23)) * 0x1.0p-112f;
  float subnormal = from_bits((twice >> 17) | 0x3F000000u) - 0.5f;
  return from_bits(sign | (twice < (1u << 27) ? to_bits(subnormal) : to_bits(normal)));
}

// OCP FP8 (Micikevicius et al., 2022): E5M2 is the upper half of binary16; E4M3 has no infinity
// and one NaN pattern per sign.
static inline float from_f8_e5m2(uint8_t bits) { return from_f16((uint16_t)(bits << 8)); }
static inline float from_f8_e4m3(uint8_t bits) {
  uint32_t sign = (uint32_t)(bits & 0x80) << 24;
  uint32_t rest = bits & 0x7F;
  if (rest == 0x7F) return from_bits(sign | 0x7FC00000u);
  float magnitude = rest < 8 ? (float)rest * 0x1.0p-9f : from_bits((rest << 20) + (120u << 23));
  return from_bits(sign | to_bits(magnitude));
}

static inline float from_f64(uint64_t bits) {
  double value;
  memcpy(&value, &bits, 8);
  return (float)value;
}
static inline float from_i64(uint64_t bits) { return (float)(int64_t)bits; }
static inline float from_i32(uint32_t bits) { return (float)(int32_t)bits; }
static inline float from_i16(uint16_t bits) { return (float)(int16_t)bits; }
static inline float from_i8(uint8_t bits) { return (float)(int8_t)bits; }
static inline float from_u64(uint64_t bits) { return (float)bits; }
static inline float from_u32(uint32_t bits) { return (float)bits; }
static inline float from_u16(uint16_t bits) { return (float)bits; }
static inline float from_u8(uint8_t bits) { return (float)bits; }
static inline float from_bool(uint8_t bits) { return bits ? 1.0f : 0.0f; }

#define WIDEN(RAW, CONVERT)                                                                      \
  do {                                                                                           \
    const char *bytes = source;                                                                  \
    RAW raw;                                                                                     \
    if (stride == 1) {                                                                           \
      for (size_t i = 0; i < count; i++) {                                                       \
        memcpy(&raw, bytes + i * sizeof(RAW), sizeof(RAW));                                      \
        destination[i] = CONVERT(raw);                                                           \
      }                                                                                          \
    } else {                                                                                     \
      for (size_t i = 0; i < count; i++) {                                                       \
        memcpy(&raw, bytes + (ptrdiff_t)i * stride * (ptrdiff_t)sizeof(RAW), sizeof(RAW));       \
        destination[i] = CONVERT(raw);                                                           \
      }                                                                                          \
    }                                                                                            \
    return 0;                                                                                    \
  } while (0)

int tl_widen(int type, const void *source, ptrdiff_t stride, float *destination, size_t count) {
  switch (type) {
  case TL_F64: WIDEN(uint64_t, from_f64);
  case TL_F32:
    if (stride == 1) {
      memcpy(destination, source, count * 4);
      return 0;
    }
    WIDEN(uint32_t, from_f32);
  case TL_F16: WIDEN(uint16_t, from_f16);
  case TL_BF16: WIDEN(uint16_t, from_bf16);
  case TL_I64: WIDEN(uint64_t, from_i64);
  case TL_I32: WIDEN(uint32_t, from_i32);
  case TL_I16: WIDEN(uint16_t, from_i16);
  case TL_I8: WIDEN(uint8_t, from_i8);
  case TL_U64: WIDEN(uint64_t, from_u64);
  case TL_U32: WIDEN(uint32_t, from_u32);
  case TL_U16: WIDEN(uint16_t, from_u16);
  case TL_U8: WIDEN(uint8_t, from_u8);
  case TL_BOOL: WIDEN(uint8_t, from_bool);
  case TL_F8_E4M3: WIDEN(uint8_t, from_f8_e4m3);
  case TL_F8_E5M2: WIDEN(uint8_t, from_f8_e5m2);
  default: return -1;
  }
}

static inline uint16_t to_bf16(float value) {
  uint32_t bits = to_bits(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return (uint16_t)((bits >> 16) | 0x40u);
  return (uint16_t)((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

static inline uint16_t to_f16(float value) {
  uint32_t bits = to_bits(value);
  uint16_t sign = (uint16_t)((bits >> 16) & 0x8000u);
  uint32_t rest = bits & 0x7FFFFFFFu;
  if (rest > 0x7F800000u) return sign | 0x7E00u;
  if (rest >= 0x477FF000u) return sign | 0x7C00u;
  if (rest < 0x38800000u)  // below 2^-14: add 0.5 so that the rounding falls on the last bit
    return sign | (uint16_t)(to_bits(from_bits(rest) + 0.5f) - 0x3F000000u);
  return sign | (uint16_t)((rest - 0x38000000u + 0xFFFu + ((rest >> 13) & 1u)) >> 13);
}

int tl_narrow(int type, const float *source, void *destination, size_t count) {
  switch (type) {
  case TL_F32: memcpy(destination, source, count * 4); return 0;
  case TL_F16:
    for (size_t i = 0; i < count; i++) {
      uint16_t bits = to_f16(source[i]);
      memcpy((char *)destination + 2 * i, &bits, 2);
    }
    return 0;
  case TL_BF16:
    for (size_t i = 0; i < count; i++) {
      uint16_t bits = to_bf16(source[i]);
      memcpy((char *)destination + 2 * i, &bits, 2);
    }
    return 0;
  default: return -1;
  }
}

int tl_has_nonfinite(const float *values, size_t count) {
  uint32_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, 4);
    found |= ((bits & 0x7F800000u) == 0x7F800000u);
  }
  return (int)found;
}
