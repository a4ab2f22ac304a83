// The level that every processor of the architecture runs: SSE2 on x86-64, NEON on aarch64.
#include "level.h"

#define TL_WIDTH 4
#if defined(__aarch64__)
#define TL_FMA 1
#else
#define TL_FMA 0
#endif
#define TL_MASKS 0
#define TL_BF16 0
#define TL_TABLE tl_kernels_baseline
#include "kernels_of_level.h"
