// The pages docs/library.md and docs/diagnostics.md, made from the declarations. A test says when a
// page is not what this file makes; with TL_UPDATE=1 it writes the page.

import TLSyntax

/// Every function of the library in Markdown, by area.
public func libraryReference(_ library: Library = .standard) -> String {
  var page = """
    # The library

    Made from the declarations in `Sources/DSL/Interpreter/Library`; every example here runs as a test. In the REPL,
    `?name` shows the same.

    A parameter with a value behind its colon has that default. An Integer may stand wherever a Number is asked for.
    Functions that take a function call it once for each element, from the first to the last.


    """
  let areas = LibraryFunction.Area.allCases.compactMap { area in
    let functions = library.functions.filter { $0.area == area }
    return functions.isEmpty ? nil : (area, functions)
  }
  for (area, functions) in areas {
    page += "**\(area.title)**: "
    page += functions.map { "[`\($0.name)`](#\($0.name))" }.joined(separator: " ") + "\n\n"
  }
  for (area, functions) in areas {
    page += "## \(area.title)\n\n"
    for function in functions { page += entry(function) }
  }
  while page.hasSuffix("\n\n") { page.removeLast() }
  return page
}

private func entry(_ function: LibraryFunction) -> String {
  var text = "### \(function.name)\n\n"
  text += "`\(function.signature)`"
  if function.resultDescription != "none" { text += " gives \(function.resultDescription)" }
  text += ": \(function.purpose).\n"
  if !function.details.isEmpty { text += "\(function.details)\n" }
  if !function.parameters.isEmpty {
    text += "\n"
    for parameter in function.parameters { text += line(parameter) }
  }
  for example in function.examples {
    text += "\n```tl\n\(example.code)\n```\n"
    if !example.result.isEmpty {
      text += "```\n\(example.result)\(example.result.hasSuffix("\n") ? "" : "\n")```\n"
    }
  }
  return text + "\n"
}

private func line(_ parameter: ParameterDeclaration) -> String {
  var kind = parameter.kind.description
  if let element = parameter.element { kind += " of \(element.description)" }
  if parameter.isVariadic { kind = "any number of: " + kind }
  var text = "- `\(parameter.name)` (\(kind)"
  if let range = parameter.range, range.lowerBound != -.infinity || range.upperBound != .infinity {
    text += ", \(Arguments.describe(range))"
  }
  text += "): \(parameter.purpose)"
  if let choices = parameter.choices {
    text += "; " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
  }
  return text + "\n"
}

/// Every diagnostic in Markdown: its id with cause, example and cure.
public func diagnosticsReference() -> String {
  var page = """
    # The errors

    Every error has an id that stays. `tl check --format json` gives it as `id`, and `problem.kind` in a `catch`.
    Made from the declarations of the rules; a test shows that each example gives its error.


    """
  let parts = [
    ("Found while reading a script", SyntaxRules.all),
    ("Found by the check before a script runs", CheckRules.all),
    ("Raised while a script runs", RuntimeRules.all),
  ]
  for (title, rules) in parts {
    page += "## \(title)\n\n"
    for rule in rules.sorted(by: { $0.id < $1.id }) {
      page += "### \(rule.id)\n\n\(capitalized(rule.cause)).\n\n```\n\(rule.example)\n```\n\n"
      page += "Cure: \(rule.cure).\n\n"
    }
  }
  while page.hasSuffix("\n\n") { page.removeLast() }
  return page
}

private func capitalized(_ text: String) -> String {
  text.prefix(1).uppercased() + text.dropFirst()
}
