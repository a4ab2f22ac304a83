// See the header. Bracketed paste is done here, since libedit has none: the terminal marks a paste
// with ESC [200~ and ESC [201~, and what stands between is never taken for keys.

// For pipe2.
#define _GNU_SOURCE

#include "editline_shim.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static EditLine *editor;
static History *past;
static TLCompleter completer;
static void *completerContext;
static const char *currentPrompt = "";
static char *pasted;

// A signal that comes just before a read would be missed by the read, but not by a poll of a pipe
// that its handler writes to.
static int wakeUp[2] = {-1, -1};
/// Whether the last read of the editor was left by Ctrl-C.
static int wasInterrupted;

void tl_input_open(void) {
  if (wakeUp[0] < 0 && pipe2(wakeUp, O_CLOEXEC | O_NONBLOCK) != 0) wakeUp[0] = wakeUp[1] = -1;
}

static void note(char what) {
  int error = errno;
  // A full pipe wakes as well.
  ssize_t written = wakeUp[1] >= 0 ? write(wakeUp[1], &what, 1) : 0;
  (void)written;
  errno = error;
}

void tl_input_interrupt(void) { note('C'); }

static void window_changed(int number) {
  (void)number;
  note('W');
}

/// What came by the pipe: whether Ctrl-C was typed, and whether the window changed.
static void drain(int *isInterrupted, int *isResized) {
  char bytes[64];
  ssize_t count;
  while (wakeUp[0] >= 0 && (count = read(wakeUp[0], bytes, sizeof bytes)) > 0) {
    for (ssize_t i = 0; i < count; i++) *(bytes[i] == 'C' ? isInterrupted : isResized) = 1;
  }
}

void tl_input_forget(void) {
  int isInterrupted = 0, isResized = 0;
  drain(&isInterrupted, &isResized);
}

