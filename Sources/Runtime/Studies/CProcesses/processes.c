#define _GNU_SOURCE
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

pid_t tl_process_start(const char *path, char *const *arguments, int input, int output, int error,
                       int own_session) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) {
    int code = errno;
    close(report[0]);
    close(report[1]);
    errno = code;
    return -1;
  }
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < 32; number++) {
      if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (own_session) {
      setsid();
    } else {
      // Ctrl-C at the terminal goes to the parent, which tells its workers.
      setpgid(0, 0);
    }
    int files[3] = {input, output, error};
    // Above the three, so that none is overwritten before it is used.
    for (int i = 0; i < 3; i++) {
      if (files[i] >= 0 && files[i] < 3) files[i] = fcntl(files[i], F_DUPFD_CLOEXEC, 3);
    }
    for (int i = 0; i < 3; i++) {
      if (files[i] >= 0 && dup2(files[i], i) < 0) _exit(127);
    }
    execve(path, arguments, environ);
    int code = errno;
    ssize_t written = write(report[1], &code, sizeof code);
    (void)written;
    _exit(127);
  }
  close(report[1]);
  int code = 0;
  ssize_t count;
  do {
    count = read(report[0], &code, sizeof code);
  } while (count < 0 && errno == EINTR);
  close(report[0]);
  if (count == (ssize_t)sizeof code) {
    errno = code;
    return -1;
  }
  return child;
}

int tl_process_end_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return getppid() == parent ? 0 : -1;
}

int tl_process_use_processors(int first, int count) {
  cpu_set_t allowed, mine;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
  int total = CPU_COUNT(&allowed);
  if (total == 0 || count <= 0) return -1;
  CPU_ZERO(&mine);
  for (int i = 0; i < count && i < total; i++) {
    int wanted = (first + i) % total;
    int seen = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
      if (!CPU_ISSET(cpu, &allowed)) continue;
      if (seen++ == wanted) {
        CPU_SET(cpu, &mine);
        break;
      }
    }
  }
  return sched_setaffinity(0, sizeof mine, &mine);
}

int tl_process_processors(void) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  return CPU_COUNT(&allowed);
}

int tl_process_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
