// Zero-shot classification by masked scoring: the text within a template, a word for each class in its
// slot, and the class whose word the model expects most (Schick, Schütze, 2021). A word of several
// pieces is scored by its pseudo-log-likelihood: each piece hidden alone, the others seen (Salazar et
// al., 2020). With calibration, what the model expects without any text is taken off (Holtzman et al.,
// 2021).

import Glibc
import TLModels
import TLTensor
import TLText

/// A classifier made of templates and words, without training.
public struct ZeroShot: Sendable {
  public static let textSlot = "[text]"
  public static let labelSlot = "[label]"

  public let donor: Donor
  /// With one `[text]` and one `[label]` each.
  public let templates: [String]
  /// The classes with the words that stand for each.
  public let labels: [(name: String, words: [String])]
  /// Takes off what the model expects with an empty text.
  public let calibrates: Bool

  /// Throws for templates without their slots, and classes without words.
  public init(
    _ donor: Donor, templates: [String], labels: [(name: String, words: [String])],
    calibrates: Bool = false
  ) throws(TransferError) {
    guard !templates.isEmpty else { throw TransferError("zero_shot needs a template") }
    for template in templates {
      for slot in [Self.textSlot, Self.labelSlot] {
        let count = template.ranges(of: slot).count
        guard count == 1 else {
          throw TransferError(
            "a template has one \(slot), found \(count) in \"\(template)\"",
            next: "such as \"[text] Это [label].\"")
        }
      }
    }
    guard labels.count > 1 else {
      throw TransferError("zero_shot needs two or more labels, found \(labels.count)")
    }
    for (name, words) in labels {
      guard !words.isEmpty, words.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
        throw TransferError("the label `\(name)` has no word to stand for it")
      }
    }
    self.donor = donor
    self.templates = templates
    self.labels = labels
    self.calibrates = calibrates
  }

  /// The probability of each class for each text, the mean over the templates.
  public func probabilities(
    _ texts: [String], isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> [[Double]] {
    guard !texts.isEmpty else { throw TransferError("zero_shot needs texts, found none") }
    let asked = calibrates ? texts + [""] : texts
    var sums = texts.map { _ in [Double](repeating: 0, count: labels.count) }
    for template in templates {
      let scores = try scores(asked, template, isStopped)
      let base = calibrates ? scores.last : nil
      for row in texts.indices {
        var values = labels.indices.map { label -> Double in
          let words = zip(scores[row][label], base?[label] ?? scores[row][label].map { _ in 0 })
            .map { $0 - $1 }
          // The mean of the probabilities of the words.
          let top = words.max() ?? 0
          return top + log(words.reduce(0) { $0 + exp($1 - top) } / Double(words.count))
        }
        let top = values.max() ?? 0
        values = values.map { exp($0 - top) }
        let total = values.reduce(0, +)
        for label in labels.indices {
          sums[row][label] += values[label] / total / Double(templates.count)
        }
      }
    }
    return sums
  }

  /// The pseudo-log-likelihood of each word of each class in the slot: [texts][labels][words].
  private func scores(
    _ texts: [String], _ template: String, _ isStopped: @escaping @Sendable () -> Bool
  ) throws -> [[[Double]]] {
    let model = try donor.maskedLM()
    let tokenizer = donor.tokenizer
    guard let mask = tokenizer.specialTokens.mask, let maskID = tokenizer.id(of: mask) else {
      throw TransferError("the tokenizer of \(donor.shortName) has no mask token")
    }
    let plain = EncodeOptions(addSpecialTokens: false, offsets: false)
    let hasBlank = template.ranges(of: Self.labelSlot).first.map {
      $0.lowerBound > template.startIndex
        && template[template.index(before: $0.lowerBound)].isWhitespace
    }
    let pieces = try labels.map { label in
      try label.words.map { word in
        // Within a sentence: what goes before may change how a word is cut.
        try tokenizer.encode((hasBlank == true ? " " : "") + word, options: plain).ids
      }
    }
    var masked = MaskedTexts([WordMasking.Masked]())
    var owners: [(text: Int, label: Int, word: Int)] = []
    let limit = donor.maxLength
    for (row, text) in texts.enumerated() {
      for (label, words) in pieces.enumerated() {
        for (word, ids) in words.enumerated() {
          guard !ids.isEmpty else { continue }
          let (whole, start) = try sequence(text, template, ids, mask, maskID, limit)
          for piece in ids.indices {
            var hidden = whole
            hidden[start + piece] = maskID
            masked.texts.append(EncodedText(ids: hidden))
            masked.places.append([Int32(start + piece)])
            masked.hidden.append([ids[piece]])
            masked.examples.append(owners.count)
          }
          owners.append((row, label, word))
        }
      }
    }
    let found = try MaskedScores(masked, model, model, donor.workers(), isStopped)
    var scores = texts.map { _ in pieces.map { $0.map { _ in -Double.infinity } } }
    for (index, owner) in owners.enumerated() {
      scores[owner.text][owner.label][owner.word] = -found.losses[index]
    }
    return scores
  }

  /// The tokens of a filled template, and where the word's pieces begin; a text that is too long is
  /// cut at its end.
  private func sequence(
    _ text: String, _ template: String, _ pieces: [Int32], _ mask: String, _ maskID: Int32,
    _ limit: Int
  ) throws -> (ids: [Int32], start: Int) {
    let tokenizer = donor.tokenizer
    var text = text
    while true {
      let filled = template.replacing(Self.labelSlot, with: mask)
        .replacing(Self.textSlot, with: text)
      var ids = try tokenizer.encode(filled, options: EncodeOptions(offsets: false)).ids
      // The slot's mask is the last or, where the text stands behind, the first one.
      let isBehind =
        (template.ranges(of: Self.textSlot).first?.lowerBound ?? template.startIndex)
        < (template.ranges(of: Self.labelSlot).first?.lowerBound ?? template.endIndex)
      guard
        let place = isBehind ? ids.lastIndex(of: maskID) : ids.firstIndex(of: maskID)
      else {
        throw TransferError("the template \"\(template)\" lost its slot in the tokenizer")
      }
      let over = ids.count - 1 + pieces.count - limit
      if over <= 0 {
        ids.replaceSubrange(place...place, with: pieces)
        return (ids, place)
      }
      let shorter = text.unicodeScalars.count - max(8, over)
      guard shorter > 0 else {
        throw TransferError(
          "the template \"\(template)\" alone is longer than the \(limit) tokens that "
            + "\(donor.shortName) reads")
      }
      text = String(text.unicodeScalars.prefix(shorter))
    }
  }
}