int tl_input_wait(void) {
  for (;;) {
    struct pollfd sources[] = {{wakeUp[0], POLLIN, 0}, {0, POLLIN, 0}};
    if (poll(sources, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return 1;
    }
    if (sources[0].revents) {
      int isInterrupted = 0, isResized = 0;
      drain(&isInterrupted, &isResized);
      if (isInterrupted) return 0;
      if (isResized && editor) {
        el_resize(editor);
        el_set(editor, EL_REFRESH);
      }
    }
    if (sources[1].revents) return 1;
  }
}

/// One byte of the input: 1, 0 at its end, -1 with EINTR for Ctrl-C.
static int next_byte(unsigned char *byte) {
  for (;;) {
    if (!tl_input_wait()) {
      wasInterrupted = 1;
      errno = EINTR;
      return -1;
    }
    ssize_t count = read(0, byte, 1);
    if (count >= 0) return (int)count;
    if (errno != EINTR && errno != EAGAIN) return -1;
  }
}

/// One character of UTF-8; bytes that are none are left out.
static int next_character(EditLine *e, wchar_t *result) {
  (void)e;
  for (;;) {
    unsigned char byte;
    int count = next_byte(&byte);
    if (count != 1) return count;
    int rest = byte < 0x80 ? 0 : byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
    if (byte >= 0x80 && (byte < 0xC2 || byte > 0xF4)) continue;
    unsigned value = rest == 0 ? byte : byte & (0x3Fu >> rest);
    while (rest > 0) {
      count = next_byte(&byte);
      if (count != 1) return count;
      if ((byte & 0xC0) != 0x80) break;
      value = value << 6 | (byte & 0x3Fu);
      rest--;
    }
    if (rest == 0) {
      *result = (wchar_t)value;
      return 1;
    }
    if (byte < 0x80) {
      *result = byte;
      return 1;
    }
  }
}

static char *prompt(EditLine *e) {
  (void)e;
  return (char *)currentPrompt;
}

/// The line up to the cursor, in memory from malloc.
static char *before_cursor(EditLine *e) {
  const LineInfo *info = el_line(e);
  return strndup(info->buffer, (size_t)(info->cursor - info->buffer));
}

static unsigned char complete(EditLine *e, int key) {
  (void)key;
  char *line = before_cursor(e);
  char *insertion = NULL, *listing = NULL;
  if (!line) return CC_ERROR;
  completer(completerContext, line, &insertion, &listing);
  unsigned char result = CC_REFRESH_BEEP;
  if (insertion && *insertion) {
    result = el_insertstr(e, insertion) == 0 ? CC_REFRESH : CC_ERROR;
  }
  if (listing && *listing) {
    fprintf(stdout, "\n%s\n", listing);
    fflush(stdout);
    result = CC_REDISPLAY;
  }
  free(line);
  free(insertion);
  free(listing);
  return result;
}

typedef struct {
  char *bytes;
  size_t count, capacity;
} Buffer;

static int append(Buffer *b, const char *bytes, size_t count) {
  if (b->count + count + 1 > b->capacity) {
    size_t capacity = (b->count + count + 1) * 2;
    char *larger = realloc(b->bytes, capacity);
    if (!larger) return 0;
    b->bytes = larger;
    b->capacity = capacity;
  }
  memcpy(b->bytes + b->count, bytes, count);
  b->count += count;
  b->bytes[b->count] = 0;
  return 1;
}

static int append_character(Buffer *b, wchar_t wide) {
  unsigned c = (unsigned)wide;
  char bytes[4];
  if (c < 0x80) {
    bytes[0] = (char)c;
    return append(b, bytes, 1);
  }
  if (c < 0x800) {
    bytes[0] = (char)(0xC0 | c >> 6);
    bytes[1] = (char)(0x80 | (c & 0x3F));
    return append(b, bytes, 2);
  }
  if (c < 0x10000) {
    bytes[0] = (char)(0xE0 | c >> 12);
    bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
    bytes[2] = (char)(0x80 | (c & 0x3F));
    return append(b, bytes, 3);
  }
  if (c > 0x10FFFF) return 1;
  bytes[0] = (char)(0xF0 | c >> 18);
  bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
  bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
  bytes[3] = (char)(0x80 | (c & 0x3F));
  return append(b, bytes, 4);
}

static unsigned char paste(EditLine *e, int key) {
  (void)key;
  static const char end[] = "\x1b[201~";
  Buffer text = {0};
  wchar_t wide;
  while (el_wgetc(e, &wide) == 1) {
    if (wide == L'\r') wide = L'\n';
    if (!append_character(&text, wide)) break;
    if (text.count >= sizeof end - 1
        && memcmp(text.bytes + text.count - (sizeof end - 1), end, sizeof end - 1) == 0) {
      text.count -= sizeof end - 1;
      text.bytes[text.count] = 0;
      break;
    }
  }
  if (!text.bytes || text.count == 0) {
    free(text.bytes);
    return CC_REFRESH;
  }
  char *lineBreak = strchr(text.bytes, '\n');
  if (!lineBreak) {
    int failed = el_insertstr(e, text.bytes);
    free(text.bytes);
    return failed ? CC_ERROR : CC_REFRESH;
  }
  // The line is shown as far as the first line break and given up; the caller shows the rest.
  Buffer whole = {0};
  const LineInfo *info = el_line(e);
  size_t before = (size_t)(info->cursor - info->buffer);
  size_t after = (size_t)(info->lastchar - info->cursor);
  char *rest = strndup(info->cursor, after);
  append(&whole, info->buffer, before);
  append(&whole, text.bytes, text.count);
  if (rest) append(&whole, rest, after);
  free(rest);
  *lineBreak = 0;
  el_insertstr(e, text.bytes);
  el_set(e, EL_REFRESH);
  fputs("\n", stdout);
  fflush(stdout);
  free(text.bytes);
  free(pasted);
  pasted = whole.bytes;
  return CC_NEWLINE;
}

int tl_editor_open(const char *program, TLCompleter newCompleter, void *context) {
  completer = newCompleter;
  completerContext = context;
  editor = el_init(program, stdin, stdout, stderr);
  if (!editor) return 0;
  HistEvent event;
  past = history_init();
  if (past) {
    history(past, &event, H_SETSIZE, 10000);
    history(past, &event, H_SETUNIQUE, 1);
    el_set(editor, EL_HIST, history, past);
  }
  el_set(editor, EL_PROMPT_ESC, prompt, 1);
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 1);
  // libedit changes to its own handler while it reads, and calls this one from it.
  struct sigaction resize = {.sa_handler = window_changed};
  sigaction(SIGWINCH, &resize, NULL);
  el_set(editor, EL_GETCFN, next_character);
  el_set(editor, EL_ADDFN, "tl-complete", "complete what stands before the cursor", complete);
  el_set(editor, EL_ADDFN, "tl-paste", "take a paste as it is", paste);
  el_set(editor, EL_BIND, "^I", "tl-complete", NULL);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
  el_set(editor, EL_BIND, "\\e[200~", "tl-paste", NULL);
  el_set(editor, EL_BIND, "\\e[1~", "ed-move-to-beg", NULL);
  el_set(editor, EL_BIND, "\\e[4~", "ed-move-to-end", NULL);
  el_set(editor, EL_BIND, "\\e[H", "ed-move-to-beg", NULL);
  el_set(editor, EL_BIND, "\\e[F", "ed-move-to-end", NULL);
  el_set(editor, EL_BIND, "\\e[3~", "ed-delete-next-char", NULL);
  el_set(editor, EL_BIND, "\\e[1;5C", "em-next-word", NULL);
  el_set(editor, EL_BIND, "\\e[1;5D", "ed-prev-word", NULL);
  el_source(editor, NULL);
  return 1;
}

char *tl_editor_read(const char *newPrompt, TLLineOutcome *outcome) {
  int count = 0;
  currentPrompt = newPrompt;
  wasInterrupted = 0;
  // Raw before the prompt is seen: Ctrl-D typed at once is a key then.
  el_set(editor, EL_PREP_TERM, 1);
  fputs("\x1b[?2004h", stdout);
  fflush(stdout);
  const char *line = el_gets(editor, &count);
  fputs("\x1b[?2004l", stdout);
  fflush(stdout);
  if (pasted) {
    char *text = pasted;
    pasted = NULL;
    *outcome = TL_LINE_PASTED;
    return text;
  }
  if (!line || count <= 0) {
    if (wasInterrupted) {
      fputs("\n", stdout);
      fflush(stdout);
      el_reset(editor);
      *outcome = TL_LINE_INTERRUPTED;
    } else {
      *outcome = TL_LINE_END;
    }
    return NULL;
  }
  size_t length = strlen(line);
  if (length > 0 && line[length - 1] == '\n') length--;
  *outcome = TL_LINE_DONE;
  return strndup(line, length);
}

void tl_editor_remember(const char *entry) {
  HistEvent event;
  if (past) history(past, &event, H_ENTER, entry);
}

void tl_editor_push(const char *text) { el_push(editor, text); }

void tl_editor_close(void) {
  if (editor) el_end(editor);
  if (past) history_end(past);
  editor = NULL;
  past = NULL;
}

#define TEXT(x) #x
#define VERSION(major, minor) TEXT(major) "." TEXT(minor)

const char *tl_editor_version(void) { return VERSION(LIBEDIT_MAJOR, LIBEDIT_MINOR); }
