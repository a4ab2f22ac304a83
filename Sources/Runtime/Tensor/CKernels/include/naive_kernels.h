// The naive twin tl_naive_NAME of every tl_NAME in kernels.h: loops as the formula is written, sums
// in float64. They are the specification of the fast kernels, what the tests compare with, and what
// runs at TL_LEVEL_NAIVE.
#pragma once
#include "kernels.h"

#define TL_KERNEL(result, name, parameters, arguments) result tl_naive_##name parameters;
#include "kernel_list.h"
