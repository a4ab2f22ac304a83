// PCRE2 (8 bit) behind a C face, with limits that turn a catastrophic pattern into an error.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text_libraries.h"

#include <cstdio>
#include <cstring>
#include <new>

#include <pcre2.h>

// A match of this many internal steps takes some seconds at most, interpreted or compiled.
static const uint32_t match_limit = 10'000'000;
static const uint32_t depth_limit = 100'000;
static const uint32_t heap_limit_kib = 64 * 1024;

struct tl_pattern {
  pcre2_code *code;
  uint32_t groups;
  uint32_t name_count;
  uint32_t name_entry_size;
  const uint8_t *names;
};

struct tl_match {
  pcre2_match_data *data;
  pcre2_match_context *context;
  pcre2_jit_stack *stack;
};

extern "C" tl_pattern *tl_pattern_compile(const uint8_t *bytes, size_t length, unsigned options,
                                          size_t *error_offset, char *message,
                                          size_t message_size) {
  uint32_t flags = PCRE2_UTF | PCRE2_UCP;
  if (options & TL_PATTERN_IGNORE_CASE) flags |= PCRE2_CASELESS;
  if (options & TL_PATTERN_MULTILINE) flags |= PCRE2_MULTILINE;
  if (options & TL_PATTERN_DOT_ALL) flags |= PCRE2_DOTALL;
  if (options & TL_PATTERN_EXTENDED) flags |= PCRE2_EXTENDED;
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2_compile_context *context = pcre2_compile_context_create(nullptr);
  if (context == nullptr) {
    std::snprintf(message, message_size, "no memory");
    *error_offset = 0;
    return nullptr;
  }
  // \C would split a character.
  flags |= PCRE2_NEVER_BACKSLASH_C;
  pcre2_set_max_pattern_length(context, 1 << 20);
  pcre2_set_parens_nest_limit(context, 200);
  pcre2_code *compiled = pcre2_compile(bytes, length, flags, &code, &offset, context);
  pcre2_compile_context_free(context);
  if (compiled == nullptr) {
    *error_offset = offset;
    if (pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR *>(message), message_size) < 0)
      std::snprintf(message, message_size, "error %d", code);
    return nullptr;
  }
  tl_pattern *pattern = new (std::nothrow) tl_pattern;
  if (pattern == nullptr) {
    pcre2_code_free(compiled);
    std::snprintf(message, message_size, "no memory");
    *error_offset = 0;
    return nullptr;
  }
  pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);  // without JIT the interpreter does the work
  pattern->code = compiled;
  pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &pattern->groups);
  pcre2_pattern_info(compiled, PCRE2_INFO_NAMECOUNT, &pattern->name_count);
  pcre2_pattern_info(compiled, PCRE2_INFO_NAMEENTRYSIZE, &pattern->name_entry_size);
  pcre2_pattern_info(compiled, PCRE2_INFO_NAMETABLE, &pattern->names);
  return pattern;
}

extern "C" void tl_pattern_free(tl_pattern *pattern) {
  if (pattern == nullptr) return;
  pcre2_code_free(pattern->code);
  delete pattern;
}

extern "C" uint32_t tl_pattern_group_count(const tl_pattern *pattern) { return pattern->groups; }

extern "C" uint32_t tl_pattern_name_count(const tl_pattern *pattern) {
  return pattern->name_count;
}

extern "C" const char *tl_pattern_name(const tl_pattern *pattern, uint32_t index,
                                       uint32_t *number) {
  if (index >= pattern->name_count) return nullptr;
  const uint8_t *entry = pattern->names + static_cast<size_t>(index) * pattern->name_entry_size;
  *number = static_cast<uint32_t>(entry[0]) << 8 | entry[1];
  return reinterpret_cast<const char *>(entry + 2);
}

extern "C" tl_match *tl_match_make(const tl_pattern *pattern) {
  tl_match *match = new (std::nothrow) tl_match;
  if (match == nullptr) return nullptr;
  match->data = pcre2_match_data_create_from_pattern(pattern->code, nullptr);
  match->context = pcre2_match_context_create(nullptr);
  match->stack = pcre2_jit_stack_create(32 * 1024, 16 * 1024 * 1024, nullptr);
  if (match->data == nullptr || match->context == nullptr) {
    tl_match_free(match);
    return nullptr;
  }
  pcre2_set_match_limit(match->context, match_limit);
  pcre2_set_depth_limit(match->context, depth_limit);
  pcre2_set_heap_limit(match->context, heap_limit_kib);
  if (match->stack != nullptr) pcre2_jit_stack_assign(match->context, nullptr, match->stack);
  return match;
}

extern "C" void tl_match_free(tl_match *match) {
  if (match == nullptr) return;
  pcre2_match_data_free(match->data);
  pcre2_match_context_free(match->context);
  pcre2_jit_stack_free(match->stack);
  delete match;
}

extern "C" int tl_pattern_match(const tl_pattern *pattern, tl_match *match, const uint8_t *bytes,
                                size_t length, size_t start, bool not_empty_here,
                                const size_t **ranges, char *message, size_t message_size) {
  static_assert(sizeof(PCRE2_SIZE) == sizeof(size_t), "offsets are size_t");
  uint32_t flags = PCRE2_NO_UTF_CHECK;
  if (not_empty_here) flags |= PCRE2_NOTEMPTY_ATSTART;
  const int code =
      pcre2_match(pattern->code, bytes, length, start, flags, match->data, match->context);
  if (code >= 0) {
    PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(match->data);
    // Groups above the highest one that took part are unset in the vector as well.
    *ranges = ovector;
    return TL_MATCH_FOUND;
  }
  switch (code) {
    case PCRE2_ERROR_NOMATCH: return TL_MATCH_NONE;
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT: return TL_MATCH_LIMIT;
    default: break;
  }
  if (pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR *>(message), message_size) < 0)
    std::snprintf(message, message_size, "error %d", code);
  return TL_MATCH_FAILED;
}
