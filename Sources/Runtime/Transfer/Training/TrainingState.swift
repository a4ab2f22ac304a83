// TrainingState: a run at one step, as it is kept in a folder for the case that its process dies. Two
// files: state.json and state.safetensors; what the folder holds is complete or it is refused.

import TLModels
import TLTensor
import TLText

/// What a run needs to go on.
public struct TrainingState: Sendable {
  public var step: Int
  public var history: TrainingHistory
  public var weights: TrainedWeights
  public var optimizer: AdamWState
  public var best: (value: Double, weights: TrainedWeights)?
  var layerNorms: [String: Double]
  var epochLoss: Double

  /// Writes the state into a folder that exists.
  public func write(to folder: String) throws {
    try weights.write(to: folder + "/weights.safetensors")
    try best?.weights.write(to: folder + "/best.safetensors")
    var tensors: [TensorToWrite] = []
    var lists: [Tensor] = []
    for moments in optimizer.moments {
      for (part, tensor) in [("first", moments.first), ("second", moments.second)] {
        tensors.append(
          TensorToWrite(
            name: "\(moments.name)#\(part)", shape: tensor.shape,
            values: UnsafeBufferPointer(
              start: UnsafePointer(tensor.pointer), count: tensor.count)))
      }
      guard let touched = moments.touched else { continue }
      let list = Tensor(touched.map { Float($0) })
      lists.append(list)
      tensors.append(
        TensorToWrite(
          name: "\(moments.name)#touched", shape: [touched.count],
          values: UnsafeBufferPointer(start: UnsafePointer(list.pointer), count: list.count)))
    }
    try SafetensorsWriter.write(tensors, to: folder + "/optimizer.safetensors")
    withExtendedLifetime((self, lists)) {}
    let json = JSON.object([
      JSONField("step", .int(step)),
      JSONField("optimizer_steps", .int(optimizer.steps)),
      JSONField("best", best.map { .number($0.value) } ?? .null),
      JSONField("epoch_loss", .number(epochLoss)),
      JSONField(
        "layer_norms",
        .object(
          layerNorms.sorted { $0.key < $1.key }.map { JSONField($0.key, .number($0.value)) })),
      JSONField(
        "pending_decay",
        .object(optimizer.moments.map { JSONField($0.name, .number($0.pendingDecay)) })),
      JSONField("history", history.json),
    ])
    try AtomicFile.write(folder + "/state.json", text: json.serialized())
  }

  /// Reads a state that `write` has written; throws `TransferError` or `CheckpointError` where
  /// something is missing or damaged.
  public init(folder: String) throws {
    let path = folder + "/state.json"
    let json: JSON
    do {
      json = try JSON.parse(FileBytes.readText(path))
    } catch {
      throw TransferError("\(path): \(error)")
    }
    guard let step = json["step"]?.int, let steps = json["optimizer_steps"]?.int,
      let epochLoss = json["epoch_loss"]?.number,
      let history = json["history"].flatMap(TrainingHistory.init)
    else { throw TransferError("\(path): this is not the state of a run") }
    self.step = step
    self.epochLoss = epochLoss
    self.history = history
    layerNorms = [:]
    for field in json["layer_norms"]?.object ?? [] { layerNorms[field.key] = field.value.number }
    weights = try TrainedWeights(file: folder + "/weights.safetensors")
    best = try json["best"]?.number.map {
      ($0, try TrainedWeights(file: folder + "/best.safetensors"))
    }
    let checkpoint = try Checkpoint.open(folder + "/optimizer.safetensors")
    func tensor(_ name: String) throws -> Tensor {
      guard let stored = checkpoint[name] else {
        throw TransferError("\(folder)/optimizer.safetensors: lacks \(name)")
      }
      return Tensor(try stored.floats(), shape: stored.shape)
    }
    var moments: [AdamWState.Moments] = []
    for field in json["pending_decay"]?.object ?? [] {
      let touched = try checkpoint["\(field.key)#touched"]?.floats().map {
        try TrainedWeights.row($0, checkpoint.path)
      }
      moments.append(
        AdamWState.Moments(
          name: field.key, first: try tensor("\(field.key)#first"),
          second: try tensor("\(field.key)#second"), touched: touched,
          pendingDecay: field.value.number ?? 1))
    }
    optimizer = AdamWState(steps: steps, moments: moments)
  }

  /// The state that a killed run has left. Throws with what to do where its files are damaged.
  init(checkpoint folder: String) throws {
    do {
      try self.init(folder: folder)
    } catch {
      throw TransferError(
        "the checkpoint from which the run would go on is damaged: \(error)",
        next: "the same call with fresh: true trains it anew")
    }
  }

  init(
    step: Int, history: TrainingHistory, weights: TrainedWeights, optimizer: AdamWState,
    best: (value: Double, weights: TrainedWeights)?, layerNorms: [String: Double],
    epochLoss: Double
  ) {
    self.step = step
    self.history = history
    self.weights = weights
    self.optimizer = optimizer
    self.best = best
    self.layerNorms = layerNorms
    self.epochLoss = epochLoss
  }
}
