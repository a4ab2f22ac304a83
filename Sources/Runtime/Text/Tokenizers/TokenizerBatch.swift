// Many texts at once, on several threads. The order of the results is that of the texts, whatever
// the number of threads.

import Dispatch
import Glibc
import Synchronization

extension Tokenizer {
  /// Encodes texts, on as many threads as the machine has cores when `threads` is nil.
  public func encodeBatch(
    _ texts: [String], options: EncodeOptions = EncodeOptions(), threads: Int? = nil
  ) throws(TokenizerError) -> [Encoding] {
    try parallel(texts.count, threads) { range, workspace throws(TokenizerError) in
      var encodings: [Encoding] = []
      encodings.reserveCapacity(range.count)
      for index in range {
        encodings.append(
          try self.encode([texts[index]], nil, areWords: false, options, workspace))
      }
      return encodings
    }.flatMap { $0 }
  }

  /// Encodes pairs of texts.
  public func encodeBatch(
    pairs: [(String, String)], options: EncodeOptions = EncodeOptions(), threads: Int? = nil
  ) throws(TokenizerError) -> [Encoding] {
    try parallel(pairs.count, threads) { range, workspace throws(TokenizerError) in
      var encodings: [Encoding] = []
      for index in range {
        let (first, second) = pairs[index]
        encodings.append(
          try self.encode([first], [second], areWords: false, options, workspace))
      }
      return encodings
    }.flatMap { $0 }
  }

  /// Encodes texts that are words already.
  public func encodeBatch(
    words texts: [[String]], options: EncodeOptions = EncodeOptions(), threads: Int? = nil
  ) throws(TokenizerError) -> [Encoding] {
    // The same refusal as for one text.
    if definition.refusesWords { return [try encode(words: [], options: options)] }
    return try parallel(texts.count, threads) { range, workspace throws(TokenizerError) in
      var encodings: [Encoding] = []
      for index in range {
        encodings.append(
          try self.encode(texts[index], nil, areWords: true, options, workspace))
      }
      return encodings
    }.flatMap { $0 }
  }

  /// This tokenizer, or, where it would refuse words because its byte-level pieces do not begin with
  /// a blank, one that puts a blank before each word, as within a text.
  public func readyForWords() throws(TokenizerError) -> Tokenizer {
    guard definition.refusesWords else { return self }
    var ready = definition
    ready.refusesWords = false
    ready.preTokenizer = definition.preTokenizer?.withPrefixSpace
    return try Tokenizer(ready, target: target)
  }

  /// The ids of texts in one array: what a training run keeps of a corpus.
  public func encodeIDs(
    _ texts: [String], addSpecialTokens: Bool = true, truncation: Truncation? = nil,
    threads: Int? = nil
  ) throws(TokenizerError) -> PackedIDs {
    let options = EncodeOptions(
      addSpecialTokens: addSpecialTokens, truncation: truncation, offsets: false)
    let parts = try parallel(texts.count, threads) { range, workspace throws(TokenizerError) in
      var packed = PackedIDs()
      for index in range {
        let encoding = try self.encode([texts[index]], nil, areWords: false, options, workspace)
        packed.ids += encoding.ids
        packed.starts.append(packed.ids.count)
      }
      return packed
    }
    var result = PackedIDs()
    result.ids.reserveCapacity(parts.reduce(0) { $0 + $1.ids.count })
    result.starts.reserveCapacity(texts.count + 1)
    for part in parts {
      let base = result.ids.count
      result.ids += part.ids
      result.starts += part.starts.dropFirst().lazy.map { base + $0 }
    }
    return result
  }

  /// Runs `body` over stretches of `0..<count`; the results in the order of the stretches.
  private func parallel<T: Sendable>(
    _ count: Int, _ threads: Int?,
    _ body: @Sendable (Range<Int>, TokenizerWorkspace) throws(TokenizerError) -> T
  ) throws(TokenizerError) -> [T] {
    let workers = max(1, min(threads ?? Tokenizer.coreCount, count / 16 + 1))
    if workers == 1 {
      let workspace = takeWorkspace()
      defer { giveBack(workspace) }
      return [try body(0..<count, workspace)]
    }
    // Small enough that no thread waits long for the last one.
    let size = max(16, min(1024, count / (workers * 8)))
    let stretches = (count + size - 1) / size
    let results = Mutex<[Result<T, TokenizerError>?]>(Array(repeating: nil, count: stretches))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let workspace = self.takeWorkspace()
      defer { self.giveBack(workspace) }
      while true {
        let stretch = next.add(1, ordering: .relaxed).oldValue
        guard stretch < stretches else { return }
        let range = (stretch * size)..<min((stretch + 1) * size, count)
        let result = Result { () throws(TokenizerError) in try body(range, workspace) }
        results.withLock { $0[stretch] = result }
      }
    }
    var values: [T] = []
    for result in results.withLock({ $0 }) {
      if let result { values.append(try result.get()) }
    }
    return values
  }

  private static let coreCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
