// What stands where: texts that touch nothing, plots that fill their paper, scales with short numbers. Read
// from the script, in millimetres.

import Foundation
import TLFigures
import Testing

@Suite struct LayoutTests {
  /// The labels of a script by their text: their place from the paper's lower left corner.
  private func labels(_ figure: Figure) -> [String: (x: Double, y: Double)] {
    let size = figure.naturalSize
    let pattern = /set label \d+ '(?<text>[^']+)' at screen (?<x>[-0-9.]+), screen (?<y>[-0-9.]+)/
    var found: [String: (x: Double, y: Double)] = [:]
    for match in figure.script(figure.canvas(.svg)).matches(of: pattern) {
      found[String(match.text)] = (
        (Double(match.x) ?? .nan) * size.width, (Double(match.y) ?? .nan) * size.height
      )
    }
    return found
  }

  /// Where the plots stand: left, right, top and bottom.
  private func plots(_ figure: Figure) -> [(
    left: Double, right: Double, top: Double, bottom: Double
  )] {
    let size = figure.naturalSize
    let pattern =
      /set lmargin at screen ([-0-9.]+); set rmargin at screen ([-0-9.]+); set tmargin at screen ([-0-9.]+); set bmargin at screen ([-0-9.]+)/
    return figure.script(figure.canvas(.svg)).matches(of: pattern).map { match in
      (
        (Double(match.1) ?? .nan) * size.width, (Double(match.2) ?? .nan) * size.width,
        (Double(match.3) ?? .nan) * size.height, (Double(match.4) ?? .nan) * size.height
      )
    }
  }

  /// gnuplot's own numbers at a scale that begins with almost nothing were `0,80000`.
  @Test(.enabled(if: FigureRenderer.found != nil, "needs gnuplot"))
  func numbersOfAScaleAreShort() throws {
    let figure = Figure(
      [
        HeatMapPanel(
          rows: ["a", "b"], columns: ["c", "d"], values: [[2.9e-5, 0.98], [0.4, 0.5]],
          scaleLabel: "вес внимания")
      ], language: .russian)
    let svg = String(
      decoding: try FigureRenderer().draw(figure, figure.canvas(.svg)), as: UTF8.self)
    #expect(svg.contains(">0,8<") || svg.contains("0,8</text>"), "\(svg)")
    #expect(!svg.contains("0000<"))
    for figure in [Samples.maps(12), Samples.colored(300), Samples.similarity()] {
      let ticks = figure.script(figure.canvas(.svg)).matches(of: /set cbtics [^\n]*/)
      #expect(!ticks.isEmpty)
      for tick in ticks.flatMap({ $0.output.matches(of: /'(?<text>[^']*)' [-0-9]/) }) {
        #expect(tick.text.count <= 6, "\(tick.text)")
      }
    }
  }

  @Test func aLegendTouchesNoTitle() {
    for (figure, title, entries) in [
      (Samples.curves(20), "шаг", ["проверка"]),
      (Samples.learning(), "обучающие примеры", ["адаптеры", "LoRA, r = 8"]),
      (Samples.bars(), "macro-F1", ["настроения", "сущности"]),
      (Samples.probe(), "слой", ["до", "после"]),
      (Samples.reliability(), "уверенность", ["идеальная калибровка", "до, ECE 0,071"]),
    ] {
      let labels = labels(figure)
      let plot = plots(figure).last
      let above = labels[title]?.y ?? .nan
      // A line of the axis' title is 4 mm high, numbers stand between it and the plot.
      #expect((plot?.bottom ?? .nan) - above > 6, "\(title)")
      for entry in entries {
        #expect(above - (labels[entry]?.y ?? .nan) > 4, "\(entry)")
        #expect((labels[entry]?.y ?? .nan) > 2, "\(entry)")
      }
    }
  }

  @Test func mapsOfManyHeadsCanBeRead() {
    for count in [1, 2, 3, 4, 6, 12] {
      let figure = Samples.maps(count)
      let maps = plots(figure)
      #expect(maps.count == count)
      for map in maps {
        #expect(map.right - map.left > 2.2 * Double(Samples.sentence.count), "\(count)")
        // Cells are square.
        #expect(abs((map.right - map.left) - (map.top - map.bottom)) < 0.1)
        #expect(map.left > 10 && map.right < 168 && map.bottom > 8)
      }
    }
  }

  @Test func aRadarFillsItsPaper() {
    let figure = Samples.radar()
    let range = figure.script(figure.canvas(.svg)).firstMatch(of: /set xrange \[-([0-9.]+):/)
    let half = range.flatMap { Double($0.1) } ?? .nan
    // The range is in radii of the rim.
    #expect(figure.naturalSize.width / 2 / half > 35)
    let labels = labels(figure)
    for name in ["macro-F1", "доля обучаемых", "память, МБ", "тексты/с"] {
      #expect((labels[name]?.x ?? .nan) > 1 && (labels[name]?.x ?? .nan) < 139, "\(name)")
    }
  }

  @Test func aProjectionFillsItsPaper() {
    for figure in [Samples.scatter(300), Samples.components(300), Samples.scatter(1)] {
      let size = figure.naturalSize
      let plot = plots(figure)[0]
      #expect((plot.right - plot.left) / size.width > 0.8)
      #expect(size.height - plot.top < 9 && plot.bottom < 24)
    }
  }

  @Test func whatIsLeftOfTheLastRowIsShared() {
    let curve = CurvePanel(x: Axis("x"), y: Axis("y"), curves: [.init("a", x: [1, 2], y: [1, 2])])
    let wide = plots(Figure([curve, curve, curve]))
    #expect(wide[2].right - wide[2].left > 1.9 * (wide[0].right - wide[0].left))
    let map = HeatMapPanel(rows: ["a"], columns: ["b"], values: [[1]])
    let kept = plots(Figure([map, map, map]))
    #expect(abs((kept[2].right - kept[2].left) - (kept[0].right - kept[0].left)) < 0.1)
    #expect(kept[2].left > kept[0].right)
  }
}
