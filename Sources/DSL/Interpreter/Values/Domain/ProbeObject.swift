// What probes find by layer, and what a run has forgotten, as values.

import TLAnalysis
import TLText
import TLTransfer

/// Probes of the layers of a model: `probe(donor, task)`.
public final class ProbeObject: DomainObject {
  let probes: LayerProbes
  private let pooling: String

  init(_ probes: LayerProbes, pooling: String) {
    self.probes = probes
    self.pooling = pooling
    super.init()
  }

  override public var kind: KindSet { .probe }
  override public var fieldNames: [String] {
    ["model", "metric", "part", "n", "pool", "layers", "table", "best_layer", "majority"]
  }

  private var best: LayerProbes.Layer? {
    probes.layers.max { ($0.headline.mean, $1.layer) < ($1.headline.mean, $0.layer) }
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "model": return .text(probes.title)
    case "metric": return .text(probes.metric)
    case "part": return .text(probes.part.rawValue)
    case "n": return .integer(probes.count)
    case "pool": return probes.kind == .tagging ? Value.none : .text(pooling)
    case "layers":
      return .list(ContiguousArray(probes.layers.map { .integer($0.layer) }))
    case "table": return .object(TableObject(try table(), machine))
    case "best_layer": return best.map { .integer($0.layer) } ?? Value.none
    case "majority": return .number(probes.majority)
    default: return nil
    }
  }

  func table() throws -> Table {
    let layers = probes.layers
    func column(
      _ name: String, _ value: (LayerProbes.Layer) -> Double?
    ) -> (name: String, values: [DataValue]) {
      (name, layers.map { value($0).map { .number($0) } ?? .none })
    }
    return try Table([
      ("layer", layers.map { .int($0.layer) }),
      column(probes.metric) { $0.headline.mean },
      column("lower") { $0.headline.interval?.lower },
      column("upper") { $0.headline.interval?.upper },
      column("accuracy") { $0.accuracy.mean },
      column("accuracy_lower") { $0.accuracy.interval?.lower },
      column("accuracy_upper") { $0.accuracy.interval?.upper },
      column("control") { $0.control },
      column("selectivity") { $0.selectivity },
    ])
  }

  override public func display(_ style: DisplayStyle) -> String {
    let unit = probes.kind == .tagging ? "word" : "text"
    var text = "Probe  \(probes.title) · learned from \(counted(probes.trainCount, unit)), "
    text += "measured on \(counted(probes.count, "\(probes.part.rawValue) text"))"
    let name = MetricNames.title(probes.metric)
    text += "\n layer  \(name)\(String(repeating: " ", count: max(2, 26 - name.count)))"
    text += "accuracy  control  selectivity"
    let best = best?.layer
    for layer in probes.layers {
      let number = "\(layer.layer)"
      text += "\n" + String(repeating: " ", count: max(1, 6 - number.count)) + number + "  "
      let shown = Self.shown(layer.headline)
      text += shown + String(repeating: " ", count: max(1, 26 - shown.count))
      text += Rounded.fixed(layer.accuracy.mean, 3, width: 8)
      text += Rounded.fixed(layer.control, 3, width: 9)
      text += Rounded.fixed(layer.selectivity, 3, width: 13)
      if layer.layer == best { text += "  best" }
    }
    text += "\nalways the most frequent: accuracy \(Rounded.fixed(probes.majority, 3))"
    return text
  }

  /// `0.841 (0.802 to 0.878)`
  static func shown(_ estimate: Estimate) -> String {
    var text = Rounded.fixed(estimate.mean, 3)
    if let interval = estimate.interval {
      text += " (\(Rounded.fixed(interval.lower, 3)) to \(Rounded.fixed(interval.upper, 3)))"
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? ProbeObject else { return false }
    return other.probes.layers == probes.layers && other.probes.title == probes.title
      && other.probes.metric == probes.metric && other.pooling == pooling
  }
}

/// Masked-LM loss before and after: `forgetting(run, texts)`.
public final class ForgettingObject: DomainObject {
  let forgetting: Forgetting

  init(_ forgetting: Forgetting) {
    self.forgetting = forgetting
    super.init()
  }

  override public var fieldNames: [String] {
    [
      "run", "texts", "n", "loss_before", "loss_after", "perplexity_before", "perplexity_after",
      "accuracy_before", "accuracy_after", "change", "lower", "upper", "p_value", "table",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let (before, after) = (forgetting.before, forgetting.after)
    switch name {
    case "run": return .text(forgetting.title)
    case "texts": return .integer(forgetting.texts)
    case "n": return .integer(forgetting.tokens)
    case "loss_before": return .number(before.loss.mean)
    case "loss_after": return .number(after.loss.mean)
    case "perplexity_before": return .number(before.perplexity)
    case "perplexity_after": return .number(after.perplexity)
    case "accuracy_before": return .number(before.accuracy.mean)
    case "accuracy_after": return .number(after.accuracy.mean)
    case "change": return .number(forgetting.change.difference)
    case "lower": return .number(forgetting.change.interval.lower)
    case "upper": return .number(forgetting.change.interval.upper)
    case "p_value": return .number(forgetting.change.pValue)
    case "table": return .object(TableObject(try table(), machine))
    default: return nil
    }
  }

  func table() throws -> Table {
    let measures = [forgetting.before, forgetting.after]
    func column(
      _ name: String, _ value: (Forgetting.Measure) -> Double?
    ) -> (name: String, values: [DataValue]) {
      (name, measures.map { value($0).map { .number($0) } ?? .none })
    }
    return try Table([
      ("model", [.text("before"), .text("after")]),
      column("loss") { $0.loss.mean },
      column("loss_lower") { $0.loss.interval?.lower },
      column("loss_upper") { $0.loss.interval?.upper },
      column("perplexity") { $0.perplexity },
      column("accuracy") { $0.accuracy.mean },
      column("accuracy_lower") { $0.accuracy.interval?.lower },
      column("accuracy_upper") { $0.accuracy.interval?.upper },
    ])
  }

  override public func display(_ style: DisplayStyle) -> String {
    let (before, after, change) = (forgetting.before, forgetting.after, forgetting.change)
    var text =
      "Forgetting  \(forgetting.title) · \(counted(forgetting.tokens, "hidden token")) "
    text += "in \(counted(forgetting.texts, "text"))"
    text += "\nloss, nats   \(ProbeObject.shown(before.loss)) → \(ProbeObject.shown(after.loss))"
    text += "\nperplexity   \(Rounded.fixed(before.perplexity, 1)) → "
    text += Rounded.fixed(after.perplexity, 1)
    text += "\naccuracy     \(ProbeObject.shown(before.accuracy)) → "
    text += ProbeObject.shown(after.accuracy)
    text += "\nchange       \(Rounded.fixed(change.difference, 3))"
    text += " (\(Rounded.fixed(change.interval.lower, 3)) to "
    text += "\(Rounded.fixed(change.interval.upper, 3)))"
    if forgetting.texts < 2 {
      text += ", one text has no interval"
    } else if change.isDistinguishable() {
      text += change.difference > 0 ? ", forgotten" : ", better than before"
    } else {
      text += ", not distinguishable"
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? ForgettingObject else { return false }
    return other.forgetting.before == forgetting.before
      && other.forgetting.after == forgetting.after && other.forgetting.title == forgetting.title
  }
}
