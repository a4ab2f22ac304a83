// Rows parted into train, validation and test: sizes exact by largest remainder, classes in equal
// shares, kinds of entity by iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011), and
// groups (documents) whole on one side. A function of the rows and the seed.

import TLTensor
import TLText

/// What the parts of a split, or a sample, should have in equal shares.
public enum Strata: Sendable {
  case none
  /// A class per row.
  case classes([Int])
  /// Per row, how many it has of each of several things, such as entities of each kind.
  case counts([[Int]])
}

public enum Splitting {
  /// The rows of each part in rising order. `shares` are positive, or 0 for an empty part, and sum
  /// to 1. `groups` numbers the group of each row; with groups the sizes are only near the shares.
  /// Throws `invalid` for shares that do not sum to 1, lists of another length than `count`, or
  /// when a part with a share would have no row.
  public static func split(
    count: Int, shares: [Double], strata: Strata = .none, groups: [Int]? = nil, seed: UInt64
  ) throws(AnalysisError) -> [[Int]] {
    try check(count, shares, strata, groups)
    let sizes = sizes(count: count, shares: shares)
    for (part, share) in shares.enumerated() where share > 0 && sizes[part] == 0 {
      throw .invalid(
        "\(name(part, shares)) would be empty: \(percent(share))% of \(count) "
          + (count == 1 ? "row" : "rows"))
    }
    var random = RandomStream(seed: seed, stream: 0x5711)
    let parts: [[Int]]
    switch (strata, groups) {
    case (.none, nil): parts = cut(random.permutation(count), sizes)
    case (.classes(let classes), nil):
      parts = byClass(classes, sizes: sizes, shares: shares, &random)
    default:
      var division = Division(
        count: count, shares: shares, sizes: sizes, strata: strata, groups: groups)
      parts = division.parts(&random)
    }
    for (part, share) in shares.enumerated() where share > 0 && parts[part].isEmpty {
      throw .invalid(
        "\(name(part, shares)) would be empty: the groups are too few or too large")
    }
    return parts.map { $0.sorted() }
  }

  /// What a part is called.
  private static func name(_ part: Int, _ shares: [Double]) -> String {
    shares.count == 3
      ? "the \(["train", "validation", "test"][part]) part"
      : "part \(part + 1) of \(shares.count)"
  }

  /// `15`, `12.5`.
  private static func percent(_ share: Double) -> String {
    let value = (share * 1e6).rounded() / 1e4
    return value == value.rounded() ? String(Int(value)) : String(value)
  }

  /// Whole sizes that sum to `count`, each the share rounded down or up (Hamilton's method: the
  /// largest remainders are rounded up, the earlier part first among equals).
  public static func sizes(count: Int, shares: [Double]) -> [Int] {
    let exact = shares.map { $0 * Double(count) }
    // A share such as 0.15 of 100 must not lose a row to rounding.
    var sizes = exact.map { Int(($0 + 1e-9).rounded(.down)) }
    let missing = max(0, count - sizes.reduce(0, +))
    let order = shares.indices.sorted {
      let (a, b) = (exact[$0] - Double(sizes[$0]), exact[$1] - Double(sizes[$1]))
      return abs(a - b) > 1e-9 ? a > b : $0 < $1
    }
    for part in order.filter({ shares[$0] > 0 }).prefix(missing) { sizes[part] += 1 }
    return sizes
  }

  /// Groups of rows by a column, such as the document; a row without a value, or with an empty one,
  /// is a group of its own.
  public static func groups(_ column: Column) -> [Int] {
    var numbers: [[UInt8]: Int] = [:]
    return (0..<column.count).map { row in
      let text = column.value(at: row).cellText
      let key = text.isEmpty ? [0, 0] + Array(String(row).utf8) : Array(text.utf8)
      if let known = numbers[key] { return known }
      numbers[key] = numbers.count
      return numbers.count - 1
    }
  }

