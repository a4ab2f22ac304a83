// Masked scoring of words against a plain count, and what it refuses.

import Foundation
import TLModels
import TLTestSupport
import TLTransfer
import Testing

@Suite struct ZeroShotTests {
  static func donor() throws -> Donor {
    try Donor(name: "bert", directory: Fixtures.donor("bert"))
  }

  /// A word of one piece: the probabilities of `fill_mask` at the slot.
  @Test func oneTokenIsScoredAsTheMaskExpectsIt() throws {
    let donor = try Self.donor()
    let mask = try #require(donor.tokenizer.specialTokens.mask)
    let single = (0..<Int32(donor.tokenizer.idLimit)).compactMap { id -> String? in
      guard let token = donor.tokenizer.token(id), token.allSatisfy(\.isLetter) else { return nil }
      return (try? donor.tokenizer.tokens(donor.tokenizer.encode(token).ids))?.count == 3
        ? token : nil
    }
    let words = Array(single.prefix(2))
    try #require(words.count == 2)
    let shot = try ZeroShot(
      donor, templates: ["[text] это [label]."], labels: words.map { ($0, [$0]) })
    let found = try shot.probabilities(["рынок"])[0]
    let all = try donor.fillMask("рынок это \(mask).", count: donor.tokenizer.vocabularySize)
    let expected = try words.map { word in
      try #require(all.first { $0.token == word }).probability
    }
    let share = expected[0] / (expected[0] + expected[1])
    #expect(abs(found[0] - share) < 1e-5)
  }

  @Test func probabilitiesSumToOneAndCalibrationRemovesTheLiking() throws {
    let donor = try Self.donor()
    let labels = [("a", ["хорошо", "отлично"]), ("b", ["плохо"]), ("c", ["неплохо вышло"])]
    for calibrates in [false, true] {
      let shot = try ZeroShot(
        donor, templates: ["[text] Это [label].", "[label]: [text]"], labels: labels,
        calibrates: calibrates)
      let long = String(repeating: "очень длинный текст ", count: 200)
      for row in try shot.probabilities(["рынок вырос", "", long]) {
        #expect(abs(row.reduce(0, +) - 1) < 1e-9)
      }
    }
    // Calibrated, an empty text prefers nothing.
    let shot = try ZeroShot(
      donor, templates: ["[text] Это [label]."], labels: labels.filter { $0.1.count == 1 },
      calibrates: true)
    let empty = try shot.probabilities([""])[0]
    #expect(empty.allSatisfy { abs($0 - 0.5) < 1e-6 })
  }

  @Test func impossibleRequestsSayWhy() throws {
    let donor = try Self.donor()
    func message(_ templates: [String], _ labels: [(String, [String])]) -> String {
      do {
        _ = try ZeroShot(donor, templates: templates, labels: labels.map { ($0.0, $0.1) })
        return ""
      } catch {
        return error.description
      }
    }
    let labels = [("a", ["x"]), ("b", ["y"])]
    #expect(message([], labels) == "zero_shot needs a template")
    #expect(message(["[text]"], labels).contains("a template has one [label], found 0"))
    #expect(message(["[text] [text] [label]"], labels).contains("one [text], found 2"))
    #expect(message(["[text] [label]"], [("a", ["x"])]).contains("two or more labels"))
    #expect(message(["[text] [label]"], [("a", ["x"]), ("b", [" "])]).contains("has no word"))
  }
}
