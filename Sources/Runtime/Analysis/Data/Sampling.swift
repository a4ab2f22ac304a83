// Samples of rows in which the strata keep their shares, nested: of one seed, the smaller sample is
// part of the larger. All rows are put in one order, by Webster's method, whose every beginning is
// a stratified sample; a sample is a beginning of it.

import TLTensor
import TLText

public enum Sampling {
  /// `size` rows in rising order. Throws `invalid` for a size outside 1...count.
  public static func sample(
    _ size: Int, of count: Int, strata: Strata = .none, seed: UInt64
  ) throws(AnalysisError) -> [Int] {
    guard size > 0 && size <= count else {
      throw .invalid("a sample of \(size) rows from \(count)")
    }
    return try order(count: count, strata: strata, seed: seed).prefix(size).sorted()
  }

  /// All rows in the order in which samples take them.
  public static func order(
    count: Int, strata: Strata = .none, seed: UInt64
  ) throws(AnalysisError) -> [Int] {
    var random = RandomStream(seed: seed, stream: 0x5A3B)
    let shuffled = random.permutation(count)
    var keys: [[Int]]
    switch strata {
    case .none: return shuffled
    case .classes(let classes): keys = classes.map { [$0] }
    // Rows with the same kinds form a stratum, however many they have of each.
    case .counts(let counts):
      keys = counts.map { row in row.indices.filter { row[$0] > 0 } }
    }
    guard keys.count == count else {
      throw .invalid("\(count) rows have \(keys.count) entries to stratify by")
    }
    var numbers: [[Int]: Int] = [:]
    var members: [[Int]] = []
    for row in shuffled {
      let number = numbers[keys[row]] ?? members.count
      if number == members.count {
        numbers[keys[row]] = number
        members.append([])
      }
      members[number].append(row)
    }
    // Small strata start at a random place, or the singles would all come in the middle.
    var places = [Double](repeating: 0, count: count)
    for rows in members {
      let offset = rows.count >= 20 ? 0.5 : random.uniform()
      for (index, row) in rows.enumerated() {
        places[row] = (Double(index) + offset) / Double(rows.count)
      }
    }
    return shuffled.enumerated().sorted {
      let (a, b) = (places[$0.element], places[$1.element])
      return a != b ? a < b : $0.offset < $1.offset
    }.map(\.element)
  }
}
