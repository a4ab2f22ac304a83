// Gradients: where the gradients of the trainable parameters are collected. Each worker has its own
// buffers; they are added up in the order of the workers, so a step is reproducible for a given
// number of threads. Tables keep only the rows that were looked up.

import CKernels
import Glibc

/// The trainable parameters of a run and the place of each in a flat gradient buffer.
public final class GradientLayout: @unchecked Sendable {
  /// The trainable parameters, in the order they were given.
  public let parameters: [Parameter]
  private let slots: [ObjectIdentifier: Int]
  /// The start of each dense parameter in the flat buffers, aligned to 16 floats; -1 for tables.
  let starts: [Int]
  let denseCount: Int

  /// Takes those of the parameters that are trainable; one given twice counts once.
  public init(_ parameters: [Parameter]) {
    var kept: [Parameter] = []
    var slots: [ObjectIdentifier: Int] = [:]
    var starts: [Int] = []
    var total = 0
    for parameter in parameters
    where parameter.isTrainable && slots[ObjectIdentifier(parameter)] == nil {
      slots[ObjectIdentifier(parameter)] = kept.count
      kept.append(parameter)
      if parameter.gradientForm == .rows {
        starts.append(-1)
      } else {
        starts.append(total)
        total += (parameter.count + 15) & ~15
      }
    }
    self.parameters = kept
    self.slots = slots
    self.starts = starts
    denseCount = total
  }

  /// The number of trained weights.
  public var trainedCount: Int { parameters.reduce(0) { $0 + $1.count } }

  func slot(of parameter: Parameter) -> Int? { slots[ObjectIdentifier(parameter)] }
}

/// Gradients of the rows of one table that a worker's share of the batch has looked up.
final class RowGradients {
  let columns: Int
  /// The place of each table row in `values`, -1 where it was not looked up.
  private let places: UnsafeMutablePointer<Int32>
  private let rows: Int
  /// The looked-up rows, in the order of their first appearance.
  private(set) var touched: [Int32] = []
  private(set) var values: UnsafeMutablePointer<Float>
  private var capacity: Int

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    places = .allocate(capacity: max(1, rows))
    places.initialize(repeating: -1, count: max(1, rows))
    capacity = min(max(1, rows), 256)
    values = .allocate(capacity: capacity * columns)
  }

  deinit {
    places.deallocate()
    values.deallocate()
  }

  /// The gradient of a row, nil where it was not looked up.
  func gradient(ofRow row: Int32) -> UnsafeMutablePointer<Float>? {
    let place = places[Int(row)]
    return place < 0 ? nil : values + Int(place) * columns
  }

  /// The place of a row, a new one with zeros where it had none.
  func place(of row: Int32) -> Int {
    let place = places[Int(row)]
    if place >= 0 { return Int(place) }
    if touched.count == capacity { grow() }
    let new = touched.count
    places[Int(row)] = Int32(new)
    touched.append(row)
    memset(values + new * columns, 0, columns * MemoryLayout<Float>.stride)
    return new
  }

  private func grow() {
    let larger = UnsafeMutablePointer<Float>.allocate(capacity: 2 * capacity * columns)
    larger.update(from: values, count: touched.count * columns)
    values.deallocate()
    values = larger
    capacity *= 2
  }

  /// Adds rows of `dy` [count, columns] to the gradients of the rows `ids`.
  func add(_ dy: UnsafePointer<Float>, ids: UnsafePointer<Int32>, count: Int, scratch: Arena) {
    let mark = scratch.mark
    let places = scratch.allocate(Int32.self, count)
    for i in 0..<count { places[i] = ids[i] < 0 ? -1 : Int32(place(of: ids[i])) }
    tl_scatter_add_rows(dy, columns, places, values, columns, count, columns)
    scratch.release(to: mark)
  }

  func add(_ other: RowGradients) {
    for (index, row) in other.touched.enumerated() {
      let place = place(of: row)
      tl_add(
        values + place * columns, other.values + index * columns, values + place * columns, columns)
    }
  }

  func clear() {
    for row in touched { places[Int(row)] = -1 }
    touched.removeAll(keepingCapacity: true)
  }
}

/// The parameter gradients of one worker.
public final class GradientBuffers: @unchecked Sendable {
  public let layout: GradientLayout
  let dense: Storage
  /// Whether a dense gradient holds anything yet; the first writer overwrites.
  var isWritten: [Bool]
  let tables: [RowGradients?]

  public init(_ layout: GradientLayout) {
    self.layout = layout
    dense = Storage(count: layout.denseCount)
    isWritten = Array(repeating: false, count: layout.parameters.count)
    tables = layout.parameters.map {
      $0.gradientForm == .rows ? RowGradients(rows: $0.rows, columns: $0.columns) : nil
    }
  }

