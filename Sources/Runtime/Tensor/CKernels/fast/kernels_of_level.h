// The kernels of one level and their table. See vector.h for what the level file defines.
#include "vector.h"

#include "elementwise.h"
#include "random.h"
#include "norms.h"
#include "losses.h"
#include "rows.h"
#include "conversions.h"
#include "gemm.h"
#include "attention.h"
#include "neighbors.h"
#include "layout.h"
#include "fourier.h"

const tl_kernel_table TL_TABLE = {
#define TL_KERNEL(result, name, parameters, arguments) .name = fast_##name,
#include "kernel_list.h"
};
