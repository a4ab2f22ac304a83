#include "store_shim.h"

int tl_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
  // An empty string may have no address, which SQLite would take for NULL.
  return sqlite3_bind_text(statement, index, text ? text : "", count, SQLITE_TRANSIENT);
}
