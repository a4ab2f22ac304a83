// What can go wrong in a library function, in the language's own terms.

import TLAnalysis
import TLFigures
import TLModels
import TLStore
import TLStudies
import TLSyntax
import TLTensor
import TLText
import TLTransfer

extension Problem {
  /// An error that a library function threw, with the place of its call.
  static func raised(_ error: any Error, by call: Arguments) -> any Error {
    if let problem = error as? Problem { return problem.located(at: call.place) }
    if let text = error as? TextError {
      if text == .cancelled { return Interruption(isStepLimit: false) }
      let problem = Problem(
        rule(of: text), "\(call.function.name): \(text)", at: call.place,
        notes: advice(on: text).map { [Diagnostic.Note(message: $0)] } ?? [])
      if case .unwritable = text { problem.isOfMachine = isOfFullDisk(text) }
      return problem
    }
    if let pattern = error as? PatternError {
      if pattern.isCancellation { return Interruption(isStepLimit: false) }
      return Problem(RuntimeRules.badArgument, "\(call.function.name): \(pattern)", at: call.place)
    }
    if let json = error as? JSONError {
      return Problem(RuntimeRules.notReadable, "\(call.function.name): \(json)", at: call.place)
    }
    if let figure = error as? FigureError {
      if figure == .cancelled { return Interruption(isStepLimit: false) }
      return Problem(RuntimeRules.badArgument, "\(call.function.name): \(figure)", at: call.place)
    }
    if case .cancelled? = error as? AnalysisError { return Interruption(isStepLimit: false) }
    if error is Stopped { return Interruption(isStepLimit: false) }
    switch error {
    case let store as StoreError:
      let problem = Problem(
        RuntimeRules.badArgument, "\(call.function.name): \(store)", at: call.place)
      switch store {
      case .full, .readOnly, .inputOutput, .locked: problem.isOfMachine = true
      default: break
      }
      return problem
    case is StudyError, is TransferError, is AnalysisError, is TokenizerError, is ModelError,
      is CheckpointError, is AdamWStateError:
      let problem = Problem(
        RuntimeRules.badArgument, "\(call.function.name): \(error)", at: call.place)
      problem.isOfMachine = error is CheckpointError && isOfFullDisk(error)
      return problem
    case let hub as HubError:
      return Problem(RuntimeRules.notFound, "\(call.function.name): \(hub)", at: call.place)
    default: return error
    }
  }

  /// Whether a file could not be written for want of room: no fault of what was computed.
  private static func isOfFullDisk(_ error: any Error) -> Bool {
    "\(error)".contains("the disk is full")
  }

  /// What to do about a file that cannot be written.
  private static func advice(on error: TextError) -> String? {
    guard case .unwritable(let path, _) = error else { return nil }
    let folder = Files.folder(of: path)
    if folder.isEmpty || Files.exists(folder) { return nil }
    let quoted = JSON.string(folder).serialized()
    return "`make_folder(\(quoted))` makes it"
      + (Files.advice(onMissing: folder).map { "; \($0)" } ?? "")
  }

  private static func rule(of error: TextError) -> DiagnosticRule {
    switch error {
    case .noSuchFile: RuntimeRules.notFound
    case .isFolder, .unreadable, .malformed, .encoding: RuntimeRules.notReadable
    case .unwritable: RuntimeRules.notWritable
    case .noSuchColumn: RuntimeRules.missingField
    case .invalid, .invalidRow, .unknownLabel, .cancelled: RuntimeRules.badArgument
    }
  }
}

/// The choice that a text most likely stands for; of metrics also by what other programs call them.
func nearestChoice(_ text: String, among choices: [String]) -> String? {
  let usual = [
    "f1": "macro_f1", "f1_macro": "macro_f1", "f1_micro": "micro_f1", "f1_weighted": "weighted_f1",
    "acc": "accuracy", "mcc": "matthews_correlation", "kappa": "cohen_kappa", "rouge": "rouge_l",
    "log_loss": "nll", "brier_score": "brier",
  ]
  let folded = text.lowercased().replacing("-", with: "_")
  if let metric = usual[folded], choices.contains(metric) { return metric }
  return nearest(text, among: choices)
}

extension Arguments {
  /// Throws unless all arguments fulfil what the declaration says beyond their kinds.
  @inline(never)
  func checkConditions() throws {
    for (index, parameter) in function.parameters.enumerated() {
      let value = base[index]
      if case .none = value { continue }
      if let range = parameter.range, let number = value.asDouble, !range.contains(number) {
        throw bad(
          index, "`\(parameter.name)` must be \(Arguments.describe(range)), found \(brief(value))")
      }
      if let choices = parameter.choices, let text = value.asText?.string,
        !choices.contains(where: { bytesEqual($0, text) })
      {
        let near = nearestChoice(text, among: choices).map { "; did you mean \"\($0)\"?" } ?? ""
        throw bad(
          index,
          "`\(parameter.name)` must be "
            + choices.map { "\"\($0)\"" }.joined(separator: ", ") + "; found \(brief(value))"
            + near)
      }
      guard let list = value.asList else { continue }
      if var element = parameter.isVariadic ? parameter.kind : parameter.element, element != .any {
        if element.contains(.number) { element.insert(.integer) }
        for (position, part) in list.elements.enumerated() where !part.isOf(element) {
          throw Problem(
            RuntimeRules.wrongKind,
            "`\(parameter.name)` of \(function.name) must hold \(element.description), "
              + "found \(part.inWords) at position \(position)", at: place)
        }
      }
    }
  }
}
