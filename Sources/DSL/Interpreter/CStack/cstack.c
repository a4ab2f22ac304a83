#define _GNU_SOURCE
#include "cstack.h"
#include <pthread.h>

static _Thread_local struct tl_thread_state state = {.walk_limit = 1 << 25};

struct tl_thread_state *tl_thread_state(void) { return &state; }

enum { deepest_release = 200 };

_Bool tl_begin_release(void) {
  if (state.release_depth >= deepest_release) return 0;
  state.release_depth += 1;
  return 1;
}

_Bool tl_end_release(void) {
  state.release_depth -= 1;
  return state.release_depth == 0 && state.deferred != 0;
}

uintptr_t tl_stack_limit(void) {
  if (state.stack_limit == 0) {
    // Where the system does not say, a megabyte below here is taken to be there.
    uintptr_t end = tl_stack_address() - (1u << 20);
    size_t size = 1u << 20;
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      void *address;
      if (pthread_attr_getstack(&attributes, &address, &size) == 0) end = (uintptr_t)address;
      pthread_attr_destroy(&attributes);
    }
    state.stack_limit = end + size / 16 + (128u << 10);
    state.call_limit = end + size / 8 + (256u << 10);
  }
  return state.stack_limit;
}

uintptr_t tl_call_limit(void) {
  tl_stack_limit();
  return state.call_limit;
}
