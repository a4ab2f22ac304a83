// The level of x86-64-v4 and the dot products of bfloat16 pairs.
#if defined(__x86_64__)
#include "level.h"

#define TL_WIDTH 16
#define TL_FMA 1
#define TL_MASKS 1
#define TL_BF16 1
#define TL_TABLE tl_kernels_avx512_bf16
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512bf16"))), apply_to = function)
#include "kernels_of_level.h"
#pragma clang attribute pop
#endif
