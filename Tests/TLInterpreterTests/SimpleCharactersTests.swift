// The count of characters has a fast way for simple scripts; it must agree with the slow one.

import TLInterpreter
import Testing

struct SimpleCharactersTests {
  @Test func everyPairOfScalarsCountsAsSwiftCountsIt() {
    // Every scalar below U+A000, after and before a letter, a mark and a joiner.
    for code in UInt32(0)..<0xA000 {
      guard let scalar = Unicode.Scalar(code), !(0xD800...0xDFFF).contains(code) else { continue }
      let own = String(scalar)
      for other in ["ы", "名", "e", "«"] {
        for text in [other + own, own + other, own + own] {
          let object = TextObject(text)
          #expect(object.count == text.count, "U+\(String(code, radix: 16)) beside \(other)")
        }
      }
    }
  }

  @Test func slicesOfSimpleTextsStandWhereCharactersDo() {
    for text in ["приветы", "ёлка — «да»…", "aёb", "名前です", "e\u{301}и\u{306}", "a\r\nы"] {
      let characters = Array(text)
      let object = TextObject(text)
      for start in 0...characters.count {
        for end in start...characters.count {
          #expect(object.slice(start, end) == String(characters[start..<end]))
        }
      }
    }
  }
}
