// Losses: they end a forward pass. The gradient of the logits is computed together with the loss, so
// that the backward pass only hands it on. `scale` is 1 / (what the whole batch sums to), since a
// worker sees only its share of it.

import CKernels

/// What a cross-entropy counts.
public struct CrossEntropyOptions: Sendable {
  /// The share of the target that is spread over all classes (Szegedy et al., 2016), in [0, 1).
  public var labelSmoothing: Float = 0
  /// One weight for each class; nil: all 1.
  public var classWeights: Tensor?
  /// Rows with this label count for nothing.
  public var ignoredLabel: Int32 = -100

  public init(labelSmoothing: Float = 0, classWeights: Tensor? = nil) {
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
  }

  /// What the loss of a batch is divided by for a mean: the labelled rows, or their class weights.
  public func weight(of labels: [Int32]) -> Double {
    tl_cross_entropy_weight(
      labels, classWeights.map { UnsafePointer($0.pointer) }, ignoredLabel,
      labels.count)
  }
}

extension Tape {
  /// Cross-entropy of logits [N, K] with N labels: `scale` times the sum over the rows.
  ///
  /// - Parameter overwriting: let the gradient take the memory of the logits, for large vocabularies.
  public func crossEntropy(
    _ logits: Variable, _ labels: UnsafePointer<Int32>,
    options: CrossEntropyOptions = CrossEntropyOptions(), scale: Double, overwriting: Bool = false
  ) -> Double {
    let gradient = lossGradient(logits, overwriting)
    var arguments = tl_cross_entropy_options(
      class_weights: options.classWeights.map { UnsafePointer($0.pointer) },
      label_smoothing: options.labelSmoothing, ignore_label: options.ignoredLabel,
      scale: Float(scale))
    return tl_cross_entropy(
      logits.data, labels, &arguments, nil, gradient, logits.rows, logits.columns)
  }

  /// Cross-entropy of x Wᵀ + b, [N, C] by a vocabulary's rows [V, C], without keeping the logits: they
  /// are made, and their gradients carried on to x, W and b, a block of rows at a time.
  public func crossEntropy(
    of x: Variable, _ weight: Parameter, _ bias: UnsafePointer<Float>? = nil,
    labels: UnsafePointer<Int32>, options: CrossEntropyOptions = CrossEntropyOptions(),
    scale: Double
  ) -> Double {
    let (classes, inputs) = weight.productShape
    var arguments = tl_cross_entropy_options(
      class_weights: options.classWeights.map { UnsafePointer($0.pointer) },
      label_smoothing: options.labelSmoothing, ignore_label: options.ignoredLabel,
      scale: Float(scale))
    let isTrainedWeight = isTrained(weight)
    let dx = x.hasGradient ? arena.floats(x.count) : nil
    let block = min(max(64, (1 << 22) / max(1, classes)), max(1, x.rows))
    let mark = arena.mark
    let logits = arena.floats(block * classes)
    var sum = 0.0
    for first in stride(from: 0, to: x.rows, by: block) {
      let rows = min(block, x.rows - first)
      let from = x.data + first * inputs
      reading {
        try multiplyForward(
          from, weight, nil, .identity, sum: nil, into: logits, rows: rows, precision: precision,
          scratch: arena, isRecording: isRecording)
      }
      if let bias { tl_add_row(logits, bias, logits, rows, classes) }
      let hasGradient = dx != nil || isTrainedWeight
      sum += tl_cross_entropy(
        logits, labels + first, &arguments, nil, hasGradient ? logits : nil, rows, classes)
      if isTrainedWeight, let (dw, accumulate) = gradients?.target(weight) {
        multiplyWeight(
          logits, from, into: dw, accumulate: accumulate, rows: rows, outputs: classes,
          inputs: inputs, precision: precision, scratch: arena)
      }
      if let dx {
        reading {
          try multiplyBackward(
            logits, weight, into: dx + first * inputs, accumulate: false, rows: rows,
            precision: precision)
        }
      }
    }
    arena.release(to: mark)
    if let dx { operations.append(.loss(logits: x, gradient: dx)) }
    return sum
  }

  /// Binary cross-entropy with logits (several labels may hold at once): `scale` times the sum over
  /// all N × K numbers.
  public func binaryCrossEntropy(
    _ logits: Variable, _ targets: UnsafePointer<Float>, scale: Double
  ) -> Double {
    tl_binary_cross_entropy(
      logits.data, targets, Float(scale), lossGradient(logits, false), logits.count)
  }

  /// Squared error: `scale` times the sum of (x - target)².
  public func squaredError(
    _ x: Variable, _ targets: UnsafePointer<Float>, scale: Double
  ) -> Double {
    let gradient = lossGradient(x, false)
    var sum = 0.0
    for index in 0..<x.count {
      let difference = Double(x.data[index]) - Double(targets[index])
      sum += difference * difference
      gradient?[index] = Float(2 * scale * difference)
    }
    return scale * sum
  }

  /// Distillation (Hinton, Vinyals, Dean, 2015): `scale` times the sum over rows of
  /// T² KL(softmax(teacher / T) || softmax(student / T)).
  public func distillation(
    _ student: Variable, teacher: UnsafePointer<Float>, temperature: Float, scale: Double
  ) -> Double {
    tl_distillation(
      student.data, teacher, temperature, Float(scale), lossGradient(student, false), student.rows,
      student.columns)
  }

  private func lossGradient(
    _ logits: Variable, _ overwriting: Bool
  ) -> UnsafeMutablePointer<Float>? {
    guard logits.hasGradient else { return nil }
    let gradient = overwriting ? logits.data : arena.floats(logits.count)
    operations.append(.loss(logits: logits, gradient: gradient))
    return gradient
  }
}
