// FolderDiagnosis: what a folder is that someone took for a model's: what to say where config.json or
// the weights are not there, or are of a kind that is not read.

import Glibc
import TLText

/// Looks at a folder that lacks something.
enum FolderDiagnosis {
  /// What to do about a folder without config.json.
  static func nextWithoutConfiguration(_ folder: String) -> String {
    for name in ["adapter_config.json", "adapter_config"] {
      let path = "\(folder)/\(name)"
      guard FileQuery.exists(path) else { continue }
      let json = try? JSON.parse(FileBytes.readText(path))
      let base = json?["base_model_name_or_path"]?.string ?? json?["model_name"]?.string
      return "the folder has an adapter alone (\(name)): give the model that it was trained on"
        + (base.map { ", \(CheckpointError.quote($0))" } ?? "")
    }
    let inner = FileQuery.names(in: folder).filter {
      FileQuery.exists("\(folder)/\($0)/config.json")
    }
    if let first = inner.first {
      return "the model is in a folder inside: give \(folder)/\(first)"
    }
    return "a model directory has config.json beside its weights"
  }

  /// The error for a folder without weights that are read.
  static func withoutWeights(_ folder: String) -> CheckpointError {
    let names = FileQuery.names(in: folder)
    if let link = Checkpoint.fileNames.first(where: {
      names.contains($0) && !FileQuery.exists("\(folder)/\($0)")
    }) {
      return CheckpointError(
        .missing, file: "\(folder)/\(link)", "is a link to a file that is not there",
        next: "fetch the model again")
    }
    if let foreign = names.first(where: isForeign) {
      return CheckpointError(
        .unsupported, file: folder, "has weights as \(foreign) only, which is not read",
        next: "save the model with PyTorch as model.safetensors")
    }
    let known = Checkpoint.fileNames.joined(separator: ", ")
    if let other = names.first(where: { $0.hasSuffix(".safetensors") || $0.hasSuffix(".bin") }) {
      return CheckpointError(
        .missing, file: folder, "has no weights under one of the names \(known)",
        next: "there is \(other): rename it if it holds the model")
    }
    return CheckpointError(
      .missing, file: folder, "has no weights: expected one of \(known)",
      next: "fetch them into the folder")
  }

  /// Whether weights of a kind that is not read have such a name.
  private static func isForeign(_ name: String) -> Bool {
    name == "onnx"
      || [".h5", ".msgpack", ".ckpt.index", ".ot", ".gguf", ".onnx", ".mlmodel", ".tflite"]
        .contains(where: name.hasSuffix)
  }
}
