// Completion: what can stand at the end of an unfinished input. The input is completed to something
// that parses, with a placeholder where the cursor is, and checked against the session's names with
// a probe that notes what the checker knows at the placeholder. Nothing runs.

import TLModels
import TLStore
import TLSyntax

/// What can be inserted at a cursor.
public struct Completions: Sendable {
  public struct Candidate: Sendable {
    /// What replaces the word before the cursor.
    public let text: String
    /// What a list of candidates shows.
    public let label: String

    public init(_ text: String, label: String? = nil) {
      self.text = text
      self.label = label ?? text
    }
  }

  /// The word before the cursor, which every candidate begins with.
  public var word: String
  public var candidates: [Candidate]

  public init(word: String, candidates: [Candidate]) {
    self.word = word
    self.candidates = candidates
  }

  /// What all candidates have in common beyond the word.
  public var insertion: String {
    guard var common = candidates.first.map({ Array($0.text.unicodeScalars) }) else { return "" }
    for candidate in candidates.dropFirst() {
      let scalars = Array(candidate.text.unicodeScalars)
      var count = 0
      while count < min(common.count, scalars.count), common[count] == scalars[count] { count += 1 }
      common = Array(common.prefix(count))
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: common.dropFirst(word.unicodeScalars.count))
    return String(result)
  }
}

/// What the checker knows where completion asks.
final class CompletionProbe {
  static let placeholder = "tl_completion_placeholder"
  private(set) var names: [String]?
  private(set) var owner: Kind?
  private(set) var parameter: ParameterDeclaration?
  private(set) var columns: [Kind.Field]?
  /// The function in whose argument the placeholder is a text.
  private(set) var function: String?
  /// The parameter whose argument the placeholder is.
  private(set) var argument: ParameterDeclaration?

  func meet(argument parameter: ParameterDeclaration) { argument = parameter }

  func meet(index name: String, of whole: Kind) {
    if name == CompletionProbe.placeholder { columns = whole.fields }
  }

  func meet(_ name: String, visible scope: FunctionScope) {
    if name == CompletionProbe.placeholder { names = scope.visibleNames }
  }

  func meet(field: String, of kind: Kind) {
    if field == CompletionProbe.placeholder { owner = kind }
  }

  func meet(argumentsOf function: LibraryFunction, _ kinds: [Kind?], _ known: ArgumentKinds) {
    for (index, kind) in kinds.enumerated() {
      switch kind?.constant {
      case .text(CompletionProbe.placeholder): break
      case .texts(let texts) where texts.contains(CompletionProbe.placeholder): break
      default: continue
      }
      parameter = function.parameters[index]
      self.function = function.name
      switch function.parameters[index].role {
      case .column(let of): columns = known[of].fields
      case .key(let of): columns = known[of].fields ?? known[of].element?.fields
      default: break
      }
    }
  }
}

extension Session {
  static let words = [
    "and", "break", "catch", "continue", "else", "false", "fn", "for", "if", "import", "in", "let",
    "none", "not", "or", "return", "true", "try", "var", "while",
  ]

  /// What can be inserted at the end of `text`, the whole input up to the cursor.
  public func completions(of text: String) -> Completions {
    let input = UnfinishedInput(text)
    if input.isInComment { return Completions(word: "", candidates: []) }
    if let content = input.textStart { return completeText(input, from: content) }
    let wordStart = input.wordStart
    let word = input.string(from: wordStart)
    if word.utf8.first.map({ $0 >= 48 && $0 <= 57 }) ?? false {
      return Completions(word: word, candidates: [])
    }
    if input.previousByte(before: wordStart) == UInt8(ascii: "."),
      input.previousByte(before: wordStart - 1) != UInt8(ascii: ".")
    {
      return matching(word, fields(input, wordStart).map { .init($0) })
    }
    let probe = probe(
      input.completed(at: wordStart, with: CompletionProbe.placeholder, isText: false))
    var candidates: [Completions.Candidate] = []
    candidates += argumentNames(input, wordStart)
    if let wanted = probe.argument?.kind.subtracting(.none) {
      let fitting = makers(of: wanted)
      let found = matching(word, candidates + fitting)
      if !fitting.isEmpty, !found.candidates.isEmpty { return found }
    }
    // Between arguments a list of the whole library would hide them.
    if word.isEmpty, !candidates.isEmpty {
      let own = unique((probe.names ?? []) + environment.values.map(\.name))
      return matching(word, candidates + own.sorted(by: bytesLess).map { .init($0) })
    }
    var names = probe.names ?? []
    names += environment.values.map(\.name)
    names += library.names
    names += Session.words
    candidates += unique(names).sorted(by: bytesLess).map { .init($0) }
    return matching(word, candidates)
  }