  /// Where a product writes a dense gradient, and whether it must add to what is there.
  func target(
    _ parameter: Parameter
  ) -> (pointer: UnsafeMutablePointer<Float>, accumulate: Bool)? {
    guard let slot = layout.slot(of: parameter), layout.starts[slot] >= 0 else { return nil }
    let accumulate = isWritten[slot]
    isWritten[slot] = true
    return (dense.pointer + layout.starts[slot], accumulate)
  }

  /// Where a kernel adds to a dense gradient; zeros where nothing was written yet.
  func accumulator(_ parameter: Parameter) -> UnsafeMutablePointer<Float>? {
    guard let (pointer, accumulate) = target(parameter) else { return nil }
    if !accumulate { memset(pointer, 0, parameter.count * MemoryLayout<Float>.stride) }
    return pointer
  }

  /// A dense gradient that something was written to.
  func written(_ parameter: Parameter) -> UnsafeMutablePointer<Float>? {
    guard let slot = layout.slot(of: parameter), layout.starts[slot] >= 0, isWritten[slot] else {
      return nil
    }
    return dense.pointer + layout.starts[slot]
  }

  func table(_ parameter: Parameter) -> RowGradients? {
    layout.slot(of: parameter).flatMap { tables[$0] }
  }

  /// Forgets all gradients.
  public func clear() {
    for index in isWritten.indices { isWritten[index] = false }
    for table in tables { table?.clear() }
  }

  /// The gradient of a parameter as a tensor of its shape; nil where there is none.
  public func gradient(of parameter: Parameter) -> Tensor? {
    guard let slot = layout.slot(of: parameter) else { return nil }
    let result = Tensor(zeros: parameter.shape)
    if let table = tables[slot] {
      for (index, row) in table.touched.enumerated() {
        (result.pointer + Int(row) * table.columns)
          .update(from: table.values + index * table.columns, count: table.columns)
      }
    } else {
      guard isWritten[slot] else { return nil }
      result.pointer.update(from: dense.pointer + layout.starts[slot], count: parameter.count)
    }
    return result
  }
}

/// The size of the gradients of a step, before clipping.
public struct GradientNorms: Sendable {
  public var total: Double
  /// One norm for each parameter of the layout; 0 where there was no gradient.
  public var parameters: [Double]
}

/// Adds the buffers of all workers into the first one's, in their order, and measures the sums.
func reduce(_ buffers: [GradientBuffers], on pool: ThreadPool) -> GradientNorms {
  guard let first = buffers.first else { return GradientNorms(total: 0, parameters: []) }
  let layout = first.layout
  let chunk = 1 << 14
  var pieces: [(slot: Int, start: Int, count: Int)] = []
  for (slot, parameter) in layout.parameters.enumerated() where layout.starts[slot] >= 0 {
    guard buffers.contains(where: { $0.isWritten[slot] }) else { continue }
    for start in stride(from: 0, to: parameter.count, by: chunk) {
      pieces.append((slot, layout.starts[slot] + start, min(chunk, parameter.count - start)))
    }
  }
  let tableSlots = layout.parameters.indices.filter { first.tables[$0] != nil }
  let jobs = pieces
  let squares = UnsafeMutablePointer<Double>.allocate(capacity: jobs.count + tableSlots.count + 1)
  defer { squares.deallocate() }
  let workers = pool.count
  pool.run { worker in
    var job = worker
    while job < jobs.count {
      let (slot, start, count) = jobs[job]
      let sum = first.dense.pointer + start
      var isWritten = first.isWritten[slot]
      for other in buffers.dropFirst() where other.isWritten[slot] {
        if isWritten {
          tl_add(sum, other.dense.pointer + start, sum, count)
        } else {
          sum.update(from: other.dense.pointer + start, count: count)
          isWritten = true
        }
      }
      squares[job] = tl_sum_of_squares(sum, count)
      job += workers
    }
    var index = worker
    while index < tableSlots.count {
      if let table = first.tables[tableSlots[index]] {
        for other in buffers.dropFirst() {
          if let more = other.tables[tableSlots[index]] { table.add(more) }
        }
        squares[jobs.count + index] = tl_sum_of_squares(
          table.values, table.touched.count * table.columns)
      }
      index += workers
    }
  }
  var norms = [Double](repeating: 0, count: layout.parameters.count)
  for (job, piece) in jobs.enumerated() {
    norms[piece.slot] += squares[job]
    first.isWritten[piece.slot] = true
  }
  for (index, slot) in tableSlots.enumerated() { norms[slot] = squares[jobs.count + index] }
  let total = norms.reduce(0, +).squareRoot()
  return GradientNorms(total: total, parameters: norms.map { $0.squareRoot() })
}