  private static func check(
    _ count: Int, _ shares: [Double], _ strata: Strata, _ groups: [Int]?
  ) throws(AnalysisError) {
    guard !shares.isEmpty, shares.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw .invalid("the shares of a split lie between 0% and 100%")
    }
    let sum = shares.reduce(0, +)
    guard abs(sum - 1) < 1e-6 else {
      throw .invalid(
        "the shares of a split sum to 100%, found \((sum * 1e6).rounded() / 1e4)%")
    }
    guard count > 0 else { throw .invalid("a split of no rows") }
    switch strata {
    case .none: break
    case .classes(let classes):
      guard classes.count == count, classes.allSatisfy({ $0 >= 0 }) else {
        throw .invalid("\(count) rows have \(classes.count) classes to stratify by")
      }
    case .counts(let counts):
      guard counts.count == count, counts.allSatisfy({ $0.count == counts[0].count }) else {
        throw .invalid("\(count) rows have \(counts.count) lists of counts to stratify by")
      }
    }
    if let groups, groups.count != count {
      throw .invalid("\(count) rows have \(groups.count) groups")
    }
  }

  private static func cut(_ order: [Int], _ sizes: [Int]) -> [[Int]] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return Array(order[start..<min(order.count, start + size)])
    }
  }

  /// Each class in its shares, rounded so that both the parts and the classes come out whole.
  private static func byClass(
    _ classes: [Int], sizes: [Int], shares: [Double], _ random: inout RandomStream
  ) -> [[Int]] {
    let k = (classes.max() ?? 0) + 1
    var members = [[Int]](repeating: [], count: k)
    for row in random.permutation(classes.count) { members[classes[row]].append(row) }
    let counts = controlledRounding(totals: members.map(\.count), shares: shares, sizes: sizes)
    var parts = [[Int]](repeating: [], count: shares.count)
    for (label, rows) in members.enumerated() {
      for (part, rows) in cut(rows, counts[label]).enumerated() { parts[part] += rows }
    }
    return parts
  }

  /// Whole numbers [class, part] near `totals · shares` whose rows sum to `totals` and whose columns
  /// sum to `sizes`: everything rounded down, then the remainders placed one by one, the largest
  /// first, moving earlier ones along where a row or column is full.
  static func controlledRounding(totals: [Int], shares: [Double], sizes: [Int]) -> [[Int]] {
    var counts = totals.map { total in
      shares.map { Int((Double(total) * $0 + 1e-9).rounded(.down)) }
    }
    var spare = shares.indices.map { part in sizes[part] - counts.reduce(0) { $0 + $1[part] } }
    let remainder = { (label: Int, part: Int) in
      Double(totals[label]) * shares[part]
        - (Double(totals[label]) * shares[part] + 1e-9).rounded(.down)
    }
    // Which cells have been rounded up.
    var isUp = totals.map { _ in [Bool](repeating: false, count: shares.count) }
    for label in totals.indices {
      for _ in 0..<(totals[label] - counts[label].reduce(0, +)) {
        place(label)
      }
    }
    return counts

    /// Adds one to the class, by the shortest chain of moves that ends in a part with room.
    func place(_ label: Int) {
      var from = [(label: Int, part: Int)?](repeating: nil, count: totals.count * shares.count)
      var queue: [(label: Int, part: Int)] = []
      var isReached = [Bool](repeating: false, count: shares.count)
      func reach(_ label: Int, _ previous: (label: Int, part: Int)?) {
        let open = shares.indices.filter {
          !isReached[$0] && !isUp[label][$0] && remainder(label, $0) > 1e-9
        }.sorted { remainder(label, $0) > remainder(label, $1) }
        for part in open {
          isReached[part] = true
          from[label * shares.count + part] = previous
          queue.append((label, part))
        }
      }
      reach(label, nil)
      var next = 0
      while next < queue.count {
        let cell = queue[next]
        next += 1
        if spare[cell.part] > 0 {
          spare[cell.part] -= 1
          var current: (label: Int, part: Int)? = cell
          while let cell = current {
            counts[cell.label][cell.part] += 1
            isUp[cell.label][cell.part] = true
            current = from[cell.label * shares.count + cell.part]
            if let taken = current {
              // The class that moves on gives up its place in the part it came from.
              counts[cell.label][taken.part] -= 1
              isUp[cell.label][taken.part] = false
            }
          }
          return
        }
        for other in totals.indices where isUp[other][cell.part] { reach(other, cell) }
      }
      // No rounding up fits: any part with room.
      let part = shares.indices.filter { spare[$0] > 0 }.max { spare[$0] < spare[$1] } ?? 0
      spare[part] -= 1
      counts[label][part] += 1
    }
  }
}

