#pragma once
#include <histedit.h>
EditLine *tl_el_open(const char *program);
