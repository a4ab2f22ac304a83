// A column in the making, one value after the other; its kind widens with what arrives:
// nothing yet → boolean | integer → number | text → mixed.

/// Collects values; a reference, so that a row can be spread over builders without copies.
final class ColumnBuilder {
  private var kind: ColumnKind?
  private var booleans: [Bool] = []
  private var integers: [Int] = []
  private var numbers: [Double] = []
  private var bytes: [UInt8] = []
  private var offsets: [Int] = [0]
  private var values: [DataValue] = []
  private var missing = BitmapBuilder()

  /// Starts with `count` missing values.
  init(missing count: Int = 0) {
    if count > 0 { missing.append(true, count: count) }
  }

  var count: Int { missing.count }

  func append(_ value: DataValue) {
    switch value {
    case .none: appendMissing()
    case .bool(let value): append(value)
    case .int(let value): append(value)
    case .number(let value): append(value)
    case .text(var text): text.withUTF8 { append(text: $0) }
    case .list, .record:
      widen(to: .mixed)
      values.append(value)
      missing.append(false)
    }
  }

  func appendMissing() {
    switch kind {
    case nil: break
    case .boolean: booleans.append(false)
    case .integer: integers.append(0)
    case .number: numbers.append(0)
    case .text: offsets.append(bytes.count)
    case .mixed: values.append(.none)
    }
    missing.append(true)
  }

  func append(_ value: Bool) {
    if kind != .boolean { widen(to: .boolean) }
    if kind == .boolean { booleans.append(value) } else { values.append(.bool(value)) }
    missing.append(false)
  }

  func append(_ value: Int) {
    if kind != .integer { widen(to: .integer) }
    switch kind {
    case .integer: integers.append(value)
    case .number: numbers.append(Double(value))
    default: values.append(.int(value))
    }
    missing.append(false)
  }

  func append(_ value: Double) {
    if kind != .number { widen(to: .number) }
    if kind == .number { numbers.append(value) } else { values.append(.number(value)) }
    missing.append(false)
  }

  /// `text` is valid UTF-8.
  func append(text: UnsafeBufferPointer<UInt8>) {
    if kind != .text { widen(to: .text) }
    if kind == .text {
      bytes.append(contentsOf: text)
      offsets.append(bytes.count)
    } else {
      values.append(.text(String(decoding: text, as: UTF8.self)))
    }
    missing.append(false)
  }

  /// Takes the last value back; its kind stays.
  func removeLast() {
    switch kind {
    case nil: break
    case .boolean: booleans.removeLast()
    case .integer: integers.removeLast()
    case .number: numbers.removeLast()
    case .text:
      offsets.removeLast()
      bytes.removeLast(bytes.count - (offsets.last ?? 0))
    case .mixed: values.removeLast()
    }
    missing.removeLast()
  }

  /// Makes room for a value of kind `new`; afterwards the kind is `new`, number, or mixed.
  private func widen(to new: ColumnKind) {
    guard let old = kind else {
      kind = new
      for _ in 0..<count {
        switch new {
        case .boolean: booleans.append(false)
        case .integer: integers.append(0)
        case .number: numbers.append(0)
        case .text: offsets.append(0)
        case .mixed: values.append(.none)
        }
      }
      return
    }
    if old == new || old == .mixed || (old, new) == (.number, .integer) { return }
    if (old, new) == (.integer, .number) {
      numbers = integers.map { Double($0) }
      integers = []
      kind = .number
      return
    }
    values = finished().values
    booleans = []
    integers = []
    numbers = []
    bytes = []
    offsets = [0]
    kind = .mixed
  }

  /// The column; the builder must not be used afterwards. Without any value it is of kind text.
  func finished() -> Column {
    let bitmap = missing.bitmap
    switch kind {
    case .boolean: return Column(.boolean(booleans), missing: bitmap)
    case .integer: return Column(.integer(integers), missing: bitmap)
    case .number: return Column(.number(numbers), missing: bitmap)
    case .text: return Column(.text(TextCells(bytes: bytes, offsets: offsets)), missing: bitmap)
    case .mixed: return Column(.mixed(values), missing: bitmap)
    case nil: return Self.allMissing(count: count, kind: .text)
    }
  }

  static func allMissing(count: Int, kind: ColumnKind) -> Column {
    var bits = Bitmap(count: count)
    for row in 0..<count { bits.set(row) }
    switch kind {
    case .boolean: return Column(.boolean(.init(repeating: false, count: count)), missing: bits)
    case .integer: return Column(.integer(.init(repeating: 0, count: count)), missing: bits)
    case .number: return Column(.number(.init(repeating: 0, count: count)), missing: bits)
    case .mixed: return Column(.mixed(.init(repeating: .none, count: count)), missing: bits)
    case .text:
      let offsets = [Int](repeating: 0, count: count + 1)
      return Column(.text(TextCells(bytes: [], offsets: offsets)), missing: bits)
    }
  }
}
