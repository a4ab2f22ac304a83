// The inner loops of reading CSV and its relatives (RFC 4180): text to cells, cells to values.
// Memory belongs to the caller.
#include "text_libraries.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace {

// Bit i is set when byte i of the 64 at `bytes` is `a` or `b`.
inline uint64_t mask_of(const uint8_t *bytes, uint8_t a, uint8_t b) {
  uint64_t mask = 0;
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(static_cast<char>(a));
  const __m128i second = _mm_set1_epi8(static_cast<char>(b));
  for (int part = 0; part < 4; ++part) {
    const __m128i block =
        _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + 16 * part));
    const __m128i hits =
        _mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second));
    mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hits))) << (16 * part);
  }
#else
  for (int i = 0; i < 64; ++i)
    mask |= static_cast<uint64_t>(bytes[i] == a || bytes[i] == b) << i;
#endif
  return mask;
}

// Finds the next delimiter or line feed, 64 bytes at a time.
struct Finder {
  const uint8_t *bytes;
  size_t length;
  uint8_t delimiter;
  size_t block = 0;
  uint64_t mask = 0;
  bool loaded = false;

  inline size_t next(size_t position) {
    while (position < length) {
      if (!loaded || position - block >= 64) {
        block = position;
        mask = mask_of(bytes + block, delimiter, '\n');
        loaded = true;
      }
      const uint64_t rest = mask >> (position - block);
      if (rest != 0) {
        const size_t found = position + static_cast<size_t>(__builtin_ctzll(rest));
        return found < length ? found : length;
      }
      position = block + 64;
    }
    return length;
  }
};

struct Text {
  const uint8_t *start;
  const uint8_t *end;
};

inline Text trimmed(const uint8_t *bytes, const tl_cell &cell) {
  Text text{bytes + cell.start, bytes + TL_CELL_END(cell)};
  while (text.start < text.end && (*text.start == ' ' || *text.start == '\t')) ++text.start;
  while (text.start < text.end && (text.end[-1] == ' ' || text.end[-1] == '\t')) --text.end;
  return text;
}

inline bool is_empty(const tl_cell &cell) { return TL_CELL_END(cell) == cell.start; }

inline bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

// Digits with an optional minus, no leading zero; false above 64 bits.
inline bool parse_integer(Text text, int64_t *value) {
  const uint8_t *p = text.start;
  const bool negative = p < text.end && *p == '-';
  if (negative) ++p;
  const ptrdiff_t digits = text.end - p;
  if (digits < 1 || digits > 19 || (*p == '0' && (digits > 1 || negative))) return false;
  uint64_t sum = 0;
  for (; p < text.end; ++p) {
    if (!is_digit(*p)) return false;
    sum = sum * 10 + (*p - '0');
  }
  const uint64_t most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + negative;
  if (sum > most) return false;
  *value = negative ? static_cast<int64_t>(0 - sum) : static_cast<int64_t>(sum);
  return true;
}

inline bool parse_special(Text text, double *value) {
  const ptrdiff_t length = text.end - text.start;
  if (length == 3 && std::memcmp(text.start, "nan", 3) == 0) {
    *value = std::numeric_limits<double>::quiet_NaN();
  } else if (length == 3 && std::memcmp(text.start, "inf", 3) == 0) {
    *value = std::numeric_limits<double>::infinity();
  } else if (length == 4 && std::memcmp(text.start, "-inf", 4) == 0) {
    *value = -std::numeric_limits<double>::infinity();
  } else {
    return false;
  }
  return true;
}

const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// A decimal number: digits with a point or an exponent; `is_integer` when it has neither.
bool parse_number(Text text, uint8_t decimal, double *value, bool *is_integer) {
  const uint8_t *p = text.start;
  const bool negative = p < text.end && *p == '-';
  if (negative) ++p;
  const uint8_t *digits_start = p;
  uint64_t mantissa = 0;
  ptrdiff_t digits = 0;
  while (p < text.end && is_digit(*p)) {
    mantissa = mantissa * 10 + (*p - '0');
    ++p;
    ++digits;
  }
  const ptrdiff_t whole = digits;
  // 007 is a code, not a number; 0.7 is one.
  if (whole > 1 && *digits_start == '0') return false;
  ptrdiff_t fraction = 0;
  bool plain = true;
  if (p < text.end && *p == decimal) {
    plain = false;
    ++p;
    while (p < text.end && is_digit(*p)) {
      mantissa = mantissa * 10 + (*p - '0');
      ++p;
      ++digits;
      ++fraction;
    }
  }
  if (digits == 0) return false;
  long exponent = 0;
  if (p < text.end && (*p == 'e' || *p == 'E')) {
    plain = false;
    ++p;
    bool minus = false;
    if (p < text.end && (*p == '+' || *p == '-')) minus = *p++ == '-';
    if (p == text.end) return false;
    while (p < text.end && is_digit(*p)) {
      if (exponent < 100000) exponent = exponent * 10 + (*p - '0');
      ++p;
    }
    if (minus) exponent = -exponent;
  }
  if (p != text.end) return false;
  *is_integer = plain;
  // Exact when mantissa and power of ten both are (Clinger, 1990).
  const long shift = exponent - fraction;
  if (digits <= 19 && mantissa <= (1ull << 53) && shift >= -22 && shift <= 22) {
    const double magnitude = static_cast<double>(mantissa);
    const double result =
        shift < 0 ? magnitude / powers_of_ten[-shift] : magnitude * powers_of_ten[shift];
    *value = negative ? -result : result;
    return true;
  }
  char buffer[512];
  const size_t length = static_cast<size_t>(text.end - text.start);
  if (length > sizeof buffer) return false;
  std::memcpy(buffer, text.start, length);
  if (decimal != '.') {
    for (size_t i = 0; i < length; ++i)
      if (buffer[i] == static_cast<char>(decimal)) buffer[i] = '.';
  }
  const auto result = std::from_chars(buffer, buffer + length, *value);
  if (result.ptr != buffer + length) return false;
  if (result.ec == std::errc::result_out_of_range) {
    // Too small is zero; too large is not a number one could mean.
    if (shift + digits > 0) return false;
    *value = negative ? -0.0 : 0.0;
  } else if (result.ec != std::errc()) {
    return false;
  }
  return true;
}

