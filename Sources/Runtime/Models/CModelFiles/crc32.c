// CRC-32 with polynomial 0xEDB88320, sixteen bytes a step ("slicing", Kounavis and Berry, 2005).
#include "model_files.h"
#include <pthread.h>
#include <string.h>

static uint32_t table[16][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
    table[0][i] = crc;
  }
  for (int slice = 1; slice < 16; slice++)
    for (uint32_t i = 0; i < 256; i++)
      table[slice][i] = (table[slice - 1][i] >> 8) ^ table[0][table[slice - 1][i] & 0xFF];
}

uint32_t tl_crc32(uint32_t crc, const void *bytes, size_t count) {
  pthread_once(&once, make_table);
  const uint8_t *p = bytes;
  crc = ~crc;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  while (count >= 16) {
    uint32_t a, b, c, d;
    memcpy(&a, p, 4);
    memcpy(&b, p + 4, 4);
    memcpy(&c, p + 8, 4);
    memcpy(&d, p + 12, 4);
    a ^= crc;
    crc = table[15][a & 0xFF] ^ table[14][(a >> 8) & 0xFF] ^ table[13][(a >> 16) & 0xFF] ^
          table[12][a >> 24] ^ table[11][b & 0xFF] ^ table[10][(b >> 8) & 0xFF] ^
          table[9][(b >> 16) & 0xFF] ^ table[8][b >> 24] ^ table[7][c & 0xFF] ^
          table[6][(c >> 8) & 0xFF] ^ table[5][(c >> 16) & 0xFF] ^ table[4][c >> 24] ^
          table[3][d & 0xFF] ^ table[2][(d >> 8) & 0xFF] ^ table[1][(d >> 16) & 0xFF] ^
          table[0][d >> 24];
    p += 16;
    count -= 16;
  }
#endif
  while (count--) crc = (crc >> 8) ^ table[0][(crc ^ *p++) & 0xFF];
  return ~crc;
}
