// Canvas: what a figure is drawn on, and how gnuplot is told so.

/// Millimetres on paper.
public struct FigureSize: Sendable, Equatable {
  public var width: Double
  public var height: Double

  public init(_ width: Double, _ height: Double) {
    self.width = width
    self.height = height
  }
}

/// A kind of picture with its size.
public enum Canvas: Sendable, Equatable {
  case pdf(FigureSize)
  case svg(FigureSize)
  case png(FigureSize, dpi: Double)
  /// Pixels for a terminal that shows sixel.
  case sixel(FigureSize, dpi: Double)
  /// Characters.
  case text(columns: Int, rows: Int)

  /// The paper that the figure believes to have.
  public var size: FigureSize {
    switch self {
    case .pdf(let size), .svg(let size), .png(let size, _), .sixel(let size, _): size
    case .text(let columns, let rows): FigureSize(Double(columns) * 1.9, Double(rows) * 3.8)
    }
  }

  public var isText: Bool {
    if case .text = self { return true }
    return false
  }

  /// The commands that choose gnuplot's terminal. A point of its font is 1/96 of an inch in pdf and png,
  /// hence the scales there. `noenhanced`: no text is ever read as markup.
  var commands: String {
    switch self {
    case .pdf(let size):
      return "set terminal pdfcairo noenhanced color size \(fixed(size.width / 10))cm,"
        + "\(fixed(size.height / 10))cm font '\(HouseStyle.font)' fontscale 0.75"
        + " linewidth 0.8 butt"
    case .svg(let size):
      // A unit is a point; `FigureRenderer` puts the millimetres into the head of the file.
      return "set terminal svg noenhanced size \(points(size.width)),\(points(size.height))"
        + " fixed font '\(HouseStyle.font)' linewidth 0.8 butt background '#ffffff'"
    case .png(let size, let dpi):
      return "set terminal pngcairo noenhanced size \(pixels(size.width, dpi)),"
        + "\(pixels(size.height, dpi)) font '\(HouseStyle.font)' fontscale \(fixed(dpi / 96))"
        + " linewidth \(fixed(dpi / 90)) pointscale \(fixed(dpi / 72)) butt"
        + " background '#ffffff'"
    case .sixel(let size, let dpi):
      return "set terminal sixelgd noenhanced truecolor size \(pixels(size.width, dpi)),"
        + "\(pixels(size.height, dpi)) font '\(HouseStyle.family),\(fixed(dpi / 8))'"
        + " linewidth \(fixed(dpi / 90)) background '#ffffff'"
    case .text(let columns, let rows):
      return "set terminal dumb noenhanced ansi256 size \(columns),\(rows)"
    }
  }

  private func pixels(_ millimetres: Double, _ dpi: Double) -> Int {
    Int((millimetres * dpi / 25.4).rounded())
  }

  private func points(_ millimetres: Double) -> Int { Int((millimetres * 72 / 25.4).rounded()) }

  private func fixed(_ value: Double) -> String { Decimals.fixed(value, 2) }
}
