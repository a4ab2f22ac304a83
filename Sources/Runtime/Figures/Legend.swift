// Legend: what the colours and shapes of a plot mean, below it, so that it covers no data. gnuplot's own
// legend touches the title of the axis above it and has too few columns; it is used for text only.

/// A name with the look of its series.
struct LegendEntry: Sendable {
  enum Sample: Sendable, Equatable {
    case line(color: String, dash: Int, shape: Int?)
    case point(color: String, shape: Int)
    case area(color: String)
  }

  var name: String
  var sample: Sample

  init(_ name: String, _ sample: Sample) {
    self.name = name
    self.sample = sample
  }
}

/// Where the entries of a legend stand: in rows of columns that are as wide as their widest entry.
struct LegendLayout {
  static let lineHeight = 4.3
  static let fontSize = 8.5
  private static let sample = 6.0
  private static let gap = 5.0

  let columnWidths: [Double]
  let rows: Int

  /// - Parameter width: millimetres of the frame
  init(_ names: [String], width: Double) {
    let room = max(20, width - 4)
    let widths = names.map {
      min(HouseStyle.width(of: $0, fontSize: Self.fontSize), room - Self.sample - 2) + Self.sample
        + 1.5
    }
    var columns = max(1, names.count)
    func columnWidths(_ columns: Int) -> [Double] {
      (0..<columns).map { column in
        stride(from: column, to: widths.count, by: columns).map { widths[$0] }.max() ?? 0
      }
    }
    func total(_ widths: [Double]) -> Double {
      widths.reduce(0, +) + Self.gap * Double(widths.count - 1)
    }
    while columns > 1, total(columnWidths(columns)) > room { columns -= 1 }
    // As many columns as its rows need: no last row of one entry below a full one.
    let rows = (names.count + columns - 1) / columns
    while columns > 1, (names.count + columns - 2) / (columns - 1) == rows { columns -= 1 }
    self.columnWidths = columnWidths(columns)
    self.rows = names.isEmpty ? 0 : rows
  }

  /// Millimetres; 0 for a legend of fewer than two entries, which is not drawn.
  static func height(_ names: [String], width: Double) -> Double {
    names.count < 2 ? 0 : Double(LegendLayout(names, width: width).rows) * lineHeight + 1.5
  }

  var width: Double {
    columnWidths.reduce(0, +) + Self.gap * Double(max(0, columnWidths.count - 1))
  }

  /// Draws into the lowest part of a frame.
  func draw(_ script: inout GnuplotScript, _ entries: [LegendEntry], in frame: PanelFrame) {
    let start = (frame.size.width - width) / 2
    for (index, entry) in entries.enumerated() {
      let (row, column) = (index / columnWidths.count, index % columnWidths.count)
      let x =
        start + columnWidths[..<column].reduce(0, +) + Self.gap * Double(column)
      let y = 1.5 + (Double(rows - row) - 0.5) * Self.lineHeight
      let middle = frame.screen(x + Self.sample / 2, y)
      switch entry.sample {
      case .line(let color, let dash, let shape):
        script.line(
          "set arrow from \(frame.screen(x, y)) to \(frame.screen(x + Self.sample, y)) nohead "
            + "linewidth 1.6 dashtype \(dash) linecolor rgb '\(color)' front")
        if let shape { mark(&script, middle, shape, 0.5, color) }
      case .point(let color, let shape): mark(&script, middle, shape, 0.7, color)
      case .area(let color): mark(&script, middle, 5, 1, color)
      }
      script.label(
        HouseStyle.fitting(
          GnuplotScript.plain(entry.name, limit: 200),
          to: columnWidths[column] - Self.sample - 1, fontSize: Self.fontSize),
        at: frame.screen(x + Self.sample + 1.5, y),
        options: "left textcolor rgb '\(HouseStyle.ink)'", limit: 200, font: HouseStyle.legendFont)
    }
  }

  private func mark(
    _ script: inout GnuplotScript, _ place: String, _ shape: Int, _ size: Double, _ color: String
  ) {
    script.label(
      "", at: place,
      options: "point pointtype \(shape) pointsize \(Decimals.fixed(size, 2)) "
        + "linecolor rgb '\(color)' front")
  }
}

extension PanelFrame {
  /// A place in millimetres from the frame's lower left corner, as gnuplot's screen coordinates.
  func screen(_ x: Double, _ y: Double) -> String {
    "screen \(Decimals.fixed(self.x + x / canvas.width, 4)), "
      + "screen \(Decimals.fixed(self.y + y / canvas.height, 4))"
  }
}
