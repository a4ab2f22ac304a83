// The kernels against values that PyTorch computed (fixtures/models/ops of the shared folder).

import CKernels
import Foundation
import TLTestSupport
import Testing

private enum KernelFixtures {
  /// The folder of the fixtures, where it is there.
  static let folder: URL? = {
    let folder = URL(fileURLWithPath: Shared.folder + "/fixtures/models/ops")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static func read<Value: Decodable>(
    _ name: String, as type: Value.Type,
    keys: JSONDecoder.KeyDecodingStrategy = .convertFromSnakeCase
  ) throws -> Value {
    let file = try #require(folder).appendingPathComponent(name)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = keys
    return try decoder.decode(type, from: Data(contentsOf: file))
  }
}

private struct Norms: Decodable {
  struct Norm: Decodable {
    let out, dx: [[Float]]
    let dw: [Float]
    let db: [Float]?
  }
  let x, upstream: [[Float]]
  let weight, bias: [Float]
  let layerNormSmall, layerNormLarge, rmsNorm: Norm

  enum CodingKeys: String, CodingKey {
    case x, upstream, weight, bias
    case layerNormSmall = "layer_norm_eps_1e-12"
    case layerNormLarge = "layer_norm_eps_1e-05"
    case rmsNorm = "rms_norm_eps_1e-06"
  }
}

private struct Losses: Decodable {
  struct Loss: Decodable {
    let loss: Double
    let grad: [[Float]]
    let weight: [Float]?
    let labels: [[Float]]?
    let teacherLogits: [[Float]]?
  }
  let logits: [[Float]]
  let labels: [Int32]
  let mean, sum, smoothMean, smoothSum, weighted, binary, distillation: Loss

  enum CodingKeys: String, CodingKey {
    case logits, labels
    case mean = "smoothing0.0Mean"
    case sum = "smoothing0.0Sum"
    case smoothMean = "smoothing0.1Mean"
    case smoothSum = "smoothing0.1Sum"
    case weighted = "classWeightsMean"
    case binary = "bceWithLogits"
    case distillation = "distillationKlT2"
  }
}

private struct AdamW: Decodable {
  let target: [Float]
  let lr, eps, weightDecay: Double
  let betas: [Double]
  let parametersAfterStep, gradients: [[Float]]
}

@Suite(.enabled(if: KernelFixtures.folder != nil, "needs ../shared"))
struct KernelGoldenTests {
  private let everyLevel: [tl_level] = [.naive] + fastLevels

  @Test func activationsAreThoseOfPyTorch() throws {
    struct Values: Decodable {
      let value, derivative: [Float]
    }
    struct File: Decodable {
      let x: [Float]
      let gelu, geluNew, geluPytorchTanh, quickGelu, relu, silu, tanh, sigmoid: Values
    }
    let file = try KernelFixtures.read("activations.json", as: File.self)
    let table: [(tl_activation, Values)] = [
      (.gelu, file.gelu), (.geluTanh, file.geluNew), (.geluTanh, file.geluPytorchTanh),
      (.quickGelu, file.quickGelu), (.relu, file.relu), (.silu, file.silu), (.tanh, file.tanh),
      (.sigmoid, file.sigmoid),
    ]
    for level in everyLevel {
      withLevel(level) {
        for (activation, values) in table {
          var y = file.x
          tl_activation_forward(activation, file.x, &y, y.count)
          expectClose(y, values.value, absolute: 1e-6, relative: 1e-6, "\(activation)")
          let ones = [Float](repeating: 1, count: y.count)
          tl_activation_backward(activation, file.x, ones, &y, y.count)
          expectClose(y, values.derivative, absolute: 1.5e-6, relative: 1e-6, "d \(activation)")
        }
      }
    }
  }

