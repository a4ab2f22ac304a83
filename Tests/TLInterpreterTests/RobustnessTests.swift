// Every golden script, damaged in every simple way, ends in a value or in an error with a place:
// never a trap, a hang or an error that points nowhere.

import TLInterpreter
import TLSyntax
import Testing

@Suite struct RobustnessTests {
  @Test(arguments: GoldenScript.all())
  func damagedScriptsEndWell(_ script: GoldenScript) {
    let source = Source(name: script.path, text: script.text)
    var variants: [[UInt8]] = []
    for token in lex(source).tokens where token.end > token.start {
      variants.append(Array(source.bytes[..<token.start] + source.bytes[token.end...]))
      variants.append(
        Array(
          source.bytes[..<token.end] + [0x20] + source.bytes[token.start..<token.end] + [0x20]
            + source.bytes[token.end...]))
    }
    for end in source.bytes.indices { variants.append(Array(source.bytes[..<end])) }
    // Of the long scripts, whose tokens are all alike, some hundred variants.
    let step = max(1, variants.count * source.bytes.count / 4_000_000)
    let placeless: [String] = stride(from: 0, to: variants.count, by: step).compactMap { index in
      Self.errorWithoutPlace(variants[index], name: script.name).map {
        "\($0): \(String(decoding: variants[index], as: UTF8.self).debugDescription)"
      }
    }
    #expect(placeless.isEmpty, "\(script.path): \(placeless.prefix(3))")
  }

  /// Runs a script with small limits; the id of an error that has no place in the source.
  static func errorWithoutPlace(_ bytes: [UInt8], name: String) -> String? {
    let session = Session { _ in }
    // Damaged scripts do not write files, wherever their paths lead.
    session.machine.mayWrite = false
    session.machine.stepLimit = 2_000
    session.machine.sizeLimit = 1 << 20
    session.machine.walkLimit = 1 << 12
    session.show = { _ = TLInterpreter.show($0, DisplayStyle()) }
    let source = Source(name: name, bytes: bytes)
    switch session.run(source) {
    case .finished, .interrupted: return nil
    case .rejected(let diagnostics):
      return diagnostics.first {
        $0.span.start < 0 || $0.span.end < $0.span.start || $0.span.end > $0.source.bytes.count
      }?.rule.id
    case .failed(let problem):
      guard let place = problem.place else { return problem.rule.id }
      return place.span.end > place.source.bytes.count ? problem.rule.id : nil
    }
  }
}
