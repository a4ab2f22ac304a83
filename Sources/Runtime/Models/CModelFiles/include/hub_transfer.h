// HTTP through libcurl and digests through libcrypto, both opened at their first use: a program
// that never downloads does not load them (they would add milliseconds to every start).
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

// NULL when libcurl is there, else why it is not.
const char *tl_http_unavailable(void);

typedef struct {
  const char *url;
  // "Name: value" lines, ended by NULL.
  const char *const *headers;
  // 1 for HEAD.
  int head;
  long connect_timeout_ms;
  // A transfer that moves less than a byte per second for so long is broken off.
  long stall_seconds;
  // Called with the given context; another answer than 0 from any of them ends the transfer.
  int (*on_header)(void *context, const char *line, size_t count);
  int (*on_body)(void *context, const uint8_t *bytes, size_t count);
  int (*on_tick)(void *context);
  void *context;
} tl_http_request;

typedef struct {
  // 0, or curl's error number.
  int error;
  // HTTP status of the response, 0 if none came.
  long status;
  // The absolute target of a redirect, or "".
  char redirect[4096];
  // curl's words for the error.
  char message[256];
} tl_http_result;

// One request on a connection of its own; redirects are reported, not followed.
void tl_http_perform(const tl_http_request *request, tl_http_result *result);

// Digests. `kind` is 1 (SHA-1) or 256 (SHA-256). NULL when libcrypto is not there.
typedef struct tl_digest tl_digest;
tl_digest *tl_digest_make(int kind);
int tl_digest_update(tl_digest *digest, const void *bytes, size_t count);
// Writes the digest (20 or 32 bytes) and frees it; answers its length, 0 on failure.
size_t tl_digest_finish(tl_digest *digest, uint8_t *out);

#ifdef __cplusplus
}
#endif
