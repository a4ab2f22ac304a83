// Naive twins: neighbors, the forces of t-SNE, grids, Fourier transforms, the moves of UMAP. See
// naive_kernels.h.
#include <math.h>
#include <string.h>

#include "naive_kernels.h"

void tl_naive_nearest_update(
    const float *products, const float *norms, size_t count, int32_t first_index, size_t k,
    float *values, int32_t *indices) {
  for (size_t j = 0; j < count; j++) {
    float value = norms[j] - 2 * products[j];
    if (k == 0 || !(value < values[k - 1])) continue;
    size_t place = k - 1;
    for (; place > 0 && value < values[place - 1]; place--) {
      values[place] = values[place - 1];
      indices[place] = indices[place - 1];
    }
    values[place] = value;
    indices[place] = first_index + (int32_t)j;
  }
}

void tl_naive_count_nearer(
    const float *products, const float *norms, size_t count, const float *limits,
    size_t limit_count, int32_t *counts) {
  for (size_t l = 0; l < limit_count; l++)
    for (size_t j = 0; j < count; j++)
      if (norms[j] - 2 * products[j] < limits[l]) counts[l]++;
}

float tl_naive_squared_distance(const float *x, const float *y, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
  return (float)sum;
}

void tl_naive_sparse_multiply(
    const size_t *starts, const int32_t *neighbors, const float *weights, const float *x,
    size_t first, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) {
    double sum = 0;
    for (size_t e = starts[first + i]; e < starts[first + i + 1]; e++)
      sum += (double)weights[e] * x[neighbors[e]];
    y[i] = (float)sum;
  }
}

void tl_naive_tsne_attraction(
    const float *x, const float *y, const size_t *starts, const int32_t *neighbors,
    const float *weights, size_t first, size_t count, float *force_x, float *force_y) {
  for (size_t i = 0; i < count; i++) {
    double sum_x = 0, sum_y = 0;
    for (size_t e = starts[first + i]; e < starts[first + i + 1]; e++) {
      double dx = (double)x[first + i] - x[neighbors[e]];
      double dy = (double)y[first + i] - y[neighbors[e]];
      double factor = weights[e] / (1 + dx * dx + dy * dy);
      sum_x += factor * dx;
      sum_y += factor * dy;
    }
    force_x[i] = (float)sum_x;
    force_y[i] = (float)sum_y;
  }
}

double tl_naive_tsne_repulsion(
    const float *x, const float *y, size_t n, size_t first, size_t count, float *force_x,
    float *force_y) {
  double total = 0;
  for (size_t i = 0; i < count; i++) {
    double sum_x = 0, sum_y = 0;
    for (size_t j = 0; j < n; j++) {
      if (j == first + i) continue;
      double dx = (double)x[first + i] - x[j], dy = (double)y[first + i] - y[j];
      double similarity = 1 / (1 + dx * dx + dy * dy);
      total += similarity;
      sum_x += similarity * similarity * dx;
      sum_y += similarity * similarity * dy;
    }
    force_x[i] = (float)sum_x;
    force_y[i] = (float)sum_y;
  }
  return total;
}

// The weights of the nodes -1, 0, 1, 2 for a place t in [0, 1) after node 0 (Lagrange).
static void cubic_weights(float t, float w[4]) {
  w[0] = -t * (t - 1) * (t - 2) / 6;
  w[1] = (t + 1) * (t - 1) * (t - 2) / 2;
  w[2] = -(t + 1) * t * (t - 2) / 2;
  w[3] = (t + 1) * t * (t - 1) / 6;
}

void tl_naive_grid_spread(
    const tl_grid *grid, const float *x, const float *y, size_t count, float *nodes) {
  for (size_t i = 0; i < count; i++) {
    float column = (x[i] - grid->origin_x) / grid->spacing;
    float row = (y[i] - grid->origin_y) / grid->spacing;
    float wx[4], wy[4];
    cubic_weights(column - floorf(column), wx);
    cubic_weights(row - floorf(row), wy);
    for (size_t r = 0; r < 4; r++)
      for (size_t c = 0; c < 4; c++)
        nodes[((size_t)row + r - 1) * grid->stride + (size_t)column + c - 1] += wy[r] * wx[c];
  }
}

void tl_naive_grid_interpolate(
    const tl_grid *grid, const float *x, const float *y, size_t count, const float *nodes_a,
    const float *nodes_b, float *a, float *b) {
  for (size_t i = 0; i < count; i++) {
    float column = (x[i] - grid->origin_x) / grid->spacing;
    float row = (y[i] - grid->origin_y) / grid->spacing;
    float wx[4], wy[4];
    cubic_weights(column - floorf(column), wx);
    cubic_weights(row - floorf(row), wy);
    double sum_a = 0, sum_b = 0;
    for (size_t r = 0; r < 4; r++)
      for (size_t c = 0; c < 4; c++) {
        size_t node = ((size_t)row + r - 1) * grid->stride + (size_t)column + c - 1;
        sum_a += wy[r] * wx[c] * nodes_a[node];
        sum_b += wy[r] * wx[c] * nodes_b[node];
      }
    a[i] = (float)sum_a;
    b[i] = (float)sum_b;
  }
}

