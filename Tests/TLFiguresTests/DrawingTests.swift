// gnuplot draws every kind in every format, and the picture is not blank.

import Foundation
import TLFigures
import TLText
import Testing

/// Where pictures go to be looked at: `TL_FIGURES=folder swift test --filter Drawing`.
let pictureFolder = ProcessInfo.processInfo.environment["TL_FIGURES"]

@Suite(.enabled(if: FigureRenderer.found != nil, "needs gnuplot"))
struct DrawingTests {
  @Test(arguments: Samples.all.map(\.name))
  func everyKindIsDrawn(_ name: String) throws {
    let figure = try #require(Samples.all.first { $0.name == name }?.figure)
    let renderer = try FigureRenderer()
    for format in Figure.Format.allCases {
      let bytes = try renderer.draw(figure, figure.canvas(format))
      #expect(bytes.count > 2_000)
      if let pictureFolder {
        try AtomicFile.write("\(pictureFolder)/\(name).\(format.rawValue)", bytes: bytes)
      }
    }
    let text = try renderer.draw(figure, .text(columns: 100, rows: 30))
    if let pictureFolder { try AtomicFile.write("\(pictureFolder)/\(name).txt", bytes: text) }
  }
}
