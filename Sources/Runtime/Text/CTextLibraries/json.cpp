#include "text_libraries.h"
#include <simdjson.h>

const char *tl_simdjson_implementation(void) {
  static const std::string name = simdjson::get_active_implementation()->name();
  return name.c_str();
}
