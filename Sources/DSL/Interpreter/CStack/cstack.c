#include "cstack.h"

static _Thread_local struct tl_thread_state state;

struct tl_thread_state *tl_thread_state(void) { return &state; }