void tl_naive_fourier_columns(
    float *real, float *imaginary, const float *roots, size_t n, size_t columns, float *scratch) {
  float *sum_real = scratch, *sum_imaginary = scratch + n * columns;
  for (size_t k = 0; k < n; k++)
    for (size_t c = 0; c < columns; c++) {
      double re = 0, im = 0;
      for (size_t j = 0; j < n; j++) {
        double cosine = roots[j * k % n], sine = roots[n + j * k % n];
        re += real[j * columns + c] * cosine - imaginary[j * columns + c] * sine;
        im += real[j * columns + c] * sine + imaginary[j * columns + c] * cosine;
      }
      sum_real[k * columns + c] = (float)re;
      sum_imaginary[k * columns + c] = (float)im;
    }
  memcpy(real, sum_real, n * columns * sizeof *real);
  memcpy(imaginary, sum_imaginary, n * columns * sizeof *imaginary);
}

double tl_naive_tsne_spectrum(
    float *real, float *imaginary, const float *even, const float *odd_x, const float *odd_y,
    size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    double re = real[i], im = imaginary[i];
    sum += (re * re + im * im) * even[i];
    real[i] = (float)(-re * odd_y[i] - im * odd_x[i]);
    imaginary[i] = (float)(re * odd_x[i] - im * odd_y[i]);
  }
  return sum;
}

// Word `word` of point `point` in an epoch.
static uint32_t drawn(uint32_t word, uint32_t point, uint32_t epoch, uint64_t seed) {
  uint32_t c[4] = {word / 4, point, epoch, 0x554d4150};
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53 * c[0], p1 = (uint64_t)0xCD9E8D57 * c[2];
    uint32_t next[4] = {
        (uint32_t)(p1 >> 32) ^ c[1] ^ k0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k1,
        (uint32_t)p0};
    memcpy(c, next, sizeof c);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c[word % 4];
}

static float cut(double step) { return step > 4 ? 4 : step < -4 ? -4 : (float)step; }

// Where a point is in its moves.
typedef struct umap_place {
  const tl_umap_epoch *settings;
  float x, y;
} umap_place;

static void step_by(umap_place *place, double factor, double dx, double dy) {
  place->x += place->settings->rate * cut(factor * dx);
  place->y += place->settings->rate * cut(factor * dy);
}

static void pull(umap_place *place, float x, float y) {
  const double a = place->settings->a, b = place->settings->b;
  double dx = place->x - x, dy = place->y - y, square = dx * dx + dy * dy;
  if (!(square > 0)) return;
  double power = pow(square, b);
  step_by(place, -2 * a * b * power / (square * (a * power + 1)), dx, dy);
}

static void push(umap_place *place, float x, float y) {
  const double a = place->settings->a, b = place->settings->b;
  double dx = place->x - x, dy = place->y - y, square = dx * dx + dy * dy;
  if (!(square > 0)) return;
  double below = (0.001 + square) * (a * pow(square, b) + 1);
  step_by(place, 2 * place->settings->repulsion * b / below, dx, dy);
}

void tl_naive_umap_move(
    const tl_umap_epoch *settings, const float *x, const float *y, const float *other_x,
    const float *other_y, size_t others, const size_t *starts, const int32_t *neighbors,
    const float *rates, const int32_t *order, size_t count, int32_t *scratch, float *new_x,
    float *new_y) {
  for (size_t o = 0; o < count; o++) {
    const size_t i = (size_t)order[o];
    size_t due = 0;
    for (size_t e = starts[i]; e < starts[i + 1]; e++) {
      float before = (float)settings->epoch * rates[e];
      float after = (float)(settings->epoch + 1) * rates[e];
      if ((int32_t)after != (int32_t)before) scratch[due++] = neighbors[e];
    }
    umap_place place = {settings, x[i], y[i]};
    for (size_t t = 0; settings->same && 2 * t < due; t++)
      pull(&place, other_x[scratch[t]], other_y[scratch[t]]);
    uint32_t word = 0;
    for (size_t t = 0; t < due; t++) {
      pull(&place, other_x[scratch[t]], other_y[scratch[t]]);
      for (uint32_t negative = 0; negative < settings->negatives; negative++) {
        uint64_t random = drawn(word++, (uint32_t)i, settings->epoch, settings->seed);
        size_t j = (size_t)(random * others >> 32);
        if (!(settings->same && j == i)) push(&place, other_x[j], other_y[j]);
      }
    }
    for (size_t t = 0; settings->same && t < due; t++)
      if (2 * t >= due) pull(&place, other_x[scratch[t]], other_y[scratch[t]]);
    new_x[i] = place.x;
    new_y[i] = place.y;
  }
}
