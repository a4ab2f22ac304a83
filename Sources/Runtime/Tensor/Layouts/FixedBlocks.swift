// Parallel work whose result is the same at any number of threads: the work is cut into pieces at
// places that depend on its size alone, each piece writes what is its own, and sums over pieces are
// added in their order.

import Synchronization

extension ThreadPool {
  /// Runs the body for each range of at most `size` of 0..<count; workers take the next when they
  /// are free. `index` numbers the ranges.
  public func forEachBlock(
    of count: Int, size: Int, _ body: (_ index: Int, _ range: Range<Int>, _ worker: Int) -> Void
  ) {
    let blocks = (count + size - 1) / max(1, size)
    guard blocks > 1, self.count > 1 else {
      for block in 0..<blocks {
        body(block, block * size..<min(count, (block + 1) * size), 0)
      }
      return
    }
    let next = Atomic<Int>(0)
    run { worker in
      while true {
        let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if block >= blocks { return }
        body(block, block * size..<min(count, (block + 1) * size), worker)
      }
    }
  }

  /// The sum of what the body gives for the ranges, in their order.
  public func sumOverBlocks(
    of count: Int, size: Int, _ body: (_ range: Range<Int>) -> Double
  ) -> Double {
    var parts = [Double](repeating: 0, count: (count + size - 1) / max(1, size))
    parts.withUnsafeMutableBufferPointer { parts in
      nonisolated(unsafe) let parts = parts
      forEachBlock(of: count, size: size) { index, range, _ in parts[index] = body(range) }
    }
    return parts.reduce(0, +)
  }
}
