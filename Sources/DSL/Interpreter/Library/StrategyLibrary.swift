// The strategies of transfer, one function each: what `adapt` is told to do with a donor.

import TLSyntax
import TLTensor
import TLTransfer

enum StrategyLibrary {
  static let functions: [LibraryFunction] = [
    featureExtraction, fullFineTuning, layerwise, adapters, lora, linearProbe,
  ]

  static let featureExtraction = LibraryFunction(
    "feature_extraction", .strategies,
    "trains only the head, on the outputs of the frozen encoder", [],
    result: .strategy, examples: [.init("feature_extraction()", "feature_extraction()")],
    details: "The encoder's outputs are computed once and kept, so epochs cost next to nothing."
  ) { _ in .object(StrategyObject(FeatureExtraction())) }

  static let fullFineTuning = LibraryFunction(
    "full_fine_tuning", .strategies, "trains every weight of the donor", [],
    result: .strategy, examples: [.init("full_fine_tuning().learning_rate", "5e-5")],
    details: "Devlin et al., 2019."
  ) { _ in .object(StrategyObject(FullFineTuning())) }

  static let layerwise = LibraryFunction(
    "layerwise", .strategies, "trains every weight, lower layers at lower learning rates",
    [
      ParameterDeclaration(
        "decay", .number, "the ratio of the rates of neighbouring layers", default: .number(0.9),
        in: 0.01...1)
    ],
    result: .strategy, examples: [.init("layerwise(decay: 0.8)", "layerwise(decay: 0.8)")],
    details: "The head and the pooler learn at the full rate, block i of n at "
      + "decay^(n - i), the embeddings at decay^(n + 1) (Howard and Ruder, 2018)."
  ) { call in .object(StrategyObject(Layerwise(decay: try call.number(0)))) }

  static let adapters = LibraryFunction(
    "adapters", .strategies, "trains small bottleneck layers inside the frozen encoder",
    [
      ParameterDeclaration(
        "bottleneck", .integer, "the width of an adapter", default: .integer(64), in: 1...65_536),
      ParameterDeclaration(
        "form", .text, "houlsby: after attention and feed-forward; pfeiffer: after feed-forward",
        default: .text("houlsby"), choices: Adapters.Form.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "activation", .text,
        "between an adapter's two layers; silu for houlsby, relu for pfeiffer if not given",
        default: .none, choices: Activation.allCases.map(\.rawValue)),
    ],
    result: .strategy, examples: [.init("adapters(bottleneck: 32).bottleneck", "32")],
    details: "Houlsby et al., 2019; Pfeiffer et al., 2021. A run exports as an AdapterHub folder."
  ) { call in
    .object(
      StrategyObject(
        Adapters(
          bottleneck: try call.integer(0),
          form: Adapters.Form(rawValue: try call.text(1)) ?? .houlsby,
          activation: call.isNone(2) ? nil : Activation(rawValue: try call.text(2)))))
  }

  static let lora = LibraryFunction(
    "lora", .strategies, "trains low-rank updates of the frozen encoder's projections",
    [
      ParameterDeclaration(
        "rank", .integer, "the rank of an update", default: .integer(8), in: 1...65_536),
      ParameterDeclaration(
        "alpha", .number, "an update is scaled by alpha / rank; twice the rank if not given",
        default: .none, in: 0...Double.infinity),
      ParameterDeclaration(
        "dropout", .number, "of an update's input", default: .number(0), in: 0...0.99),
      ParameterDeclaration(
        "targets", [.list, .text],
        "which linear layers: the last parts of their paths; query and value if not given",
        of: .text, default: .none),
    ],
    result: .strategy, examples: [.init("lora(rank: 4).alpha", "8.0")],
    details: "Hu et al., 2021. A run exports as a PEFT folder."
  ) { call in
    .object(
      StrategyObject(
        LoRA(
          rank: try call.integer(0), alpha: call.isNone(1) ? nil : try call.number(1),
          dropout: try call.number(2),
          targets: call.isNone(3) ? ["query", "value"] : try call.texts(3))))
  }

  static let linearProbe = LibraryFunction(
    "linear_probe", .strategies, "trains a linear classifier on one layer of the frozen encoder",
    [
      ParameterDeclaration(
        "layer", .integer, "0 for the embeddings, 1 for the first block; -1 for the last",
        default: .integer(-1)),
      ParameterDeclaration(
        "pool", .text, "how the vectors of a text's tokens become one", default: .text("mean"),
        choices: ["cls", "mean", "max"]),
    ],
    result: .strategy, examples: [.init("linear_probe(layer: 2).layer", "2")],
    details: "Alain and Bengio, 2017. For tags each word has its first token's vector."
  ) { call in
    .object(
      StrategyObject(
        LinearProbe(
          layer: try call.integer(0),
          pooling: FrozenFeatures.Pooling(rawValue: try call.text(1)) ?? .mean)))
  }
}
