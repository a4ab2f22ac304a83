// `--set name=value`: the value is read as a literal of the language where it is one, and as plain
// text otherwise.

import TLInterpreter
import TLSyntax

public struct Setting: Sendable {
  public let name: String
  let text: String
  private let expression: Expression?

  /// - Returns: nil unless the text has the form `name=value` with a name before the sign.
  public init?(_ argument: String) {
    guard let sign = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    name = String(argument[..<sign])
    text = String(argument[argument.utf8.index(after: sign)...])
    let named = parse(Source(name: "--set", text: name))
    guard named.diagnostics.isEmpty, named.statements.count == 1,
      case .expression(let expression) = named.statements[0].kind,
      case .name(let parsed) = expression.kind, parsed == name
    else { return nil }
    self.expression = Setting.literal(text)
  }

  private static func literal(_ text: String) -> Expression? {
    let script = parse(Source(name: "--set", text: text))
    guard script.diagnostics.isEmpty, script.statements.count == 1,
      case .expression(let expression) = script.statements[0].kind, isLiteral(expression)
    else { return nil }
    return expression
  }

  private static func isLiteral(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .none, .boolean, .integer, .number, .text: true
    case .list(let elements): elements.allSatisfy(isLiteral)
    case .record(let fields): fields.allSatisfy { isLiteral($0.value) }
    case .unary(.negate, let operand):
      switch operand.kind {
      case .integer, .number: true
      default: false
      }
    default: false
    }
  }

  /// The value, made for a machine.
  public func value(_ machine: Machine) -> Value {
    expression.map { Setting.value($0, machine) } ?? .text(text)
  }

  private static func value(_ expression: Expression, _ machine: Machine) -> Value {
    switch expression.kind {
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .text(let value): return .text(value)
    case .list(let elements): return .list(ContiguousArray(elements.map { value($0, machine) }))
    case .record(let fields):
      return machine.record(fields.map { ($0.key.text, value($0.value, machine)) })
    case .unary(_, let operand):
      switch operand.kind {
      case .integer(let value): return .integer(0 &- value)
      case .number(let value): return .number(-value)
      default: return .none
      }
    default: return .none
    }
  }
}
