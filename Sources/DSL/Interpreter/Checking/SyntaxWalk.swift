// Walks over the tree where only the names matter.

import TLSyntax

enum SyntaxWalk {
  /// All names that an expression uses, inside function values too.
  static func names(in expression: Expression) -> [String] {
    var names: [String] = []
    walk(expression) { names.append($0) }
    return names
  }

  private static func walk(_ expression: Expression, _ visit: (String) -> Void) {
    switch expression.kind {
    case .none, .boolean, .integer, .number, .text, .invalid: break
    case .name(let name): visit(name)
    case .interpolation(let parts):
      for part in parts { if case .value(let value) = part { walk(value, visit) } }
    case .list(let elements): for element in elements { walk(element, visit) }
    case .record(let fields): for field in fields { walk(field.value, visit) }
    case .function(let syntax):
      for parameter in syntax.parameters {
        if let value = parameter.defaultValue { walk(value, visit) }
      }
      walk(syntax.body, visit)
    case .call(let callee, let piped, let arguments):
      walk(callee, visit)
      if let piped { walk(piped, visit) }
      for argument in arguments { walk(argument.value, visit) }
    case .field(let value, _): walk(value, visit)
    case .index(let value, let index):
      walk(value, visit)
      walk(index, visit)
    case .unary(_, let operand): walk(operand, visit)
    case .binary(_, let left, let right, _):
      walk(left, visit)
      walk(right, visit)
    case .conditional(let arms, let otherwise):
      for arm in arms {
        walk(arm.condition, visit)
        walk(arm.body, visit)
      }
      if let otherwise { walk(otherwise, visit) }
    case .attempt(let body, _, let handler):
      walk(body, visit)
      walk(handler, visit)
    }
  }

  private static func walk(_ block: Block, _ visit: (String) -> Void) {
    for statement in block.statements { walk(statement, visit) }
  }

  private static func walk(_ statement: Statement, _ visit: (String) -> Void) {
    switch statement.kind {
    case .let(_, let value), .var(_, let value), .expression(let value): walk(value, visit)
    case .assign(let name, let path, let value):
      visit(name.text)
      for step in path { if case .index(let index) = step { walk(index, visit) } }
      walk(value, visit)
    case .function(let syntax): walk(syntax.body, visit)
    case .for(_, let sequence, let body):
      walk(sequence, visit)
      walk(body, visit)
    case .while(let condition, let body):
      walk(condition, visit)
      walk(body, visit)
    case .return(let value): if let value { walk(value, visit) }
    case .break, .continue, .import: break
    }
  }
}
