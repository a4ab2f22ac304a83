#include <cblas.h>

// LAPACK, which OpenBLAS holds and cblas.h does not declare: chosen eigenvalues and eigenvectors of
// a symmetric matrix.
void dsyevr_(
    const char *jobz, const char *range, const char *uplo, const int *n, double *a, const int *lda,
    const double *vl, const double *vu, const int *il, const int *iu, const double *abstol, int *m,
    double *w, double *z, const int *ldz, int *isuppz, double *work, const int *lwork, int *iwork,
    const int *liwork, int *info);
