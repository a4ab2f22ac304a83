// ROUGE (Lin 2004) on Unicode words: shared n-grams, and the longest common subsequence over the
// text (L) or by its lines (Lsum), as rouge_score 0.1.2 computes them with a tokenizer that keeps
// Cyrillic. No stop words; stems of Russian words on request (ROUGEScores.swift), then with ё as е.
// A corpus has the mean of its texts.

import TLText

public enum ROUGE {
  /// What is compared of a word.
  public enum WordForm: String, Sendable, CaseIterable {
    /// The word in lower case.
    case plain
    /// Its stem by Snowball's algorithm for Russian; other words as they are.
    case stem

    /// The words of a text in this form.
    public func words(of text: String) -> [String] {
      let words = Words.of(text)
      return self == .plain ? words : words.map { RussianStemmer.stem($0) }
    }
  }

  /// Precision, recall and F1 of shared n-grams.
  public static func ngrams(
    _ n: Int, reference: String, hypothesis: String, form: WordForm = .plain
  ) -> PrecisionRecallF1 {
    ngrams(n, reference: form.words(of: reference), hypothesis: form.words(of: hypothesis))
  }

  /// Precision, recall and F1 of the longest common subsequence of words.
  public static func longest(
    reference: String, hypothesis: String, form: WordForm = .plain
  ) -> PrecisionRecallF1 {
    longest(reference: form.words(of: reference), hypothesis: form.words(of: hypothesis))
  }

  static func longest(reference: [String], hypothesis: [String]) -> PrecisionRecallF1 {
    let (a, b) = numbered(reference, hypothesis)
    return scores(common: table(a, b).last ?? 0, hypothesis: b.count, reference: a.count)
  }

  /// The same by lines: for each line of the reference the union of what it shares with the lines
  /// of the hypothesis, each word counted at most as often as it occurs.
  public static func longestByLines(
    reference: String, hypothesis: String, form: WordForm = .plain
  ) -> PrecisionRecallF1 {
    var numbers: [[UInt8]: Int32] = [:]
    let lines: (String) -> [[Int32]] = { text in
      text.split(separator: "\n", omittingEmptySubsequences: true).map { line in
        form.words(of: String(line)).map { number($0, &numbers) }
      }
    }
    let references = lines(reference)
    let hypotheses = lines(hypothesis)
    var left = [Int](repeating: 0, count: numbers.count)
    var right = left
    for word in references.joined() { left[Int(word)] += 1 }
    for word in hypotheses.joined() { right[Int(word)] += 1 }
    var hits = 0
    for line in references {
      var union = Set<Int>()
      for other in hypotheses { union.formUnion(shared(line, other)) }
      for place in union.sorted() {
        let word = Int(line[place])
        if left[word] > 0 && right[word] > 0 {
          hits += 1
          left[word] -= 1
          right[word] -= 1
        }
      }
    }
    return scores(
      common: hits, hypothesis: hypotheses.reduce(0) { $0 + $1.count },
      reference: references.reduce(0) { $0 + $1.count })
  }

  static let headline = metric("rouge_l", "F1 of the longest common subsequence of words") {
    longest(reference: $0, hypothesis: $1).f1
  }

  static let metrics = [
    metric("rouge_1", "F1 of shared words") { ngrams(1, reference: $0, hypothesis: $1).f1 },
    metric("rouge_2", "F1 of shared pairs of words") {
      ngrams(2, reference: $0, hypothesis: $1).f1
    },
    headline,
    metric("rouge_lsum", "F1 of the common subsequences of lines") {
      longestByLines(reference: $0, hypothesis: $1).f1
    },
  ]

  private static func metric(
    _ name: String, _ purpose: String,
    _ score: @escaping @Sendable (_ reference: String, _ hypothesis: String) -> Double
  ) -> Metric {
    .ofTexts(name, purpose) { (predictions) throws(AnalysisError) in
      try checkLengths(predictions, for: name)
      let sums = ExampleSums(
        width: 2,
        (0..<predictions.count).map {
          [(0, score(predictions.references[$0], predictions.hypotheses[$0])), (1, 1)]
        })
      return { weights in
        let total = sums.total(weights)
        return ratio(total[0], total[1])
      }
    }
  }

  /// Throws where the table of subsequences, with a cell for each pair of words, would not fit.
  static func checkLengths(_ texts: TextPredictions, for name: String) throws(AnalysisError) {
    for row in 0..<texts.count {
      let sizes = (texts.references[row].utf8.count, texts.hypotheses[row].utf8.count)
      guard Double(sizes.0) * Double(sizes.1) < 2e10 else {
        throw .invalid(
          "example \(row): texts of \(sizes.0) and \(sizes.1) bytes are too long for "
            + "`\(name)`; shorten them first")
      }
    }
  }

  // MARK: Counting

  private static func scores(common: Int, hypothesis: Int, reference: Int) -> PrecisionRecallF1 {
    PrecisionRecallF1(
      correct: Double(common), predicted: Double(hypothesis), gold: Double(reference))
  }

  static func ngrams(
    _ n: Int, reference: [String], hypothesis: [String]
  ) -> PrecisionRecallF1 {
    let (a, b) = numbered(reference, hypothesis)
    guard n > 0, a.count >= n, b.count >= n else {
      return scores(
        common: 0, hypothesis: max(0, b.count - n + 1), reference: max(0, a.count - n + 1))
    }
    var counts: [ArraySlice<Int32>: Int] = [:]
    for start in 0...a.count - n { counts[a[start..<start + n], default: 0] += 1 }
    var common = 0
    for start in 0...b.count - n {
      if let left = counts[b[start..<start + n]], left > 0 {
        counts[b[start..<start + n]] = left - 1
        common += 1
      }
    }
    return scores(common: common, hypothesis: b.count - n + 1, reference: a.count - n + 1)
  }

  /// Words as numbers, equal where their bytes are.
  private static func numbered(_ a: [String], _ b: [String]) -> ([Int32], [Int32]) {
    var numbers: [[UInt8]: Int32] = [:]
    return (a.map { number($0, &numbers) }, b.map { number($0, &numbers) })
  }

  private static func number(_ word: String, _ numbers: inout [[UInt8]: Int32]) -> Int32 {
    let key = Array(word.utf8)
    if let known = numbers[key] { return known }
    let new = Int32(numbers.count)
    numbers[key] = new
    return new
  }

  /// The last row of the table of common subsequences, its last entry being the longest.
  private static func table(_ a: [Int32], _ b: [Int32]) -> [Int] {
    var row = [Int](repeating: 0, count: b.count + 1)
    for x in a {
      var diagonal = 0
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = x == b[j] ? diagonal + 1 : max(above, row[j])
        diagonal = above
      }
    }
    return row
  }

  /// The places of the words of `a` that one longest common subsequence with `b` takes.
  private static func shared(_ a: [Int32], _ b: [Int32]) -> [Int] {
    let width = b.count + 1
    var table = [Int32](repeating: 0, count: (a.count + 1) * width)
    for i in a.indices {
      for j in b.indices {
        table[(i + 1) * width + j + 1] =
          a[i] == b[j]
          ? table[i * width + j] + 1
          : max(table[i * width + j + 1], table[(i + 1) * width + j])
      }
    }
    var places: [Int] = []
    var (i, j) = (a.count, b.count)
    while i > 0 && j > 0 {
      if a[i - 1] == b[j - 1] {
        places.append(i - 1)
        i -= 1
        j -= 1
      } else if table[i * width + j - 1] > table[(i - 1) * width + j] {
        j -= 1
      } else {
        i -= 1
      }
    }
    return places
  }
}
