// PublishedHead: a checkpoint that was adapted already, by tl or by anyone, used as it is: its own head
// and the names of its labels.

import TLModels
import TLText

/// A donor's own classifier of texts or of words.
public struct PublishedHead: Sendable {
  public let predictor: Predictor
  /// `classification` or `tagging`.
  public let task: EncoderTask
  /// The names of the classes as config.json has them.
  public let labels: [String]
}

extension Donor {
  /// The head that the checkpoint brings; read once.
  ///
  /// Which kind it is, config.json says under `architectures`. Throws where there is no such head, and
  /// where its logits are not those of one class out of several.
  public func publishedHead() throws -> PublishedHead {
    let configuration = try encoderConfiguration()
    if let known = knownHead { return known }
    let architecture = try ConfigurationFile(directory: directory).architectures.first ?? ""
    let isTagging = architecture.hasSuffix("ForTokenClassification")
    guard isTagging || architecture.hasSuffix("ForSequenceClassification") else {
      throw TransferError(
        "\(shortName) has no head that says a class: its config.json "
          + (architecture.isEmpty ? "names no architecture" : "names \(architecture)"),
        next: "adapt it to a task: adapt(model(…), task), then predict with the run")
    }
    let problem = configuration.problem ?? .singleLabel
    if !isTagging, problem != .singleLabel || configuration.labels.count == 1 {
      throw TransferError(
        "\(shortName) has a head of the kind "
          + (problem == .singleLabel ? "regression" : problem.rawValue)
          + ", here a text has one class out of several",
        next: "adapt it to a task: its encoder is read, its head begins anew")
    }
    // The reference library leaves the two labels that it begins with out of the file.
    let labels = configuration.labels.isEmpty ? ["LABEL_0", "LABEL_1"] : configuration.labels
    let task: EncoderTask = isTagging ? .tagging : .classification
    let model = try TrainingSettings().model(
      directory: directory, task: task, classes: labels.count)
    guard model.report.missing.isEmpty else {
      throw TransferError(
        "\(shortName) has no whole head for the \(labels.count) labels of its config.json; missing or "
          + "of another shape: " + model.report.missing.joined(separator: ", "),
        next: "adapt it to a task: adapt(model(…), task), then predict with the run")
    }
    let adapted = AdaptedModel(try FullFineTuning().attach(to: model, seed: 0))
    return keep(
      PublishedHead(
        predictor: Predictor(
          model: adapted, tokenizer: tokenizer,
          maxLength: min(tokenizer.modelMaxLength ?? maxLength, longestText), precision: .float32,
          outside: labels.firstIndex(of: "O") ?? 0),
        task: task, labels: labels))
  }
}
