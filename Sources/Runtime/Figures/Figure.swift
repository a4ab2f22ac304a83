// A figure is a value: panels of typed kinds that keep their data as columns. It knows no device;
// `script(_:)` is a pure function from it to what gnuplot is told, and FigureRenderer carries that out.

import TLText

/// The language of the words that a figure adds by itself, and of its decimal sign.
public enum FigureLanguage: String, Sendable, CaseIterable {
  case russian = "ru"
  case english = "en"
}

/// Panels with a title above them.
public struct Figure: Sendable {
  public var title: String
  public var panels: [any Panel]
  /// How many panels stand beside each other; nil: chosen by their number.
  public var columns: Int?
  /// Of the whole; nil: chosen by the panels.
  public var size: FigureSize?
  public var language: FigureLanguage

  public init(
    _ panels: [any Panel], title: String = "", columns: Int? = nil, size: FigureSize? = nil,
    language: FigureLanguage = .english
  ) {
    self.panels = panels
    self.title = title
    self.columns = columns
    self.size = size
    self.language = language
  }

  /// The columns that are used.
  public var columnCount: Int {
    let chosen = columns ?? (panels.count < 2 ? 1 : panels.count <= 6 ? 2 : 3)
    return max(1, min(chosen, panels.count))
  }

  public var rowCount: Int { max(1, (panels.count + columnCount - 1) / columnCount) }

  /// Millimetres on paper: the panels' own size where none was given, not wider than the text of
  /// an A4 page.
  public var naturalSize: FigureSize {
    if let size { return size }
    let widest = panels.map(\.size.width).max() ?? 140
    let width = min(170, Double(columnCount) * widest)
    let height = rows(width: width).reduce(titleHeight(width: width)) { $0 + $1.height }
    return FigureSize(width, min(height, 250))
  }

  /// Of one line or two.
  private func titleHeight(width: Double) -> Double {
    if title.isEmpty { return 0 }
    let text = GnuplotScript.wrapped(title, to: width - 4, fontSize: 11)
    return text.contains(".\"\\n\".") ? 13 : 8
  }

  /// Rows of panels with the height that they like to have, for a figure of that width, and what of it
  /// is text, which does not shrink.
  private func rows(width: Double) -> [(panels: Range<Int>, height: Double, text: Double)] {
    let each = width / Double(columnCount)
    return (0..<rowCount).map { row in
      let range = row * columnCount..<min(panels.count, (row + 1) * columnCount)
      let height = max(panels[range].map { $0.height(width: each) }.max() ?? 90, 10)
      let text = panels[range].map { LegendLayout.height($0.legend, width: each) + 18 }.max() ?? 0
      return (range, height, min(text, 0.8 * height))
    }
  }

  /// What gnuplot is told to draw the figure.
  public func script(_ canvas: Canvas) -> String {
    var script = GnuplotScript(canvas, language)
    let size = canvas.size
    let top = titleHeight(width: size.width) / size.height
    let rows = rows(width: size.width)
    let (room, text) = ((1 - top) * size.height, rows.reduce(0) { $0 + $1.text })
    let all = max(rows.reduce(0) { $0 + $1.height }, 1)
    script.open(title: title)
    var y = 1 - top
    for row in rows {
      let scaled =
        room > text + 1 && all > text
        ? row.text + (row.height - row.text) * (room - text) / (all - text)
        : row.height * room / all
      let height = scaled / size.height
      y -= height
      let isFull = row.panels.count == columnCount
      // What is left over in the last row is shared, or stays at both sides of what keeps its shape.
      let keepsShape = panels[row.panels].contains(where: \.keepsShape)
      let share = 1 / Double(isFull || keepsShape ? columnCount : max(1, row.panels.count))
      let start = (1 - share * Double(row.panels.count)) / 2
      for (column, index) in row.panels.enumerated() {
        panels[index].draw(
          &script,
          in: PanelFrame(
            x: start + Double(column) * share, y: max(0, y), width: share, height: height,
            canvas: size))
      }
    }
    script.close()
    return script.text
  }
}

/// One plot of a figure. Each kind is a file in Panels.
public protocol Panel: Sendable {
  /// The kind in one word, such as `scatter`.
  var name: String { get }
  var title: String { get set }
  /// Millimetres that the panel likes to have when it is alone.
  var size: FigureSize { get }
  /// What the legend names; a long one needs room.
  var legend: [String] { get }
  /// Whether more width than its own makes it no better, as with a map of square cells.
  var keepsShape: Bool { get }
  /// What a terminal of characters shows one below the other.
  var parts: [any Panel] { get }
  /// Millimetres that the panel likes to have at that width.
  func height(width: Double) -> Double
  /// Everything that is drawn, and nothing else, for the CSV file beside the figure.
  func table() throws(TextError) -> Table
  /// Appends what draws the panel into its part of the paper.
  func draw(_ script: inout GnuplotScript, in frame: PanelFrame)
}

extension Panel {
  public var legend: [String] { [] }
  public var keepsShape: Bool { false }
  public var parts: [any Panel] { [self] }

  public func height(width: Double) -> Double {
    // Text does not shrink with the panel.
    let more = LegendLayout.height(legend, width: width) - LegendLayout.lineHeight - 1.5
    return size.height * min(1.2, max(0.8, width / size.width)) + max(0, more)
  }
}

/// A panel's part of the paper, in shares of the whole from the lower left corner.
public struct PanelFrame: Sendable, Equatable {
  public var x, y, width, height: Double
  public let canvas: FigureSize

  public init(x: Double, y: Double, width: Double, height: Double, canvas: FigureSize) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.canvas = canvas
  }

  /// In millimetres.
  public var size: FigureSize { FigureSize(width * canvas.width, height * canvas.height) }
}
