// Help as text for a terminal: a page for each library function and each area, made from the
// declarations, and short pages on the forms of the language.

import TLSyntax
import TLText

public enum Help {
  /// All words that `page` knows beside the functions.
  public static var topicNames: [String] {
    LibraryFunction.Area.allCases.map(\.rawValue) + language.flatMap(\.names)
  }

  /// The page of a function, an area or a form of the language; nil when there is none.
  public static func page(_ topic: String, library: Library, width: Int = 100) -> String? {
    if let function = library.function(named: topic) { return page(function, width: width) }
    if let form = language.first(where: { $0.names.contains(topic) }) {
      return form.text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { fitted(String($0), width: width) }.joined()
    }
    if let area = LibraryFunction.Area(rawValue: topic.lowercased()) {
      return page(area, library: library, width: width)
    }
    return nil
  }

  /// What a person most likely meant by a topic that has no page.
  public static func suggestion(_ topic: String, library: Library) -> String? {
    nearest(topic, among: library.names + topicNames)
  }

  /// The areas with the names of their functions, and the forms of the language.
  public static func overview(library: Library, width: Int = 100) -> String {
    var text = "Functions by area, `?name` or `tl help name` explains one:\n\n"
    for area in LibraryFunction.Area.allCases {
      let names = library.functions.filter { $0.area == area }.map(\.name)
      if names.isEmpty { continue }
      text += "  \(area.title)  (\(area.rawValue))\n"
      text += wrapped(names, indent: 4, width: width)
    }
    text += "\nThe language:\n"
    text += wrapped(language.map { $0.names[0] }, indent: 4, width: width)
    return text
  }

  /// What a value is: its kind, its fields and the functions that take it first; of a function of the
  /// library, its page.
  public static func page(of value: Value, library: Library, width: Int = 100) -> String {
    if case .object(let object) = value, object.tag == .native {
      return page(unsafeDowncast(object, to: NativeObject.self).function, width: width)
    }
    return "\(value.kindName)\n" + fields(of: value, library: library, width: width)
  }

  /// The names that can be read from a value, and the functions that take it first.
  public static func fields(of value: Value, library: Library, width: Int = 100) -> String {
    var text = ""
    let fields = Fields.names(of: value)
    if !fields.isEmpty {
      let what = value.asTable != nil || value.asRow != nil ? "columns: " : "fields: "
      text += wrapped(words(what + fields.joined(separator: ", ")), indent: 2, width: width)
    }
    let kind = value.kindSet
    let functions = library.functions.filter {
      guard let first = $0.parameters.first?.kind else { return false }
      return first != .any && first.contains(kind)
    }
    if !functions.isEmpty {
      let names = functions.map(\.name).joined(separator: ", ")
      text += wrapped(words("functions: " + names), indent: 2, width: width)
    }
    return text
  }

  // MARK: Functions

  private static func page(_ function: LibraryFunction, width: Int) -> String {
    var text = wrapped(words(function.signature), indent: 4, width: width, first: "")
    text += wrapped(words(function.purpose), indent: 2, width: width)
    text += wrapped(words(function.details), indent: 2, width: width)
    if !function.parameters.isEmpty { text += "\n" }
    let nameWidth = function.parameters.map { DisplayWidth.of($0.name) }.max() ?? 0
    for parameter in function.parameters {
      var facts = parameter.kind.description
      if let element = parameter.element { facts += " of \(element.description)" }
      if let range = parameter.range { facts += ", \(Arguments.describe(range))" }
      if let choices = parameter.choices {
        facts += ": " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
      }
      text += entry(
        parameter.name, "\(parameter.purpose) (\(facts))", nameWidth: nameWidth, width: width)
    }
    text += "  → \(function.resultDescription)\n"
    for (index, example) in function.examples.enumerated() {
      if index == 0 { text += "\n" }
      for line in example.code.split(separator: "\n", omittingEmptySubsequences: false) {
        text += "  tl> \(line)\n"
      }
      for line in example.result.split(separator: "\n", omittingEmptySubsequences: false)
      where !example.result.isEmpty {
        text += "  \(line)\n"
      }
    }
    return text
  }

  private static func page(
    _ area: LibraryFunction.Area, library: Library, width: Int
  ) -> String {
    let functions = library.functions.filter { $0.area == area }
    var text = "\(area.title)\n"
    let nameWidth = functions.map { DisplayWidth.of($0.name) }.max() ?? 0
    for function in functions {
      text += entry(function.name, function.purpose, nameWidth: nameWidth, width: width)
    }
    if functions.isEmpty { text += "  no functions yet\n" }
    return text
  }

