// Arena: memory that lives for one step. Allocation moves a mark forward; a step gives everything
// back at once. After the first steps have shown how much is needed, it asks the system for nothing.

import Glibc

/// A bump allocator for the values of one forward and backward pass; for one thread.
public final class Arena {
  private struct Block {
    var base: UnsafeMutableRawPointer
    var bytes: Int
  }

  /// A position to return to with `release(to:)`.
  public struct Mark {
    fileprivate var block: Int
    fileprivate var offset: Int
  }

  private var blocks: [Block] = []
  private var block = 0
  private var offset = 0
  private let firstBytes: Int
  /// How often memory was asked from the system; constant once the largest step has been seen.
  public private(set) var systemAllocations = 0

  public init(firstBytes: Int = 1 << 22) { self.firstBytes = firstBytes }

  deinit { for block in blocks { munmap(block.base, block.bytes) } }

  /// Bytes held from the system, touched or not.
  public var capacity: Int { blocks.reduce(0) { $0 + $1.bytes } }

  /// Uninitialized memory, aligned to 64 bytes, valid until `reset` or a release before it.
  public func allocate<Element>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element>
  {
    raw(bytes: max(1, count) * MemoryLayout<Element>.stride)
      .bindMemory(to: Element.self, capacity: max(1, count))
  }

  public func floats(_ count: Int) -> UnsafeMutablePointer<Float> { allocate(Float.self, count) }

  /// A copy of an array in the arena.
  public func copy<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let target = allocate(Element.self, elements.count)
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { target.update(from: base, count: source.count) }
    }
    return UnsafePointer(target)
  }

  public var mark: Mark { Mark(block: block, offset: offset) }

  /// Gives back everything allocated since the mark.
  public func release(to mark: Mark) {
    block = mark.block
    offset = mark.offset
  }

  /// Gives back everything; several blocks become one of their common size.
  public func reset() {
    if blocks.count > 1 {
      let bytes = capacity
      for block in blocks { munmap(block.base, block.bytes) }
      blocks.removeAll(keepingCapacity: true)
      append(bytes: bytes)
    }
    block = 0
    offset = 0
  }

  private func raw(bytes requested: Int) -> UnsafeMutableRawPointer {
    let bytes = (requested + 63) & ~63
    while block < blocks.count {
      if offset + bytes <= blocks[block].bytes {
        let pointer = blocks[block].base + offset
        offset += bytes
        return pointer
      }
      block += 1
      offset = 0
    }
    append(bytes: max(bytes, max(firstBytes, capacity)))
    block = blocks.count - 1
    offset = bytes
    return blocks[block].base
  }

  private func append(bytes: Int) {
    let rounded = (bytes + 4095) & ~4095
    let memory = mmap(
      nil, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      // Nothing sensible can follow: there is no result without memory, and none to report it with.
      let message = "tl: out of memory: \(rounded) bytes for the values of a step\n"
      _ = message.withCString { write(2, $0, strlen($0)) }
      exit(71)
    }
    systemAllocations += 1
    blocks.append(Block(base: memory, bytes: rounded))
  }
}
