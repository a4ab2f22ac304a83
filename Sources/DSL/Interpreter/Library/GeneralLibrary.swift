// Printing, checks, kinds and conversions.

import TLSyntax

enum GeneralLibrary {
  static let functions: [LibraryFunction] = [
    LibraryFunction(
      "print", .general, "writes values on one line with a space between",
      [ParameterDeclaration("values", .any, "what to write", variadic: true)],
      result: .none,
      examples: [
        .init("print(\"F1\", 0.5, [\"а\", 1])", "F1 0.5 [\"а\", 1]"),
        .init(
          "print(table([{city: \"Уфа\", size: 3}]))",
          "city     size\ntext  integer\n────  ───────\nУфа         3"),
      ],
      details:
        "A Table is written aligned, the beginning and the end of a long one, and like every "
        + "other value of several lines it has lines of its own."
    ) { call in
      call.machine.output(try call.machine.printed(call.list(0), at: call.place) + "\n")
      return .none
    },
    LibraryFunction(
      "help", .general, "writes what a value or a function is, and what can be done with it",
      [ParameterDeclaration("value", .any, "a function, a text that names a topic, or a value")],
      result: .none,
      examples: [
        .init(
          "help(estimate([1, 2]))",
          "Estimate\n  fields: mean, lower, upper, interval, confidence, deviation, n")
      ],
      details: "Of a function its page; of a topic such as \"tables\" or \"for\" its page; of any "
        + "other value its kind, its fields and the functions that take it as their first argument."
    ) { call in
      if let topic = call[0].asText?.string,
        let page = Help.page(topic, library: .standard)
      {
        call.machine.output(page)
      } else {
        call.machine.output(Help.page(of: call[0], library: .standard))
      }
      return .none
    },
    LibraryFunction(
      "expect", .general, "stops the script with a message unless a condition holds",
      [
        ParameterDeclaration("condition", .boolean, "what must hold"),
        ParameterDeclaration("message", .text, "what to say when it does not", default: .none),
      ],
      result: .none,
      examples: [.init("expect(1 + 1 == 2, \"arithmetic works\")", "")]
    ) { call in
      if try call.boolean(0) { return .none }
      let condition = call.place.source.text(of: call.place.span)
      throw Problem(
        RuntimeRules.expectation,
        call.isNone(1) ? "does not hold: \(condition)" : try call.text(1), at: call.place)
    },
    LibraryFunction(
      "fail", .general, "stops the script with a message",
      [ParameterDeclaration("message", .text, "what to say")],
      result: .none,
      examples: [
        .init("try { fail(\"no rows left\") } catch problem { problem.message }", "no rows left")
      ],
      details:
        "For errors of who runs the script, such as in its data: the message is shown without "
        + "the script's lines; `tl run --trace` shows them. `expect` is for errors of the script."
    ) { call in
      throw Problem(RuntimeRules.raised, try call.text(0), at: call.place)
    },
    LibraryFunction(
      "kind", .general, "the name of a value's kind",
      [ParameterDeclaration("value", .any, "any value")],
      result: .text,
      examples: [.init("kind(0.5)", "Number"), .init("kind([1, 2])", "List")]
    ) { call in .text(call[0].kindName) },
    LibraryFunction(
      "text", .general, "a value as a text",
      [ParameterDeclaration("value", .any, "any value")],
      result: .text,
      examples: [.init("text(0.5) + \"!\"", "0.5!")],
      details:
        "The same as `print` writes, but a Table in short; `csv` and `markdown` give all of it."
    ) { call in .text(try call.machine.displayed(call[0], at: call.place)) },
    LibraryFunction(
      "integer", .general, "a text or a number as an Integer",
      [
        ParameterDeclaration(
          "value", [.text, .number, .boolean],
          "a text such as \"-42\", a whole number, or a Boolean")
      ],
      result: .integer,
      examples: [.init("integer(\"1_000\")", "1000"), .init("integer(3.0)", "3")]
    ) { call in
      switch call[0] {
      case .integer: return call[0]
      case .boolean(let value): return .integer(value ? 1 : 0)
      case .number(let number):
        if let whole = Int(exactly: number) { return .integer(whole) }
        if number.isFinite, number == number.rounded() {
          throw call.problem(
            RuntimeRules.overflow,
            "\(display(number: number)) does not fit in an Integer")
        }
        throw call.bad(
          0,
          "\(display(number: number)) is not whole"
            + (number.isFinite ? "; `round`, `floor` and `ceiling` make it so" : ""))
      default:
        let text = try call.text(0)
        let trimmed = text.filter { !$0.isWhitespace && $0 != "_" }
        if let value = Int(trimmed) { return .integer(value) }
        throw call.problem(RuntimeRules.notReadable, "\(brief(call[0])) is not an Integer")
      }
    },
    LibraryFunction(
      "number", .general, "a text or an Integer as a Number",
      [
        ParameterDeclaration(
          "value", [.text, .number, .boolean], "a text such as \"0.5\", \"5e-5\" or \"15%\"")
      ],
      result: .number,
      examples: [.init("number(\"15%\")", "0.15"), .init("number(2)", "2.0")]
    ) { call in
      if let number = call[0].asDouble { return .number(number) }
      if case .boolean(let value) = call[0] { return .number(value ? 1 : 0) }
      var text = String(try call.text(0).filter { !$0.isWhitespace && $0 != "_" })
      let isPercent = text.hasSuffix("%")
      if isPercent { text.removeLast() }
      if let value = Double(text) { return .number(isPercent ? value / 100 : value) }
      throw call.problem(RuntimeRules.notReadable, "\(brief(call[0])) is not a Number")
    },
    LibraryFunction(
      "boolean", .general, "a text or a number as a Boolean",
      [
        ParameterDeclaration(
          "value", [.text, .number, .boolean], "\"true\" or \"false\", 1 or 0, or a Boolean")
      ],
      result: .boolean,
      examples: [.init("boolean(\"true\")", "true"), .init("boolean(0)", "false")]
    ) { call in
      if case .boolean = call[0] { return call[0] }
      if let number = call[0].asDouble, number == 0 || number == 1 { return .boolean(number == 1) }
      switch call[0].asText?.string {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default:
        throw call.problem(RuntimeRules.notReadable, "\(brief(call[0])) is not a Boolean")
      }
    },
    LibraryFunction(
      "is_none", .general, "whether a value is none",
      [ParameterDeclaration("value", .any, "any value")],
      result: .boolean, examples: [.init("is_none(find([1, 2], n => n > 5))", "true")]
    ) { call in .boolean(call.isNone(0)) },
    LibraryFunction(
      "default", .general, "a value, or another one where it is none",
      [
        ParameterDeclaration("value", .any, "any value"),
        ParameterDeclaration("otherwise", .any, "what stands for none"),
      ],
      result: .any,
      inferred: { kinds in
        if kinds[0].set == .none { return kinds[1] }
        return Kind(kinds[0].set.subtracting(.none), kinds[0].detail).union(kinds[1])
      },
      examples: [.init("default(none, 16)", "16"), .init("default(8, 16)", "8")]
    ) { call in call.isNone(0) ? call[1] : call[0] },
  ]
}