  // MARK: Lines

  /// A name and what it means, which continues under its own beginning where there is room.
  private static func entry(
    _ name: String, _ meaning: String, nameWidth: Int, width: Int
  ) -> String {
    let space = String(repeating: " ", count: nameWidth - DisplayWidth.of(name))
    let column = nameWidth + 4
    return wrapped(
      words(meaning), indent: column > width / 2 ? 4 : column, width: width,
      first: "  \(name)\(space)  ")
  }

  /// A line as it is, or over several lines with its own indent and two more.
  private static func fitted(_ line: String, width: Int) -> String {
    if DisplayWidth.of(line) <= width { return line + "\n" }
    let indent = line.prefix { $0 == " " }
    return wrapped(
      words(line), indent: indent.count + 2, width: width, first: String(indent))
  }

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// Words over as many lines as they need; `first` is what the first line begins with, the margin
  /// if not given.
  private static func wrapped(
    _ words: [String], indent: Int, width: Int, first: String? = nil
  ) -> String {
    let margin = String(repeating: " ", count: indent)
    var text = ""
    var line = first ?? margin
    var isEmpty = true
    for word in words {
      if !isEmpty, DisplayWidth.of(line) + DisplayWidth.of(word) + 1 > width {
        text += line + "\n"
        line = margin
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return isEmpty ? text : text + line + "\n"
  }

  // MARK: The language

  struct Form {
    /// The words that ask for the page, the first one its title.
    let names: [String]
    let text: String
  }

  static let language: [Form] = [
    Form(
      names: ["let"],
      text: """
        let name = expression
          binds a name once. In a script a name means one value; in the REPL it may be bound anew,
          and what was made from the old value is then stale (`:stale` lists it).
        """),
    Form(
      names: ["var"],
      text: """
        var name = expression
        name = expression     name[index] = expression     name.field = expression
          a variable, inside functions and loops only. Values themselves never change.
        """),
    Form(
      names: ["fn", "=>", "return"],
      text: """
        fn name(a, b = 2) { … }
          a function; its value is that of the last expression, `return` leaves early.
        x => x + 1      (a, b) => a + b
          function values.
        """),
    Form(
      names: ["if", "else"],
      text: """
        if condition { … } else if condition { … } else { … }
          an expression: its value is that of the block that ran, none when no block did.
        """),
    Form(
      names: ["for", "while", "break", "continue"],
      text: """
        for x in sequence { … }      while condition { … }
          loops over a List, Range, Text or Table, or as long as a condition holds.
          `break` leaves the loop, `continue` goes on with its next round.
        """),
    Form(
      names: ["try", "catch"],
      text: """
        try { … } catch problem { … }
          the value of the first block, or of the second when the first fails;
          problem.message, problem.kind and problem.line say what happened.
        """),
    Form(
      names: ["import"],
      text: """
        import "shared.tl"
          runs another script once and binds its top-level names here.
        """),
    Form(
      names: ["|>", "pipe"],
      text: """
        x |> f(rank: 8)
          the same as f(x, rank: 8): x becomes the first argument.
        """),
    Form(
      names: ["numbers", "integer", "percent"],
      text: """
        7   1_000   0.5   5e-5   15%
          15% is 0.15. 1/2 is 0.5, 7 // 2 is 3, 7 % 2 is 1, 2 ^ 10 is 1024, -2 ^ 2 is -4.
          Integers do not overflow in silence: an overflow is an error.
        """),
    Form(
      names: ["strings", "texts"],
      text: #"""
        "a text with {expression}"   r"raw \d+"   """…over several lines…"""
          escapes: \n \t \r \0 \\ \" \{ \} \u{1F600}. Lengths and positions count characters.
        """#),
    Form(
      names: ["lists", "ranges", "index"],
      text: """
        [1, 2, 3]   1..5   list[0]   list[-1]   list[1..2]
          a range holds both its ends.
        """),
    Form(
      names: ["records", "fields"],
      text: """
        {rank: 8, alpha: 16}   record.rank   record["rank"]
          fields keep their order.
        """),
    Form(
      names: ["operators", "and", "or", "not", "in"],
      text: """
        loosest first: |>  or  and  not  == != < <= > >= in  ..  + -  * / // %  unary -  ^  call, field
        """),
    Form(
      names: ["cells", "#%%", "comments"],
      text: """
        # a comment
        #%% Title              begins a cell; the value of its last expression is shown
        #%% [markdown] Title   begins a text, whose comment lines are Markdown
        """),
  ]
}
