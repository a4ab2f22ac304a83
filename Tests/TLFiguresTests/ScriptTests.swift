// What gnuplot is told for each kind, held as files in Snapshots. `TL_UPDATE=1 swift test --filter
// ScriptTests` writes them anew.

import Foundation
import TLFigures
import TLText
import Testing

@Suite struct ScriptTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Snapshots"

  static let small: [(name: String, figure: Figure, canvas: String)] = [
    ("curves", Samples.curves(4), "svg"), ("curves-text", Samples.curves(4), "text"),
    ("learning", Samples.learning(.english), "pdf"), ("scatter", Samples.scatter(7), "png"),
    ("colored", Samples.colored(3), "svg"), ("bars", Samples.bars(), "svg"),
    ("bars-text", Samples.bars(), "text"), ("histogram", Samples.histogram(5), "svg"),
    ("boxes", Samples.boxes(6), "svg"), ("attention", Samples.attention(), "svg"),
    ("confusion", Samples.confusion(), "png"), ("radar", Samples.radar(), "svg"),
    ("reliability", Samples.reliability(.english), "svg"),
    ("reliability-text", Samples.reliability(), "text"), ("heads", Samples.maps(12), "svg"),
    ("layers", Samples.maps(3), "png"), ("pair", Samples.pair(), "pdf"),
    ("summary", Samples.heads(3), "svg"), ("cka", Samples.similarity(), "svg"),
    ("forgetting", Samples.forgetting(), "svg"), ("probe", Samples.probe(), "svg"),
    ("selectivity", Samples.selectivity(), "svg"), ("pca", Samples.components(5), "svg"),
  ]

  @Test(arguments: small.map(\.name))
  func scriptIsAsHeld(_ name: String) throws {
    let sample = try #require(Self.small.first { $0.name == name })
    let canvas: Canvas =
      switch sample.canvas {
      case "text": .text(columns: 80, rows: 24)
      case "pdf": sample.figure.canvas(.pdf)
      case "png": sample.figure.canvas(.png)
      default: sample.figure.canvas(.svg)
      }
    let script = sample.figure.script(canvas)
    let path = "\(Self.folder)/\(name).gnuplot"
    if ProcessInfo.processInfo.environment["TL_UPDATE"] != nil {
      try FileManager.default.createDirectory(
        atPath: Self.folder, withIntermediateDirectories: true)
      try script.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let held = try String(contentsOfFile: path, encoding: .utf8)
    #expect(script == held)
  }

  /// Data blocks hold numbers only, and an apostrophe is only ever the mark of a text.
  @Test func textsStandOnlyBetweenQuotes() {
    for (name, figure) in Samples.all {
      var isData = false
      for line in figure.script(figure.canvas(.svg)).split(separator: "\n") {
        if isData {
          isData = line != "EOD"
          let isNumbers = line.utf8.allSatisfy { "0123456789.-+eNaE OD".utf8.contains($0) }
          #expect(isNumbers, "\(name): \(line)")
          continue
        }
        isData = line.hasSuffix("<< EOD")
        let outside = line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 0 }.map { String($0.element) }
        #expect(
          outside.count * 2 - 1
            == line.split(separator: "'", omittingEmptySubsequences: false).count)
        for part in outside {
          let isPlain = part.utf8.allSatisfy {
            $0 < 128 && $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "!")
          }
          #expect(isPlain, "\(name): \(part)")
        }
      }
    }
  }

  @Test func theScriptIsAFunctionOfTheFigure() {
    for (_, figure) in Samples.all {
      #expect(figure.script(figure.canvas(.pdf)) == figure.script(figure.canvas(.pdf)))
    }
  }
}
