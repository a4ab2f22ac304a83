// ModelWeights: makes the parameters of a model while it is being built, from a checkpoint where it
// has them. A layer asks for its weights by the names of the checkpoint and by shape; nothing is
// allocated before the shape in the file was found to be the expected one. Large matrices stay in the
// file until their values are needed.

import TLTensor

/// The source of parameters for a model under construction.
public final class ModelWeights {
  /// How a weight that the checkpoint lacks begins.
  public enum Initial: Sendable {
    /// It must be there.
    case required
    /// Normal values with the deviation of the configuration.
    case normal
    case zeros
    case ones
  }

  private var reader: WeightReader?
  private let initializerRange: Float
  private let seed: UInt64
  private let prefix: String
  /// All parameters in the order in which the layers asked for them.
  public private(set) var parameters: [Parameter] = []
  /// The names of parameters that were made anew.
  public private(set) var newNames: [String] = []
  private var missing: [String] = []
  /// Linear layers by their path in the checkpoint, for strategies that put something into them.
  public private(set) var linears: [(path: String, layer: Linear)] = []
  /// Outputs of blocks by their path.
  public private(set) var outputs: [(path: String, layer: ResidualOutput)] = []

  /// Places of adapters by their path, for models that are no encoders alone.
  public private(set) var adapterPlaces: [(path: String, layer: AdapterPlace)] = []

  /// Weights from a checkpoint; without one, all weights are new (for tests and for pretraining).
  ///
  /// - Parameter prefix: stands before all names, where a model has several parts of one kind.
  public init(
    _ reader: WeightReader?, initializerRange: Float, seed: UInt64, prefix: String = ""
  ) {
    self.prefix = prefix
    self.reader = reader
    self.initializerRange = initializerRange
    self.seed = seed
  }

  public func contains(_ name: String) -> Bool { reader?.contains(name) ?? false }

  /// The parameter of this name and shape.
  ///
  /// - Parameters:
  ///   - copy: the name of the same weight in checkpoints that have it under this name alone.
  ///   - deviation: of new normal values where it is not the configuration's.
  public func parameter(
    _ plainName: String, copy: String? = nil, _ shape: [Int],
    form: Parameter.GradientForm = .dense, initial: Initial = .required, deviation: Float? = nil
  ) throws -> Parameter {
    let name = prefix + plainName
    var stored = name
    if let copy, !contains(name), contains(prefix + copy) { stored = prefix + copy }
    let tensor: Tensor
    var found = reader?.shape(of: stored)
    // The head of another task is not ours.
    if case .required = initial {} else if found != shape { found = nil }
    if let found {
      guard found == shape else {
        throw ModelError(
          file: reader?.checkpoint.path,
          "tensor \(stored) has the shape \(found), the model expects \(shape)",
          next: "config.json and the weights do not belong together")
      }
      if let type = reader?.find(stored)?.elementType, !type.isFloat {
        throw ModelError(
          file: reader?.checkpoint.path,
          "tensor \(stored) is stored as \(type.safetensorsName), as in a quantized model",
          next: "take the model's weights as F32, F16 or BF16")
      }
      if let source = try reader?.source(stored, shape: shape) {
        let parameter = Parameter(name, shape, source: source, gradientForm: form)
        parameters.append(parameter)
        return parameter
      }
      tensor = Tensor(zeros: shape)
      try reader?.read(
        stored, shape: shape,
        into: UnsafeMutableBufferPointer(start: tensor.pointer, count: tensor.count))
    } else {
      var initial = initial
      if case .required = initial {
        // A missing weight is noted, and all of them are named at the end; without a checkpoint
        // the weight begins as its kind does.
        if reader != nil {
          missing.append(name)
          return Parameter(name, Tensor(zeros: [0]))
        }
        initial =
          shape.count > 1 ? .normal : name.hasSuffix("weight") ? .ones : .zeros
      } else if reader != nil {
        newNames.append(name)
      }
      switch initial {
      case .normal, .required:
        tensor = Tensor.normal(
          shape, standardDeviation: deviation ?? initializerRange, seed: seed,
          stream: ModelWeights.stream(of: name))
      case .zeros:
        tensor = Tensor(zeros: shape)
      case .ones:
        tensor = Tensor([Float](repeating: 1, count: shape.reduce(1, *)), shape: shape)
      }
    }
    let parameter = Parameter(name, tensor, gradientForm: form)
    parameters.append(parameter)
    return parameter
  }

  /// Numbers of the checkpoint that are no parameters; nil where it has none of that name and size.
  func buffer(_ name: String, count: Int) throws -> Tensor? {
    guard let shape = reader?.shape(of: name), shape.reduce(1, *) == count else { return nil }
    let tensor = Tensor(zeros: [count])
    try reader?.read(
      name, shape: shape,
      into: UnsafeMutableBufferPointer(start: tensor.pointer, count: tensor.count))
    return tensor
  }

  func register(_ place: AdapterPlace, _ path: String) { adapterPlaces.append((path, place)) }

  func register(_ layer: Linear, _ path: String) { linears.append((path, layer)) }

  func register(_ layer: ResidualOutput, _ path: String) { outputs.append((path, layer)) }

  /// Throws if anything required was missing; names all of it.
  public func finish() throws -> LoadReport {
    guard missing.isEmpty else {
      let shown = missing.prefix(8).joined(separator: ", ")
      let rest = missing.count > 8 ? " and \(missing.count - 8) more" : ""
      throw ModelError(
        file: reader?.checkpoint.path,
        "lacks \(missing.count) of the weights that config.json asks for: \(shown)\(rest)",
        next: "the weights are of another architecture, or config.json has more layers")
    }
    return LoadReport(missing: newNames, unexpected: reader?.unexpected ?? [])
  }

  /// FNV-1a of the name: new weights do not depend on the order in which layers are built.
  public static func stream(of name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
