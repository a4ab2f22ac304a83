// Tape: the record of one forward pass, run backwards for gradients (reverse-mode differentiation).
// A tape belongs to one worker thread. Values are matrices in its arena and live until the next
// `begin`. Nothing is recorded below the lowest trained parameter: an operation is put on the tape
// only if a trainable parameter or a recorded value goes into it.

import CKernels
import Glibc

/// A matrix [rows, columns] that an operation on a tape has made; valid until the tape begins anew.
public struct Variable {
  /// Row-major, `rows * columns` numbers in the arena of the tape.
  public let data: UnsafeMutablePointer<Float>
  public let rows: Int
  public let columns: Int
  /// The place of its gradient on the tape; -1 for values that have none.
  let node: Int

  public var count: Int { rows * columns }
  public var hasGradient: Bool { node >= 0 }
  /// A copy of the values that outlives the tape.
  public var tensor: Tensor {
    let tensor = Tensor(zeros: [rows, columns])
    tensor.pointer.update(from: data, count: count)
    return tensor
  }
  /// The numbers of one row.
  public func row(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: data + index * columns, count: columns)
  }
}

/// Records operations and runs them backwards.
public final class Tape {
  /// The memory of values, and of whatever must live as long as the step.
  public let arena: Arena
  /// Where parameter gradients go; nil on a tape that only computes forward.
  public let gradients: GradientBuffers?
  public var precision: Precision = .float32
  /// Seed and step of the dropout masks; nil for evaluation, without any dropout.
  public var dropout: DropoutKey?

  /// Threads that have nothing else to do while this tape computes forward: large products are split
  /// over them by columns.
  var helpers: ThreadPool?

  private(set) var isRecording = false
  var operations: [Operation] = []
  private var nodes: [UnsafeMutablePointer<Float>?] = []
  private let gradientArena = Arena()
  private var free: [(count: Int, pointer: UnsafeMutablePointer<Float>)] = []
  private var maskCount: UInt64 = 0
  /// Why a weight of this pass could not be read; the values since are of no use.
  private var failure: (any Error)?

  public init(gradients: GradientBuffers? = nil, arena: Arena = Arena()) {
    self.gradients = gradients
    self.arena = arena
  }

  /// Forgets all values and starts a forward pass.
  ///
  /// - Parameter recording: whether `backward` will follow; without it, operations keep nothing and
  ///   `scope` gives memory back early.
  public func begin(recording: Bool) {
    isRecording = recording && gradients != nil
    operations.removeAll(keepingCapacity: true)
    nodes.removeAll(keepingCapacity: true)
    free.removeAll(keepingCapacity: true)
    arena.reset()
    gradientArena.reset()
    maskCount = 0
    failure = nil
  }

  /// Throws where a weight could not be read since the tape began; to be asked before the values of a
  /// pass are used. `Workers` asks after each.
  public func check() throws {
    if let failure { throw failure }
  }

  /// Whether the values of this pass are of no use.
  var hasFailed: Bool { failure != nil }

  /// Does what needs weights that may still have to be read.
  func reading(_ body: () throws -> Void) {
    do { try body() } catch { failure = failure ?? error }
  }

  /// Bytes held for values and their gradients.
  public var capacity: Int { arena.capacity + gradientArena.capacity }
  /// How often memory was asked from the system.
  public var systemAllocations: Int { arena.systemAllocations + gradientArena.systemAllocations }
  /// The number of recorded operations.
  public var operationCount: Int { operations.count }

  // MARK: Values

  /// A value without gradient, of which the caller fills the memory.
  public func constant(rows: Int, columns: Int) -> Variable {
    Variable(data: arena.floats(rows * columns), rows: rows, columns: columns, node: -1)
  }

  /// A value with the numbers of a tensor; with `gradient`, one that is differentiated.
  public func value(_ tensor: Tensor, gradient: Bool = false) -> Variable {
    let value = output(rows: tensor.rows, columns: tensor.columns, gradient && isRecording)
    value.data.update(from: tensor.pointer, count: tensor.count)
    return value
  }

