// A C face on gnuplot-iostream: one call that has gnuplot carry out a script.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  TL_GNUPLOT_DONE = 0,       // it ended by itself; see `detail`
  TL_GNUPLOT_NOT_STARTED = 1,// `detail` is an errno
  TL_GNUPLOT_STOPPED = 2,    // `should_stop` said so
  TL_GNUPLOT_TOO_SLOW = 3    // it ran past the limit
};

/// A file without a name that lives as long as its descriptor; -1 when there is none.
int tl_gnuplot_file(void);

/// Starts `program` (an absolute path) in a session of its own, sends it the script, and waits for
/// its end. What it draws goes to `output`, what it complains of to `errors`.
/// - should_stop: asked about every 5 ms; not 0 ends gnuplot.
/// - detail: the exit status, minus the number of the signal that ended it, or an errno.
int tl_gnuplot_run(const char *program, const char *script, size_t count, int output, int errors,
                   double limit_seconds, int (*should_stop)(void *), void *context, int *detail);

/// Whether a font of the system has the character; 1 also when that cannot be found out. The first
/// call reads the fonts, some 20 ms.
int tl_font_has(unsigned int scalar);

#ifdef __cplusplus
}
#endif
