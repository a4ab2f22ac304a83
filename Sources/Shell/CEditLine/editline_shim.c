#include "editline_shim.h"
#include <stdio.h>

EditLine *tl_el_open(const char *program) { return el_init(program, stdin, stdout, stderr); }
