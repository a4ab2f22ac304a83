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
    var height = titleHeight(width: width)
    for row in 0..<rowCount {
      let range = row * columnCount..<min(panels.count, (row + 1) * columnCount)
      height += panels[range].map { $0.height(width: width / Double(columnCount)) }.max() ?? 90
    }
    return FigureSize(width, min(height, 250))
  }

  /// Of one line or two.
  private func titleHeight(width: Double) -> Double {
    if title.isEmpty { return 0 }
    let text = GnuplotScript.wrapped(title, to: width - 4, fontSize: 11)
    return text.contains(".\"\\n\".") ? 13 : 8
  }

  /// What gnuplot is told to draw the figure.
  public func script(_ canvas: Canvas) -> String {
    var script = GnuplotScript(canvas, language)
    let size = canvas.size
    let top = titleHeight(width: size.width) / size.height
    script.open(title: title)
    for (index, panel) in panels.enumerated() {
      let (row, column) = (index / columnCount, index % columnCount)
      let height = (1 - top) / Double(rowCount)
      panel.draw(
        &script,
        in: PanelFrame(
          x: Double(column) / Double(columnCount), y: 1 - top - Double(row + 1) * height,
          width: 1 / Double(columnCount), height: height, canvas: size))
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
  /// Millimetres that the panel likes to have at that width.
  func height(width: Double) -> Double
  /// Everything that is drawn, and nothing else, for the CSV file beside the figure.
  func table() throws(TextError) -> Table
  /// Appends what draws the panel into its part of the paper.
  func draw(_ script: inout GnuplotScript, in frame: PanelFrame)
}

extension Panel {
  public var legend: [String] { [] }

  public func height(width: Double) -> Double {
    // Text does not shrink with the panel.
    let lines = GnuplotScript.legendLines(legend, width: width)
    return size.height * min(1.2, max(0.8, width / size.width)) + 4 * Double(max(0, lines - 2))
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
