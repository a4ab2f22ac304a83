// All functions of the language, by name. An area is one file of declarations, added in one line.

import TLSyntax

public struct Library: Sendable {
  public let functions: [LibraryFunction]
  private let byName: [String: LibraryFunction]

  public init(_ functions: [LibraryFunction]) {
    self.functions = functions
    byName = Dictionary(functions.map { ($0.name, $0) }) { first, _ in first }
  }

  public static let standard = Library(
    [
      GeneralLibrary.functions,
      ListLibrary.functions, ListWalks.functions, ListOrder.functions,
      RecordLibrary.functions,
      TextLibrary.functions, PatternLibrary.functions, UnicodeLibrary.functions,
      NumberLibrary.functions, StatisticsLibrary.functions, RandomLibrary.functions,
      EstimateLibrary.functions, DateLibrary.functions, FileLibrary.functions,
      DataLibrary.functions,
      TableLibrary.functions,
      DonorLibrary.functions, GenerationLibrary.functions, TaskLibrary.functions,
      StrategyLibrary.functions,
      TrainingLibrary.functions, EvaluationLibrary.functions, CalibrationLibrary.functions,
      EmbeddingLibrary.functions, ProjectionLibrary.functions, ProbeLibrary.functions,
      SummaryLibrary.functions, PretrainingLibrary.functions,
      RobustnessLibrary.functions, ParaphraseLibrary.functions,
      PromptLibrary.functions, StudyLibrary.functions,
      FigureLibrary.functions,
    ].flatMap { $0 })

  public func function(named name: String) -> LibraryFunction? { byName[name] }

  public var names: [String] { functions.map(\.name) }
}
