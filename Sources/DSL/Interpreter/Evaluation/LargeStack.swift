// A thread whose stack is large enough for the recursion of parser, checker and evaluator.

import Glibc

public enum LargeStack {
  /// Only the pages that are touched cost memory.
  public static let size = 512 << 20
}

private final class StackJob {
  let body: () -> Void

  init(_ body: @escaping () -> Void) {
    self.body = body
  }
}

/// Runs work on a thread of its own with a stack of `LargeStack.size` bytes, and waits for it.
/// - Throws: what the work throws.
public func onLargeStack<Result>(_ body: () throws -> Result) throws -> Result {
  try withoutActuallyEscaping(body) { escaping in
    var outcome: Swift.Result<Result, any Error>?
    let job = StackJob { outcome = Swift.Result { try escaping() } }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, LargeStack.size)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(job).toOpaque()
    let status = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<StackJob>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context)
    if status == 0 {
      pthread_join(thread, nil)
    } else {
      Unmanaged<StackJob>.fromOpaque(context).release()
      throw Problem(
        RuntimeRules.sizeLimit, "the system gave no thread with a stack of 512 MB (error \(status))"
      )
    }
    switch outcome {
    case .success(let value): return value
    case .failure(let error): throw error
    case nil: throw Interruption(isStepLimit: false)
    }
  }
}
