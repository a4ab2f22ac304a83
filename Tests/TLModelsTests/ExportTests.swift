// Folders of the PEFT and Adapters libraries and whole models: what the reference libraries wrote is
// read with their logits, and what is written here has the same names, shapes and values.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct ExportTests {
  static let tasks = ["bert-classification", "bert-tagging"]

  /// The logits that the reference library has for the probe batch after training.
  private func expectProbe(_ model: EncoderModel, _ task: String, _ strategy: String) throws {
    let golden = try Golden("train/\(task)/\(strategy)/trajectory.json")
    let probe = try Golden("train/\(task)/batches.json")["probe"]
    let given = golden["probe_logits"]
    let expected =
      task == "bert-tagging" ? given.unpadded(probe).flatMap(\.numbers) : given.numbers
    expectClose(try ExportCase.logits(model, probe.texts), expected, 1e-4, "\(task) \(strategy)")
  }

  private func expectSameTensors(_ found: String, _ expected: String) throws {
    let (found, expected) = (try Checkpoint.open(found), try Checkpoint.open(expected))
    #expect(Set(found.tensors.map(\.name)) == Set(expected.tensors.map(\.name)))
    for tensor in expected.tensors {
      let own = try #require(found[tensor.name], "\(tensor.name)")
      #expect(own.shape == tensor.shape && own.elementType == tensor.elementType)
      #expect(try own.floats() == tensor.floats(), "\(tensor.name)")
    }
  }

  @Test(arguments: tasks)
  func peftFolderIsReadAndWrittenAsTheReferenceDoes(task: String) throws {
    let reference = "\(Golden.folder)/train/\(task)/lora/final"
    let model = try ExportCase.startModel(task, "lora")
    let added = try PEFTFolder.read(reference, into: model)
    #expect(added.count == 12 && added.allSatisfy { $0.name.contains(".lora_") })
    try expectProbe(model, task, "lora")
    let scratch = TemporaryFolder()
    // The folder above is made too.
    let folder = scratch.path + "/runs/peft"
    let base = try #require(readJSON(reference + "/adapter_config.json")["base_model_name_or_path"])
    try PEFTFolder.write(model, to: folder, task: ExportTask(base: base.string ?? ""))
    try expectSameTensors(
      folder + "/adapter_model.safetensors", reference + "/adapter_model.safetensors")
    let own = try readJSON(folder + "/adapter_config.json")
    let theirs = try readJSON(reference + "/adapter_config.json")
    for field in try #require(own.object)
    where !["target_modules", "modules_to_save"].contains(field.key) {
      #expect(field.value.number == theirs[field.key]?.number, "\(field.key)")
      if field.value.number == nil { #expect(field.value == theirs[field.key], "\(field.key)") }
    }
    #expect(own["target_modules"] == .array([.string("query"), .string("value")]))
    #expect(own["modules_to_save"] == .array([.string("classifier")]))
    let again = try ExportCase.startModel(task, "lora")
    try PEFTFolder.read(folder, into: again)
    try expectProbe(again, task, "lora")
  }

  @Test(arguments: tasks, ["final", "final_safetensors"])
  func adapterHubFolderIsReadAndWrittenAsTheReferenceDoes(task: String, form: String) throws {
    let reference = "\(Golden.folder)/train/\(task)/adapters_houlsby/\(form)"
    let model = try ExportCase.startModel(task, "adapters_houlsby")
    let added = try AdapterHubFolder.read(reference, into: model)
    #expect(added.count == 24 && added.allSatisfy { $0.name.contains(".adapters.adapter_") })
    try expectProbe(model, task, "adapters_houlsby")
    let scratch = TemporaryFolder()
    let folder = scratch.path + "/adapter"
    let theirs = try readJSON(reference + "/adapter_config.json")
    try AdapterHubFolder.write(
      model, to: folder, task: ExportTask(base: theirs["model_name"]?.string ?? ""))
    if form == "final" {
      for file in ["pytorch_adapter.bin", "pytorch_model_head.bin"] {
        try expectSameTensors("\(folder)/\(file)", "\(reference)/\(file)")
      }
    }
    let own = try readJSON(folder + "/adapter_config.json")
    for field in try #require(own.object) where field.key != "config" {
      #expect(field.value == theirs[field.key], "\(field.key)")
    }
    for field in try #require(own["config"]?.object) {
      let value = theirs["config"]?[field.key]
      #expect(field.value == value || field.value.number == value?.number, "\(field.key)")
    }
    let head = try readJSON(reference + "/head_config.json")
    for field in try #require(readJSON(folder + "/head_config.json").object) {
      if field.key == "label2id" {
        #expect(field.value.object?.count == head["label2id"]?.object?.count)
      } else {
        #expect(field.value == head[field.key], "\(field.key)")
      }
    }
    let again = try ExportCase.startModel(task, "adapters_houlsby")
    try AdapterHubFolder.read(folder, into: again)
    try expectProbe(again, task, "adapters_houlsby")
  }

  @Test(arguments: tasks)
  func wholeModelIsReadAndWrittenAsTheReferenceDoes(task: String) throws {
    let reference = "\(Golden.folder)/train/\(task)/full/final"
    let model = try ExportCase.model(reference, task == "bert-tagging" ? .token : .sequence)
    try expectProbe(model, task, "full")
    let scratch = TemporaryFolder()
    let folder = scratch.path + "/model"
    try HuggingFaceFolder.write(
      model, to: folder, options: HuggingFaceFolder.Options(hasPyTorchFile: true))
    try expectSameTensors(folder + "/model.safetensors", reference + "/model.safetensors")
    try expectSameTensors(folder + "/pytorch_model.bin", reference + "/model.safetensors")
    let (own, theirs) = (
      try readJSON(folder + "/config.json"), try readJSON(reference + "/config.json")
    )
    for field in try #require(theirs.object)
    where !["transformers_version", "use_cache", "label2id", "output_past"].contains(field.key)
      && !field.key.hasPrefix("pooler_")
    {
      let value = own[field.key]
      #expect(field.value == value || field.value.number == value?.number, "\(field.key)")
    }
    try expectProbe(
      try ExportCase.model(folder, task == "bert-tagging" ? .token : .sequence), task, "full")
  }

  @Test func mergedModelEqualsTheReferenceAndUnmergingRestoresEveryBit() throws {
    let task = "bert-classification"
    let model = try ExportCase.startModel(task, "lora")
    try PEFTFolder.read("\(Golden.folder)/train/\(task)/lora/final", into: model)
    let texts = try Golden("train/\(task)/batches.json")["probe"].texts
    let before = model.parameters.map { $0.tensor.values.map(\.bitPattern) }
    let logits = try ExportCase.logits(model, texts)
    model.merge()
    model.merge()
    #expect(model.linears.allSatisfy { $0.layer.lowRank == nil })
    try expectProbe(model, task, "lora")
    let merged = try Checkpoint.open("\(Golden.folder)/train/\(task)/lora/final_merged")
    for parameter in model.parameters {
      let expected = try #require(merged[parameter.name]).floats()
      expectClose(
        parameter.tensor.values.map(Double.init), expected.map(Double.init), 1e-6, parameter.name)
    }
    model.unmerge()
    model.unmerge()
    #expect(model.parameters.map { $0.tensor.values.map(\.bitPattern) } == before)
    #expect(try ExportCase.logits(model, texts) == logits)
    // The whole model is written merged, and stays as it is.
    let scratch = TemporaryFolder()
    try HuggingFaceFolder.write(model, to: scratch.path)
    #expect(model.parameters.map { $0.tensor.values.map(\.bitPattern) } == before)
    try expectProbe(try ExportCase.model(scratch.path, .sequence), task, "lora")
  }

  @Test(arguments: ExportCase.families + ExportCase.bases)
  func everyFamilyIsReadBackWithTheSameLogits(name: String) throws {
    let source = try ExportCase(name)
    let scratch = TemporaryFolder()
    for kind in source.kinds {
      let (model, _) = try source.adapted(kind)
      let folder = "\(scratch.path)/\(kind)"
      try source.write(model, kind, to: folder)
      let again: EncoderModel
      switch kind {
      case "peft", "peft-patterns":
        again = try source.start()
        try PEFTFolder.read(folder, into: again)
      case "houlsby", "pfeiffer":
        again = try source.start()
        try AdapterHubFolder.read(folder, into: again)
      default: again = try ExportCase.model(folder, source.role)
      }
      let difference = largestDifference(
        try ExportCase.logits(again, source.texts), try ExportCase.logits(model, source.texts))
      #expect(difference <= 1e-5, "\(name) \(kind)")
    }
  }

  @Test func whatCannotBeSaidIsRefused() throws {
    let source = try ExportCase("bert-safetensors-seqcls")
    let scratch = TemporaryFolder()
    let (plain, low) = (try source.start(), try source.adapted("peft").0)
    let bottleneck = try source.adapted("houlsby").0
    #expect(throws: ModelError.self) { try PEFTFolder.write(plain, to: scratch.path) }
    #expect(throws: ModelError.self) { try AdapterHubFolder.write(plain, to: scratch.path) }
    #expect(throws: ModelError.self) { try HuggingFaceFolder.write(bottleneck, to: scratch.path) }
    let twoLabels = ExportTask(labels: ["a", "b"])
    #expect(throws: ModelError.self) {
      try HuggingFaceFolder.write(plain, to: scratch.path, task: twoLabels)
    }
    #expect(throws: ModelError.self) { try HuggingFaceFolder.write(plain, to: "/proc/x") }
    bottleneck.outputs[0].layer.adapter = nil
    #expect(throws: ModelError.self) { try AdapterHubFolder.write(bottleneck, to: scratch.path) }

    // A folder of another base, of another method, cut, and with a name too many.
    try PEFTFolder.write(low, to: scratch.path)
    let other = try ExportCase("roberta-seqcls").start()
    #expect(throws: ModelError.self) { try PEFTFolder.read(scratch.path, into: other) }
    let config = try FileBytes.readText(scratch.path + "/adapter_config.json")
    for (from, to) in [
      ("\"LORA\"", "\"IA3\""), ("\"use_dora\": false", "\"use_dora\": true"),
      ("\"r\": 3", "\"r\": 2"), ("\"r\": 3", "\"r\": \"x\""), ("{", "["),
    ] {
      try #require(config.contains(from))
      let changed = replace(config, from, to)
      _ = scratch.file("adapter_config.json", changed)
      #expect(throws: ModelError.self, "\(to)") { try PEFTFolder.read(scratch.path, into: plain) }
    }
    #expect(throws: (any Error).self) { try PEFTFolder.read(scratch.path + "/none", into: plain) }
  }

  private func replace(_ text: String, _ from: String, _ to: String) -> String {
    guard let range = text.firstRange(of: from) else { return text }
    return text.replacingCharacters(range, to)
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<Index>, _ with: String) -> String {
    String(self[..<range.lowerBound]) + with + String(self[range.upperBound...])
  }
}
