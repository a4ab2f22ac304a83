// Element conversion and CRC-32 for weight files: the loops over elements that the Swift readers
// call once per chunk. Not here: any parsing, any allocation.
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

// The element types of weight files; the numbers are shared with `ElementType` in Swift.
enum {
  TL_F64 = 0,
  TL_F32 = 1,
  TL_F16 = 2,
  TL_BF16 = 3,
  TL_I64 = 4,
  TL_I32 = 5,
  TL_I16 = 6,
  TL_I8 = 7,
  TL_U64 = 8,
  TL_U32 = 9,
  TL_U16 = 10,
  TL_U8 = 11,
  TL_BOOL = 12,
  TL_F8_E4M3 = 13,
  TL_F8_E5M2 = 14,
};

// Widens `count` little-endian elements, `stride` elements apart, to float32.
// `source` needs no alignment. Returns 0, or -1 for an unknown type.
int tl_widen(int type, const void *source, ptrdiff_t stride, float *destination, size_t count);

// Narrows `count` floats to the type (F32, F16, BF16), round to nearest even.
int tl_narrow(int type, const float *source, void *destination, size_t count);

// 1 if any of the floats is an infinity or not a number.
int tl_has_nonfinite(const float *values, size_t count);

// CRC-32 (IEEE 802.3, as zip uses it) of the bytes, continuing from `crc` (0 at the start).
uint32_t tl_crc32(uint32_t crc, const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif
