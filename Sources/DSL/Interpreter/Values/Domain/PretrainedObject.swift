// A pretrained model with the story of its making, as a value: a Model like any other.

import TLStore
import TLText
import TLTransfer

/// A model made here: `pretrain(…)`.
public final class PretrainedObject: ModelObject {
  let run: PretrainedRun

  init(_ run: PretrainedRun) {
    self.run = run
    super.init(run.donor)
  }

  override public var fieldNames: [String] {
    ModelObject.fields + [
      "id", "state", "steps", "history", "evaluations", "throughput", "validation_loss",
      "tokens_per_second", "seconds", "tokens", "sequences",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let history = run.history
    switch name {
    case "id": return .text(run.stored.id)
    case "state": return .text(run.isInterrupted ? "interrupted" : "finished")
    case "steps": return .integer(run.facts.steps)
    case "history":
      return .object(
        TableObject(
          try Table([
            ("step", history.steps.map { .int($0.step) }),
            ("epoch", history.steps.map { .int($0.epoch) }),
            ("loss", history.steps.map { .number($0.loss) }),
            ("learning_rate", history.steps.map { .number($0.learningRate) }),
            ("gradient_norm", history.steps.map { .number($0.gradientNorm) }),
          ]), machine))
    case "evaluations":
      func column(_ metric: String) -> [DataValue] {
        history.epochs.map { $0.validation(metric).map { .number($0) } ?? .none }
      }
      return .object(
        TableObject(
          try Table([
            ("step", history.epochs.map { .int($0.step) }),
            ("train_loss", history.epochs.map { .number($0.trainLoss) }),
            ("validation_loss", column("loss")), ("validation_accuracy", column("accuracy")),
          ]), machine))
    case "throughput":
      let series = try run.stored.history("tokens_per_second")
      return .object(
        TableObject(
          try Table([
            ("step", series.steps.map { .int($0) }),
            ("tokens_per_second", series.values.map { .number($0) }),
          ]), machine))
    case "validation_loss": return run.validationLoss.map { .number($0) } ?? Value.none
    case "tokens_per_second": return .number(run.facts.tokensPerSecond)
    case "seconds": return .number(run.facts.seconds)
    case "tokens": return .integer(run.facts.tokens)
    case "sequences": return .integer(run.facts.sequences)
    default: return try super.field(name, machine)
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let (facts, history) = (run.facts, run.history)
    var text = super.display(style)
    text += "\npretrained (run \(run.shortID)) · "
    if run.isInterrupted {
      text += "interrupted after \(Donor.grouped(facts.steps)) of "
      text += "\(counted(facts.totalSteps, "step")), the same call goes on"
    } else {
      text += counted(facts.steps, "step")
    }
    text +=
      " · \(counted(facts.tokens, "token")) in \(counted(facts.sequences, "sequence"))"
    if let loss = run.validationLoss { text += " · held-out loss \(Rounded.fixed(loss, 3))" }
    text += "\nloss \(Sparkline.of(history.steps.map(\.loss), width: 40))"
    if let first = history.steps.first, let last = history.epochs.last {
      text += "  \(Rounded.fixed(first.loss, 3)) → \(Rounded.fixed(last.trainLoss, 3))"
    }
    text += " · \(Rounded.fixed(facts.seconds, 1)) s"
    text += " · \(Donor.grouped(Int(facts.tokensPerSecond))) tokens/s"
    if facts.newWeights > 0 {
      text += "\nnote: \(counted(facts.newWeights, "weight")) of the head for masked words "
      text += "began anew"
    }
    return text
  }
}

/// What a model makes of texts it has to guess in: `perplexity(…)`.
public final class PerplexityObject: DomainObject {
  let perplexity: Perplexity

  init(_ perplexity: Perplexity) {
    self.perplexity = perplexity
    super.init()
  }

  override public var fieldNames: [String] {
    ["model", "method", "texts", "n", "perplexity", "loss", "lower", "upper", "accuracy", "losses"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "model": return .text(perplexity.title)
    case "method": return .text(perplexity.method.rawValue)
    case "texts": return .integer(perplexity.texts)
    case "n": return .integer(perplexity.tokens)
    case "perplexity": return .number(perplexity.value)
    case "loss": return .number(perplexity.loss.mean)
    case "lower": return perplexity.loss.interval.map { .number($0.lower) } ?? Value.none
    case "upper": return perplexity.loss.interval.map { .number($0.upper) } ?? Value.none
    case "accuracy": return .number(perplexity.accuracy.mean)
    case "losses":
      return .list(
        ContiguousArray(perplexity.losses.map { $0.isNaN ? Value.none : .number($0) }))
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let name = perplexity.method == .pseudo ? "Pseudo-perplexity" : "Perplexity"
    return "\(name)  \(Rounded.fixed(perplexity.value, 2)) · \(perplexity.title) · loss "
      + "\(ProbeObject.shown(perplexity.loss)) · \(Rounded.fixed(100 * perplexity.accuracy.mean, 1)) % "
      + "guessed · \(counted(perplexity.tokens, "hidden token")) of "
      + counted(perplexity.texts, "text")
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? PerplexityObject else { return false }
    return other.perplexity.loss == perplexity.loss
      && other.perplexity.title == perplexity.title
      && other.perplexity.method == perplexity.method
  }
}
