// ExportFolder: what the writers and readers of model folders share: names of classes and labels,
// tensors of a model under their names, JSON files, and putting tensors of a file into a model.

import Glibc
import TLTensor
import TLText

/// What a folder says about the task besides the weights.
public struct ExportTask: Sendable {
  /// The names of the classes; empty: those of the model's configuration.
  public var labels: [String]
  /// nil: the configuration's, or one label for each text.
  public var problem: ProblemKind?
  /// The name or path of the model that was adapted, for folders that hold a part.
  public var base: String

  public init(labels: [String] = [], problem: ProblemKind? = nil, base: String = "") {
    self.labels = labels
    self.problem = problem
    self.base = base
  }
}

extension EncoderModel {
  /// The number of logits of the task's head; nil without one.
  var classes: Int? { sequenceHead?.classes ?? tokenHead?.classes }

  /// The names of the classes, checked against the head.
  func labels(_ task: ExportTask) throws -> [String] {
    guard let classes else { return [] }
    if task.labels.isEmpty {
      return configuration.labels.count == classes
        ? configuration.labels : (0..<classes).map { "LABEL_\($0)" }
    }
    guard task.labels.count == classes else {
      throw ModelError(
        "expected \(classes) label names, one for each logit of the head, found "
          + "\(task.labels.count)")
    }
    return task.labels
  }

  /// The class of the reference library that loads such a model.
  var className: String {
    let family =
      switch configuration.family {
      case .bert: "Bert"
      case .roberta: "Roberta"
      case .xlmRoBERTa: "XLMRoberta"
      case .deberta: "DebertaV2"
      }
    if sequenceHead != nil { return family + "ForSequenceClassification" }
    if tokenHead != nil { return family + "ForTokenClassification" }
    if nextSentenceHead != nil { return family + "ForPreTraining" }
    return family + (maskedLMHead != nil ? "ForMaskedLM" : "Model")
  }

  /// Whether the reference library's model has the names without the family's prefix.
  var isBare: Bool { classes == nil && maskedLMHead == nil }

  /// A weight's name in the reference library's model.
  ///
  /// DeBERTa-v3's own name of the head for masked words, `lm_predictions.lm_head`, is one that
  /// transformers cannot load (it ties the wrong layer); it reads the same head under BERT's name.
  /// One of several heads, `heads.NAME.classifier`, is the only one of its folder.
  func exportedName(_ name: String) -> String {
    if name.hasPrefix(Self.headsPrefix) {
      return name.split(separator: ".").dropFirst(2).joined(separator: ".")
    }
    let head = "lm_predictions.lm_head."
    if name.hasPrefix(head) {
      let part = name.dropFirst(head.count)
      return "cls.predictions." + (part == "bias" ? "" : "transform.") + part
    }
    let prefix = configuration.family.prefix
    return isBare && name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  /// What stands before the names of the heads of a model that has several.
  public static let headsPrefix = "heads."

  /// The parameters that the base model's folder has not: the task's head, DeBERTa's pooler, and a
  /// pooler that began anew because the checkpoint lacks one.
  var headParameters: [Parameter] {
    guard classes != nil else { return [] }
    let missing = Set(report.missing)
    return parameters.filter {
      !$0.name.hasPrefix(configuration.family.prefix) || missing.contains($0.name)
    }
  }

  /// Copies tensors into parameters of the same names and shapes.
  ///
  /// Throws for a name that the model lacks, or another shape.
  func assign(_ tensors: [(name: String, tensor: StoredTensor)], from file: String) throws {
    for (name, stored) in tensors {
      guard let own = parameters.first(where: { $0.name == name }) else {
        throw ModelError(
          file: file, "has the tensor \(stored.name), the model no place for it",
          next: "load the base model that the folder names, with its kind of head")
      }
      try ExportFolder.check(stored, own.shape, file)
      try stored.read(into: UnsafeMutableBufferPointer(start: own.pointer, count: own.count))
      own.weightsChanged()
    }
  }
}

enum ExportFolder {
  /// Makes a folder with those above it that are missing.
  static func make(_ path: String) throws {
    if FileQuery.isDirectory(path) { return }
    let above = FileQuery.folder(of: path)
    if above != path { try make(above) }
    if mkdir(path, 0o777) == 0 || FileQuery.isDirectory(path) { return }
    throw ModelError(
      file: path, "cannot be made a folder: \(String(cString: strerror(errno)).lowercased())")
  }

  static func write(_ json: JSON, to path: String) throws {
    try AtomicFile.write(path, text: json.serialized(pretty: true) + "\n")
  }

  static func readJSON(_ path: String) throws -> JSON {
    do {
      return try JSON.parse(FileBytes.readText(path))
    } catch let error as JSONError {
      throw ModelError(file: path, "is not JSON: \(error)")
    }
  }

  /// The first of the files that is there.
  static func weights(_ folder: String, _ names: [String]) throws -> Checkpoint {
    guard let name = names.first(where: { FileQuery.exists("\(folder)/\($0)") }) else {
      throw ModelError(
        file: folder, "has no weights: expected \(names.joined(separator: " or "))")
    }
    return try Checkpoint.open("\(folder)/\(name)")
  }

  static func check(_ stored: StoredTensor, _ shape: [Int], _ file: String) throws {
    guard stored.shape == shape else {
      throw ModelError(
        file: file,
        "tensor \(stored.name) has the shape \(stored.shape), the model expects \(shape)",
        next: "the folder belongs to another base model")
    }
  }

  /// A new parameter with the values of a stored tensor.
  static func parameter(_ name: String, _ stored: StoredTensor) throws -> Parameter {
    let tensor = Tensor(zeros: stored.shape)
    try stored.read(into: UnsafeMutableBufferPointer(start: tensor.pointer, count: tensor.count))
    return Parameter(name, tensor)
  }

  /// Calls `body` with the tensors in a form that the writers take.
  static func withTensors(
    _ tensors: [(name: String, tensor: Tensor)], _ body: ([TensorToWrite]) throws -> Void
  ) throws {
    let list = tensors.map { name, tensor in
      TensorToWrite(
        name: name, shape: tensor.shape,
        values: UnsafeBufferPointer(start: tensor.pointer, count: tensor.count))
    }
    try withExtendedLifetime(tensors) { try body(list) }
  }

  static func labelFields(_ labels: [String]) -> (idToLabel: JSON, labelToID: JSON) {
    (
      .object(labels.enumerated().map { JSONField(String($0.offset), .string($0.element)) }),
      .object(labels.enumerated().map { JSONField($0.element, .int($0.offset)) })
    )
  }
}
