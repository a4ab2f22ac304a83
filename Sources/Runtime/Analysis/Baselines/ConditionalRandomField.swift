// Linear-chain conditional random fields (Lafferty, McCallum, Pereira 2001): the probability of the
// tags of a sentence is proportional to exp(Σ weights of its features and of its pairs of
// neighbouring tags). Trained by L-BFGS on -Σ log p + ½ · penalty · ‖w‖², by forward and backward
// sums scaled word by word; decoded by Viterbi.

import Glibc
import TLTensor
import TLText

/// A tagger of words with features that are there or not.
struct ConditionalRandomField: Sendable {
  let tags: Int
  /// [features, tags].
  let weights: [Double]
  /// [tags, tags]: the score of the second tag behind the first.
  let transitions: [Double]

  /// Trains on the words of sentences, one row of features for each word.
  static func fit(
    _ rows: SparseRows, lengths: [Int], gold: [Int], tags: Int, penalty: Double,
    iterations: Int = 150, isCancelled: CancellationCheck
  ) throws(AnalysisError) -> ConditionalRandomField {
    let products = SparseProducts(rows)
    let chain = Chain(lengths: lengths, gold: gold, tags: tags)
    let size = rows.width * tags
    var scores = [Double](repeating: 0, count: rows.count * tags)
    let point = try LimitedMemoryBFGS.minimize(
      [Double](repeating: 0, count: size + tags * tags), iterations: iterations, tolerance: 1e-4
    ) { (weights, gradient) throws(AnalysisError) in
      if isCancelled() { throw .cancelled }
      var loss = 0.0
      weights.withUnsafeBufferPointer { weights in
        gradient.withUnsafeMutableBufferPointer { gradient in
          scores.withUnsafeMutableBufferPointer { scores in
            guard let source = weights.baseAddress, let target = gradient.baseAddress,
              let buffer = scores.baseAddress
            else { return }
            products.product(source, outputs: tags, into: buffer)
            // The scores become the expected minus the true tags.
            let pairs = UnsafeMutableBufferPointer(start: target + size, count: tags * tags)
            loss = chain.losses(buffer, transitions: source + size, pairs: pairs)
            products.transposedProduct(buffer, outputs: tags, into: target)
            for index in weights.indices {
              loss += 0.5 * penalty * weights[index] * weights[index]
              gradient[index] += penalty * weights[index]
            }
          }
        }
      }
      return loss
    }
    return ConditionalRandomField(
      tags: tags, weights: Array(point[..<size]), transitions: Array(point[size...]))
  }

  /// The most probable tags of each sentence.
  func tags(_ rows: SparseRows, lengths: [Int]) -> [[Int]] {
    var scores = [Double](repeating: 0, count: rows.count * tags)
    weights.withUnsafeBufferPointer { weights in
      scores.withUnsafeMutableBufferPointer { scores in
        guard let source = weights.baseAddress, let target = scores.baseAddress else { return }
        SparseProducts(rows, transposes: false).product(source, outputs: tags, into: target)
      }
    }
    var result: [[Int]] = []
    var start = 0
    for length in lengths {
      result.append(best(scores[(start * tags)..<((start + length) * tags)], length))
      start += length
    }
    return result
  }

  private func best(_ scores: ArraySlice<Double>, _ length: Int) -> [Int] {
    guard length > 0 else { return [] }
    let first = scores.startIndex
    var sums = Array(scores.prefix(tags))
    var from: [[Int]] = []
    for word in 1..<max(1, length) {
      var next = [Double](repeating: -.infinity, count: tags)
      var origins = [Int](repeating: 0, count: tags)
      for tag in 0..<tags {
        for previous in 0..<tags
        where sums[previous] + transitions[previous * tags + tag] > next[tag] {
          next[tag] = sums[previous] + transitions[previous * tags + tag]
          origins[tag] = previous
        }
        next[tag] += scores[first + word * tags + tag]
      }
      sums = next
      from.append(origins)
    }
    var tag = sums.indices.reduce(0) { sums[$1] > sums[$0] ? $1 : $0 }
    var path = [tag]
    for origins in from.reversed() {
      tag = origins[tag]
      path.append(tag)
    }
    return path.reversed()
  }

  /// The sums over all taggings of sentences. Sentences are summed in fixed blocks, so that results
  /// are the same at any number of threads.
  private final class Chain {
    private let lengths: [Int]
    private let starts: [Int]
    private let gold: [Int]
    private let tags: Int
    private let blocks: [Range<Int>]
    private let pool: ThreadPool

    init(lengths: [Int], gold: [Int], tags: Int) {
      self.lengths = lengths
      self.gold = gold
      self.tags = tags
      var starts = [0]
      for length in lengths { starts.append(starts[starts.count - 1] + length) }
      self.starts = starts
      let count = min(32, max(1, lengths.count))
      blocks = (0..<count).map {
        lengths.count * $0 / count..<lengths.count * ($0 + 1) / count
      }
      pool = ThreadPool(count: gold.count > 2_000 ? ThreadPool.processors : 1)
    }

