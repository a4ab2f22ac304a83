// The level of AVX-512 F, BW, CD, DQ, VL: x86-64-v4.
#if defined(__x86_64__)
#include "level.h"

#define TL_WIDTH 16
#define TL_FMA 1
#define TL_MASKS 1
#define TL_BF16 0
#define TL_TABLE tl_kernels_avx512
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#include "kernels_of_level.h"
#pragma clang attribute pop
#endif
