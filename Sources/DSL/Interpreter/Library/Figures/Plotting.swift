// What `plot` asks of a value, and which values answer. A value of the runtime becomes one that can be
// drawn by conforming to `Plottable`; nothing else has to know of it.

import TLFigures
import TLSyntax
import TLText

/// A value that has figures.
public protocol Plottable {
  /// What `kind:` may name; the first one is drawn when none is named.
  var plotKinds: [String] { get }

  /// The figure. `request.kind` is one of `plotKinds`.
  func figure(_ request: PlotRequest) throws -> Figure
}

/// What the caller wants of a figure.
public struct PlotRequest {
  public let kind: String
  /// Of the words that the figure adds by itself.
  public let language: FigureLanguage
  /// What the caller wants as the title; nil: what the value calls itself.
  public let title: String?
  /// Columns of a table, where given.
  public let x: String?
  public let y: [String]
  public let color: String?
  public let label: String?
  public let lower: String?
  public let upper: String?
  public let bins: Int?
  public let isLogarithmic: Bool?
  public let call: Arguments

  public func word(_ word: FigureWord) -> String { word(language) }

  /// A figure of panels, with the title that the caller wants.
  public func figure(_ panels: [any Panel], title: String = "", columns: Int? = nil) -> Figure {
    var panels = panels
    var title = title
    if let wanted = self.title {
      if panels.count == 1 {
        panels[0].title = wanted
        title = ""
      } else {
        title = wanted
      }
    }
    return Figure(panels, title: title, columns: columns, language: language)
  }

  /// An error about what is to be drawn.
  public func bad(_ message: String) -> Problem { call.bad(0, message) }
}

extension Arguments {
  func language(_ index: Int) throws -> FigureLanguage {
    FigureLanguage(rawValue: try text(index)) ?? .english
  }

  func optionalText(_ index: Int) throws -> String? { isNone(index) ? nil : try text(index) }

  /// What draws an argument's value.
  func plottable(_ value: Value) throws -> any Plottable {
    if let plottable = value.asDomain as? any Plottable { return plottable }
    if let table = value.asTable { return TableFigures(table.table) }
    if let list = value.asList { return try ListFigures.plottable(list.elements, self) }
    if let range = value.asRange, range.count <= 1_000_000, range.count > 0 {
      return NumberFigures(values: (range.first...range.last).map { Double($0) })
    }
    throw bad(
      0,
      "expected a value that can be drawn, such as a run, an evaluation, a table, a matrix, a list of "
        + "numbers or of runs, found \(value.kindName)")
  }

  /// The kind that was asked for, or the value's own.
  func plotKind(_ asked: String?, _ plottable: any Plottable, _ value: Value) throws -> String {
    let kinds = plottable.plotKinds
    guard let asked else { return kinds.first ?? "" }
    if let found = kinds.first(where: { bytesEqual($0, asked) }) { return found }
    let near = nearest(asked, among: kinds).map { "; did you mean \"\($0)\"?" } ?? ""
    throw bad(
      0,
      "\(value.kindName) cannot be drawn as \"\(asked)\"; it has "
        + kinds.map { "\"\($0)\"" }.joined(separator: ", ") + near)
  }

  /// A figure of any value that has one; a figure is its own.
  func drawn(_ value: Value, _ language: FigureLanguage) throws -> Figure {
    if let figure = value.asDomain as? FigureObject { return figure.figure }
    let plottable = try plottable(value)
    return try plottable.figure(
      PlotRequest(
        kind: try plotKind(nil, plottable, value), language: language, title: nil, x: nil, y: [],
        color: nil, label: nil, lower: nil, upper: nil, bins: nil, isLogarithmic: nil, call: self))
  }
}

/// How columns and metrics are called at an axis, with their units.
enum AxisNames {
  static func label(_ name: String, _ language: FigureLanguage) -> String {
    let known: [String: (String, String)] = [
      "train_seconds": ("training time, s", "время обучения, с"),
      "seconds": ("time, s", "время, с"),
      "peak_memory": ("peak memory, MB", "пик памяти, МБ"),
      "trained_parameters": ("trained parameters", "обучаемые параметры"),
      "trainable_share": ("trained share, %", "доля обучаемых, %"),
      "rows_per_second": ("texts/s", "тексты/с"),
      "loss": ("loss, nats", "потери, нат"), "train_loss": ("loss, nats", "потери, нат"),
      "learning_rate": ("learning rate", "скорость обучения"),
      "gradient_norm": ("gradient norm", "норма градиента"),
      "step": ("step", "шаг"), "epoch": ("epoch", "эпоха"), "layer": ("layer", "слой"),
      "size": ("training examples", "обучающие примеры"),
      "accuracy": ("accuracy", "доля верных"), "nll": ("NLL, nats", "NLL, нат"),
      "count": ("count", "число"), "strategy": ("strategy", "стратегия"),
      "seed": ("seed", "зерно"), "donor": ("donor", "донор"),
    ]
    if let pair = known[name] { return language == .russian ? pair.1 : pair.0 }
    if name.hasPrefix("validation_") {
      let rest = label(String(name.dropFirst("validation_".count)), language)
      return "\(rest), \(FigureWord.validation(language))"
    }
    return MetricNames.title(name)
  }

  /// Whether a smaller value is the better one.
  static func lowerIsBetter(_ name: String) -> Bool {
    let names = [
      "nll", "brier", "ece", "ece_mass", "mce", "loss", "seconds", "memory", "share", "parameters",
      "emissions", "energy", "kwh", "kg", "perplexity",
    ]
    return names.contains { name == $0 || name.hasSuffix("_" + $0) }
  }
}
