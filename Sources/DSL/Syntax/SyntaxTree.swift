// The tree that the parser makes. It says what was written and where; it resolves no name and
// knows no kind. Every expression and every bound name has an `id`, dense from 0 within a script,
// so that later passes keep what they learn in arrays beside the tree.

/// A name where it is bound or where a field is read.
public struct Name: Sendable {
  public let text: String
  public let span: Span
  public let id: Int

  public init(text: String, span: Span, id: Int) {
    self.text = text
    self.span = span
    self.id = id
  }
}

public final class Expression: Sendable {
  public let id: Int
  public let span: Span
  public let kind: Kind

  public init(id: Int, span: Span, kind: Kind) {
    self.id = id
    self.span = span
    self.kind = kind
  }

  public enum Kind: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    /// A text without interpolation, its escapes resolved.
    case text(String)
    /// `"… {expression} …"`
    case interpolation([TextPart])
    case name(String)
    case list([Expression])
    case record([RecordField])
    case function(FunctionSyntax)
    /// `f(a, name: b)`, and `x |> f(…)` where `piped` stands before the arguments.
    case call(callee: Expression, piped: Expression?, arguments: [Argument])
    case field(Expression, Name)
    case index(Expression, Expression)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression, operatorSpan: Span)
    /// `if … { } else if … { } else { }`
    case conditional([ConditionalArm], otherwise: Block?)
    indirect case attempt(Block, problem: Name, handler: Block)
    /// What recovery put where an expression should stand; its error is already reported.
    case invalid
  }
}

public enum TextPart: Sendable {
  case text(String)
  case value(Expression)
}

public struct RecordField: Sendable {
  public let key: Name
  public let value: Expression

  public init(key: Name, value: Expression) {
    self.key = key
    self.value = value
  }
}

public struct Argument: Sendable {
  /// The name before the colon, if there is one.
  public let label: Name?
  public let value: Expression

  public init(label: Name?, value: Expression) {
    self.label = label
    self.value = value
  }
}

public struct ConditionalArm: Sendable {
  public let condition: Expression
  public let body: Block

  public init(condition: Expression, body: Block) {
    self.condition = condition
    self.body = body
  }
}

public struct Parameter: Sendable {
  public let name: Name
  public let defaultValue: Expression?

  public init(name: Name, defaultValue: Expression?) {
    self.name = name
    self.defaultValue = defaultValue
  }
}

/// `fn name(…) { … }` and `(…) => …`.
public final class FunctionSyntax: Sendable {
  /// Nil for a function value written with `=>`.
  public let name: Name?
  public let parameters: [Parameter]
  /// A body `=> expression` is a block of that one expression.
  public let body: Block
  public let span: Span

  public init(name: Name?, parameters: [Parameter], body: Block, span: Span) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.span = span
  }
}

public struct Block: Sendable {
  public let statements: [Statement]
  public let span: Span

  public init(statements: [Statement], span: Span) {
    self.statements = statements
    self.span = span
  }
}

public struct Statement: Sendable {
  public let span: Span
  public let kind: Kind

  public init(span: Span, kind: Kind) {
    self.span = span
    self.kind = kind
  }

  public enum Kind: Sendable {
    case `let`(Name, Expression)
    case `var`(Name, Expression)
    /// `name = …`, `name[i] = …`, `name.field = …` and longer chains of the last two.
    case assign(Name, path: [AssignmentStep], Expression)
    case function(FunctionSyntax)
    indirect case `for`(Name, in: Expression, Block)
    case `while`(Expression, Block)
    case `return`(Expression?)
    case `break`
    case `continue`
    case `import`(path: String, pathSpan: Span)
    case expression(Expression)
  }
}

public enum AssignmentStep: Sendable {
  case index(Expression)
  case field(Name)
}

public enum UnaryOperator: String, Sendable {
  case negate = "-"
  case not
}

public enum BinaryOperator: String, Sendable {
  case or
  case and
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case `in`
  case range = ".."
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "^"
}

/// `#%% Title` and `#%% [markdown] Title`: a stretch of a script that runs and shows as a unit.
public struct CellSyntax: Sendable {
  public let title: String
  public let isMarkdown: Bool
  public let span: Span
  /// The cell's statements, as indices into `Script.statements`.
  public let statements: Range<Int>

  public init(title: String, isMarkdown: Bool, span: Span, statements: Range<Int>) {
    self.title = title
    self.isMarkdown = isMarkdown
    self.span = span
    self.statements = statements
  }
}

/// One parsed source. A script without `#%%` is one cell.
public struct Script: Sendable {
  public let source: Source
  public let statements: [Statement]
  public let cells: [CellSyntax]
  /// One past the largest `id` of an expression or a name.
  public let idCount: Int
  public let diagnostics: [Diagnostic]
  /// Whether the text ends inside an open bracket, an unfinished text or right after an operator,
  /// so that more input could complete it.
  public let isIncomplete: Bool
  /// The parts that recovery left out: what they would have bound is unknown.
  public let skipped: [Span]

  public init(
    source: Source, statements: [Statement], cells: [CellSyntax], idCount: Int,
    diagnostics: [Diagnostic], isIncomplete: Bool, skipped: [Span]
  ) {
    self.source = source
    self.statements = statements
    self.cells = cells
    self.idCount = idCount
    self.diagnostics = diagnostics
    self.isIncomplete = isIncomplete
    self.skipped = skipped
  }
}
