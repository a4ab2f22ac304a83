// The C face of the two libraries that TLText stands on: simdjson (JSON, UTF-8 validation) and
// PCRE2 (regular expressions). One call per document or per match, never one per element.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Name of the instruction-set variant that simdjson chose on this machine.
const char *tl_simdjson_implementation(void);

/// True when the bytes are valid UTF-8.
bool tl_utf8_valid(const uint8_t *bytes, size_t length);

// --- JSON -----------------------------------------------------------------------------------

/// Readable bytes that must follow the input of `tl_json_parse` when `padded` is true.
enum { TL_JSON_PADDING = 64 };

typedef enum {
  TL_JSON_OK = 0,
  TL_JSON_TOO_LARGE = 1,  // above 4 GiB
  TL_JSON_NO_MEMORY = 2,
  TL_JSON_TOO_DEEP = 3,
  TL_JSON_INVALID = 4,  // anything else: the Swift side finds the place
} tl_json_status;

typedef struct tl_json_parser tl_json_parser;

/// Returns null when there is no memory. The caller frees it.
tl_json_parser *tl_json_parser_make(void);
void tl_json_parser_free(tl_json_parser *parser);

/// Parses one document. On TL_JSON_OK `tape` and `strings` point into the parser and stay valid
/// until its next call. The tape's layout is that of simdjson's `doc/tape.md`: one 64-bit word
/// per item, its kind in the top byte; a string's payload is the offset in `strings` of a 32-bit
/// length followed by the bytes.
tl_json_status tl_json_parse(tl_json_parser *parser, const uint8_t *bytes, size_t length,
                             bool padded, size_t max_depth, const uint64_t **tape,
                             const uint8_t **strings);

// --- Regular expressions --------------------------------------------------------------------

typedef struct tl_pattern tl_pattern;

enum {
  TL_PATTERN_IGNORE_CASE = 1,
  TL_PATTERN_MULTILINE = 2,
  TL_PATTERN_DOT_ALL = 4,
  TL_PATTERN_EXTENDED = 8,
};

/// Compiles a pattern (UTF-8, Unicode properties, JIT where the machine has it). On an error
/// returns null and fills `error_offset` (bytes) and `message`. The caller frees the pattern.
tl_pattern *tl_pattern_compile(const uint8_t *bytes, size_t length, unsigned options,
                               size_t *error_offset, char *message, size_t message_size);
void tl_pattern_free(tl_pattern *pattern);

/// Number of capture groups, without group 0.
uint32_t tl_pattern_group_count(const tl_pattern *pattern);

/// Number of named groups.
uint32_t tl_pattern_name_count(const tl_pattern *pattern);

/// The named group at `index`: its number, and its name as a C string owned by the pattern.
const char *tl_pattern_name(const tl_pattern *pattern, uint32_t index, uint32_t *number);

typedef struct tl_match tl_match;

/// Working memory for matches of one pattern on one thread. The caller frees it.
tl_match *tl_match_make(const tl_pattern *pattern);
void tl_match_free(tl_match *match);

enum {
  TL_MATCH_NONE = 0,
  TL_MATCH_FOUND = 1,
  TL_MATCH_LIMIT = -1,  // the match, depth, or heap limit was reached
  TL_MATCH_FAILED = -2,
};

/// Looks for a match in valid UTF-8 from byte `start`. `not_empty_here` refuses the empty match at
/// `start`. On TL_MATCH_FOUND `ranges` points at 2 * (groups + 1) byte offsets, SIZE_MAX where a
/// group took no part; it belongs to `match` and stays valid until the next call.
int tl_pattern_match(const tl_pattern *pattern, tl_match *match, const uint8_t *bytes,
                     size_t length, size_t start, bool not_empty_here, const size_t **ranges,
                     char *message, size_t message_size);

// --- Delimited text -------------------------------------------------------------------------

/// Where a cell lies in the text. The two upper bits of `end` are flags.
typedef struct tl_cell {
  uint64_t start;
  uint64_t end;
} tl_cell;

