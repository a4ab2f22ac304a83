// ModelPreparation: a donor loaded the way the settings of a run want it: with a head for the task,
// another dropout, the top blocks begun anew.

import TLModels
import TLTensor

/// The kinds of tasks a donor is adapted to: the first two are an encoder's, the last an encoder-decoder's.
public enum EncoderTask: String, Sendable, Equatable {
  case classification
  case tagging
  case summarization
}

extension TrainingSettings {
  /// A donor's configuration with the dropout of the settings.
  func encoderConfiguration(directory: String) throws -> EncoderConfiguration {
    var configuration = try EncoderConfiguration(directory: directory)
    if let dropout {
      configuration.hiddenDropout = Float(dropout)
      configuration.attentionDropout = Float(dropout)
      configuration.classifierDropout = Float(dropout)
      configuration.deberta?.poolerDropout = Float(dropout)
    }
    return configuration
  }

  /// Loads a donor with a new head of so many classes.
  public func model(
    directory: String, task: EncoderTask, classes: Int
  ) throws -> EncoderModel {
    let configuration = try encoderConfiguration(directory: directory)
    let reader = WeightReader(try Checkpoint.open(directory), prefix: configuration.family.prefix)
    let model = try EncoderModel(
      configuration,
      task: task == .tagging
        ? .tokenClassification(classes: classes) : .sequenceClassification(classes: classes),
      reader: reader, seed: seed)
    try model.beginAnew(top: reinitializedLayers, seed: seed)
    return model
  }
}

extension TrainingSettings {
  /// Loads a donor that writes texts.
  public func encoderDecoder(directory: String) throws -> EncoderDecoderModel {
    var configuration = try EncoderDecoderConfiguration(directory: directory)
    if let dropout {
      configuration.dropout = Float(dropout)
      configuration.attentionDropout = Float(dropout)
      configuration.activationDropout = Float(dropout)
    }
    guard reinitializedLayers == 0 else {
      throw TransferError("reinitialized_layers is for encoders, the donor is an encoder-decoder")
    }
    return try EncoderDecoderModel(configuration, directory: directory, seed: seed)
  }
}

extension EncoderModel {
  /// Gives the top blocks and the pooler new weights (Zhang, Wu, Katiyar, Weinberger, Artzi,
  /// "Revisiting few-sample BERT fine-tuning", 2021).
  ///
  /// Throws where the model has not so many blocks.
  public func beginAnew(top count: Int, seed: UInt64) throws(TransferError) {
    guard count > 0 else { return }
    guard count <= configuration.layers else {
      throw TransferError(
        "reinitialized_layers: the model has \(configuration.layers) layers, found \(count)")
    }
    for parameter in parameters {
      let layer = Self.layer(of: parameter.name)
      let isTop =
        layer == "pooler"
        || layer.hasPrefix("encoder.layer.")
          && (Int(layer.dropFirst(14)) ?? 0) >= configuration.layers - count
      guard isTop else { continue }
      let values: Tensor
      if parameter.shape.count > 1 {
        values = .normal(
          parameter.shape, standardDeviation: configuration.initializerRange, seed: seed,
          stream: ModelWeights.stream(of: "anew." + parameter.name))
      } else {
        let one: Float = parameter.name.hasSuffix("weight") ? 1 : 0
        values = Tensor([Float](repeating: one, count: parameter.count))
      }
      parameter.pointer.update(from: values.pointer, count: parameter.count)
      parameter.weightsChanged()
    }
  }
}
