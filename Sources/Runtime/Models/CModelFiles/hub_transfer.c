// The numbers below are part of the stable ABI of libcurl 7 and 8 (curl.h) and OpenSSL 1.1 and 3.
#include "hub_transfer.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
  OPT_WRITEDATA = 10001,
  OPT_URL = 10002,
  OPT_ERRORBUFFER = 10010,
  OPT_LOW_SPEED_LIMIT = 19,
  OPT_LOW_SPEED_TIME = 20,
  OPT_HTTPHEADER = 10023,
  OPT_HEADERDATA = 10029,
  OPT_NOPROGRESS = 43,
  OPT_NOBODY = 44,
  OPT_XFERINFODATA = 10057,
  OPT_CAINFO = 10065,
  OPT_NOSIGNAL = 99,
  OPT_CONNECTTIMEOUT_MS = 156,
  OPT_PROTOCOLS = 181,
  OPT_WRITEFUNCTION = 20011,
  OPT_HEADERFUNCTION = 20079,
  OPT_XFERINFOFUNCTION = 20219,
  INFO_RESPONSE_CODE = 0x200002,
  INFO_REDIRECT_URL = 0x10001F,
  PROTOCOLS_HTTP_HTTPS = 3,
};

static struct {
  int (*global_init)(long);
  void *(*easy_init)(void);
  int (*easy_setopt)(void *, int, ...);
  int (*easy_perform)(void *);
  int (*easy_getinfo)(void *, int, ...);
  void (*easy_cleanup)(void *);
  const char *(*easy_strerror)(int);
  void *(*slist_append)(void *, const char *);
  void (*slist_free_all)(void *);
  const char *problem;
} curl;

