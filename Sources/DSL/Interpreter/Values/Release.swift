// Values may be nested deeper than the stack: `x = [x]` in a long loop. Their release is therefore
// recursive only up to a depth; what lies deeper is put off and released in a loop.

import CStack

enum Release {
  private static let deepest: Int32 = 200

  private final class Deferred {
    var values: ContiguousArray<ContiguousArray<Value>> = []

    @inline(never)
    func clear() { values = [] }
  }

  // Calls that are not inlined: a release inside them is over when they return, whereas the optimizer
  // may move one within a function to its end, where the depth is no longer counted.
  @inline(never)
  private static func empty(_ parts: inout ContiguousArray<Value>) { parts = [] }

  @inline(never)
  private static func clear(_ part: inout Value) { part = .none }

  /// Releases the parts of an object that is going away.
  @inline(__always)
  static func parts(_ parts: inout ContiguousArray<Value>) {
    guard !parts.isEmpty else { return }
    guard let state = tl_thread_state() else { return }
    if state.pointee.release_depth >= deepest {
      putOff(parts, state)
      return
    }
    state.pointee.release_depth += 1
    empty(&parts)
    state.pointee.release_depth -= 1
    if state.pointee.release_depth == 0, state.pointee.deferred != nil { drain(state) }
  }

  @inline(__always)
  static func part(_ part: inout Value) {
    guard case .object = part, let state = tl_thread_state() else { return }
    if state.pointee.release_depth >= deepest {
      putOff([part], state)
      return
    }
    state.pointee.release_depth += 1
    clear(&part)
    state.pointee.release_depth -= 1
    if state.pointee.release_depth == 0, state.pointee.deferred != nil { drain(state) }
  }

  @inline(never)
  private static func putOff(
    _ parts: ContiguousArray<Value>, _ state: UnsafeMutablePointer<tl_thread_state>
  ) {
    if state.pointee.deferred == nil {
      state.pointee.deferred = Unmanaged.passRetained(Deferred()).toOpaque()
    }
    if let pointer = state.pointee.deferred {
      Unmanaged<Deferred>.fromOpaque(pointer).takeUnretainedValue().values.append(parts)
    }
  }

  @inline(never)
  private static func drain(_ state: UnsafeMutablePointer<tl_thread_state>) {
    guard let pointer = state.pointee.deferred else { return }
    let deferred = Unmanaged<Deferred>.fromOpaque(pointer).takeRetainedValue()
    state.pointee.deferred = nil
    // Each round may put off more, into a list of its own that is the next round's.
    while !deferred.values.isEmpty {
      state.pointee.release_depth = 1
      deferred.clear()
      state.pointee.release_depth = 0
      guard let next = state.pointee.deferred else { return }
      state.pointee.deferred = nil
      deferred.values = Unmanaged<Deferred>.fromOpaque(next).takeRetainedValue().values
    }
  }
}
