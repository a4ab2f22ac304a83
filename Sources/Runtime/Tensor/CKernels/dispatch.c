// Chooses the kernels for this processor once, before main, and calls through their table.
#define _GNU_SOURCE  // sched_getaffinity
#include "kernel_table.h"
#include "naive_kernels.h"

#include <math.h>
#include <sched.h>

static const tl_kernel_table naive_table = {
#define TL_KERNEL(result, name, parameters, arguments) .name = tl_naive_##name,
#include "kernel_list.h"
};

static tl_level best_level = TL_LEVEL_NAIVE;
static const tl_kernel_table *best_table = &naive_table;
// What tl_kernels_use_level chose for this thread; NULL for the best.
static _Thread_local const tl_kernel_table *own_table;
static _Thread_local tl_level own_level;

static inline const tl_kernel_table *current(void) { return own_table ? own_table : best_table; }

extern const tl_kernel_table tl_kernels_baseline;

#if defined(__x86_64__)
extern const tl_kernel_table tl_kernels_avx2, tl_kernels_avx512, tl_kernels_avx512_bf16;

static tl_level detect(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("x86-64-v3")) return TL_LEVEL_BASELINE;
  if (!__builtin_cpu_supports("x86-64-v4")) return TL_LEVEL_AVX2;
  return __builtin_cpu_supports("avx512bf16") ? TL_LEVEL_AVX512_BF16 : TL_LEVEL_AVX512;
}
#else
static tl_level detect(void) { return TL_LEVEL_BASELINE; }
#endif

static const tl_kernel_table *table_of(tl_level level) {
  switch (level) {
    case TL_LEVEL_NAIVE: return &naive_table;
    case TL_LEVEL_BASELINE: break;
#if defined(__x86_64__)
    case TL_LEVEL_AVX2: return &tl_kernels_avx2;
    case TL_LEVEL_AVX512: return &tl_kernels_avx512;
    case TL_LEVEL_AVX512_BF16: return &tl_kernels_avx512_bf16;
#else
    default: break;
#endif
  }
  return &tl_kernels_baseline;
}

__attribute__((constructor)) static void choose(void) {
  best_level = detect();
  best_table = table_of(best_level);
}

tl_level tl_kernels_best_level(void) { return best_level; }

tl_level tl_kernels_level(void) { return own_table ? own_level : best_level; }

tl_level tl_kernels_use_level(tl_level level) {
  own_level = level < best_level ? level : best_level;
  own_table = table_of(own_level);
  return own_level;
}

const char *tl_kernels_instruction_set(void) {
  switch (tl_kernels_level()) {
    case TL_LEVEL_AVX512_BF16: return "avx512bf16";
    case TL_LEVEL_AVX512: return "avx512";
    case TL_LEVEL_AVX2: return "avx2";
    case TL_LEVEL_BASELINE: return "baseline";
    case TL_LEVEL_NAIVE: break;
  }
  return "naive";
}

int tl_processors(void) {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

tl_adamw_rest tl_adamw_rest_of(tl_adamw_step s) {
  return (tl_adamw_rest){
      .rate = (float)(s.learning_rate / (1 - pow(s.beta1, (double)s.step))),
      .root = (float)(1 / sqrt(1 - pow(s.beta2, (double)s.step))),
      .keep = (float)(1 - s.learning_rate * s.weight_decay)};
}

#define TL_KERNEL(result, name, parameters, arguments) \
  result tl_##name parameters { return current()->name arguments; }
#include "kernel_list.h"
