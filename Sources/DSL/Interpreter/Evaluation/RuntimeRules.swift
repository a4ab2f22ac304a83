// The errors that can happen while a script runs, as the reference page lists them.

import TLSyntax

public enum RuntimeRules {
  public static let wrongKind = DiagnosticRule(
    id: "wrong-kind",
    cause: "an operator, a condition or a function got a value of a kind that it does not take",
    example: "fn double(x) { x * 2 }\ndouble(\"a\" == \"b\")",
    cure: "convert the value first, for instance with `number(text)` or `text(value)`")
  public static let divisionByZero = DiagnosticRule(
    id: "division-by-zero",
    cause: "the right side of `/`, `//` or `%` is zero",
    example: "fn share(part, whole) { part / whole }\nshare(1, 0)",
    cure: "test the divisor first: `if whole == 0 { none } else { part / whole }`")
  public static let overflow = DiagnosticRule(
    id: "integer-overflow",
    cause: "the result of integer arithmetic does not fit in 64 bits",
    example: "9223372036854775807 + 1",
    cure: "make one side a Number, for instance `x * 1.0`")
  public static let indexOutOfRange = DiagnosticRule(
    id: "index-out-of-range",
    cause: "a list or a text has no element at the position",
    example: "let xs = [1, 2, 3]\nxs[3]",
    cure: "positions run from 0 to length - 1, or from -1 backwards; `get(xs, 3, default: none)` "
      + "gives a default")
  public static let missingField = DiagnosticRule(
    id: "missing-field",
    cause: "a record, table or value has no field of the name",
    example: "let run = parse_json(r\"\"\"{\"rank\": 8}\"\"\")\nrun[\"rnk\"]",
    cure:
      "see `keys(value)` for what there is; `get(record, \"name\", default: none)` gives a default")
  public static let notCallable = DiagnosticRule(
    id: "not-callable",
    cause: "a value that is not a function is called",
    example: "let fs = [1, 2]\nfs[0](3)",
    cure: "call a function, or remove the parentheses")
  public static let wrongArguments = DiagnosticRule(
    id: "wrong-arguments",
    cause: "a function got too many or too few arguments, or one of a name that it does not have",
    example: "let f = [x => x]\nf[0](1, 2)",
    cure: "`?name` shows the arguments that a function takes")
  public static let notYetMade = DiagnosticRule(
    id: "not-yet-made",
    cause: "a function uses a top-level name before the line that makes it has run",
    example: "fn f() { later }\nlet now = f()\nlet later = 1",
    cure: "call the function after the line that makes the name")
  public static let recursionLimit = DiagnosticRule(
    id: "recursion-limit",
    cause: "functions call each other so deeply that the stack is used up",
    example: "fn f(n) { f(n + 1) + 1 }\nf(0)",
    cure: "give the recursion an end, or use a loop")
  public static let sizeLimit = DiagnosticRule(
    id: "size-limit",
    cause: "a value would be larger than the limits or the free memory allow",
    example: "repeat(\"abc\", 10_000_000_000)",
    cure: "work on parts of the data")
  public static let badArgument = DiagnosticRule(
    id: "bad-argument",
    cause: "an argument has the right kind but a value that the function cannot work with",
    example: "sqrt(1 - 5)",
    cure: "the message says which values are possible")
  public static let notReadable = DiagnosticRule(
    id: "not-readable",
    cause: "a text or a file does not hold what it should, or cannot be read",
    example: "parse_json(\"[1, 2\")",
    cure: "the message names the place in the text or file")
  public static let notWritable = DiagnosticRule(
    id: "not-writable",
    cause: "a file cannot be written",
    example: "write([{a: 1}], \"/proc/no/such/file.csv\")",
    cure: "choose a folder that exists and that you may write to")
  public static let notFound = DiagnosticRule(
    id: "file-not-found",
    cause: "a file or folder that is read does not exist",
    example: "let path = \"no-such.csv\"\nread(path)",
    cure: "check the path; it is relative to the folder where `tl` was started")
  public static let expectation = DiagnosticRule(
    id: "expectation-failed",
    cause: "the condition of `expect` is false",
    example: "expect(1 + 1 == 3, \"arithmetic is broken\")",
    cure: "this check was written into the script; its message says what should hold")
  public static let raised = DiagnosticRule(
    id: "raised",
    cause: "the script called `fail`",
    example: "fail(\"no rows left\")",
    cure: "the message is the script's own")

  public static let all: [DiagnosticRule] = [
    wrongKind, divisionByZero, overflow, indexOutOfRange, missingField, notCallable,
    wrongArguments, notYetMade, recursionLimit, sizeLimit, badArgument, notReadable, notWritable,
    notFound, expectation, raised,
  ]
}
