// gnuplot draws every kind in every format, and the picture is not blank.

import Foundation
import TLFigures
import TLText
import Testing

/// Where pictures go to be looked at: `TL_FIGURES=folder swift test --filter Drawing`.
let pictureFolder = ProcessInfo.processInfo.environment["TL_FIGURES"]

@Suite(.enabled(if: FigureRenderer.found != nil, "needs gnuplot"), .serialized)
struct DrawingTests {
  @Test(arguments: Samples.all.map(\.name))
  func everyKindIsDrawn(_ name: String) throws {
    let figure = try #require(Samples.all.first { $0.name == name }?.figure)
    let renderer = try FigureRenderer()
    for format in Figure.Format.allCases {
      let bytes = try renderer.draw(figure, figure.canvas(format, dpi: 100))
      #expect(bytes.count > 2_000)
      if format == .png {
        let picture = try PNG(bytes)
        #expect(picture.inkShare > 0.005, "\(name) is blank")
        #expect(picture.inkShare < 0.9, "\(name) is full")
        #expect(picture.colors.count > 3, "\(name) has no colours")
      }
      if let pictureFolder {
        let bytes = format == .png ? try renderer.draw(figure, figure.canvas(.png)) : bytes
        try AtomicFile.write("\(pictureFolder)/\(name).\(format.rawValue)", bytes: bytes)
      }
    }
    let text = TextPicture(try renderer.draw(figure, .text(columns: 79, rows: 24)))
      .rendered(usesColor: false, usesUnicode: true)
    #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 })
    #expect(!text.contains("\u{1B}") && !text.contains("\u{0C}"))
    if let pictureFolder { try AtomicFile.write("\(pictureFolder)/\(name).txt", text: text) }
  }

  @Test func nothingToDrawSaysSo() throws {
    let renderer = try FigureRenderer()
    for figure in Samples.empty {
      let bytes = try renderer.draw(figure, figure.canvas(.svg))
      #expect(String(decoding: bytes, as: UTF8.self).contains("no finite values"))
      _ = try renderer.draw(figure, .text(columns: 60, rows: 16))
      _ = try figure.panels[0].table()
    }
  }

  @Test func cyrillicStandsInThePicture() throws {
    let renderer = try FigureRenderer()
    let figure = Samples.curves(20)
    let svg = String(decoding: try renderer.draw(figure, figure.canvas(.svg)), as: UTF8.self)
    for word in ["Потери по шагам", "потери, нат", "лучшая эпоха", "проверка", " 0,"] {
      #expect(svg.contains(word), "\(word)")
    }
    #expect(svg.contains("width=\"140mm\" height=\"90mm\""))
  }

  /// Where a text of a user could become a command, a file would be there afterwards.
  @Test func textsAreNeverCommands() throws {
    let trap = "/tmp/tl-figure-was-here"
    unlink(trap)
    let renderer = try FigureRenderer()
    let figure = Samples.hostileFigure()
    for canvas in [figure.canvas(.svg), .text(columns: 100, rows: 40), figure.canvas(.pdf)] {
      _ = try renderer.draw(figure, canvas)
    }
    // All of ASCII, twice: no pair of characters ends a text.
    let marks = (32..<127).map { String(UnicodeScalar(UInt8($0))) }
    let texts = marks.map { "\($0)\($0)' . system('touch \(trap)') . '`touch \(trap)`\($0)" }
    let all = Figure([
      CurvePanel(
        title: texts[7], x: Axis(texts[7]), y: Axis("y"),
        curves: texts.map { .init($0, x: [0, 1], y: [0, 1]) }),
      BarPanel(
        categories: texts, value: Axis("y"), series: [.init("s", texts.map { _ in 1 })]),
      HeatMapPanel(rows: marks, columns: ["a"], values: marks.map { _ in [1] }),
    ])
    let svg = String(decoding: try renderer.draw(all, all.canvas(.svg)), as: UTF8.self)
    #expect(svg.contains("touch"))
    #expect(access(trap, F_OK) != 0)
  }

  @Test func numbersOfAllSizesAreDrawn() throws {
    let renderer = try FigureRenderer()
    let extremes = [
      Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e300,
      -1e-300, .infinity, -.infinity, .nan, 0, 1e17, 1e17 + 64,
    ]
    for values in [
      extremes, [1e17, 1e17 + 64], [1e-300, 2e-300], [5, 5], [-1e12, 1e12], [1e299, 1],
    ] {
      for isLogarithmic in [false, true] {
        let x = values.indices.map { Double($0) }
        let axis = Axis("y", isLogarithmic: isLogarithmic)
        let figure = Figure([
          CurvePanel(x: Axis("x"), y: axis, curves: [.init("a", x: x, y: values)]),
          ScatterPanel(
            x: Axis("x"), y: axis, xs: values, ys: values, color: .values(values, label: ""),
            labels: values.map { "\($0)" }, hasEqualUnits: true),
          BarPanel(categories: x.map { "\($0)" }, value: axis, series: [.init("", values)]),
          HistogramPanel(x: axis, groups: [("", values)], countLabel: "n"),
          BoxPanel(value: axis, groups: [("a", values)]),
          HeatMapPanel(
            rows: ["a"], columns: x.map { "\($0)" }, values: [values], scale: .diverging),
        ])
        _ = try renderer.draw(figure, figure.canvas(.svg))
        _ = try renderer.draw(figure, .text(columns: 70, rows: 80))
      }
    }
  }
}
