// RadarLayout: how large a radar is, and where its texts stand, in millimetres. The rim is as large as
// the names of the axes beside it allow.

import Glibc

struct RadarLayout {
  /// Of the rim.
  let radius: Double
  /// From the frame's lower edge to the centre.
  let center: Double
  /// From the centre to the highest and the lowest letter.
  let up, down: Double
  /// What stands above and below all that.
  let top, bottom: Double
  private let names: [String]
  private let numbers: [String]

  private static let largest = 45.0
  private static let nameSize = 8.5
  private static let numberSize = 7.5
  /// From the rim to the texts.
  private static let gap = 2.5
  /// Both lines of an axis' texts.
  private static let block = 7.5
  private static let noteHeight = 6.0

  init(_ panel: RadarPanel, _ size: FigureSize, _ language: FigureLanguage) {
    let names = panel.spokes.map {
      HouseStyle.fitting(
        GnuplotScript.plain($0.name, limit: 200), to: 0.28 * size.width, fontSize: Self.nameSize)
    }
    let numbers = panel.spokes.indices.map {
      panel.ends($0).map { Self.ends($0, language) } ?? ""
    }
    self.names = names
    self.numbers = numbers
    top = GnuplotScript.titleHeight(panel.title, width: size.width)
    bottom =
      PlotMargins.edge + LegendLayout.height(panel.legend, width: size.width) + Self.noteHeight
    let widths = zip(names, numbers).map {
      max(
        HouseStyle.width(of: $0, fontSize: Self.nameSize),
        HouseStyle.width(of: $1, fontSize: Self.numberSize))
    }
    let count = panel.spokes.count
    func reach(_ radius: Double) -> (side: Double, up: Double, down: Double) {
      var (side, up, down) = (radius, 0.0, 0.0)
      for spoke in 0..<count {
        let at = Self.anchor(spoke, of: count, radius)
        side = max(side, abs(at.x) + (at.side == "center" ? widths[spoke] / 2 : widths[spoke]))
        up = max(up, at.middle + Self.block / 2)
        down = max(down, Self.block / 2 - at.middle)
      }
      return (side, max(up, radius), max(down, count == 0 ? radius : 0))
    }
    var (small, large) = (4.0, Self.largest)
    let room = size.height - top - bottom
    for _ in 0..<40 {
      let middle = (small + large) / 2
      let found = reach(middle)
      if found.side <= size.width / 2 - 1.5, found.up + found.down <= room {
        small = middle
      } else {
        large = middle
      }
    }
    radius = small
    let found = reach(small)
    (up, down) = (found.up, found.down)
    center = bottom + found.down + max(0, (room - found.up - found.down) / 2)
  }

  static func direction(_ spoke: Int, of count: Int) -> (x: Double, y: Double) {
    let angle = Double.pi / 2 - 2 * Double.pi * Double(spoke) / Double(max(1, count))
    return (cos(angle), sin(angle))
  }

  static func ends(_ ends: (worst: Double, best: Double), _ language: FigureLanguage) -> String {
    "\(Decimals.short(ends.worst, language)) → \(Decimals.short(ends.best, language))"
  }

  /// Where an axis' texts stand, from the centre: their near end, and the middle between both lines.
  private static func anchor(_ spoke: Int, of count: Int, _ radius: Double)
    -> (x: Double, middle: Double, side: String)
  {
    let direction = direction(spoke, of: count)
    let x = direction.x * (radius + gap)
    if abs(direction.x) < 0.15 {
      // Above or below the rim.
      let away = radius + gap / 2 + block / 2
      return (x, direction.y > 0 ? away : -away, "center")
    }
    let lift = direction.y * block / 2
    return (x, direction.y * (radius + gap) + lift, direction.x > 0 ? "left" : "right")
  }

  /// Draws the texts and the legend.
  func draw(_ script: inout GnuplotScript, _ panel: RadarPanel, _ frame: PanelFrame) {
    for spoke in names.indices {
      let at = Self.anchor(spoke, of: names.count, radius)
      let x = frame.size.width / 2 + at.x
      script.label(
        names[spoke], at: frame.screen(x, center + at.middle + 1.8),
        options: "\(at.side) textcolor rgb '\(HouseStyle.ink)'", limit: 200,
        font: HouseStyle.legendFont)
      if !numbers[spoke].isEmpty {
        script.label(
          numbers[spoke], at: frame.screen(x, center + at.middle - 1.8),
          options: "\(at.side) textcolor rgb '\(HouseStyle.axis)'")
      }
    }
    let note = HouseStyle.fitting(
      script.word(.normalization), to: frame.size.width - 2, fontSize: Self.numberSize)
    script.label(
      note, at: frame.screen(frame.size.width / 2, bottom - Self.noteHeight + 2.2),
      options: "center textcolor rgb '\(HouseStyle.axis)'", limit: 200)
    if let legend = script.margins?.legend, legend.count > 1 {
      LegendLayout(legend.map(\.name), width: frame.size.width)
        .draw(&script, legend, in: frame)
    }
  }
}
