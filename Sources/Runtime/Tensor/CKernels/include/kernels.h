#pragma once
/// The instruction set that the kernels were dispatched to on this processor.
const char *tl_kernels_instruction_set(void);
