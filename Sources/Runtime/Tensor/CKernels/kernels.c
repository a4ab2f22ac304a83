#include "kernels.h"

const char *tl_kernels_instruction_set(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
  return "x86-64";
#else
  return "portable";
#endif
}
