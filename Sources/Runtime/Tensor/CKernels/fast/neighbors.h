// Fast kernels: nearest neighbors, sparse rows, the forces of t-SNE. Included by
// kernels_of_level.h.
#pragma once

INLINE vf gather(const float *p, vi index) {
#if TL_WIDTH == 16 && defined(__x86_64__)
  return (vf)_mm512_i32gather_ps((__m512i)index, p, 4);
#else
  vf v;
  UNROLLED for (int l = 0; l < W; l++) v[l] = p[index[l]];
  return v;
#endif
}

// The first `count` (1 ... W) indices at p, the first of them in the other lanes.
INLINE vi load_indices(const int32_t *p, size_t count) {
  vi v = (vi)p[0];
  if (count >= W)
    memcpy(&v, p, sizeof v);
  else
    for (size_t l = 1; l < count; l++) v[l] = p[l];
  return v;
}

// Whether a lane of a comparison is set.
INLINE bool any_of(vi lanes) {
#if TL_WIDTH == 16 && defined(__x86_64__)
  return _mm512_movepi32_mask((__m512i)lanes) != 0;
#else
  return __builtin_reduce_or(lanes) != 0;
#endif
}

static void fast_nearest_update(
    const float *products, const float *norms, size_t count, int32_t first_index, size_t k,
    float *values, int32_t *indices) {
  if (k == 0) return;
  float limit = values[k - 1];
  EACH_VECTOR(i, n, count, {
    vf candidates = load_up_to(norms + i, n) - 2 * load_up_to(products + i, n);
    candidates = keep_first(candidates, n, __builtin_inff());
    if (!any_of(candidates < limit)) continue;
    for (size_t l = 0; l < n; l++) {
      float value = candidates[l];
      if (!(value < limit)) continue;
      size_t place = k - 1;
      for (; place > 0 && value < values[place - 1]; place--) {
        values[place] = values[place - 1];
        indices[place] = indices[place - 1];
      }
      values[place] = value;
      indices[place] = first_index + (int32_t)(i + l);
      limit = values[k - 1];
    }
  });
}

static void fast_count_nearer(
    const float *products, const float *norms, size_t count, const float *limits,
    size_t limit_count, int32_t *counts) {
  // Blocks that stay in the first cache while the limits pass over them.
  enum { block = 64 * W };
  float candidates[block];
  for (size_t first = 0; first < count; first += block) {
    size_t length = count - first < block ? count - first : block;
    EACH_VECTOR(i, n, length, {
      vf v = load_up_to(norms + first + i, n) - 2 * load_up_to(products + first + i, n);
      store(candidates + i, keep_first(v, n, __builtin_inff()));
    });
    for (size_t l = 0; l < limit_count; l++) {
      vi below = 0;
      for (size_t i = 0; i < length; i += W) below -= load(candidates + i) < limits[l];
      counts[l] += __builtin_reduce_add(below);
    }
  }
}

static float fast_squared_distance(const float *x, const float *y, size_t count) {
  vf sum = 0;
  EACH_VECTOR(i, n, count, {
    vf d = load_up_to(x + i, n) - load_up_to(y + i, n);
    sum = multiply_add(d, d, sum);
  });
  return sum_of(sum);
}

static void fast_sparse_multiply(
    const size_t *starts, const int32_t *neighbors, const float *weights, const float *x,
    size_t first, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) {
    size_t start = starts[first + i];
    vf sum = 0;
    EACH_VECTOR(e, n, starts[first + i + 1] - start, {
      vf value = gather(x, load_indices(neighbors + start + e, n));
      sum = multiply_add(load_up_to(weights + start + e, n), value, sum);
    });
    y[i] = sum_of(sum);
  }
}

static void fast_tsne_attraction(
    const float *x, const float *y, const size_t *starts, const int32_t *neighbors,
    const float *weights, size_t first, size_t count, float *force_x, float *force_y) {
  for (size_t i = 0; i < count; i++) {
    size_t start = starts[first + i];
    const float px = x[first + i], py = y[first + i];
    vf sum_x = 0, sum_y = 0;
    EACH_VECTOR(e, n, starts[first + i + 1] - start, {
      vi index = load_indices(neighbors + start + e, n);
      vf dx = px - gather(x, index), dy = py - gather(y, index);
      vf square = multiply_add(dx, dx, multiply_add(dy, dy, (vf)1));
      vf factor = load_up_to(weights + start + e, n) / square;
      sum_x = multiply_add(factor, dx, sum_x);
      sum_y = multiply_add(factor, dy, sum_y);
    });
    force_x[i] = sum_of(sum_x);
    force_y[i] = sum_of(sum_y);
  }
}

static double fast_tsne_repulsion(
    const float *x, const float *y, size_t n_points, size_t first, size_t count, float *force_x,
    float *force_y) {
  double total = 0;
  for (size_t i = 0; i < count; i++) {
    const float px = x[first + i], py = y[first + i];
    vf sum = 0, sum_x = 0, sum_y = 0;
    EACH_VECTOR(j, n, n_points, {
      vf dx = px - load_up_to(x + j, n), dy = py - load_up_to(y + j, n);
      vf similarity = 1 / multiply_add(dx, dx, multiply_add(dy, dy, (vf)1));
      similarity = keep_first(similarity, n, 0);
      sum += similarity;
      similarity *= similarity;
      sum_x = multiply_add(similarity, dx, sum_x);
      sum_y = multiply_add(similarity, dy, sum_y);
    });
    // The point itself added exactly 1.
    total += (double)sum_of(sum) - 1;
    force_x[i] = sum_of(sum_x);
    force_y[i] = sum_of(sum_y);
  }
  return total;
}
