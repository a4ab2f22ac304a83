// The errors that are found before a script runs, as the reference page lists them.

import TLSyntax

public enum CheckRules {
  public static let unknownName = DiagnosticRule(
    id: "unknown-name",
    cause: "a name is used that nothing binds",
    example: "let learning_rate = 0.1\nprint(learning_rat)",
    cure: "correct the spelling, or bind the name first with `let`")
  public static let boundTwice = DiagnosticRule(
    id: "bound-twice",
    cause: "a name is bound twice in the same script or block",
    example: "let x = 1\nlet x = 2",
    cure: "give the second value a name of its own: a name means one value in a script")
  public static let usedBeforeMade = DiagnosticRule(
    id: "used-before-made",
    cause: "top-level code uses a name above the line that binds it",
    example: "print(size)\nlet size = 3",
    cure: "move the line that binds the name up")
  public static let notAVariable = DiagnosticRule(
    id: "not-a-variable",
    cause: "a name that is not a `var` is assigned",
    example: "fn f() {\n  let n = 0\n  n = 1\n  n\n}",
    cure: "bind it with `var` inside the function, or make a new name")
  public static let variableAtTopLevel = DiagnosticRule(
    id: "variable-at-top-level",
    cause: "`var` or an assignment stands at the top level, where names mean one value",
    example: "var total = 0",
    cure: "use `let`, or move the loop into a function")
  public static let outsideLoop = DiagnosticRule(
    id: "outside-loop",
    cause: "`break` or `continue` stands outside a loop",
    example: "break",
    cure: "remove it, or leave a function with `return`")
  public static let outsideFunction = DiagnosticRule(
    id: "outside-function",
    cause: "`return` stands outside a function",
    example: "return 1",
    cure: "remove it: the last expression of a cell is shown")
  public static let unknownArgument = DiagnosticRule(
    id: "unknown-argument",
    cause: "a call names an argument that the function does not have",
    example: "round(2.5, digit: 1)",
    cure: "`?name` shows the arguments that a function takes")
  public static let missingArgument = DiagnosticRule(
    id: "missing-argument",
    cause: "a call lacks an argument that has no default",
    example: "fn area(width, height) { width * height }\narea(2)",
    cure: "give the argument")
  public static let tooManyArguments = DiagnosticRule(
    id: "too-many-arguments",
    cause: "a call gives more arguments than the function takes, or one of them twice",
    example: "fn area(width, height) { width * height }\narea(1, 2, 3)",
    cure: "remove the surplus argument")
  public static let outOfRange = DiagnosticRule(
    id: "out-of-range",
    cause: "an argument is outside the range that the function takes",
    example: "quantile([1, 2, 3], 150%)",
    cure: "the message names the range")
  public static let unknownChoice = DiagnosticRule(
    id: "unknown-choice",
    cause: "an argument is none of the words that the function takes",
    example: "normalize(\"a\", form: \"NFX\")",
    cure: "the message lists the words")
  public static let unknownColumn = DiagnosticRule(
    id: "unknown-column",
    cause: "a table has no column of the name",
    example: "let t = table([{city: \"Уфа\", size: 3}])\nselect(t, [\"town\"])",
    cure: "correct the spelling; `columns(t)` lists what there is")
  public static let unknownField = DiagnosticRule(
    id: "unknown-field",
    cause: "a record, row or value has no field of the name",
    example: "let run = {rank: 8, alpha: 16}\nrun.rnk",
    cure: "correct the spelling; `keys(record)` lists what there is")
  public static let importCycle = DiagnosticRule(
    id: "import-cycle",
    cause: "a script imports itself, directly or through others",
    example: "import \"a.tl\"   # in a.tl",
    cure: "move what both need into a third script")
  public static let badImport = DiagnosticRule(
    id: "bad-import",
    cause: "an imported script has errors of its own, or `import` stands inside a function",
    example: "fn f() {\n  import \"shared.tl\"\n}",
    cure: "mend the imported script: `tl check shared.tl`; write imports at the top level")
  public static let tooManyParameters = DiagnosticRule(
    id: "too-many-parameters",
    cause: "a function has more than 60 parameters",
    example: "(p1, p2, …, p61) => p1",
    cure: "pass a record")
  public static let unknownSetting = DiagnosticRule(
    id: "unknown-setting",
    cause: "`--set` names a value that the script does not bind at the top level",
    example: "tl run script.tl --set seeed=2",
    cure: "correct the spelling; only names bound with `let` at the top level can be set")

  public static let all: [DiagnosticRule] = [
    unknownName, boundTwice, usedBeforeMade, notAVariable, variableAtTopLevel, outsideLoop,
    outsideFunction, unknownArgument, missingArgument, tooManyArguments, outOfRange,
    unknownChoice, unknownColumn, unknownField, importCycle, badImport, tooManyParameters,
    unknownSetting,
  ]
}
