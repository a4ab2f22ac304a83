// RunExport: a run as a folder that other programs read: the configuration and logs as JSON, and the
// weights in the layout that the field has for the strategy: PEFT's for LoRA, AdapterHub's for
// adapters, a Hugging Face directory for whole models (LoRA merged, if asked for).

import Glibc
import TLModels
import TLTensor
import TLText

/// The layouts a run can be written in.
public enum ExportLayout: String, Sendable, CaseIterable {
  /// What suits the strategy.
  case auto
  case huggingFace = "huggingface"
  case peft
  case adapterHub = "adapterhub"
}

extension AdaptedRun {
  /// Writes the run into a folder, which is made. Gives the layout of the weights.
  ///
  /// Throws where the layout cannot hold the strategy, and what the file system refuses.
  @discardableResult
  public func export(to folder: String, layout: ExportLayout = .auto) throws -> ExportLayout {
    let layout =
      layout != .auto
      ? layout
      : adaptation.strategy is LoRA
        ? .peft : adaptation.strategy is Adapters ? .adapterHub : .huggingFace
    if adaptation.strategy is LinearProbe {
      throw TransferError(
        "a linear probe is no model of its own and has no layout to be exported in",
        next: "adapt with feature_extraction() instead")
    }
    if adaptation.task.kind == .summarization {
      try exportWriter(to: folder, layout: layout)
      try writeLogs(to: folder)
      return layout
    }
    let adapted = try adaptedModel()
    guard adapted.attachment.probe == nil else {
      throw TransferError(
        "a model of several tasks has heads that no layout of other programs holds",
        next: "logs can be exported: layout: \"tensorboard\" or \"mlflow\"")
    }
    let task = ExportTask(labels: adaptation.task.labels, base: adaptation.donor.name)
    switch layout {
    case .peft:
      try PEFTFolder.write(adapted.model, to: folder, task: task)
      try adaptation.donor.tokenizer.save(to: folder)
    case .adapterHub:
      try AdapterHubFolder.write(adapted.model, to: folder, task: task)
      try adaptation.donor.tokenizer.save(to: folder)
    case .huggingFace, .auto:
      try HuggingFaceFolder.write(
        adapted.model, to: folder, task: task,
        options: HuggingFaceFolder.Options(
          hasPyTorchFile: true, tokenizer: adaptation.donor.tokenizer))
    }
    try writeLogs(to: folder)
    return layout
  }

  private func exportWriter(to folder: String, layout: ExportLayout) throws {
    let model = try sequenceModel().model
    let tokenizer = adaptation.donor.tokenizer
    switch layout {
    case .peft:
      try PEFTFolder.write(model, to: folder, base: adaptation.donor.name)
      try tokenizer.save(to: folder)
    case .adapterHub:
      throw TransferError(
        "adapters of an encoder-decoder cannot be written as an AdapterHub folder",
        next: "the run store keeps the run")
    case .huggingFace, .auto:
      try HuggingFaceFolder.write(
        model, to: folder,
        options: HuggingFaceFolder.Options(hasPyTorchFile: true, tokenizer: tokenizer))
    }
  }

  private func writeLogs(to folder: String) throws {
    let configuration = JSON.object([
      JSONField("run", .string(stored?.id ?? "")),
      JSONField("configuration", adaptation.configuration()),
      JSONField("data", .object(adaptation.task.fingerprints)),
      JSONField("results", Self.json(metrics, facts)),
    ])
    try AtomicFile.write("\(folder)/run.json", text: configuration.serialized(pretty: true))
    try AtomicFile.write("\(folder)/history.json", text: history.json.serialized(pretty: true))
  }
}