#define TL_CELL_QUOTED (1ull << 63)   // it stood in quotes, which are not part of it
#define TL_CELL_DOUBLED (1ull << 62)  // it contains doubled quotes
#define TL_CELL_END(cell) ((cell).end & ~(TL_CELL_QUOTED | TL_CELL_DOUBLED))

/// Readable bytes that must follow the text of `tl_cells_scan`.
enum { TL_CELLS_PADDING = 64 };

typedef enum {
  TL_CELLS_OK = 0,
  TL_CELLS_RAGGED = 1,        // `fault` is the start of the row, `found` its number of cells
  TL_CELLS_OPEN_QUOTE = 2,    // `fault` is the place of a quote that is never closed
  TL_CELLS_AFTER_QUOTE = 3,   // `fault` is the place of text behind a closing quote
  TL_CELLS_TOO_MANY = 4,      // a row of unknown width has more cells than there is room for
} tl_cells_status;

typedef struct tl_cells_scanner {
  const uint8_t *bytes;
  size_t length;
  size_t limit;      // rows that start at or behind this are left
  size_t position;   // start of the next row
  size_t columns;    // cells of every row; 0 takes one row of any width
  uint8_t delimiter;
  bool quotes;       // false: a quote is an ordinary character
  bool pads;         // a short row is filled with empty cells
  size_t fault;
  size_t found;
} tl_cells_scanner;

/// Splits rows into cells until `capacity` is used, or `limit` is reached. Empty lines are skipped.
/// `rows` and `filled` count what was written to `cells`, row by row.
tl_cells_status tl_cells_scan(tl_cells_scanner *scanner, tl_cell *cells, size_t capacity,
                              size_t *rows, size_t *filled);

/// What a cell looks like; the cells of a column are united by `|`.
enum {
  TL_LOOKS_INTEGER = 1,
  TL_LOOKS_NUMBER = 2,
  TL_LOOKS_BOOLEAN = 4,
  TL_LOOKS_TEXT = 8,          // text, and digits behind a leading zero or plus
  TL_LOOKS_LARGE = 16,        // an integer above 64 bits
  TL_LOOKS_SPECIAL = 32,      // nan, inf, -inf
  TL_LOOKS_EMPTY_TEXT = 64,   // quotes with nothing between
};

/// What the cells of a column look like. `cells` points at its first cell, `stride` is the number
/// of columns. Empty cells do not count.
unsigned tl_cells_classify(const uint8_t *bytes, const tl_cell *cells, size_t stride, size_t rows,
                           uint8_t decimal);

/// The cells of a column as values; `missing[row]` is 1 for an empty cell. Returns the first row
/// whose cell is of another kind, `rows` when there is none.
size_t tl_cells_integers(const uint8_t *bytes, const tl_cell *cells, size_t stride, size_t rows,
                         int64_t *values, uint8_t *missing);
size_t tl_cells_numbers(const uint8_t *bytes, const tl_cell *cells, size_t stride, size_t rows,
                        uint8_t decimal, double *values, uint8_t *missing);
size_t tl_cells_booleans(const uint8_t *bytes, const tl_cell *cells, size_t stride, size_t rows,
                         bool *values, uint8_t *missing);

/// Bytes that the texts of a column take at most.
size_t tl_cells_text_size(const tl_cell *cells, size_t stride, size_t rows);

/// Copies the texts of a column to `text` back to back, doubled quotes made single, and writes
/// behind each the end of its text, counted from `base`. Returns the bytes written.
size_t tl_cells_text(const uint8_t *bytes, const tl_cell *cells, size_t stride, size_t rows,
                     size_t base, uint8_t *text, int64_t *ends, uint8_t *missing);

/// How often `byte` occurs.
size_t tl_count_byte(const uint8_t *bytes, size_t length, uint8_t byte);

#ifdef __cplusplus
}
#endif
