// What a level file includes before it opens its target attribute.
#pragma once
#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "../kernel_table.h"
#include "naive_kernels.h"

extern const tl_kernel_table tl_kernels_baseline;
#if defined(__x86_64__)
extern const tl_kernel_table tl_kernels_avx2, tl_kernels_avx512, tl_kernels_avx512_bf16;
#endif
