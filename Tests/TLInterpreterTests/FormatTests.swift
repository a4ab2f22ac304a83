// Pairs of a script and how `tl fmt` lays it out: Tests/Golden/format/name.tl and name.formatted.

import Foundation
import TLSyntax
import Testing

@Suite struct FormatTests {
  private static let folder = GoldenScript.folder.appendingPathComponent("format")

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".tl") }.map { String($0.dropLast(3)) }.sorted()
  }

  private func formatted(_ bytes: [UInt8], _ name: String) -> [UInt8] {
    switch format(Source(name: name, bytes: bytes)) {
    case .formatted(let bytes): bytes
    case .refused(let diagnostics): Array("refused: \(diagnostics.map(\.message))".utf8)
    }
  }

  /// With TL_UPDATE=1 the formatted file is written instead of compared.
  @Test(arguments: names) func scriptsAreLaidOutAsTheirPairsSay(_ name: String) throws {
    let input = Array(try Data(contentsOf: Self.folder.appendingPathComponent(name + ".tl")))
    let pair = Self.folder.appendingPathComponent(name + ".formatted")
    let found = formatted(input, name)
    if ProcessInfo.processInfo.environment["TL_UPDATE"] == "1" { try Data(found).write(to: pair) }
    let expected = Array((try? Data(contentsOf: pair)) ?? Data())
    #expect(String(decoding: found, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    #expect(formatted(found, name) == found)
  }

  @Test func thereArePairs() {
    #expect(Self.names.count >= 10)
  }

  /// Golden scripts keep their expectations at the line, so laying one out keeps what it says.
  @Test(arguments: GoldenScript.all(in: "values"))
  func goldenScriptsMeanTheSameLaidOut(_ script: GoldenScript) throws {
    guard case .formatted(let bytes) = format(Source(name: script.name, text: script.text)) else {
      return
    }
    let laidOut = GoldenScript(
      path: script.path, text: String(decoding: bytes, as: UTF8.self),
      isFileOnly: script.isFileOnly)
    let before = try script.observed()
    let after = try laidOut.observed()
    #expect(before.outputs == after.outputs)
    #expect(before.errors.count == after.errors.count)
  }
}
