// Chooses the kernels for this processor once, before main, and calls through their table.
#include "kernel_table.h"
#include "naive_kernels.h"

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

static const tl_kernel_table *table_of(tl_level level) { (void)level; return &naive_table; }

static tl_level detect(void) { return TL_LEVEL_NAIVE; }

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

#define TL_KERNEL(result, name, parameters, arguments) \
  result tl_##name parameters { return current()->name arguments; }
#include "kernel_list.h"
