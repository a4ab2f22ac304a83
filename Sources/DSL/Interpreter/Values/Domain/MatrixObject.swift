// A matrix as a value: rows of float32 numbers, such as the vectors of texts.

import TLTensor

/// Numbers in rows and columns.
public final class MatrixObject: DomainObject {
  public let tensor: Tensor

  /// - Parameter tensor: [rows, columns]
  public init(_ tensor: Tensor) {
    self.tensor = tensor
    super.init()
  }

  override public var kind: KindSet { .matrix }
  override public var fieldNames: [String] { ["row_count", "column_count", "rows"] }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "row_count": return .integer(tensor.rows)
    case "column_count": return .integer(tensor.columns)
    case "rows":
      try machine.reserve(tensor.count, at: nil)
      return .list(ContiguousArray((0..<tensor.rows).map(row)))
    default: return nil
    }
  }

  override public var elementCount: Int? { tensor.rows }
  override public func element(_ index: Int) -> Value { row(index) }

  private func row(_ index: Int) -> Value {
    .list(
      ContiguousArray(
        (0..<tensor.columns).map { .number(Double("\(tensor[index, $0])") ?? 0) }))
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "Matrix  \(tensor.rows) × \(tensor.columns)"
    let columns = min(tensor.columns, max(1, (style.width - 4) / 9), 8)
    for index in 0..<min(tensor.rows, 5) {
      text += "\n"
      for column in 0..<columns {
        text += Rounded.fixed(Double(tensor[index, column]), 3, width: 9)
      }
      if columns < tensor.columns { text += "  …" }
    }
    if tensor.rows > 5 { text += "\n        …" }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? MatrixObject, other.tensor.shape == tensor.shape else {
      return false
    }
    return (0..<tensor.count).allSatisfy { other.tensor.pointer[$0] == tensor.pointer[$0] }
  }
}

/// Numbers for people: so many digits after the point.
enum Rounded {
  static func fixed(_ value: Double, _ digits: Int, width: Int = 0) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-∞" : "∞" }
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = (abs(value) * power).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let whole = Int(scaled) / Int(power)
    var text = String(whole)
    if digits > 0 {
      let rest = String(Int(scaled) % Int(power))
      text += "." + String(repeating: "0", count: digits - rest.count) + rest
    }
    if value < 0 && scaled > 0 { text = "-" + text }
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