inline bool parse_boolean(Text text, bool *value) {
  const ptrdiff_t length = text.end - text.start;
  if (length == 4 && (std::memcmp(text.start, "true", 4) == 0 ||
                      std::memcmp(text.start, "True", 4) == 0 ||
                      std::memcmp(text.start, "TRUE", 4) == 0)) {
    *value = true;
    return true;
  }
  if (length == 5 && (std::memcmp(text.start, "false", 5) == 0 ||
                      std::memcmp(text.start, "False", 5) == 0 ||
                      std::memcmp(text.start, "FALSE", 5) == 0)) {
    *value = false;
    return true;
  }
  return false;
}

unsigned looks(const uint8_t *bytes, const tl_cell &cell, uint8_t decimal) {
  if (is_empty(cell)) return cell.end & TL_CELL_QUOTED ? TL_LOOKS_EMPTY_TEXT : 0;
  if (cell.end & TL_CELL_DOUBLED) return TL_LOOKS_TEXT;
  const Text text = trimmed(bytes, cell);
  int64_t integer;
  if (parse_integer(text, &integer)) return TL_LOOKS_INTEGER;
  double number;
  bool is_integer;
  if (parse_number(text, decimal, &number, &is_integer)) {
    // "-0" is the number -0.0.
    return is_integer && number != 0 ? TL_LOOKS_LARGE : TL_LOOKS_NUMBER;
  }
  bool boolean;
  if (parse_boolean(text, &boolean)) return TL_LOOKS_BOOLEAN;
  if (parse_special(text, &number)) return TL_LOOKS_SPECIAL;
  return TL_LOOKS_TEXT;
}

}  // namespace

extern "C" tl_cells_status tl_cells_scan(tl_cells_scanner *self, tl_cell *cells, size_t capacity,
                                         size_t *row_count, size_t *filled_count) {
  const uint8_t *bytes = self->bytes;
  const size_t length = self->length;
  const uint8_t delimiter = self->delimiter;
  const size_t columns = self->columns;
  Finder finder{bytes, length, delimiter};
  size_t position = self->position;
  size_t filled = 0;
  size_t rows = 0;
  tl_cells_status status = TL_CELLS_OK;

  while (position < length && position < self->limit) {
    if (bytes[position] == '\n') {
      ++position;
      continue;
    }
    if (bytes[position] == '\r' && position + 1 < length && bytes[position + 1] == '\n') {
      position += 2;
      continue;
    }
    if (columns != 0 && filled + columns > capacity) break;
    const size_t row_start = position;
    const size_t row_filled = filled;
    size_t count = 0;
    bool goes_on = true;
    while (goes_on) {
      tl_cell cell;
      size_t stop;
      if (self->quotes && position < length && bytes[position] == '"') {
        const size_t open = position;
        uint64_t flags = TL_CELL_QUOTED;
        size_t at = open + 1;
        while (true) {
          const void *quote = at < length ? std::memchr(bytes + at, '"', length - at) : nullptr;
          if (quote == nullptr) {
            self->fault = open;
            status = TL_CELLS_OPEN_QUOTE;
            goto done;
          }
          at = static_cast<size_t>(static_cast<const uint8_t *>(quote) - bytes);
          if (at + 1 < length && bytes[at + 1] == '"') {
            flags |= TL_CELL_DOUBLED;
            at += 2;
            continue;
          }
          break;
        }
        cell.start = open + 1;
        cell.end = at | flags;
        stop = at + 1;
        if (stop < length && bytes[stop] == '\r' &&
            (stop + 1 == length || bytes[stop + 1] == '\n'))
          ++stop;
        if (stop < length && bytes[stop] != delimiter && bytes[stop] != '\n') {
          self->fault = stop;
          status = TL_CELLS_AFTER_QUOTE;
          goto done;
        }
      } else {
        stop = finder.next(position);
        cell.start = position;
        cell.end = stop;
        const bool ends_row = stop == length || bytes[stop] == '\n';
        if (ends_row && stop > position && bytes[stop - 1] == '\r') cell.end = stop - 1;
      }
      if (columns == 0 && filled == capacity) {
        self->fault = row_start;
        status = TL_CELLS_TOO_MANY;
        goto done;
      }
      if (columns == 0 || count < columns) cells[filled++] = cell;
      ++count;
      if (stop >= length || bytes[stop] == '\n') {
        goes_on = false;
        position = stop < length ? stop + 1 : length;
      } else {
        position = stop + 1;
      }
    }
    if (columns != 0 && count != columns) {
      if (count > columns || !self->pads) {
        self->fault = row_start;
        self->found = count;
        filled = row_filled;
        status = TL_CELLS_RAGGED;
        break;
      }
      for (; count < columns; ++count) cells[filled++] = tl_cell{position, position};
    }
    ++rows;
    self->position = position;
    if (columns == 0) break;
  }
  if (status == TL_CELLS_OK) self->position = position;
done:
  *row_count = rows;
  *filled_count = filled;
  return status;
}

