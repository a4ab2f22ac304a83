// SweepJob: what another process needs to come to the same sweep: the script so far, its settings, the
// folder it runs in. It runs the lines before the sweep silently; costly ones are in the store.

import Glibc
import TLText

/// A sweep as a file.
public struct SweepJob: Sendable, Equatable {
  /// One source that is run: a script, or an input of the REPL.
  public struct Input: Sendable, Equatable {
    public var name: String
    public var text: String
    public var isInput: Bool

    public init(name: String, text: String, isInput: Bool) {
      self.name = name
      self.text = text
      self.isInput = isInput
    }
  }

  /// The key of the study.
  public var study: String
  public var inputs: [Input]
  /// `name=literal`, as `--set` has them.
  public var settings: [String]
  public var arguments: [String]
  /// The working directory.
  public var folder: String
  /// The folder of the run store, absolute.
  public var store: String
  /// Places in the grid that are to be computed, for launchers that give numbers of tasks.
  public var cells: [Int]

  public init(
    study: String, inputs: [Input], settings: [String], arguments: [String], folder: String,
    store: String, cells: [Int]
  ) {
    self.study = study
    self.inputs = inputs
    self.settings = settings
    self.arguments = arguments
    self.folder = folder
    self.store = store
    self.cells = cells
  }

  public func write(to path: String) throws {
    let json = JSON.object([
      JSONField("format", .int(1)), JSONField("study", .string(study)),
      JSONField(
        "inputs",
        .array(
          inputs.map {
            .object([
              JSONField("name", .string($0.name)), JSONField("text", .string($0.text)),
              JSONField("input", .bool($0.isInput)),
            ])
          })), JSONField("settings", .array(settings.map { .string($0) })),
      JSONField("arguments", .array(arguments.map { .string($0) })),
      JSONField("folder", .string(folder)), JSONField("store", .string(store)),
      JSONField("cells", .array(cells.map { .int($0) })),
    ])
    try AtomicFile.write(path, text: json.serialized())
  }

  public init(path: String) throws {
    let json: JSON
    do {
      json = try JSON.parse(FileBytes.readText(path))
    } catch { throw StudyError("\(path): this is not the job of a sweep: \(error)") }
    guard json["format"]?.int == 1, let study = json["study"]?.string,
      let inputs = json["inputs"]?.array, let folder = json["folder"]?.string,
      let store = json["store"]?.string
    else { throw StudyError("\(path): this is not the job of a sweep") }
    self.study = study
    self.folder = folder
    self.store = store
    self.inputs = inputs.compactMap { input in
      guard let name = input["name"]?.string, let text = input["text"]?.string else { return nil }
      return Input(name: name, text: text, isInput: input["input"]?.bool ?? false)
    }
    settings = json["settings"]?.array?.compactMap(\.string) ?? []
    arguments = json["arguments"]?.array?.compactMap(\.string) ?? []
    cells = json["cells"]?.array?.compactMap(\.int) ?? []
  }

  /// The folder of the jobs of a store, made where it is not there.
  public static func folder(inStore store: String) -> String {
    let folder = store + "/sweeps"
    mkdir(folder, 0o777)
    return folder
  }

  /// An absolute path, with links resolved where it is there.
  public static func absolute(_ path: String) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    return path
  }
}
