// Fast kernels: interpolation on a grid, and the moves of UMAP with a point in every lane. Included
// by kernels_of_level.h.
#pragma once

typedef float v4 __attribute__((ext_vector_type(4)));
typedef v4 v4_memory __attribute__((aligned(4)));

// The weights of the nodes -1, 0, 1, 2 for a place t in [0, 1) after node 0 (Lagrange).
INLINE v4 cubic_weights(float t) {
  const float below = t - 1, far = t - 2, above = t + 1;
  return (v4){
      t * below * far * (-1.0f / 6), above * below * far * 0.5f, above * t * far * -0.5f,
      above * t * below * (1.0f / 6)};
}

// The statements for each point with `first`, the offset of the first of its nodes, and the weights
// `wx` of columns and `wy` of rows.
#define EACH_GRID_POINT(i, first, wx, wy, ...) \
  for (size_t i = 0; i < count; i++) { \
    float column = (x[i] - grid->origin_x) / grid->spacing; \
    float row = (y[i] - grid->origin_y) / grid->spacing; \
    int64_t whole_column = (int64_t)column, whole_row = (int64_t)row; \
    size_t first = (size_t)((whole_row - 1) * (int64_t)grid->stride + whole_column - 1); \
    v4 wx = cubic_weights(column - (float)whole_column); \
    v4 wy = cubic_weights(row - (float)whole_row); \
    __VA_ARGS__ \
  }

static void fast_grid_spread(
    const tl_grid *grid, const float *x, const float *y, size_t count, float *nodes) {
  EACH_GRID_POINT(i, first, wx, wy, {
    UNROLLED for (int r = 0; r < 4; r++) {
      v4_memory *to = (v4_memory *)(nodes + first + (size_t)r * grid->stride);
      *to = *to + wy[r] * wx;
    }
  })
}

static void fast_grid_interpolate(
    const tl_grid *grid, const float *x, const float *y, size_t count, const float *nodes_a,
    const float *nodes_b, float *a, float *b) {
  EACH_GRID_POINT(i, first, wx, wy, {
    v4 sum_a = 0, sum_b = 0;
    UNROLLED for (int r = 0; r < 4; r++) {
      size_t node = first + (size_t)r * grid->stride;
      sum_a += wy[r] * *(const v4_memory *)(nodes_a + node);
      sum_b += wy[r] * *(const v4_memory *)(nodes_b + node);
    }
    sum_a *= wx;
    sum_b *= wx;
    a[i] = (sum_a.x + sum_a.y) + (sum_a.z + sum_a.w);
    b[i] = (sum_b.x + sum_b.y) + (sum_b.z + sum_b.w);
  })
}

// The words of the block `block` of each lane's point.
INLINE void draw_block(uint32_t block, vu points, uint32_t epoch, uint64_t seed, vu words[4]) {
  const vu64 low_half = 0xffffffffu;
  vu64 c0 = (vu64)(uint64_t)block, c1 = __builtin_convertvector(points, vu64);
  vu64 c2 = (vu64)(uint64_t)epoch, c3 = (vu64)(uint64_t)0x554d4150u;
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  UNROLLED for (int round = 0; round < 10; round++) {
    vu64 p0 = (c0 & low_half) * 0xD2511F53u, p1 = (c2 & low_half) * 0xCD9E8D57u;
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1;
    c3 = p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  words[0] = __builtin_convertvector(c0 & low_half, vu);
  words[1] = __builtin_convertvector(c1 & low_half, vu);
  words[2] = __builtin_convertvector(c2 & low_half, vu);
  words[3] = __builtin_convertvector(c3 & low_half, vu);
}

INLINE vf cut_step(vf step) { return at_most(at_least(step, (vf)-4.0f), (vf)4.0f); }

// What the moves of a group of points need: a point in each lane.
typedef struct umap_lanes {
  const float *other_x, *other_y;
  const int32_t *neighbors;  // of each step W
  float a, b, rate;
} umap_lanes;

// The neighbors of step `step` pull the points whose lanes are set.
INLINE void umap_pull(const umap_lanes *group, int32_t step, vi active, vf *px, vf *py) {
  vi index;
  memcpy(&index, group->neighbors + (size_t)step * W, sizeof index);
  index = active ? index : (vi)0;
  vf dx = *px - gather(group->other_x, index), dy = *py - gather(group->other_y, index);
  vf square = multiply_add(dx, dx, dy * dy);
  vf power = exponential(group->b * logarithm(square));
  vf factor = -2 * group->a * group->b * power /
              (square * multiply_add((vf)group->a, power, (vf)1));
  const vi moved = active & (square > 0);
  *px = moved ? multiply_add((vf)group->rate, cut_step(factor * dx), *px) : *px;
  *py = moved ? multiply_add((vf)group->rate, cut_step(factor * dy), *py) : *py;
}

static void fast_umap_move(
    const tl_umap_epoch *settings, const float *x, const float *y, const float *other_x,
    const float *other_y, size_t others, const size_t *starts, const int32_t *neighbors,
    const float *rates, const int32_t *order, size_t count, int32_t *scratch, float *new_x,
    float *new_y) {
  const umap_lanes group = {other_x, other_y, scratch, settings->a, settings->b, settings->rate};
  const float push_factor = 2 * settings->repulsion * settings->b;
  const float now = (float)settings->epoch, next = (float)(settings->epoch + 1);
  for (size_t first = 0; first < count; first += W) {
    const size_t lanes = count - first < W ? count - first : W;
    vi points = 0, due = 0;
    vf px = 0, py = 0;
    int32_t longest = 0;
    for (size_t l = 0; l < lanes; l++) {
      const int32_t i = order[first + l];
      int32_t found = 0;
      for (size_t e = starts[i]; e < starts[i + 1]; e++) {
        scratch[(size_t)found * W + l] = neighbors[e];
        found += (int32_t)(next * rates[e]) != (int32_t)(now * rates[e]);
      }
      points[l] = i;
      due[l] = found;
      px[l] = x[i];
      py[l] = y[i];
      longest = found > longest ? found : longest;
    }
    for (int32_t t = 0; settings->same && 2 * t < longest; t++)
      umap_pull(&group, t, 2 * t < due, &px, &py);
    vu words[4];
    uint32_t word = 0;
    for (int32_t t = 0; t < longest; t++) {
      const vi active = t < due;
      umap_pull(&group, t, active, &px, &py);
      for (uint32_t negative = 0; negative < settings->negatives; negative++, word++) {
        if (word % 4 == 0)
          draw_block(word / 4, (vu)points, settings->epoch, settings->seed, words);
        vu64 wide = __builtin_convertvector(words[word % 4], vu64) * (uint64_t)others;
        vi index = __builtin_convertvector(wide >> 32, vi);
        vf dx = px - gather(other_x, index), dy = py - gather(other_y, index);
        vf square = multiply_add(dx, dx, dy * dy);
        vf power = exponential(group.b * logarithm(square));
        vf factor = push_factor / ((0.001f + square) * multiply_add((vf)group.a, power, (vf)1));
        vi moved = active & (square > 0);
        if (settings->same) moved &= index != points;
        px = moved ? multiply_add((vf)group.rate, cut_step(factor * dx), px) : px;
        py = moved ? multiply_add((vf)group.rate, cut_step(factor * dy), py) : py;
      }
    }
    for (int32_t t = 0; settings->same && t < longest; t++)
      umap_pull(&group, t, (t < due) & (2 * t >= due), &px, &py);
    for (size_t l = 0; l < lanes; l++) {
      new_x[points[l]] = px[l];
      new_y[points[l]] = py[l];
    }
  }
}
