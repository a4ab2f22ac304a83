// The tree as an s-expression, so that a test can say in one line what a script means.

import TLSyntax

func dump(_ script: Script) -> String {
  script.statements.map(dump).joined(separator: " ")
}

/// Statements, with the errors after them if there are any.
func dump(_ text: String) -> String {
  let script = parse(Source(name: "test", text: text))
  let errors = script.diagnostics.map { "!\($0.rule.id)" }
  return ([dump(script)] + errors).filter { !$0.isEmpty }.joined(separator: " ")
}

private func list(_ head: String, _ parts: [String]) -> String {
  "(" + ([head] + parts).joined(separator: " ") + ")"
}

private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

func dump(_ block: Block) -> String { list("do", block.statements.map(dump)) }

func dump(_ statement: Statement) -> String {
  switch statement.kind {
  case .let(let name, let value): list("let", [name.text, dump(value)])
  case .var(let name, let value): list("var", [name.text, dump(value)])
  case .assign(let name, let path, let value):
    list("set", [path.reduce(name.text) { list(step($1).0, [$0, step($1).1]) }, dump(value)])
  case .function(let function): dump(function)
  case .for(let name, in: let values, let body):
    list("for", [name.text, dump(values), dump(body)])
  case .while(let condition, let body): list("while", [dump(condition), dump(body)])
  case .return(let value): list("return", value.map { [dump($0)] } ?? [])
  case .break: "(break)"
  case .continue: "(continue)"
  case .import(let path, _): list("import", [quoted(path)])
  case .expression(let value): dump(value)
  }
}

private func step(_ step: AssignmentStep) -> (String, String) {
  switch step {
  case .index(let value): ("at", dump(value))
  case .field(let name): (".", name.text)
  }
}

private func dump(_ function: FunctionSyntax) -> String {
  let parameters = function.parameters.map { parameter in
    parameter.name.text + (parameter.defaultValue.map { "=" + dump($0) } ?? "")
  }
  return list(
    "fn",
    (function.name.map { [$0.text] } ?? []) + [
      "[\(parameters.joined(separator: " "))]", dump(function.body),
    ])
}

func dump(_ expression: Expression) -> String {
  switch expression.kind {
  case .none: return "none"
  case .boolean(let value): return "\(value)"
  case .integer(let value): return "\(value)"
  case .number(let value): return "\(value)f"
  case .text(let text): return quoted(text)
  case .interpolation(let parts):
    return list(
      "text",
      parts.map { part in
        switch part {
        case .text(let text): quoted(text)
        case .value(let value): dump(value)
        }
      })
  case .name(let name): return name
  case .list(let items): return list("list", items.map(dump))
  case .record(let fields):
    return list("record", fields.map { quoted($0.key.text) + ":" + dump($0.value) })
  case .function(let function): return dump(function)
  case .call(let callee, let piped, let arguments):
    let values = arguments.map { ($0.label.map { $0.text + ":" } ?? "") + dump($0.value) }
    return list(
      piped == nil ? "call" : "pipe", (piped.map { [dump($0)] } ?? []) + [dump(callee)] + values)
  case .field(let base, let name): return list(".", [dump(base), name.text])
  case .index(let base, let index): return list("at", [dump(base), dump(index)])
  case .unary(let sign, let value): return list(sign.rawValue, [dump(value)])
  case .binary(let sign, let left, let right, _):
    return list(sign.rawValue, [dump(left), dump(right)])
  case .conditional(let arms, let otherwise):
    let parts = arms.flatMap { [dump($0.condition), dump($0.body)] }
    return list("if", parts + (otherwise.map { ["else", dump($0)] } ?? []))
  case .attempt(let body, let problem, let handler):
    return list("try", [dump(body), problem.text, dump(handler)])
  case .invalid: return "?"
  }
}
