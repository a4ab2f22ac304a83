// TrainedWeights: what training has changed of a donor, and nothing else. Of a table with sparse
// gradients only the rows that were ever looked up are kept, with the decay that all others share; so
// a fully fine-tuned donor with a large vocabulary takes little more room than what was touched.

import TLModels
import TLTensor
import TLText

/// A copy of the trained parameters at one moment.
public struct TrainedWeights: Sendable {
  public struct Entry: Sendable {
    public var name: String
    /// All numbers, or the rows of `rows` one after the other.
    public var values: Tensor
    /// The rows of a table that were trained, ascending; nil: `values` is everything.
    public var rows: [Int32]?
    /// What the other rows of a table are multiplied by.
    public var factor: Double
  }

  public var entries: [Entry]

  public init(entries: [Entry]) { self.entries = entries }

  /// Copies the parameters as they are stored, with the decay that their tables have pending.
  public init(of parameters: [Parameter]) {
    entries = parameters.map { parameter in
      guard let lazy = parameter.lazyDecay else {
        return Entry(
          name: parameter.name, values: parameter.tensor.copy(), rows: nil, factor: 1)
      }
      lazy.catchUpAll()
      let rows = lazy.touched.sorted()
      let columns = parameter.columns
      let values = Tensor(zeros: [rows.count, columns])
      for (index, row) in rows.enumerated() {
        (values.pointer + index * columns).update(from: parameter.row(Int(row)), count: columns)
      }
      return Entry(name: parameter.name, values: values, rows: rows, factor: lazy.product)
    }
  }

  /// Puts the weights into parameters that have the donor's values in all rows not kept here.
  ///
  /// Throws, and changes nothing, where names or shapes are not those of the parameters.
  /// - Parameter decaying: whether the other rows of tables get their decay now; for a run that goes
  ///   on they must not, its optimizer still has to.
  public func apply(to parameters: [Parameter], decaying: Bool) throws(TransferError) {
    let byName = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
    for entry in entries {
      guard let parameter = byName[entry.name] else {
        throw TransferError("the saved run has weights named \(entry.name), the model has not")
      }
      let count = entry.rows.map { $0.count * parameter.columns } ?? parameter.count
      guard entry.values.count == count,
        (entry.rows ?? []).allSatisfy({ $0 >= 0 && Int($0) < parameter.rows })
      else {
        throw TransferError(
          "the saved run has \(entry.name) \(entry.values.shape), the model "
            + "\(parameter.shape)")
      }
    }
    for entry in entries {
      guard let parameter = byName[entry.name] else { continue }
      if let rows = entry.rows {
        let columns = parameter.columns
        if decaying && entry.factor != 1 {
          parameter.scale(by: Float(entry.factor))
        }
        for (index, row) in rows.enumerated() {
          parameter.replace(row: Int(row), with: entry.values.pointer + index * columns)
        }
      } else {
        parameter.pointer.update(from: entry.values.pointer, count: parameter.count)
      }
      parameter.weightsChanged()
    }
  }

  // MARK: Files

  /// Writes one safetensors file: dense weights by their names, tables as `NAME#rows` and
  /// `NAME#values`, factors in the metadata.
  public func write(to path: String) throws {
    var numbers: [[Float]] = []
    var metadata: [(key: String, value: String)] = [("format", "pt")]
    for entry in entries {
      numbers.append((entry.rows ?? []).map { Float($0) })
      if entry.rows != nil { metadata.append((entry.name, "\(entry.factor)")) }
    }
    var tensors: [TensorToWrite] = []
    var kept: [Tensor] = []
    for (entry, rows) in zip(entries, numbers) {
      let values = UnsafeBufferPointer(
        start: UnsafePointer(entry.values.pointer), count: entry.values.count)
      guard entry.rows != nil else {
        tensors.append(TensorToWrite(name: entry.name, shape: entry.values.shape, values: values))
        continue
      }
      tensors.append(
        TensorToWrite(name: "\(entry.name)#values", shape: entry.values.shape, values: values))
      let list = Tensor(rows)
      kept.append(list)
      tensors.append(
        TensorToWrite(
          name: "\(entry.name)#rows", shape: [rows.count],
          values: UnsafeBufferPointer(start: UnsafePointer(list.pointer), count: rows.count)))
    }
    try SafetensorsWriter.write(tensors, to: path, metadata: metadata)
    withExtendedLifetime((self, kept)) {}
  }

  /// The number of a row out of a file.
  static func row(_ number: Float, _ path: String) throws(TransferError) -> Int32 {
    guard let row = Int32(exactly: number), row >= 0 else {
      throw TransferError("\(path): \(number) is no number of a row")
    }
    return row
  }

  /// Reads what `write` has written.
  public init(file path: String) throws {
    let checkpoint = try Checkpoint.open(path)
    let factors = Dictionary(checkpoint.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    entries = []
    for stored in checkpoint.tensors {
      if stored.name.hasSuffix("#rows") { continue }
      guard stored.name.hasSuffix("#values") else {
        entries.append(
          Entry(
            name: stored.name, values: Tensor(try stored.floats(), shape: stored.shape), rows: nil,
            factor: 1))
        continue
      }
      let name = String(stored.name.dropLast("#values".count))
      guard let rows = checkpoint["\(name)#rows"], let factor = factors[name].flatMap(Double.init)
      else { throw TransferError("\(path): the rows or the factor of \(name) are missing") }
      entries.append(
        Entry(
          name: name, values: Tensor(try stored.floats(), shape: stored.shape),
          rows: try rows.floats().map { try Self.row($0, path) }, factor: factor))
    }
  }
}
