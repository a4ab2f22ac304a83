// The level of AVX2, FMA, F16C: x86-64-v3.
#if defined(__x86_64__)
#include "level.h"

#define TL_WIDTH 8
#define TL_FMA 1
#define TL_MASKS 1
#define TL_BF16 0
#define TL_TABLE tl_kernels_avx2
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "kernels_of_level.h"
#pragma clang attribute pop
#endif
