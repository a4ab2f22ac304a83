// What the evaluator needs to know of the thread it runs on.
#pragma once
#include <stdint.h>

struct tl_thread_state {
  /// Nested releases of lists, records and functions that are under way.
  int32_t release_depth;
  /// Set when a comparison went too deep for the stack.
  int32_t went_too_deep;
  /// The address below which no more stack may be used; 0 when nobody said.
  uintptr_t stack_limit;
  /// Owned by Swift: values whose release was put off.
  void *deferred;
};

/// The state of the calling thread; valid as long as the thread.
struct tl_thread_state *tl_thread_state(void);

/// An address in the caller's stack frame.
static inline uintptr_t tl_stack_address(void) { return (uintptr_t)__builtin_frame_address(0); }
