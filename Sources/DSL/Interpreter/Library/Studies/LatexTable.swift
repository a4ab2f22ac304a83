// A table in LaTeX, with the rules of the package booktabs.

import TLText

enum LatexTable {
  static let latex = LibraryFunction(
    "latex", .tables, "a table in LaTeX, for the package booktabs",
    [
      ParameterDeclaration("table", .table, "a table"),
      ParameterDeclaration("caption", .text, "below the table; none: a tabular alone", default: .none),
      ParameterDeclaration("label", .text, "for references", default: .none),
    ],
    result: .text,
    examples: [
      .init(
        "latex(table([{f1: \"0.9 ± 0.1 (3) *\", share: 5}]))",
        """
        \\begin{tabular}{lr}
        \\toprule
        f1 & share \\\\
        \\midrule
        \\textbf{0.9 $\\pm$ 0.1 (3)} & 5 \\\\
        \\bottomrule
        \\end{tabular}

        """)
    ],
    details: "A cell that the table of a study marks with a star is set in bold."
  ) { call in
    .text(
      try text(
        call.table(0).table, caption: call.optionalText(1), label: call.optionalText(2)))
  }

  static func text(_ table: Table, caption: String?, label: String?) -> String {
    let isNumeric = table.columns.map(\.isNumeric)
    var text = ""
    if caption != nil || label != nil { text += "\\begin{table}\n\\centering\n" }
    text += "\\begin{tabular}{\(isNumeric.map { $0 ? "r" : "l" }.joined())}\n\\toprule\n"
    text += table.names.map(escaped).joined(separator: " & ") + " \\\\\n\\midrule\n"
    for row in 0..<table.rowCount {
      text += table.columns.map { cell($0.value(at: row).cellText) }.joined(separator: " & ")
      text += " \\\\\n"
    }
    text += "\\bottomrule\n\\end{tabular}\n"
    if let caption { text += "\\caption{\(escaped(caption))}\n" }
    if let label { text += "\\label{\(label)}\n" }
    if caption != nil || label != nil { text += "\\end{table}\n" }
    return text
  }

  private static func cell(_ text: String) -> String {
    guard text.hasSuffix(StudyTable.mark) else { return escaped(text) }
    return "\\textbf{\(escaped(String(text.dropLast(StudyTable.mark.count))))}"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "\\": result += "\\textbackslash{}"
      case "±": result += "$\\pm$"
      case "×": result += "$\\times$"
      case "–": result += "--"
      case "\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }
}
