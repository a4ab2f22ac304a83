// ProgramText: the script that a machine runs, as text, so that another process can come to the same
// place in it; and what such a process is there for.

import TLStudies
import TLSyntax

/// A script, or the inputs of the REPL up to the one that runs.
struct ProgramText {
  var inputs: [SweepJob.Input] = []
  /// `name=literal`, as `--set` has them.
  var settings: [String] = []
  /// Whether every setting could be written as a literal.
  var isComplete = true

  init() {}

  init(
    inputs before: [(name: String, text: String)], source: Source, isInput: Bool,
    settings: [(name: String, value: Value)]
  ) {
    inputs = before.map { SweepJob.Input(name: $0.name, text: $0.text, isInput: true) }
    inputs.append(SweepJob.Input(name: source.name, text: source.text, isInput: isInput))
    for (name, value) in settings {
      if let literal = Self.literal(value) {
        self.settings.append("\(name)=\(literal)")
      } else {
        isComplete = false
      }
    }
  }

  /// A plain value as the language spells it.
  private static func literal(_ value: Value) -> String? {
    guard value.isOf([.none, .boolean, .integer, .number, .text, .list, .record]) else {
      return nil
    }
    // Inside a list texts stand in quotes.
    let text = display(.list([value]))
    return String(text.dropFirst().dropLast())
  }
}

/// What a worker process of a sweep does when it comes to the sweep.
public struct SweepRole: Sendable {
  /// The key of the study.
  public var study: String
  /// Cells to compute; nil: those that it is told on standard input.
  public var cells: [Int]?

  public init(study: String, cells: [Int]?) {
    self.study = study
    self.cells = cells
  }
}
