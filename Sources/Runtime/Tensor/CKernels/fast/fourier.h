// Fast kernels: Fourier transforms of many columns at once, by Stockham's autosorting passes of
// radix 3, 4 and 2 (Stockham 1966; Van Loan 1992, 1.7). Rows are the vectors. Included by
// kernels_of_level.h.
#pragma once

typedef struct fourier_pass {
  const float *real, *imaginary;
  float *to_real, *to_imaginary;
  const float *roots;
  size_t n;       // of the whole transform
  size_t length;  // of the transforms that are left
  size_t width;   // elements of a row: transforms done times columns
  size_t step;    // n / length
} fourier_pass;

#define TWIDDLE(name, k) \
  const float name##_re = pass->roots[(k)*pass->step], \
              name##_im = pass->roots[pass->n + (k)*pass->step]
// to[row] = (re, im) times a root of unity
#define STORE_TURNED(row, i, n, re, im, root) \
  do { \
    vf turned_re = (re), turned_im = (im); \
    store_up_to( \
        pass->to_real + (row)*pass->width + i, \
        multiply_add(turned_re, (vf)root##_re, -(turned_im * root##_im)), n); \
    store_up_to( \
        pass->to_imaginary + (row)*pass->width + i, \
        multiply_add(turned_re, (vf)root##_im, turned_im * root##_re), n); \
  } while (0)
#define LOAD_ROW(name, row, i, n) \
  const vf name##_re = load_up_to(pass->real + (row)*pass->width + i, n), \
           name##_im = load_up_to(pass->imaginary + (row)*pass->width + i, n)

static void fourier_radix2(const fourier_pass *pass) {
  const size_t m = pass->length / 2;
  for (size_t p = 0; p < m; p++) {
    const float one_re = 1, one_im = 0;
    TWIDDLE(w1, p);
    EACH_VECTOR(i, n, pass->width, {
      LOAD_ROW(a, p, i, n);
      LOAD_ROW(b, p + m, i, n);
      STORE_TURNED(2 * p, i, n, a_re + b_re, a_im + b_im, one);
      STORE_TURNED(2 * p + 1, i, n, a_re - b_re, a_im - b_im, w1);
    });
  }
}

static void fourier_radix3(const fourier_pass *pass) {
  const size_t m = pass->length / 3;
  const float half_root = 0.86602540378443865f;
  for (size_t p = 0; p < m; p++) {
    const float one_re = 1, one_im = 0;
    TWIDDLE(w1, p);
    TWIDDLE(w2, 2 * p);
    EACH_VECTOR(i, n, pass->width, {
      LOAD_ROW(a, p, i, n);
      LOAD_ROW(b, p + m, i, n);
      LOAD_ROW(c, p + 2 * m, i, n);
      const vf t_re = b_re + c_re, t_im = b_im + c_im;
      const vf u_re = a_re - 0.5f * t_re, u_im = a_im - 0.5f * t_im;
      const vf v_re = half_root * (b_im - c_im), v_im = -half_root * (b_re - c_re);
      STORE_TURNED(3 * p, i, n, a_re + t_re, a_im + t_im, one);
      STORE_TURNED(3 * p + 1, i, n, u_re + v_re, u_im + v_im, w1);
      STORE_TURNED(3 * p + 2, i, n, u_re - v_re, u_im - v_im, w2);
    });
  }
}

static void fourier_radix4(const fourier_pass *pass) {
  const size_t m = pass->length / 4;
  for (size_t p = 0; p < m; p++) {
    const float one_re = 1, one_im = 0;
    TWIDDLE(w1, p);
    TWIDDLE(w2, 2 * p);
    TWIDDLE(w3, 3 * p);
    EACH_VECTOR(i, n, pass->width, {
      LOAD_ROW(a, p, i, n);
      LOAD_ROW(b, p + m, i, n);
      LOAD_ROW(c, p + 2 * m, i, n);
      LOAD_ROW(d, p + 3 * m, i, n);
      const vf s_re = a_re + c_re, s_im = a_im + c_im, t_re = b_re + d_re, t_im = b_im + d_im;
      const vf u_re = a_re - c_re, u_im = a_im - c_im;
      const vf v_re = b_im - d_im, v_im = d_re - b_re;  // -i (b - d)
      STORE_TURNED(4 * p, i, n, s_re + t_re, s_im + t_im, one);
      STORE_TURNED(4 * p + 1, i, n, u_re + v_re, u_im + v_im, w1);
      STORE_TURNED(4 * p + 2, i, n, s_re - t_re, s_im - t_im, w2);
      STORE_TURNED(4 * p + 3, i, n, u_re - v_re, u_im - v_im, w3);
    });
  }
}

static void fast_fourier_columns(
    float *real, float *imaginary, const float *roots, size_t n, size_t columns, float *scratch) {
  fourier_pass pass = {real, imaginary, scratch, scratch + n * columns, roots, n, n, columns, 1};
  while (pass.length > 1) {
    size_t radix = pass.length % 3 == 0 ? 3 : pass.length % 4 == 0 ? 4 : 2;
    if (radix == 3)
      fourier_radix3(&pass);
    else if (radix == 4)
      fourier_radix4(&pass);
    else
      fourier_radix2(&pass);
    pass.length /= radix;
    pass.width *= radix;
    pass.step *= radix;
    bool is_in_scratch = pass.to_real == scratch;
    pass.real = pass.to_real;
    pass.imaginary = pass.to_imaginary;
    pass.to_real = is_in_scratch ? real : scratch;
    pass.to_imaginary = is_in_scratch ? imaginary : scratch + n * columns;
  }
  if (pass.real != real) {
    memcpy(real, pass.real, n * columns * sizeof *real);
    memcpy(imaginary, pass.imaginary, n * columns * sizeof *imaginary);
  }
}

static double fast_tsne_spectrum(
    float *real, float *imaginary, const float *even, const float *odd_x, const float *odd_y,
    size_t count) {
  double total = 0;
  const size_t block = 64 * W;
  for (size_t first = 0; first < count; first += block) {
    size_t length = count - first < block ? count - first : block;
    vf sum = 0;
    EACH_VECTOR(i, n, length, {
      const size_t at = first + i;
      vf re = load_up_to(real + at, n), im = load_up_to(imaginary + at, n);
      vf across = load_up_to(odd_x + at, n), along = load_up_to(odd_y + at, n);
      vf square = multiply_add(re, re, im * im);
      sum = multiply_add(square, load_up_to(even + at, n), sum);
      store_up_to(real + at, -(re * along) - im * across, n);
      store_up_to(imaginary + at, re * across - im * along, n);
    });
    total += (double)sum_of(sum);
  }
  return total;
}