    /// The loss; `scores` [words, tags] become its slopes, `pairs` [tags, tags] those of the
    /// transitions.
    func losses(
      _ scores: UnsafeMutablePointer<Double>, transitions: UnsafePointer<Double>,
      pairs: UnsafeMutableBufferPointer<Double>
    ) -> Double {
      let size = tags * tags
      let factors = (0..<size).map { exp(transitions[$0]) }
      var losses = [Double](repeating: 0, count: blocks.count)
      var counts = [Double](repeating: 0, count: blocks.count * size)
      losses.withUnsafeMutableBufferPointer { losses in
        counts.withUnsafeMutableBufferPointer { counts in
          factors.withUnsafeBufferPointer { factors in
            nonisolated(unsafe) let (losses, counts, factors) = (losses, counts, factors)
            guard let base = counts.baseAddress, let factors = factors.baseAddress else { return }
            pool.run { worker in
              for block in stride(from: worker, to: blocks.count, by: pool.count) {
                losses[block] = run(
                  blocks[block], scores, transitions, factors, base + block * size)
              }
            }
          }
        }
      }
      for pair in 0..<size {
        pairs[pair] = blocks.indices.reduce(0) { $0 + counts[$1 * size + pair] }
      }
      return losses.reduce(0, +)
    }

    private func run(
      _ sentences: Range<Int>, _ scores: UnsafeMutablePointer<Double>,
      _ transitions: UnsafePointer<Double>, _ factors: UnsafePointer<Double>,
      _ counts: UnsafeMutablePointer<Double>
    ) -> Double {
      let longest = lengths[sentences].max() ?? 0
      var work = [Double](repeating: 0, count: (2 * longest + 2) * tags + longest)
      return work.withUnsafeMutableBufferPointer { work in
        guard let base = work.baseAddress else { return 0 }
        var loss = 0.0
        for sentence in sentences where lengths[sentence] > 0 {
          loss += self.sentence(
            starts[sentence], lengths[sentence], scores, transitions, factors, counts,
            forward: base, backward: base + longest * tags, weighted: base + 2 * longest * tags,
            sums: base + (2 * longest + 2) * tags)
        }
        return loss
      }
    }

    /// One sentence: forward sums scaled to 1, then backward ones, which give the probabilities.
    private func sentence(
      _ start: Int, _ length: Int, _ scores: UnsafeMutablePointer<Double>,
      _ transitions: UnsafePointer<Double>, _ factors: UnsafePointer<Double>,
      _ counts: UnsafeMutablePointer<Double>, forward: UnsafeMutablePointer<Double>,
      backward: UnsafeMutablePointer<Double>, weighted: UnsafeMutablePointer<Double>,
      sums: UnsafeMutablePointer<Double>
    ) -> Double {
      var loss = 0.0
      for word in 0..<length {
        let score = scores + (start + word) * tags
        let tag = gold[start + word]
        loss -= score[tag]
        if word > 0 {
          let pair = gold[start + word - 1] * tags + tag
          loss -= transitions[pair]
          counts[pair] -= 1
        }
        var largest = score[0]
        for k in 1..<max(1, tags) { largest = max(largest, score[k]) }
        // From here on the scores are factors.
        for k in 0..<tags { score[k] = exp(score[k] - largest) }
        let alpha = forward + word * tags
        var sum = 0.0
        for k in 0..<tags {
          var value = 1.0
          if word > 0 {
            value = 0
            for j in 0..<tags { value += alpha[j - tags] * factors[j * tags + k] }
          }
          alpha[k] = value * score[k]
          sum += alpha[k]
        }
        for k in 0..<tags { alpha[k] /= sum }
        sums[word] = sum
        loss += log(sum) + largest
      }
      let last = backward + (length - 1) * tags
      for k in 0..<tags { last[k] = 1 }
      for word in stride(from: length - 1, through: 0, by: -1) {
        let score = scores + (start + word) * tags
        let (alpha, beta) = (forward + word * tags, backward + word * tags)
        if word > 0 {
          let (before, behind) = (beta - tags, alpha - tags)
          for k in 0..<tags { weighted[k] = score[k] * beta[k] / sums[word] }
          for j in 0..<tags {
            var sum = 0.0
            for k in 0..<tags {
              let value = factors[j * tags + k] * weighted[k]
              sum += value
              counts[j * tags + k] += behind[j] * value
            }
            before[j] = sum
          }
        }
        for k in 0..<tags { score[k] = alpha[k] * beta[k] }
        score[gold[start + word]] -= 1
      }
      return loss
    }
  }
}