  /// For an argument of a kind of its own, such as a strategy: the names bound to one, and the functions
  /// that make one. Empty for kinds that anything can have.
  private func makers(of wanted: KindSet) -> [Completions.Candidate] {
    let plain: KindSet = [
      .boolean, .integer, .number, .text, .list, .record, .range, .function, .table, .date,
    ]
    guard !wanted.isEmpty, wanted.isDisjoint(with: plain) else { return [] }
    let bound = environment.values.filter {
      let set = $0.value?.kindSet ?? $0.kind.set
      return !set.isEmpty && set.isSubset(of: wanted)
    }.map(\.name)
    let making = library.functions.filter { function in
      let kinds = function.parameters.map { _ in Kind.any }
      let made = function.result(ArgumentKinds(kinds: kinds)).set
      return !made.isEmpty && made.isSubset(of: wanted)
    }.map(\.name)
    return (unique(bound).sorted(by: bytesLess) + making.sorted(by: bytesLess)).map { .init($0) }
  }

  /// The columns of the splits and tables bound so far, for tasks, whose parts the checker does not
  /// look into.
  private var columnsOfParts: [String] {
    unique(
      environment.values.flatMap { binding -> [String] in
        guard let value = binding.value else { return [] }
        if let split = value.asDomain as? SplitObject {
          return split.tables.values.first?.names ?? []
        }
        return value.asTable?.table.names ?? []
      })
  }

  /// The ids of stored runs, the newest first; a store is not made for that.
  private var storedRuns: [Completions.Candidate] {
    guard Files.isFolder(machine.storeFolder), let runs = try? machine.store().runs() else {
      return []
    }
    return runs.map { .init($0.shortID, label: "\($0.shortID)  \($0.title)") }
  }

  /// Names and topics that begin with a word, for `?`.
  public func topics(beginningWith word: String) -> Completions {
    let names = environment.values.map(\.name) + library.names + Help.topicNames
    return matching(word, unique(names).sorted(by: bytesLess).map { .init($0) })
  }

  private func unique(_ names: [String]) -> [String] {
    var seen = Set<ByteKey>()
    return names.filter { seen.insert(ByteKey($0)).inserted }
  }

  private func matching(_ word: String, _ all: [Completions.Candidate]) -> Completions {
    Completions(
      word: word, candidates: all.filter { $0.text.utf8.starts(with: word.utf8) })
  }

  // MARK: What the checker knows

  private func probe(_ text: String) -> CompletionProbe {
    let script = parse(Source(name: "input", text: text))
    let checker = Checker(script, library: library, earlier: environmentOfValues) {
      [unowned self] path, place in try self.module(path, place)
    }
    let probe = CompletionProbe()
    checker.probe = probe
    checker.check()
    return probe
  }

  /// The names bound so far, with what their values say where the checker knew less.
  private var environmentOfValues: [ByteKey: GlobalBinding] {
    environment.mapValues { binding in
      guard let value = binding.value, binding.kind.fields == nil, binding.function == nil else {
        return binding
      }
      let known = GlobalBinding(
        name: binding.name, definition: binding.definition, kind: value.kind)
      return known
    }
  }

  // MARK: Fields

  private func fields(_ input: UnfinishedInput, _ wordStart: Int) -> [String] {
    let operand = input.operand(before: wordStart - 1)
    if let value = value(ofPath: operand) { return Session.fields(of: value) }
    let placeholder = CompletionProbe.placeholder
    var owner = probe(input.completed(at: wordStart, with: placeholder, isText: false)).owner
    if owner == nil, !operand.isEmpty {
      // The line may not parse yet; what stands above it does.
      owner = probe(input.aboveLine(of: wordStart, then: "\(operand).\(placeholder)")).owner
    }
    return owner?.fields?.map(\.name) ?? []
  }