/// Iterative stratification of rows or groups of rows.
private struct Division {
  let shares: [Double]
  /// Rows that a unit has, in order.
  private var units: [[Int]] = []
  private var counts: [[Double]] = []
  private let isGrouped: Bool
  /// Rows still wanted by each part.
  private var room: [Double]

  init(count: Int, shares: [Double], sizes: [Int], strata: Strata, groups: [Int]?) {
    self.shares = shares
    isGrouped = groups != nil
    room = sizes.map(Double.init)
    let perRow: (Int) -> [(Int, Double)]
    var width = 0
    switch strata {
    case .none: perRow = { _ in [] }
    case .classes(let classes):
      width = (classes.max() ?? -1) + 1
      perRow = { [(classes[$0], 1)] }
    case .counts(let counts):
      width = counts.first?.count ?? 0
      perRow = { row in counts[row].enumerated().map { ($0.offset, Double($0.element)) } }
    }
    var places: [Int: Int] = [:]
    for row in 0..<count {
      let group = groups?[row] ?? row
      let unit: Int
      if let known = places[group] {
        unit = known
      } else {
        unit = units.count
        places[group] = unit
        units.append([])
        counts.append([Double](repeating: 0, count: width))
      }
      units[unit].append(row)
      for (label, value) in perRow(row) { counts[unit][label] += value }
    }
  }

  mutating func parts(_ random: inout RandomStream) -> [[Int]] {
    var parts = [[Int]](repeating: [], count: shares.count)
    var waiting = random.permutation(units.count)
    let width = counts.first?.count ?? 0
    var left = (0..<width).map { label in counts.reduce(0) { $0 + $1[label] } }
    var wanted = left.map { total in shares.map { $0 * total } }

    let totals = left
    let rows = Double(units.reduce(0) { $0 + $1.count })
    /// How much nearer all labels and the rows come to their shares by adding a unit to a part:
    /// the fall of Σ (share missing)² / share, labels and rows counting alike.
    func gain(_ unit: Int, _ part: Int, _ division: Division) -> Double {
      let size = Double(division.units[unit].count)
      var gain = size * (division.room[part] - size / 2) / (division.shares[part] * rows)
      for (label, count) in division.counts[unit].enumerated() where count > 0 {
        gain += count * (wanted[label][part] - count / 2) / (division.shares[part] * totals[label])
      }
      return gain
    }

    func assign(_ unit: Int, _ division: inout Division) {
      let size = Double(division.units[unit].count)
      let open = division.shares.indices.filter { division.shares[$0] > 0 }
      let roomy = open.filter { division.room[$0] >= size }
      // A group that fits nowhere goes where most room is left.
      var best = open.max { division.room[$0] < division.room[$1] } ?? 0
      var largest = -Double.infinity
      for part in roomy {
        let value = gain(unit, part, division)
        if value > largest { (largest, best) = (value, part) }
      }
      parts[best] += division.units[unit]
      division.room[best] -= size
      for other in 0..<width {
        wanted[other][best] -= division.counts[unit][other]
        left[other] -= division.counts[unit][other]
      }
    }

    // The rarest label first: it has the least freedom.
    while let label = (0..<width).filter({ left[$0] > 0 }).min(by: { left[$0] < left[$1] }) {
      let having = waiting.filter { counts[$0][label] > 0 }
      waiting = waiting.filter { counts[$0][label] == 0 }
      // Large ones first, in random order among equals.
      let sorted = having.enumerated().sorted {
        let (a, b) = (counts[$0.element][label], counts[$1.element][label])
        return a != b ? a > b : $0.offset < $1.offset
      }
      for (_, unit) in sorted { assign(unit, &self) }
    }
    let rest = waiting.enumerated().sorted {
      let (a, b) = (units[$0.element].count, units[$1.element].count)
      return a != b ? a > b : $0.offset < $1.offset
    }
    for (_, unit) in rest { assign(unit, &self) }
    return parts
  }
}
