// Summaries made of sentences of the text itself: what a model that writes has to beat. The first
// sentences (lead), and the greedy oracle, which knows the reference: sentence by sentence what
// raises ROUGE most, until nothing does (Nallapati, Zhai, Zhou, 2017); a bound, not a method.

import TLText

/// Extractive references.
public enum ExtractiveSummary {
  /// The first `count` sentences of a text, with blanks between.
  public static func lead(_ text: String, count: Int) -> String {
    Sentences.of(text).prefix(count).joined(separator: " ")
  }

  /// Sentences of the text in their order, chosen greedily for the F1 of a measure against the
  /// reference; the first sentence where none shares a word with it.
  public static func oracle(
    _ text: String, reference: String, count: Int, measure: ROUGEScores.Measure = .rougeL,
    form: ROUGE.WordForm = .plain
  ) -> String {
    let sentences = Sentences.of(text)
    let words = sentences.map { form.words(of: $0) }
    let target = form.words(of: reference)
    var chosen: [Int] = []
    var best = 0.0
    while chosen.count < count {
      var found: (sentence: Int, score: Double)?
      for sentence in sentences.indices where !chosen.contains(sentence) {
        let together = (chosen + [sentence]).sorted().flatMap { words[$0] }
        let score = f1(measure, target, together)
        if score > found?.score ?? best { found = (sentence, score) }
      }
      guard let found else { break }
      chosen.append(found.sentence)
      best = found.score
    }
    if chosen.isEmpty { return sentences.first ?? "" }
    return chosen.sorted().map { sentences[$0] }.joined(separator: " ")
  }

  private static func f1(
    _ measure: ROUGEScores.Measure, _ reference: [String], _ words: [String]
  ) -> Double {
    switch measure {
    case .rouge1: ROUGE.ngrams(1, reference: reference, hypothesis: words).f1
    case .rouge2: ROUGE.ngrams(2, reference: reference, hypothesis: words).f1
    case .rougeL, .rougeLsum: ROUGE.longest(reference: reference, hypothesis: words).f1
    }
  }
}
