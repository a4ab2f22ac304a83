// Mixout (Lee, Cho, Kang, "Mixout: effective regularization to finetune large-scale pretrained
// language models", 2020): in every step each weight is, with probability p, its pretrained value w0
// instead of its own w; the mixture is corrected so that its expectation stays w. Written as dropout
// of the distance: w' = w0 + dropout(w - w0), so the gradient of w is that of w' under the same mask.

import CKernels

/// Mixes the weights of a run with those it began from.
public final class Mixout: @unchecked Sendable {
  private let parameters: [Parameter]
  private let initial: [Tensor]
  private let own: [Tensor]
  private let probability: Float
  private let seed: UInt64
  private var step: UInt64 = 0

  /// - Parameters:
  ///   - parameters: the dense weights to mix (those of linear layers), with their pretrained values.
  ///   - probability: of the pretrained value, in [0, 1).
  public init(_ parameters: [Parameter], probability: Double, seed: UInt64) {
    self.parameters = parameters
    initial = parameters.map { $0.tensor.copy() }
    own = parameters.map { Tensor(zeros: $0.shape) }
    self.probability = Float(probability)
    self.seed = seed
  }

  private func mask(_ index: Int) -> tl_dropout_mask {
    tl_dropout_mask(
      probability: probability, seed: seed ^ 0x4D69_786F_7574, stream: step << 20 | UInt64(index),
      first_index: 0)
  }

  /// Puts the mixture into the parameters for the passes of one step.
  public func mix(step: Int, on pool: ThreadPool) {
    self.step = UInt64(step)
    pool.run { worker in
      for index in stride(from: worker, to: parameters.count, by: pool.count) {
        let weights = parameters[index].pointer
        let count = parameters[index].count
        own[index].pointer.update(from: weights, count: count)
        tl_axpy(-1, initial[index].pointer, weights, count)
        tl_dropout(weights, weights, count, mask(index))
        tl_add(weights, initial[index].pointer, weights, count)
      }
    }
    for parameter in parameters { parameter.weightsChanged() }
  }

  /// Puts the weights themselves back, and lets the gradients through the same masks.
  public func unmix(_ gradients: [GradientBuffers], on pool: ThreadPool) {
    pool.run { worker in
      for index in stride(from: worker, to: parameters.count, by: pool.count) {
        let parameter = parameters[index]
        parameter.pointer.update(from: own[index].pointer, count: parameter.count)
        for buffer in gradients {
          guard let gradient = buffer.written(parameter) else { continue }
          tl_dropout(gradient, gradient, parameter.count, mask(index))
        }
      }
    }
    for parameter in parameters { parameter.weightsChanged() }
  }
}
