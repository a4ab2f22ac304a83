// Values may be nested deeper than the stack: `x = [x]` in a long loop. Their release is therefore
// recursive only up to a depth; what lies deeper is put off and released in a loop.

import CStack
import Glibc
import Synchronization

enum Release {
  private final class Deferred {
    var values: ContiguousArray<ContiguousArray<Value>> = []
  }

  /// Whether someone waits for a computation to stop; then long lists go away on another thread.
  static let isHurried = Atomic(false)

  /// Releases the parts of an object that is going away.
  @inline(__always)
  static func parts(_ parts: inout ContiguousArray<Value>) {
    guard !parts.isEmpty else { return }
    if parts.count > 100_000, isHurried.load(ordering: .relaxed) { return later(&parts) }
    guard tl_begin_release() else {
      putOff(parts)
      return
    }
    parts = []
    if tl_end_release() { drain() }
  }

  @inline(__always)
  static func part(_ part: inout Value) {
    guard case .object = part else { return }
    guard tl_begin_release() else {
      putOff([part])
      return
    }
    part = .none
    if tl_end_release() { drain() }
  }

  private final class Parcel: @unchecked Sendable {
    var values: ContiguousArray<Value>
    init(_ values: ContiguousArray<Value>) { self.values = values }
  }

  /// Releases values that nobody else holds on another thread.
  static func later(_ values: inout ContiguousArray<Value>) {
    let parcel = Unmanaged.passRetained(Parcel(values))
    values = []
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Parcel>.fromOpaque(argument).release() }
        return nil
      }, parcel.toOpaque())
    if status == 0 { pthread_detach(thread) } else { parcel.release() }
  }

  @inline(never)
  private static func putOff(_ parts: ContiguousArray<Value>) {
    guard let state = tl_thread_state() else { return }
    let deferred: Deferred
    if let pointer = state.pointee.deferred {
      deferred = Unmanaged<Deferred>.fromOpaque(pointer).takeUnretainedValue()
    } else {
      deferred = Deferred()
      state.pointee.deferred = Unmanaged.passRetained(deferred).toOpaque()
    }
    deferred.values.append(parts)
  }

  @inline(never)
  private static func drain() {
    guard let state = tl_thread_state() else { return }
    // Each round may put off more, into a list of its own that is the next round's.
    while let pointer = state.pointee.deferred {
      let deferred = Unmanaged<Deferred>.fromOpaque(pointer).takeRetainedValue()
      state.pointee.deferred = nil
      guard tl_begin_release() else { return }
      deferred.values = []
      _ = tl_end_release()
    }
  }
}