  @Test func normsAreThoseOfPyTorch() throws {
    let file = try KernelFixtures.read("norms.json", as: Norms.self, keys: .useDefaultKeys)
    let (rows, columns) = (file.x.count, file.weight.count)
    let x = Array(file.x.joined())
    let dy = Array(file.upstream.joined())
    for level in everyLevel {
      withLevel(level) {
        var y = x
        var mean = [Float](repeating: 0, count: rows)
        var rstd = mean
        for (norm, epsilon) in [(file.layerNormSmall, 1e-12), (file.layerNormLarge, 1e-5)] {
          tl_layer_norm_forward(
            x, file.weight, file.bias, &y, &mean, &rstd, rows, columns, Float(epsilon))
          expectClose(y, Array(norm.out.joined()), absolute: 1e-6, relative: 1e-6, "out")
          var dgamma = [Float](repeating: 0, count: columns)
          var dbeta = dgamma
          tl_layer_norm_backward(
            x, file.weight, mean, rstd, dy, &y, false, &dgamma, &dbeta, rows, columns)
          expectClose(y, Array(norm.dx.joined()), absolute: 2e-6, "dx")
          expectClose(dgamma, norm.dw, absolute: 2e-6, "dgamma")
          expectClose(dbeta, norm.db ?? [], absolute: 2e-6, "dbeta")
        }
        tl_rms_norm_forward(x, file.weight, &y, &rstd, rows, columns, 1e-6)
        expectClose(y, Array(file.rmsNorm.out.joined()), absolute: 1e-6, "rms out")
        var dgamma = [Float](repeating: 0, count: columns)
        tl_rms_norm_backward(x, file.weight, rstd, dy, &y, false, &dgamma, rows, columns)
        expectClose(y, Array(file.rmsNorm.dx.joined()), absolute: 2e-6, "rms dx")
        expectClose(dgamma, file.rmsNorm.dw, absolute: 2e-6, "rms dgamma")
      }
    }
  }

  @Test func lossesAreThoseOfPyTorch() throws {
    let file = try KernelFixtures.read("losses.json", as: Losses.self)
    let (rows, classes) = (file.logits.count, file.logits[0].count)
    let x = Array(file.logits.joined())
    let table: [(Losses.Loss, smoothing: Float, isMean: Bool)] = [
      (file.mean, 0, true), (file.sum, 0, false), (file.smoothMean, 0.1, true),
      (file.smoothSum, 0.1, false), (file.weighted, 0, true),
    ]
    for level in everyLevel {
      withLevel(level) {
        var dx = x
        for (want, smoothing, isMean) in table {
          let weights = want.weight ?? [Float](repeating: 1, count: classes)
          let total = tl_cross_entropy_weight(file.labels, weights, -100, rows)
          let loss = weights.withUnsafeBufferPointer { weights in
            var options = tl_cross_entropy_options(
              class_weights: want.weight == nil ? nil : weights.baseAddress,
              label_smoothing: smoothing, ignore_label: -100,
              scale: isMean ? Float(1 / total) : 1)
            return tl_cross_entropy(x, file.labels, &options, nil, &dx, rows, classes)
          }
          #expect(abs(loss - want.loss) < 1e-6)
          expectClose(dx, Array(want.grad.joined()), absolute: 1e-7, relative: 1e-6, "gradient")
        }
        let targets = Array((file.binary.labels ?? []).joined())
        var loss = tl_binary_cross_entropy(x, targets, 1 / Float(x.count), &dx, x.count)
        #expect(abs(loss - file.binary.loss) < 1e-6)
        expectClose(dx, Array(file.binary.grad.joined()), absolute: 1e-7, relative: 1e-6, "binary")
        let teacher = Array((file.distillation.teacherLogits ?? []).joined())
        loss = tl_distillation(x, teacher, 2, 1 / Float(rows), &dx, rows, classes)
        #expect(abs(loss - file.distillation.loss) < 2e-6)
        expectClose(
          dx, Array(file.distillation.grad.joined()), absolute: 1e-7, relative: 2e-6,
          "distillation")
      }
    }
  }

  @Test func adamWTakesTheStepsOfPyTorch() throws {
    let file = try KernelFixtures.read("adamw.json", as: AdamW.self)
    for level in everyLevel {
      withLevel(level) {
        var p = file.parametersAfterStep[0]
        var m = [Float](repeating: 0, count: p.count)
        var v = m
        for (index, want) in file.parametersAfterStep.dropFirst().enumerated() {
          let gradient = zip(p, file.target).map { 0.4 * ($0 - $1) * ($0 - $1) * ($0 - $1) }
          expectClose(
            gradient, file.gradients[index], absolute: 1e-6, relative: 1e-5, "gradient \(index)")
          tl_adamw(
            &p, file.gradients[index], &m, &v, p.count,
            tl_adamw_step(
              learning_rate: file.lr, beta1: file.betas[0], beta2: file.betas[1],
              epsilon: file.eps, weight_decay: file.weightDecay, gradient_scale: 1,
              step: Int64(index + 1)))
          expectClose(p, want, absolute: 3e-7, relative: 3e-7, "step \(index + 1)")
        }
      }
    }
  }
}