  func output(rows: Int, columns: Int, _ hasGradient: Bool) -> Variable {
    var node = -1
    if hasGradient {
      node = nodes.count
      nodes.append(nil)
    }
    return Variable(data: arena.floats(rows * columns), rows: rows, columns: columns, node: node)
  }

  /// Another view of the same numbers; gradients pass through.
  public func reshape(_ x: Variable, rows: Int, columns: Int) -> Variable {
    precondition(rows * columns == x.count, "as many numbers as before")
    return Variable(data: x.data, rows: rows, columns: columns, node: x.node)
  }

  func isTrained(_ parameter: Parameter?) -> Bool {
    guard isRecording, let parameter, parameter.isTrainable else { return false }
    return gradients?.layout.slot(of: parameter) != nil
  }

  /// Runs the body and gives its memory back where its result has no gradient, so that the layers of
  /// a pure forward pass share their memory. Values made inside must not be used after, but for the
  /// result.
  public func scope(_ body: () throws -> Variable) rethrows -> Variable {
    let mark = arena.mark
    let result = try body()
    if result.hasGradient { return result }
    arena.release(to: mark)
    let kept = constant(rows: result.rows, columns: result.columns)
    memmove(kept.data, result.data, result.count * MemoryLayout<Float>.stride)
    return kept
  }

  // MARK: Dropout

  /// The mask of the next operation with dropout; nil where nothing is dropped. Every operation that
  /// may drop takes a number, whatever its probability, so masks do not depend on other settings.
  func nextMask(_ probability: Float) -> tl_dropout_mask? {
    maskCount += 1
    guard let dropout, probability > 0 else { return nil }
    return tl_dropout_mask(
      probability: probability, seed: dropout.seed,
      stream: UInt64(dropout.step) << 20 | maskCount, first_index: 0)
  }

  // MARK: Gradients

  /// The gradient of a value; nil if it has none (yet).
  public func gradient(of value: Variable) -> UnsafeMutablePointer<Float>? {
    value.node < 0 ? nil : nodes[value.node]
  }

  /// Where a rule writes the gradient of an input, and whether it must add to what is there.
  func target(
    _ value: Variable
  ) -> (pointer: UnsafeMutablePointer<Float>, accumulate: Bool)? {
    guard value.node >= 0 else { return nil }
    if let pointer = nodes[value.node] { return (pointer, true) }
    let pointer = gradientMemory(value.count)
    nodes[value.node] = pointer
    return (pointer, false)
  }

  /// Adds numbers to the gradient of an input.
  func pass(_ dy: UnsafePointer<Float>, to value: Variable) {
    guard let (target, accumulate) = target(value) else { return }
    if accumulate {
      tl_add(target, dy, target, value.count)
    } else {
      target.update(from: dy, count: value.count)
    }
  }

  /// Hands the gradient of an output, of which no one else has need, to an input of its size.
  func handOver(_ output: Variable, to input: Variable) {
    guard let dy = gradient(of: output) else { return }
    if input.node >= 0 && nodes[input.node] == nil {
      nodes[input.node] = dy
      nodes[output.node] = nil
    } else {
      pass(dy, to: input)
      release(output)
    }
  }

  /// Gives back the memory of the gradient of an output once its rule has run.
  func release(_ output: Variable) {
    guard output.node >= 0, let pointer = nodes[output.node] else { return }
    nodes[output.node] = nil
    free.append((output.count, pointer))
  }

  private func gradientMemory(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let index = free.lastIndex(where: { $0.count == count }) {
      return free.remove(at: index).pointer
    }
    return gradientArena.floats(count)
  }

  /// Gives a value a gradient from outside, as if a loss had.
  public func seed(_ value: Variable, gradient: Tensor) {
    precondition(gradient.count == value.count, "a gradient of the size of the value")
    guard value.node >= 0 else { return }
    let copy = arena.floats(value.count)
    copy.update(from: gradient.pointer, count: value.count)
    operations.append(.loss(logits: value, gradient: copy))
  }

  /// Runs all recorded operations backwards: parameter gradients are added to `gradients`.
  public func backward() {
    while let operation = operations.popLast() { propagate(operation) }
    isRecording = false
  }
}
