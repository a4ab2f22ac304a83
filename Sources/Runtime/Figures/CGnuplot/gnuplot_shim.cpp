// gnuplot is started here and not by gnuplot-iostream, whose popen goes through a shell and hides
// the process: this way no shell reads anything, and a process that is slow can be ended. The
// script goes through gnuplot-iostream's stream on a thread of its own, since a process that does
// not read would block it.

#include "gnuplot_shim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>

#include <gnuplot-iostream.h>

extern char **environ;

extern "C" int tl_gnuplot_file(void) { return memfd_create("gnuplot", MFD_CLOEXEC); }

static void send(FILE *pipe, const char *script, size_t count) {
  // A reader that has gone must be an error of this stream, not a signal to the process.
  sigset_t closed;
  sigemptyset(&closed);
  sigaddset(&closed, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &closed, nullptr);
  try {
    Gnuplot gnuplot(pipe);
    gnuplot.write(script, static_cast<std::streamsize>(count));
    gnuplot.flush();
  } catch (const std::exception &) {
    // The process has ended; its status says how.
  }
}

static double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

static int start(const char *program, int input, int output, int errors, pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, errors, 2);
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF);
  // -d: no start-up files, which could change how everything looks.
  char *arguments[] = {const_cast<char *>("gnuplot"), const_cast<char *>("-d"), nullptr};
  int code = posix_spawn(child, program, &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return code;
}

extern "C" int tl_gnuplot_run(const char *program, const char *script, size_t count, int output,
                              int errors, double limit_seconds, int (*should_stop)(void *),
                              void *context, int *detail) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    *detail = errno;
    return TL_GNUPLOT_NOT_STARTED;
  }
  pid_t child = 0;
  int code = start(program, ends[0], output, errors, &child);
  close(ends[0]);
  FILE *stream = code == 0 ? fdopen(ends[1], "w") : nullptr;
  if (stream == nullptr) {
    *detail = code != 0 ? code : errno;
    close(ends[1]);
    if (code == 0) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    return TL_GNUPLOT_NOT_STARTED;
  }
  std::thread sender(send, stream, script, count);
  const double deadline = now() + limit_seconds;
  int result = TL_GNUPLOT_DONE;
  int status = 0;
  while (true) {
    pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) break;
    if (result == TL_GNUPLOT_DONE) {
      if (should_stop(context)) result = TL_GNUPLOT_STOPPED;
      else if (now() > deadline) result = TL_GNUPLOT_TOO_SLOW;
      // The whole session: what was started as gnuplot may have started something else.
      if (result != TL_GNUPLOT_DONE && kill(-child, SIGKILL) != 0) kill(child, SIGKILL);
    }
    timespec pause = {0, 5000000};
    nanosleep(&pause, nullptr);
  }
  // What it may have left behind would keep the pipe open.
  kill(-child, SIGKILL);
  sender.join();
  *detail = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

// fontconfig is what gnuplot's own libraries look fonts up with, so it is there when gnuplot draws; it
// is no library that tl itself needs.

namespace {
struct FontSet { // FcFontSet
  int count;
  int capacity;
  void **fonts;
};

struct Fonts {
  int (*charset)(const void *, const char *, int, void **) = nullptr;
  int (*has)(const void *, unsigned int) = nullptr;
  FontSet *set = nullptr;

  Fonts() {
    void *library = dlopen("libfontconfig.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) return;
    auto load = reinterpret_cast<void *(*)()>(dlsym(library, "FcInitLoadConfigAndFonts"));
    auto fonts = reinterpret_cast<FontSet *(*)(void *, int)>(dlsym(library, "FcConfigGetFonts"));
    charset = reinterpret_cast<decltype(charset)>(dlsym(library, "FcPatternGetCharSet"));
    has = reinterpret_cast<decltype(has)>(dlsym(library, "FcCharSetHasChar"));
    if (load == nullptr || fonts == nullptr || charset == nullptr || has == nullptr) return;
    void *config = load();
    if (config != nullptr) set = fonts(config, 0);
  }
};
} // namespace

extern "C" int tl_font_has(unsigned int scalar) {
  static std::mutex lock;
  std::lock_guard<std::mutex> guard(lock);
  static Fonts fonts;
  if (fonts.set == nullptr) return 1;
  for (int index = 0; index < fonts.set->count; index++) {
    void *charset = nullptr;
    if (fonts.charset(fonts.set->fonts[index], "charset", 0, &charset) == 0 &&
        fonts.has(charset, scalar))
      return 1;
  }
  return 0;
}
