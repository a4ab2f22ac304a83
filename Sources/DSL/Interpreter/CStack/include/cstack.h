// What the evaluator needs to know of the thread it runs on.
#pragma once
#include <stdint.h>

struct tl_thread_state {
  /// Nested releases of lists, records and functions that are under way.
  int32_t release_depth;
  /// See `tl_stack_limit` and `tl_call_limit`; 0 until they are asked for.
  uintptr_t stack_limit;
  uintptr_t call_limit;
  /// How many lists and records one comparison or conversion may visit.
  int64_t walk_limit;
  /// Owned by Swift: values whose release was put off.
  void *deferred;
};

/// Begins the release of an object's parts: false when releases nest as deep as they may. Calls into
/// C, because the Swift optimizer moves plain stores across a release.
_Bool tl_begin_release(void);

/// Ends a release; true when it was the outermost and values were put off.
_Bool tl_end_release(void);

/// The state of the calling thread; valid as long as the thread.
struct tl_thread_state *tl_thread_state(void);

/// The address below which no more of the calling thread's stack may be used.
uintptr_t tl_stack_limit(void);

/// The address below which no more calls may begin: above `tl_stack_limit`, so that what a call
/// does has room.
uintptr_t tl_call_limit(void);

/// An address in the caller's stack frame.
static inline uintptr_t tl_stack_address(void) { return (uintptr_t)__builtin_frame_address(0); }
