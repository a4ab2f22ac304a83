// What Swift cannot import of SQLite's interface, locks of files, and SHA-256.
#pragma once
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

// SQLITE_TRANSIENT is a cast of -1 to a function pointer: SQLite copies the text.
int tl_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count);

// A lock on a whole open file, of this open file alone: the kernel releases it when the file is
// closed or the process ends in whatever way.
// 1: taken, 0: another holds it, -1: errno says why neither.
int tl_lock_take(int file);
// 1: someone holds it, 0: nobody does, -1: errno.
int tl_lock_is_held(int file);

// The number of the file system of a path (statfs), 0 where it cannot be had.
uint32_t tl_file_system(const char *path);

// SHA-256 (FIPS 180-4), streaming.
typedef struct {
  uint32_t state[8];
  uint64_t total;
  uint8_t block[64];
} tl_sha256;

void tl_sha256_begin(tl_sha256 *hash);
void tl_sha256_add(tl_sha256 *hash, const void *bytes, size_t count);
void tl_sha256_end(tl_sha256 *hash, uint8_t digest[32]);

#ifdef __cplusplus
}
#endif
