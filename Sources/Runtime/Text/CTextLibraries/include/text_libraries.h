#pragma once
#ifdef __cplusplus
extern "C" {
#endif
const char *tl_simdjson_implementation(void);
#ifdef __cplusplus
}
#endif
