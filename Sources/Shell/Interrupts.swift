// Ctrl-C. The first one stops the running program at its next step and interrupts a read at the
// prompt; a script that does not come to its next step is ended by the second.

import CEditLine
import Glibc
import Synchronization
import TLInterpreter

/// The flag that the signal handler sets; a pointer, since a handler can carry nothing.
private let running = Atomic<UInt>(0)
private let endsAtSecond = Atomic<Bool>(false)
private let pending = Atomic<Int>(0)

public enum Interrupts {
  /// Makes Ctrl-C cancel a machine's program.
  /// - Parameter endsAtSecond: whether a second Ctrl-C ends the process.
  public static func cancel(_ cancellation: Cancellation, endsAtSecond ends: Bool) {
    // Read by the handler until the process ends.
    let pointer = Unmanaged.passRetained(cancellation).toOpaque()
    running.store(UInt(bitPattern: pointer), ordering: .sequentiallyConsistent)
    endsAtSecond.store(ends, ordering: .sequentiallyConsistent)
    var action = sigaction()
    // Without SA_RESTART, so that a read at the prompt returns.
    action.sa_flags = 0
    tl_input_open()
    action.__sigaction_handler.sa_handler = { _ in
      tl_input_interrupt()
      if pending.add(1, ordering: .relaxed).oldValue >= 1,
        endsAtSecond.load(ordering: .relaxed)
      {
        _exit(130)
      }
      guard let pointer = UnsafeRawPointer(bitPattern: running.load(ordering: .relaxed)) else {
        return
      }
      Unmanaged<Cancellation>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.cancel() }
    }
    sigaction(SIGINT, &action, nil)
    // The process that started this one may have left the signal blocked.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Forgets a Ctrl-C that came before.
  public static func reset(_ cancellation: Cancellation) {
    pending.store(0, ordering: .relaxed)
    tl_input_forget()
    cancellation.reset()
  }
}
