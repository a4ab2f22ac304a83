// ConfigurationFile: config.json with checked access. Every number is asked for with its range, so a
// wrong file is refused before anything is allocated after it.

import TLTensor
import TLText

/// A parsed config.json.
public struct ConfigurationFile: Sendable {
  public let path: String
  public let json: JSON

  /// Reads `config.json` of a model directory.
  public init(directory: String) throws {
    let path = "\(directory)/config.json"
    let text: String
    do {
      text = try FileBytes.readText(path)
    } catch {
      throw ModelError(
        file: path, "cannot be read (\(error))",
        next: FolderDiagnosis.nextWithoutConfiguration(directory))
    }
    do {
      try self.init(path: path, json: JSON.parse(text))
    } catch let error as JSONError {
      throw ModelError(file: path, "is not JSON: \(error)", next: "fetch the file again")
    }
  }

  public init(path: String, json: JSON) throws {
    guard json.object != nil else {
      throw ModelError(file: path, "expected a JSON object, found \(json.kindName)")
    }
    self.path = path
    self.json = json
  }

  /// What `model_type` says; throws where it says nothing.
  func modelType() throws -> String {
    guard let found = value("model_type") else {
      throw ModelError(
        file: path, "expected model_type, found no such key",
        next: "write it into the file: \"model_type\": \"bert\" for a BERT")
    }
    guard let type = found.string else { throw mismatch("model_type", "a string", found) }
    return type
  }

  /// The error for a type of model that there is not, or not for this purpose.
  func unknownType(_ type: String, expected: String) -> ModelError {
    let encoders = EncoderFamily.allCases.map(\.rawValue).joined(separator: ", ")
    let others = EncoderDecoderFamily.allCases.map(\.rawValue).joined(separator: ", ")
    return ModelError(
      file: path, "expected \(expected), found '\(type)'",
      next: "there are encoders of the types \(encoders) and encoder-decoders of the types "
        + others)
  }

  /// The value of a key; nil where it is missing or null.
  private func value(_ key: String) -> JSON? {
    guard let value = json[key], !value.isNull else { return nil }
    return value
  }

  private func mismatch(_ key: String, _ expected: String, _ found: JSON) -> ModelError {
    ModelError(file: path, "expected \(expected) for \(key), found \(found.serialized())")
  }

  /// An integer within a range; without a default, the key must be there.
  public func int(_ key: String, _ standard: Int? = nil, in range: ClosedRange<Int>) throws -> Int {
    guard let found = value(key) else {
      guard let standard else {
        throw ModelError(
          file: path, "expected \(key), an integer from \(range.lowerBound), found no such key")
      }
      return standard
    }
    guard let number = found.int else { throw mismatch(key, "an integer", found) }
    guard range.contains(number) else {
      throw mismatch(key, "an integer from \(range.lowerBound) to \(range.upperBound)", found)
    }
    return number
  }

  public func number(
    _ key: String, _ standard: Double, in range: ClosedRange<Double>
  ) throws -> Double {
    guard let found = value(key) else { return standard }
    guard let number = found.number else { throw mismatch(key, "a number", found) }
    guard range.contains(number) else {
      throw mismatch(key, "a number from \(range.lowerBound) to \(range.upperBound)", found)
    }
    return number
  }

  public func string(_ key: String, _ standard: String) throws -> String {
    guard let found = value(key) else { return standard }
    guard let string = found.string else { throw mismatch(key, "a string", found) }
    return string
  }

  public func bool(_ key: String, _ standard: Bool) throws -> Bool {
    guard let found = value(key) else { return standard }
    guard let bool = found.bool else { throw mismatch(key, "true or false", found) }
    return bool
  }

  /// Words as an array of strings, or as one string with `|` between them, where capitals and spaces
  /// around words count for nothing.
  public func words(_ key: String) throws -> [String] {
    guard let found = value(key) else { return [] }
    if let string = found.string {
      return string.lowercased().split(separator: "|").map {
        $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }.filter { !$0.isEmpty }
    }
    guard let array = found.array else { throw mismatch(key, "an array of strings", found) }
    return try array.map {
      guard let word = $0.string else { throw mismatch(key, "an array of strings", found) }
      return word
    }
  }

  /// The label names in the order of their numbers, which may have gaps; a name that is no string is
  /// taken as it is written. Empty where there are none.
  public func labels() throws -> [String] {
    guard let found = value("id2label") else {
      let count = try int("num_labels", 0, in: 0...100_000)
      return (0..<count).map { "LABEL_\($0)" }
    }
    guard let fields = found.object else { throw mismatch("id2label", "an object", found) }
    var labels: [Int: String] = [:]
    for field in fields {
      guard let index = Int(field.key), labels[index] == nil else {
        throw mismatch("id2label", "numbers with a name each", found)
      }
      labels[index] = field.value.string ?? field.value.serialized()
    }
    return labels.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The classes of the reference library that load the model; empty where the file names none.
  public var architectures: [String] { (value("architectures")?.array ?? []).compactMap(\.string) }

  public func activation(_ key: String, _ standard: String) throws -> Activation {
    let name = try string(key, standard)
    guard let activation = Activation(named: name) else {
      throw ModelError(
        file: path,
        "expected an activation for \(key) (gelu, gelu_new, relu, silu, tanh, …), found '\(name)'")
    }
    return activation
  }
}
