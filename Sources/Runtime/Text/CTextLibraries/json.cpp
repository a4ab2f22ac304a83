// simdjson's DOM parser behind a C face: it hands out the flat tape and the string buffer.
#include "text_libraries.h"

#include <new>

#include <simdjson.h>

struct tl_json_parser {
  simdjson::dom::parser parser;
  size_t depth = 0;
  size_t capacity = 0;
};

extern "C" const char *tl_simdjson_implementation(void) {
  static const std::string name = simdjson::get_active_implementation()->name();
  return name.c_str();
}

extern "C" bool tl_utf8_valid(const uint8_t *bytes, size_t length) {
  return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}

extern "C" tl_json_parser *tl_json_parser_make(void) { return new (std::nothrow) tl_json_parser; }

extern "C" void tl_json_parser_free(tl_json_parser *parser) { delete parser; }

extern "C" tl_json_status tl_json_parse(tl_json_parser *self, const uint8_t *bytes, size_t length,
                                        bool padded, size_t max_depth, const uint64_t **tape,
                                        const uint8_t **strings) {
  static_assert(TL_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "padding of the Swift side");
  using simdjson::error_code;
  if (length == 0) return TL_JSON_INVALID;
  if (length > simdjson::SIMDJSON_MAXSIZE_BYTES) return TL_JSON_TOO_LARGE;
  try {
    if (self->depth != max_depth || self->capacity < length) {
      // Lines come in all lengths: grow by doubling, so that few of them allocate.
      size_t capacity = self->capacity * 2;
      if (capacity < length) capacity = length;
      if (capacity > simdjson::SIMDJSON_MAXSIZE_BYTES) capacity = simdjson::SIMDJSON_MAXSIZE_BYTES;
      if (self->parser.allocate(capacity, max_depth) != simdjson::SUCCESS) {
        self->capacity = 0;
        return TL_JSON_NO_MEMORY;
      }
      self->capacity = capacity;
      self->depth = max_depth;
    }
    const error_code code = self->parser.parse(bytes, length, !padded).error();
    switch (code) {
      case simdjson::SUCCESS: break;
      case simdjson::CAPACITY: return TL_JSON_TOO_LARGE;
      case simdjson::MEMALLOC: return TL_JSON_NO_MEMORY;
      case simdjson::DEPTH_ERROR: return TL_JSON_TOO_DEEP;
      default: return TL_JSON_INVALID;
    }
  } catch (...) {
    return TL_JSON_NO_MEMORY;
  }
  *tape = self->parser.doc.tape.get();
  *strings = self->parser.doc.string_buf.get();
  return TL_JSON_OK;
}
