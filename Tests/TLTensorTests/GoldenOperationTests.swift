// Operations, losses, schedules and AdamW against numbers of the reference libraries.

import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct GoldenOperationTests {
  static func golden(_ name: String) throws -> JSON {
    try JSON.parse(FileBytes.readText("\(Shared.folder)/fixtures/models/\(name)"))
  }

  static func numbers(_ json: JSON?) -> [Double] {
    switch json {
    case .int(let value): [Double(value)]
    case .number(let value): [value]
    case .array(let items): items.flatMap { numbers($0) }
    default: []
    }
  }

  static func tensor(_ json: JSON?) -> Tensor {
    let values = numbers(json).map(Float.init)
    let rows = json?.array?.count ?? 1
    return Tensor(values, shape: [rows, values.count / max(1, rows)])
  }

  /// The value of an operation on one input, and the gradients for an upstream one.
  private func run(
    _ x: Tensor, _ upstream: Tensor, parameters: [Parameter] = [],
    _ body: (Tape, Variable) -> Variable
  ) -> (y: [Double], dx: [Double], gradients: GradientBuffers) {
    let gradients = GradientBuffers(GradientLayout(parameters))
    let tape = Tape(gradients: gradients)
    tape.begin(recording: true)
    let input = tape.value(x, gradient: true)
    let y = body(tape, input)
    let values = y.tensor.values.map(Double.init)
    tape.seed(y, gradient: upstream)
    tape.backward()
    let dx = tape.gradient(of: input).map { pointer in
      (0..<x.count).map { Double(pointer[$0]) }
    }
    return (values, dx ?? [], gradients)
  }

  @Test func activationsEqualTheReference() throws {
    let golden = try Self.golden("ops/activations.json")
    let x = Tensor(Self.numbers(golden["x"]).map(Float.init), shape: [1, 49])
    let ones = Tensor([Float](repeating: 1, count: 49), shape: [1, 49])
    var seen = 0
    for field in golden.object ?? [] where field.key != "x" {
      let activation = try #require(Activation(named: field.key), "\(field.key)")
      let (y, dx, _) = run(x, ones) { $0.activation($1, activation) }
      expectClose(y, Self.numbers(field.value["value"]), 2e-6, field.key)
      expectClose(dx, Self.numbers(field.value["derivative"]), 2e-6, "\(field.key)'")
      seen += 1
    }
    #expect(seen == 9)
  }

  @Test func normsEqualTheReference() throws {
    let golden = try Self.golden("ops/norms.json")
    let x = Self.tensor(golden["x"])
    let upstream = Self.tensor(golden["upstream"])
    for (name, epsilon) in [
      ("layer_norm_eps_1e-12", Float(1e-12)), ("layer_norm_eps_1e-05", 1e-5),
      ("rms_norm_eps_1e-06", 1e-6),
    ] {
      let gamma = Parameter("w", Tensor(Self.numbers(golden["weight"]).map(Float.init)))
      let beta = Parameter("b", Tensor(Self.numbers(golden["bias"]).map(Float.init)))
      let (y, dx, gradients) = run(x, upstream, parameters: [gamma, beta]) { tape, x in
        name.hasPrefix("rms")
          ? tape.rmsNorm(x, gamma, epsilon: epsilon)
          : tape.layerNorm(x, gamma, beta, epsilon: epsilon)
      }
      let part = golden[name]
      expectClose(y, Self.numbers(part?["out"]), 1e-5, name)
      expectClose(dx, Self.numbers(part?["dx"]), 1e-5, name)
      expectClose(
        gradients.gradient(of: gamma)?.values.map(Double.init) ?? [], Self.numbers(part?["dw"]),
        1e-5, name)
      if let db = part?["db"] {
        expectClose(
          gradients.gradient(of: beta)?.values.map(Double.init) ?? [], Self.numbers(db), 1e-5, name)
      }
    }
  }

  @Test func lossesEqualTheReference() throws {
    let golden = try Self.golden("ops/losses.json")
    let logits = Self.tensor(golden["logits"])
    let labels = Self.numbers(golden["labels"]).map { Int32($0) }
    let weights = Self.numbers(golden["class_weights_mean"]?["weight"]).map(Float.init)
    let teacher = Self.tensor(golden["distillation_kl_T2"]?["teacher_logits"])
    let targets = Self.numbers(golden["bce_with_logits"]?["labels"]).map(Float.init)
    func crossEntropy(_ options: CrossEntropyOptions, mean: Bool) -> (Tape, Variable) -> Double {
      { tape, x in
        tape.crossEntropy(
          x, tape.arena.copy(labels), options: options,
          scale: mean ? 1 / options.weight(of: labels) : 1)
      }
    }
    let smooth = CrossEntropyOptions(labelSmoothing: 0.1)
    let cases: [(String, (Tape, Variable) -> Double)] = [
      ("smoothing_0.0_mean", crossEntropy(CrossEntropyOptions(), mean: true)),
      ("smoothing_0.0_sum", crossEntropy(CrossEntropyOptions(), mean: false)),
      ("smoothing_0.1_mean", crossEntropy(smooth, mean: true)),
      ("smoothing_0.1_sum", crossEntropy(smooth, mean: false)),
      (
        "class_weights_mean",
        crossEntropy(CrossEntropyOptions(classWeights: Tensor(weights)), mean: true)
      ),
      (
        "bce_with_logits",
        { tape, x in
          tape.binaryCrossEntropy(x, tape.arena.copy(targets), scale: 1 / Double(targets.count))
        }
      ),
      (
        "distillation_kl_T2",
        { tape, x in
          tape.distillation(
            x, teacher: teacher.pointer, temperature: 2, scale: 1 / Double(logits.rows))
        }
      ),
    ]
    for (name, loss) in cases {
      let tape = Tape(gradients: GradientBuffers(GradientLayout([])))
      tape.begin(recording: true)
      let x = tape.value(logits, gradient: true)
      let value = loss(tape, x)
      expectClose([value], Self.numbers(golden[name]?["loss"]), 1e-6, name)
      tape.backward()
      let gradient = try #require(tape.gradient(of: x))
      expectClose(
        (0..<logits.count).map { Double(gradient[$0]) }, Self.numbers(golden[name]?["grad"]), 1e-6,
        name)
    }
  }

  @Test func adamWFollowsTheReference() throws {
    let golden = try Self.golden("ops/adamw.json")
    let rows = golden["parameters_after_step"]?.array ?? []
    let steps = golden["gradients"]?.array ?? []
    for form in [Parameter.GradientForm.dense, .rows] {
      let parameter = Parameter(
        "p", Tensor(Self.numbers(rows[0]).map(Float.init), shape: [3, 4]), gradientForm: form)
      let layout = GradientLayout([parameter])
      var settings = AdamW.Settings()
      settings.clipNorm = nil
      let optimizer = AdamW(layout, settings: settings) { _ in AdamW.Treatment(weightDecay: 0.1) }
      let workers = Workers(threads: 1, layout: layout)
      for (step, gradient) in steps.enumerated() {
        _ = try workers.accumulate(costs: [1]) { tape, _ in
          let ids = tape.arena.copy([Int32](0..<3))
          let y = tape.embedding(Lookup(parameter, ids), count: 3)
          tape.seed(y, gradient: Self.tensor(.array([gradient])))
          return 0
        }
        _ = optimizer.step(
          workers.gradients, learningRate: golden["lr"]?.number ?? 0, on: workers.pool)
        expectClose(
          parameter.tensor.values.map(Double.init), Self.numbers(rows[step + 1]), 1e-6,
          "step \(step)")
      }
      optimizer.finish()
    }
  }

  @Test func schedulesEqualTheReference() throws {
    let golden = try Self.golden("schedules.json")
    for row in golden["rows"]?.array ?? [] {
      let warmup = try #require(row["warmup_steps"]?.int)
      let total = try #require(row["total_steps"]?.int)
      let shapes: [(String, Schedule.Shape)] = [
        ("linear", .linear), ("cosine", .cosine), ("constant_with_warmup", .constant),
        ("cosine_with_restarts_2", .cosineWithRestarts(cycles: 2)),
        ("polynomial_power_2_lr_end_0.01", .polynomial(power: 2, end: 0.01)),
      ]
      for (name, shape) in shapes {
        let schedule = Schedule(shape, warmupSteps: warmup, totalSteps: total)
        let expected = Self.numbers(row[name])
        expectClose(
          expected.indices.map { schedule.multiplier(at: $0) }, expected, 1e-9,
          "\(name) \(warmup) of \(total)")
      }
    }
  }
}
