// LoRA (Hu et al., 2021): the encoder is frozen; linear layers get a low-rank update
// y += (alpha / rank) B A x, of which A begins uniform in ±1/√inputs (as the reference's Kaiming
// start with a = √5) and B with zeros. The head is trained with it.

import TLModels
import TLTensor
import TLText

/// Trains low-rank updates of linear layers, and the head.
public struct LoRA: TransferAdaptor, Equatable {
  public static let name = "lora"
  public var rank: Int
  /// The update is scaled by alpha / rank.
  public var alpha: Double
  /// Of the input of the update, in [0, 1).
  public var dropout: Double
  /// The last parts of the paths of linear layers, e.g. `query`, `value`, `attention.output.dense`.
  public var targets: [String]

  public init(
    rank: Int = 8, alpha: Double? = nil, dropout: Double = 0,
    targets: [String] = ["query", "value"]
  ) {
    self.rank = rank
    self.alpha = alpha ?? Double(2 * rank)
    self.dropout = dropout
    self.targets = targets
  }

  public init(saved: JSON) {
    self.init(
      rank: saved["rank"]?.int ?? 8, alpha: saved["alpha"]?.number,
      dropout: saved["dropout"]?.number ?? 0,
      targets: saved["targets"]?.array?.compactMap(\.string) ?? ["query", "value"])
  }

  public var settings: [JSONField] {
    [
      JSONField("rank", .int(rank)), JSONField("alpha", .number(alpha)),
      JSONField("dropout", .number(dropout)),
      JSONField("targets", .array(targets.map { .string($0) })),
    ]
  }
  public var defaultLearningRate: Double { 1e-3 }

  public func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment {
    try check()
    model.trainHeadOnly()
    return Attachment(
      model,
      added: try install(
        model.linears.filter { !$0.path.hasPrefix("classifier") }, Self.modelNames, seed))
  }

  public func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment {
    try check()
    for parameter in model.parameters { parameter.isTrainable = false }
    let ending = model.configuration.family.isT5 ? "" : "_proj"
    var names: [String: String] = [:]
    for (long, short) in [("query", "q"), ("key", "k"), ("value", "v")] {
      (names[long], names[short]) = (short + ending, short + ending)
    }
    return SequenceAttachment(model, added: try install(model.linears, names, seed))
  }

  private func check() throws(TransferError) {
    guard rank >= 1 else {
      throw TransferError("lora: expected a rank of at least 1, found \(rank)")
    }
    guard dropout >= 0, dropout < 1 else {
      throw TransferError("lora: expected a dropout from 0 to below 1, found \(dropout)")
    }
  }

  /// Puts updates into the targets among the layers; gives the new parameters.
  private func install(
    _ linears: [(path: String, layer: Linear)], _ modelNames: [String: String], _ seed: UInt64
  ) throws(TransferError) -> [Parameter] {
    let names = targets.map { modelNames[$0] ?? $0 }
    var found: Set<String> = []
    var added: [Parameter] = []
    for (path, layer) in linears {
      let matching = names.filter { path == $0 || path.hasSuffix("." + $0) }
      guard !matching.isEmpty else { continue }
      found.formUnion(matching)
      let (outputs, inputs) = (layer.weight.rows, layer.weight.columns)
      guard rank <= min(inputs, outputs) else {
        throw TransferError(
          "lora: a rank of \(rank) is more than the \(min(inputs, outputs)) that \(path) has")
      }
      let bound = 1 / Float(inputs).squareRoot()
      let a = Parameter(
        "\(path).lora_A.weight",
        .uniform([rank, inputs], bound: bound, seed: seed, name: "\(path).lora_A.weight"))
      let b = Parameter("\(path).lora_B.weight", Tensor(zeros: [outputs, rank]))
      layer.lowRank = LowRankUpdate(
        a: a, b: b, scale: Float(alpha / Double(rank)), dropout: Float(dropout))
      added += [a, b]
    }
    if let missing = zip(targets, names).first(where: { !found.contains($0.1) })?.0 {
      let known = Set(linears.map { String($0.path.split(separator: ".").last ?? "") })
      throw TransferError(
        "lora: the model has no linear layer `\(missing)`",
        next: "the last parts of its layers' paths are \(known.sorted().joined(separator: ", "))")
    }
    return added
  }

  /// Names of projections as most papers have them, where DeBERTa's files have others: both work.
  private static let modelNames = ["q": "query", "k": "key", "v": "value"]
}

extension Tensor {
  /// Uniform values in ±bound, a function of seed and name.
  static func uniform(_ shape: [Int], bound: Float, seed: UInt64, name: String) -> Tensor {
    let tensor = Tensor(zeros: shape)
    var random = RandomStream(seed: seed, stream: ModelWeights.stream(of: name))
    for i in 0..<tensor.count { tensor.pointer[i] = Float(2 * random.uniform() - 1) * bound }
    return tensor
  }
}
