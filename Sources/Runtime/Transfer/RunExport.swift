// RunExport: a run as a folder that other programs read: the configuration and logs as JSON, and the
// weights in the layout that the field has for the strategy: PEFT's for LoRA, AdapterHub's for
// adapters, a Hugging Face directory for whole models (LoRA merged, if asked for). A run of several
// tasks is a folder with such a one for each task.

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
    let beginsAnew = adaptation.settings.reinitializedLayers > 0
    let layout =
      layout != .auto
      ? layout
      : adaptation.strategy is LoRA && !beginsAnew
        ? .peft : adaptation.strategy is Adapters ? .adapterHub : .huggingFace
    if beginsAnew, layout == .peft || layout == .adapterHub {
      throw TransferError(
        "the run began with new weights in blocks of the donor (reinitialized_layers), which a folder of "
          + "updates to the donor does not hold",
        next: adaptation.strategy is LoRA
          ? "export it with layout: \"huggingface\"" : "the run store keeps the run")
    }
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
    let task = ExportTask(labels: adaptation.task.labels, base: base)
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
    try writeLength(to: folder)
    try writeLogs(to: folder)
    return layout
  }

  /// What the reader of the folder is to load: a name of the hub, or a folder.
  private var base: String {
    let donor = adaptation.donor
    return donor.name.hasPrefix(PretrainedRun.namePrefix) ? donor.directory : donor.name
  }

  /// Longer texts are cut elsewhere where they were cut in the run.
  private func writeLength(to folder: String) throws {
    let path = "\(folder)/tokenizer_config.json"
    var fields = try JSON.parse(FileBytes.readText(path)).object ?? []
    fields.removeAll { $0.key == "model_max_length" }
    fields.append(JSONField("model_max_length", .int(adaptation.maxLength)))
    try AtomicFile.write(path, text: JSON.object(fields).serialized(pretty: true))
  }

  private func exportWriter(to folder: String, layout: ExportLayout) throws {
    let model = try sequenceModel().model
    let tokenizer = adaptation.donor.tokenizer
    switch layout {
    case .peft:
      try PEFTFolder.write(model, to: folder, base: base)
      try tokenizer.save(to: folder)
    case .adapterHub:
      try AdapterHubFolder.write(model, to: folder, base: base)
      try tokenizer.save(to: folder)
    case .huggingFace, .auto:
      try HuggingFaceFolder.write(
        model, to: folder,
        options: HuggingFaceFolder.Options(hasPyTorchFile: true, tokenizer: tokenizer))
    }
  }

  private func writeLogs(to folder: String) throws {
    let configuration = JSON.object([
      JSONField("run", .string(stored?.id ?? "")),
      JSONField("configuration", try adaptation.configuration()),
      JSONField("data", .object(adaptation.task.fingerprints)),
      JSONField("results", Self.json(metrics, facts)),
    ])
    try AtomicFile.write("\(folder)/run.json", text: configuration.serialized(pretty: true))
    try AtomicFile.write("\(folder)/history.json", text: history.json.serialized(pretty: true))
  }
}

extension MultiTaskRun {
  /// Writes a folder for each task below one that is made: the encoder with the head of that task, as
  /// other programs load it. Gives the layout of the weights.
  @discardableResult
  public func export(to folder: String, layout: ExportLayout = .auto) throws -> ExportLayout {
    if mkdir(folder, 0o777) != 0, errno != EEXIST {
      throw TransferError(
        "\(folder) cannot be made a folder: \(String(cString: strerror(errno)).lowercased())")
    }
    var written = layout
    for (name, run) in zip(adaptation.names, runs) {
      written = try run.export(to: "\(folder)/\(name)", layout: layout)
    }
    return written
  }
}