extern "C" unsigned tl_cells_classify(const uint8_t *bytes, const tl_cell *cells, size_t stride,
                                      size_t rows, uint8_t decimal) {
  unsigned flags = 0;
  for (size_t row = 0; row < rows && !(flags & TL_LOOKS_TEXT); ++row)
    flags |= looks(bytes, cells[row * stride], decimal);
  return flags;
}

extern "C" size_t tl_cells_integers(const uint8_t *bytes, const tl_cell *cells, size_t stride,
                                    size_t rows, int64_t *values, uint8_t *missing) {
  for (size_t row = 0; row < rows; ++row) {
    const tl_cell &cell = cells[row * stride];
    values[row] = 0;
    missing[row] = is_empty(cell);
    if (missing[row]) continue;
    if (!parse_integer(trimmed(bytes, cell), &values[row])) return row;
  }
  return rows;
}

extern "C" size_t tl_cells_numbers(const uint8_t *bytes, const tl_cell *cells, size_t stride,
                                   size_t rows, uint8_t decimal, double *values,
                                   uint8_t *missing) {
  bool is_integer;
  for (size_t row = 0; row < rows; ++row) {
    const tl_cell &cell = cells[row * stride];
    values[row] = 0;
    missing[row] = is_empty(cell);
    if (missing[row]) continue;
    const Text text = trimmed(bytes, cell);
    if (!parse_number(text, decimal, &values[row], &is_integer) &&
        !parse_special(text, &values[row]))
      return row;
  }
  return rows;
}

extern "C" size_t tl_cells_booleans(const uint8_t *bytes, const tl_cell *cells, size_t stride,
                                    size_t rows, bool *values, uint8_t *missing) {
  for (size_t row = 0; row < rows; ++row) {
    const tl_cell &cell = cells[row * stride];
    values[row] = false;
    missing[row] = is_empty(cell);
    if (missing[row]) continue;
    if (!parse_boolean(trimmed(bytes, cell), &values[row])) return row;
  }
  return rows;
}

extern "C" size_t tl_cells_text_size(const tl_cell *cells, size_t stride, size_t rows) {
  size_t size = 0;
  for (size_t row = 0; row < rows; ++row) {
    const tl_cell &cell = cells[row * stride];
    size += TL_CELL_END(cell) - cell.start;
  }
  return size;
}

extern "C" size_t tl_cells_text(const uint8_t *bytes, const tl_cell *cells, size_t stride,
                                size_t rows, size_t base, uint8_t *text, int64_t *ends,
                                uint8_t *missing) {
  size_t size = 0;
  for (size_t row = 0; row < rows; ++row) {
    const tl_cell &cell = cells[row * stride];
    const size_t end = TL_CELL_END(cell);
    const size_t length = end - cell.start;
    missing[row] = length == 0 && !(cell.end & TL_CELL_QUOTED);
    if (!(cell.end & TL_CELL_DOUBLED)) {
      if (length > 0) std::memcpy(text + size, bytes + cell.start, length);
      size += length;
    } else {
      for (size_t at = cell.start; at < end; ++at) {
        text[size++] = bytes[at];
        if (bytes[at] == '"') ++at;
      }
    }
    ends[row] = static_cast<int64_t>(base + size);
  }
  return size;
}

extern "C" size_t tl_count_byte(const uint8_t *bytes, size_t length, uint8_t byte) {
  size_t count = 0;
  for (size_t i = 0; i < length; ++i) count += bytes[i] == byte;
  return count;
}
