// Sequences: where each text of a packed batch begins and ends. A batch is one matrix [N, C] of the
// tokens of all its texts, one after the other; there is no padding anywhere.

/// The extent of the sequences of a packed batch, in the memory of a step.
public struct Sequences {
  /// `count + 1` offsets into the rows of the packed matrix.
  public let offsets: UnsafePointer<Int32>
  public let count: Int
  /// The number of rows, N.
  public let tokens: Int
  public let longest: Int
  /// For each row its number in the whole batch, of which this may be one worker's share.
  public let tokenNumbers: UnsafePointer<Int32>
  /// For each sequence its number in the whole batch.
  public let sequenceNumbers: UnsafePointer<Int32>

  /// The first row of a sequence.
  public func start(_ sequence: Int) -> Int { Int(offsets[sequence]) }
  /// The number of rows of a sequence.
  public func length(_ sequence: Int) -> Int {
    Int(offsets[sequence + 1] - offsets[sequence])
  }
}

extension Arena {
  /// Lays out sequences of the given lengths one after the other.
  ///
  /// - Parameters:
  ///   - lengths: tokens of each sequence of this share.
  ///   - numbers: the number of each sequence in the whole batch; 0, 1, … if nil.
  ///   - starts: the number of each sequence's first token in the whole batch; running if nil.
  public func sequences(lengths: [Int], numbers: [Int]? = nil, starts: [Int]? = nil) -> Sequences {
    let tokens = lengths.reduce(0, +)
    let offsets = allocate(Int32.self, lengths.count + 1)
    let tokenNumbers = allocate(Int32.self, tokens)
    let sequenceNumbers = allocate(Int32.self, lengths.count)
    var row = 0
    var longest = 0
    offsets[0] = 0
    for (sequence, length) in lengths.enumerated() {
      let first = starts?[sequence] ?? row
      for i in 0..<length { tokenNumbers[row + i] = Int32(truncatingIfNeeded: first + i) }
      sequenceNumbers[sequence] = Int32(truncatingIfNeeded: numbers?[sequence] ?? sequence)
      row += length
      longest = max(longest, length)
      offsets[sequence + 1] = Int32(truncatingIfNeeded: row)
    }
    return Sequences(
      offsets: UnsafePointer(offsets), count: lengths.count, tokens: tokens, longest: longest,
      tokenNumbers: UnsafePointer(tokenNumbers), sequenceNumbers: UnsafePointer(sequenceNumbers))
  }

  /// The first row of each sequence, as sequences of one row each that keep their numbers in the
  /// whole batch, so that dropout falls on them as it does on the whole.
  public func firstRows(of sequences: Sequences) -> Sequences {
    let offsets = allocate(Int32.self, sequences.count + 1)
    let tokenNumbers = allocate(Int32.self, sequences.count)
    offsets[0] = 0
    for sequence in 0..<sequences.count {
      tokenNumbers[sequence] = sequences.tokenNumbers[sequences.start(sequence)]
      offsets[sequence + 1] = Int32(truncatingIfNeeded: sequence + 1)
    }
    return Sequences(
      offsets: UnsafePointer(offsets), count: sequences.count, tokens: sequences.count,
      longest: min(1, sequences.count), tokenNumbers: UnsafePointer(tokenNumbers),
      sequenceNumbers: sequences.sequenceNumbers)
  }
}
