// AdamW: decoupled weight decay (Loshchilov, Hutter, 2019) with bias correction, in the arithmetic of
// torch.optim.AdamW, and clipping by the global norm. Moments of dense parameters are flat arrays;
// rows of a table have moments once they have had a gradient (LazyDecay.swift).

import CKernels

/// The optimizer of a run: moments, step count and what each parameter is treated with.
public final class AdamW: @unchecked Sendable {
  public struct Settings: Sendable, Equatable {
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    /// Gradients are scaled so that their common norm is at most this; nil: never.
    public var clipNorm: Double? = 1.0
    public init() {}
  }

  /// What one parameter is trained with.
  public struct Treatment: Sendable, Equatable {
    public var rateMultiplier: Double
    public var weightDecay: Double
    public init(rateMultiplier: Double = 1, weightDecay: Double = 0) {
      self.rateMultiplier = rateMultiplier
      self.weightDecay = weightDecay
    }
  }

  public let layout: GradientLayout
  public var settings: Settings
  public private(set) var treatments: [Treatment]
  /// The number of steps done.
  public private(set) var steps = 0
  let firstMoments: Storage
  let secondMoments: Storage
  let tableMoments: [(first: Storage, second: Storage)?]

  public init(
    _ layout: GradientLayout, settings: Settings = Settings(),
    treatment: (Parameter) -> Treatment
  ) {
    self.layout = layout
    self.settings = settings
    treatments = layout.parameters.map(treatment)
    firstMoments = Storage(count: layout.denseCount)
    secondMoments = Storage(count: layout.denseCount)
    tableMoments = layout.parameters.map {
      $0.gradientForm == .rows ? (Storage(count: $0.count), Storage(count: $0.count)) : nil
    }
    for (parameter, moments) in zip(layout.parameters, tableMoments) {
      parameter.lazyDecay = moments.map { LazyDecay(parameter, moments: $0) }
    }
  }

  /// Writes the pending decay into the tables and ends their lazy bookkeeping; for the end of a run.
  public func finish() {
    for parameter in layout.parameters where parameter.gradientForm == .rows {
      parameter.settleDecay()
    }
  }

  /// Adds up the workers' gradients, clips them, moves the parameters and clears the gradients.
  ///
  /// - Parameter learningRate: the rate of this step, with its schedule; may be 0.
  /// - Returns: the norms before clipping. If the total is not finite, nothing was changed.
  public func step(
    _ buffers: [GradientBuffers], learningRate: Double, on pool: ThreadPool
  ) -> GradientNorms {
    let norms = reduce(buffers, on: pool)
    guard norms.total.isFinite, let gradients = buffers.first else {
      for buffer in buffers { buffer.clear() }
      return norms
    }
    steps += 1
    var scale = 1.0
    if let clip = settings.clipNorm { scale = min(1, clip / (norms.total + 1e-6)) }
    let chunk = 1 << 14
    var pieces: [(slot: Int, start: Int, offset: Int, count: Int)] = []
    for (slot, parameter) in layout.parameters.enumerated()
    where layout.starts[slot] >= 0 && gradients.isWritten[slot] {
      for start in stride(from: 0, to: parameter.count, by: chunk) {
        pieces.append(
          (slot, layout.starts[slot] + start, start, min(chunk, parameter.count - start)))
      }
    }
    let jobs = pieces
    let workers = pool.count
    pool.run { worker in
      var job = worker
      while job < jobs.count {
        let (slot, start, offset, count) = jobs[job]
        tl_adamw(
          layout.parameters[slot].pointer + offset, gradients.dense.pointer + start,
          firstMoments.pointer + start, secondMoments.pointer + start, count,
          arithmetic(slot, learningRate, scale))
        job += workers
      }
    }
    for (slot, parameter) in layout.parameters.enumerated() {
      if let table = gradients.tables[slot] {
        stepTable(slot, parameter, table, learningRate, scale, on: pool)
      }
      parameter.weightsChanged()
    }
    for buffer in buffers { buffer.clear() }
    return norms
  }

  func restoreSteps(_ count: Int) { steps = count }

  private func arithmetic(_ slot: Int, _ rate: Double, _ scale: Double) -> tl_adamw_step {
    tl_adamw_step(
      learning_rate: rate * treatments[slot].rateMultiplier, beta1: settings.beta1,
      beta2: settings.beta2, epsilon: settings.epsilon,
      weight_decay: treatments[slot].weightDecay, gradient_scale: Float(scale),
      step: Int64(steps))
  }

  /// All rows that ever had a gradient take part; those without one in this step do so later.
  private func stepTable(
    _ slot: Int, _ parameter: Parameter, _ table: RowGradients, _ rate: Double, _ scale: Double,
    on pool: ThreadPool
  ) {
    guard let lazy = parameter.lazyDecay else { return }
    let columns = parameter.columns
    for row in table.touched where !lazy.isTouched[Int(row)] {
      let values = parameter.row(Int(row))
      if lazy.factor != 1 { tl_scale(values, lazy.factor, values, columns) }
      lazy.touch(row)
    }
    let treatment = treatments[slot]
    lazy.product *= 1 - rate * treatment.rateMultiplier * treatment.weightDecay
    lazy.step(arithmetic(slot, rate, scale), gradients: table, on: pool)
  }
}