static void *open_first(const char *const *names) {
  for (; *names; names++) {
    void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

static void load_curl(void) {
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.so", NULL};
  void *library = open_first(names);
  if (!library) {
    curl.problem = "libcurl is not installed";
    return;
  }
  struct {
    void **slot;
    const char *name;
  } symbols[] = {
      {(void **)&curl.global_init, "curl_global_init"},
      {(void **)&curl.easy_init, "curl_easy_init"},
      {(void **)&curl.easy_setopt, "curl_easy_setopt"},
      {(void **)&curl.easy_perform, "curl_easy_perform"},
      {(void **)&curl.easy_getinfo, "curl_easy_getinfo"},
      {(void **)&curl.easy_cleanup, "curl_easy_cleanup"},
      {(void **)&curl.easy_strerror, "curl_easy_strerror"},
      {(void **)&curl.slist_append, "curl_slist_append"},
      {(void **)&curl.slist_free_all, "curl_slist_free_all"},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    *symbols[i].slot = dlsym(library, symbols[i].name);
    if (!*symbols[i].slot) curl.problem = "this libcurl lacks a function of version 7.32";
  }
  if (!curl.problem && curl.global_init(3) != 0) curl.problem = "libcurl does not start";
}

const char *tl_http_unavailable(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_curl);
  return curl.problem;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context) {
  const tl_http_request *request = context;
  return request->on_header(request->context, bytes, size * count) == 0 ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
  const tl_http_request *request = context;
  int stop = request->on_body(request->context, (const uint8_t *)bytes, size * count);
  return stop == 0 ? size * count : 0;
}

static int on_tick(void *context, int64_t total, int64_t now, int64_t up_total, int64_t up_now) {
  (void)total, (void)now, (void)up_total, (void)up_now;
  const tl_http_request *request = context;
  return request->on_tick(request->context);
}

void tl_http_perform(const tl_http_request *request, tl_http_result *result) {
  memset(result, 0, sizeof *result);
  const char *problem = tl_http_unavailable();
  void *handle = problem ? NULL : curl.easy_init();
  if (!handle) {
    result->error = 2;
    strncpy(result->message, problem ? problem : "no memory", sizeof result->message - 1);
    return;
  }
  void *headers = NULL;
  for (const char *const *line = request->headers; line && *line; line++)
    headers = curl.slist_append(headers, *line);
  curl.easy_setopt(handle, OPT_URL, request->url);
  curl.easy_setopt(handle, OPT_HTTPHEADER, headers);
  curl.easy_setopt(handle, OPT_NOSIGNAL, 1L);
  curl.easy_setopt(handle, OPT_PROTOCOLS, (long)PROTOCOLS_HTTP_HTTPS);
  curl.easy_setopt(handle, OPT_NOBODY, (long)request->head);
  curl.easy_setopt(handle, OPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
  curl.easy_setopt(handle, OPT_LOW_SPEED_LIMIT, 1L);
  curl.easy_setopt(handle, OPT_LOW_SPEED_TIME, request->stall_seconds);
  curl.easy_setopt(handle, OPT_ERRORBUFFER, result->message);
  curl.easy_setopt(handle, OPT_HEADERFUNCTION, on_header);
  curl.easy_setopt(handle, OPT_HEADERDATA, request);
  curl.easy_setopt(handle, OPT_WRITEFUNCTION, on_body);
  curl.easy_setopt(handle, OPT_WRITEDATA, request);
  curl.easy_setopt(handle, OPT_NOPROGRESS, 0L);
  curl.easy_setopt(handle, OPT_XFERINFOFUNCTION, on_tick);
  curl.easy_setopt(handle, OPT_XFERINFODATA, request);
  static const char *const bundles[] = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"};
  for (int i = 0; i < 3; i++) {
    const char *path = getenv(bundles[i]);
    if (path && *path) {
      curl.easy_setopt(handle, OPT_CAINFO, path);
      break;
    }
  }
  result->error = curl.easy_perform(handle);
  curl.easy_getinfo(handle, INFO_RESPONSE_CODE, &result->status);
  const char *redirect = NULL;
  curl.easy_getinfo(handle, INFO_REDIRECT_URL, &redirect);
  if (redirect) strncpy(result->redirect, redirect, sizeof result->redirect - 1);
  if (result->error && !result->message[0])
    strncpy(result->message, curl.easy_strerror(result->error), sizeof result->message - 1);
  curl.slist_free_all(headers);
  curl.easy_cleanup(handle);
}

static struct {
  void *(*make)(void);
  void (*destroy)(void *);
  int (*init)(void *, const void *, void *);
  int (*update)(void *, const void *, size_t);
  int (*final)(void *, unsigned char *, unsigned *);
  const void *(*sha1)(void);
  const void *(*sha256)(void);
} crypto;

static void load_crypto(void) {
  static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so", NULL};
  void *library = open_first(names);
  if (!library) return;
  *(void **)&crypto.make = dlsym(library, "EVP_MD_CTX_new");
  *(void **)&crypto.destroy = dlsym(library, "EVP_MD_CTX_free");
  *(void **)&crypto.init = dlsym(library, "EVP_DigestInit_ex");
  *(void **)&crypto.update = dlsym(library, "EVP_DigestUpdate");
  *(void **)&crypto.final = dlsym(library, "EVP_DigestFinal_ex");
  *(void **)&crypto.sha1 = dlsym(library, "EVP_sha1");
  *(void **)&crypto.sha256 = dlsym(library, "EVP_sha256");
  if (!crypto.destroy || !crypto.init || !crypto.update || !crypto.final || !crypto.sha1 ||
      !crypto.sha256)
    crypto.make = NULL;
}

tl_digest *tl_digest_make(int kind) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_crypto);
  void *context = crypto.make ? crypto.make() : NULL;
  if (!context) return NULL;
  if (crypto.init(context, kind == 1 ? crypto.sha1() : crypto.sha256(), NULL) != 1) {
    crypto.destroy(context);
    return NULL;
  }
  return context;
}

int tl_digest_update(tl_digest *digest, const void *bytes, size_t count) {
  return crypto.update(digest, bytes, count) == 1 ? 0 : -1;
}

size_t tl_digest_finish(tl_digest *digest, uint8_t *out) {
  unsigned length = 0;
  int done = crypto.final(digest, out, &length);
  crypto.destroy(digest);
  return done == 1 ? length : 0;
}
