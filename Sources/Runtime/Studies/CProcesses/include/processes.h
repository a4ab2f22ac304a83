// Starting processes and giving them their share of the machine: what Swift cannot do between fork and
// exec.
#pragma once
#include <stdint.h>
#include <sys/types.h>
#ifdef __cplusplus
extern "C" {
#endif

// Starts a program. The files become its standard input, output and error; -1 keeps the caller's.
// own_session: it outlives the caller's terminal. Returns the process, or -1 with errno.
pid_t tl_process_start(const char *path, char *const *arguments, int input, int output, int error,
                       int own_session);

// The calling process is killed when its parent ends. 0, or -1 when the parent is gone already.
int tl_process_end_with_parent(pid_t parent);

// Restricts the calling process to the processors with numbers first up to first + count among those it
// may use, turning around at their end. 0, or -1 with errno.
int tl_process_use_processors(int first, int count);

// How many processors the calling process may use; 0 where the system does not say.
int tl_process_processors(void);

// A pipe that other programs do not inherit: the end to read from, then the one to write to. 0 or -1.
int tl_process_pipe(int ends[2]);

#ifdef __cplusplus
}
#endif
