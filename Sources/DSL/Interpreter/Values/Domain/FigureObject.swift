// A figure as a value. The shell draws it in the terminal; `save` writes it to a file.

import TLFigures
import TLText

/// What `plot`, `figure` and their kin give.
public final class FigureObject: DomainObject {
  public let figure: Figure

  public init(_ figure: Figure) {
    self.figure = figure
    super.init()
  }

  override public var kind: KindSet { .figure }
  override public var fieldNames: [String] {
    ["title", "kinds", "titles", "width", "height", "data", "script"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "title": return .text(figure.title)
    case "kinds": return .texts(figure.panels.map(\.name))
    case "titles": return .texts(figure.panels.map(\.title))
    case "width": return .number(figure.naturalSize.width)
    case "height": return .number(figure.naturalSize.height)
    case "data":
      return .list(
        ContiguousArray(
          try figure.panels.map { .object(TableObject(try $0.table(), machine)) }))
    case "script": return .text(figure.script(figure.canvas(.svg)))
    default: return nil
    }
  }

  /// One line, for where no picture can be shown.
  override public func display(_ style: DisplayStyle) -> String {
    var titles = [figure.title].filter { !$0.isEmpty }
    titles += figure.panels.map(\.title).filter { !$0.isEmpty }
    let size = figure.naturalSize
    var text = "Figure  \(Counted.names(figure.panels.map(\.name)))"
    text += " · \(Int(size.width.rounded())) × \(Int(size.height.rounded())) mm"
    if !titles.isEmpty {
      text += " · " + DisplayWidth.escaped(titles.joined(separator: " · "))
    }
    return DisplayWidth.cut(text, to: max(40, style.width))
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? FigureObject else { return false }
    let canvas = figure.canvas(.svg)
    return other.figure.script(canvas) == figure.script(canvas)
  }
}

/// Words with how often they occur: `2 curves, 1 heatmap`.
enum Counted {
  static func names(_ names: [String]) -> String {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for name in names {
      if counts[name] == nil { order.append(name) }
      counts[name, default: 0] += 1
    }
    return order.map { name in
      let count = counts[name] ?? 1
      return count == 1 ? name : "\(count) × \(name)"
    }.joined(separator: ", ")
  }
}