  /// The value that `name.field.field` has now; nil for anything else.
  private func value(ofPath path: String) -> Value? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, var value = environment[ByteKey(first)]?.value else {
      return nil
    }
    for part in parts.dropFirst() {
      if let record = value.asRecord, let next = record[part] {
        value = next
      } else if let row = value.asRow, let next = row.value(named: part) {
        value = next
      } else if let table = value.asTable, let next = table.column(named: part) {
        value = next
      } else if let domain = value.asDomain, let next = try? domain.field(part, machine) {
        value = next
      } else {
        return nil
      }
    }
    return value
  }

  private static func fields(of value: Value) -> [String] {
    if let record = value.asRecord { return record.shape.names }
    if let row = value.asRow { return row.table.names }
    if let table = value.asTable { return table.table.names }
    if let domain = value.asDomain { return domain.fieldNames }
    return []
  }

  // MARK: Arguments

  /// The names of arguments that the call around the cursor does not have yet.
  private func argumentNames(
    _ input: UnfinishedInput, _ wordStart: Int
  ) -> [Completions.Candidate] {
    guard let call = input.call(at: wordStart) else { return [] }
    let names: [String]
    if let binding = environment[ByteKey(call.name)] {
      names = binding.function?.parameters.map(\.name.text) ?? []
    } else if let function = library.function(named: call.name) {
      names = function.parameters.filter { !$0.isVariadic }.map(\.name)
    } else {
      return []
    }
    return names.enumerated()
      .filter { $0.offset >= call.positionalCount && !call.labels.contains($0.element) }
      .map { .init($0.element + ": ", label: $0.element + ":") }
  }

  // MARK: Texts

  private func completeText(_ input: UnfinishedInput, from start: Int) -> Completions {
    let typed = input.string(from: start)
    let probe = probe(
      input.completed(at: start, with: CompletionProbe.placeholder, isText: true))
    let isImport = input.word(before: start - 1) == "import"
    if let parameter = probe.parameter {
      switch parameter.role {
      case .column:
        let names = probe.columns?.map(\.name) ?? []
        return closing(matching(typed, names.map { .init(input.escaped($0), label: $0) }))
      case .input, .output, .outputByEnding: return paths(typed)
      case .donor:
        let names = DonorLocator().cachedNames().filter { $0.hasPrefix(typed) }
        if names.isEmpty || typed.contains("/") && !names.contains(where: { $0 != typed }) {
          return paths(typed)
        }
        return closing(matching(typed, names.map { .init(input.escaped($0), label: $0) }))
      case .key:
        let names = probe.columns?.map(\.name) ?? []
        return closing(matching(typed, names.map { .init(input.escaped($0), label: $0) }))
      default:
        if let choices = parameter.choices {
          return closing(matching(typed, choices.map { .init($0) }))
        }
        if probe.function == "run" || probe.function == "forget" {
          return closing(matching(typed, storedRuns))
        }
        if probe.function == "help" { return closing(topics(beginningWith: typed)) }
        if ["classification", "tagging", "summarization"].contains(probe.function),
          parameter.name != "prefix"
        {
          return closing(
            matching(typed, columnsOfParts.map { .init(input.escaped($0), label: $0) }))
        }
      }
    } else if let columns = probe.columns {
      return closing(matching(typed, columns.map { .init(input.escaped($0.name), label: $0.name) }))
    }
    if isImport || typed.contains("/") { return paths(typed) }
    return Completions(word: typed, candidates: [])
  }

  /// Adds the quote that ends the text when only one candidate is left.
  private func closing(_ completions: Completions) -> Completions {
    guard completions.candidates.count == 1, let only = completions.candidates.first else {
      return completions
    }
    return Completions(
      word: completions.word, candidates: [.init(only.text + "\"", label: only.label)])
  }

  private func paths(_ typed: String) -> Completions {
    var found = Completions.paths(beginningWith: typed)
    if found.candidates.count == 1, let only = found.candidates.first, !only.text.hasSuffix("/") {
      found.candidates = [.init(only.text + "\"", label: only.label)]
    }
    return found
  }

  // MARK: Kinds

  /// What is known of an expression's value without running it, as a line for people.
  /// - Throws: the first error of the check.
  public func kind(of source: Source) throws -> String {
    let script = parse(source)
    let checker = Checker(script, library: library, earlier: environmentOfValues) {
      [unowned self] path, place in try self.module(path, place)
    }
    checker.check()
    if let error = (script.diagnostics + checker.diagnostics).first(where: { $0.severity == .error }
    ) {
      throw Problem(
        error.rule, error.message, at: Place(error.source, error.span), notes: error.notes,
        suggestion: error.suggestion)
    }
    guard case .expression(let expression) = script.statements.last?.kind else { return "none" }
    if case .name(let name) = expression.kind, environment[ByteKey(name)] == nil,
      let function = library.function(named: name)
    {
      return "Function  \(function.signature) → \(function.resultDescription)"
    }
    return checker.check(expression).report
  }
}

extension Kind {
  /// The kind with its columns, fields, elements or result.
  var report: String {
    if let fields, set == .table {
      return "Table  "
        + fields.map { "\($0.name): \($0.kind.set.nameOfCell)" }
        .joined(separator: " · ")
    }
    if let fields, set == .record {
      return "Record  {"
        + fields.map { "\($0.name): \($0.kind.description)" }
        .joined(separator: ", ") + "}"
    }
    if set == .function, let result = detail?.result, result.set != .any {
      return "Function → \(result.description)"
    }
    return description
  }
}

extension KindSet {
  /// A column's kind: that a cell may be missing goes without saying.
  fileprivate var nameOfCell: String {
    self == .any ? "any value" : subtracting(.none).description
  }
}

extension Completions {
  /// Files and folders whose path begins with what was typed; a folder ends with `/`.
  public static func paths(beginningWith typed: String) -> Completions {
    let slash = typed.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let start = slash.map { String(typed[typed.utf8.index(after: $0)...]) } ?? typed
    let names = (try? Files.list(folder.isEmpty ? "." : folder)) ?? []
    let candidates = names.filter {
      $0.utf8.starts(with: start.utf8) && (!$0.hasPrefix(".") || start.hasPrefix("."))
    }.map { name -> Candidate in
      let end = Files.isFolder(folder + name) ? "/" : ""
      return Candidate(folder + name + end, label: name + end)
    }
    return Completions(word: typed, candidates: candidates)
  }
}
