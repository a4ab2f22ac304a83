#pragma once
// A line editor over libedit, whose variadic functions Swift cannot call. One editor exists per
// process; all functions are called on one thread, the one that owns the terminal.

/// What a read ended with.
typedef enum {
  TL_LINE_DONE,
  /// Ctrl-D on an empty line, or the end of the input.
  TL_LINE_END,
  /// Ctrl-C.
  TL_LINE_INTERRUPTED,
  /// A paste that holds line breaks; the line is everything before the cursor, the paste itself,
  /// and what stood behind the cursor.
  TL_LINE_PASTED
} TLLineOutcome;

/// Prepares the functions below; more calls do nothing.
void tl_input_open(void);

/// Makes a wait for input end, now or the next one; may be called in a signal handler.
void tl_input_interrupt(void);

/// Forgets an interrupt that no wait has seen.
void tl_input_forget(void);

/// Waits until standard input can be read; returns 0 when it was interrupted.
int tl_input_wait(void);

/// Called for Tab with the line up to the cursor. Sets `insertion` and `listing` to memory from
/// malloc, or leaves them: what to insert, and the lines to show below.
typedef void (*TLCompleter)(void *context, const char *line, char **insertion, char **listing);

/// Opens the editor on standard input and output. Returns 0 when libedit refuses.
int tl_editor_open(const char *program, TLCompleter completer, void *context);

/// Reads one line, without its line break.
/// - prompt: UTF-8; escape sequences stand between characters 1, and a visible character must
///   follow the last.
/// - Returns memory from malloc, or a null pointer at the end and after Ctrl-C.
char *tl_editor_read(const char *prompt, TLLineOutcome *outcome);

/// Adds an entry to the history that the arrow keys and Ctrl-R walk through.
void tl_editor_remember(const char *entry);

/// Puts text into the input as if it were typed next.
void tl_editor_push(const char *text);

void tl_editor_close(void);

/// The version that the program was built with, such as 2.11.
const char *tl_editor_version(void);
