// One pointer per kernel: what a level exports and what dispatch.c calls through.
#pragma once
#include "kernels.h"

typedef struct tl_kernel_table {
#define TL_KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "kernel_list.h"
} tl_kernel_table;
