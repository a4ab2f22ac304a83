// The one suggestion that an error makes when a name is nearly another one, or none. A guess that
// two candidates share equally well is not made.
// Distance: optimal string alignment (Damerau 1964, Levenshtein 1966) over Unicode scalars.

/// The one candidate that `name` most likely stands for, or nil.
///
/// A candidate equal but for case, `_` and look-alike letters wins; then the smallest edit distance
/// of at most 1 (3 or 4 letters), 2 (5 to 8) or 3 (more); then the only candidate that begins with
/// the name (4 letters or more). Of several the only one
/// that keeps the first letter, then the length, wins; else nil.
public func nearest(_ name: String, among candidates: [String]) -> String? {
  let wanted = NameFolding.fold(name)
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  var equalUpToSpelling: [String] = []
  var best: [String] = []
  var beginnings: [String] = []
  let limit = NameFolding.limit(for: wanted.count)
  var bestDistance = limit
  for candidate in candidates where !NameFolding.isSame(candidate, name) {
    let folded = NameFolding.fold(candidate)
    if folded == wanted {
      append(candidate, to: &equalUpToSpelling)
      continue
    }
    if wanted.count >= 4, folded.count > wanted.count, folded.starts(with: wanted) {
      append(candidate, to: &beginnings)
    }
    guard limit > 0, abs(folded.count - wanted.count) <= bestDistance, folded.count <= 96 else {
      continue
    }
    let distance = NameFolding.distance(wanted, folded)
    // Half the letters must agree, or any short word is near any other.
    guard distance <= bestDistance, distance * 2 <= max(wanted.count, folded.count) else {
      continue
    }
    if distance < bestDistance {
      bestDistance = distance
      best = []
    }
    append(candidate, to: &best)
  }
  for group in [equalUpToSpelling, best, beginnings] where !group.isEmpty {
    if group.count == 1 { return group[0] }
    let sameStart = group.filter { NameFolding.fold($0).first == wanted.first }
    if sameStart.count == 1 { return sameStart[0] }
    let sameLength = sameStart.filter { NameFolding.fold($0).count == wanted.count }
    return sameLength.count == 1 ? sameLength[0] : nil
  }
  return nil
}

private func append(_ candidate: String, to group: inout [String]) {
  if !group.contains(candidate) { group.append(candidate) }
}

private enum NameFolding {
  /// Lower case, look-alike letters as Latin, no `_`.
  static func fold(_ name: String) -> [Unicode.Scalar] {
    LookAlikes.folded(name.lowercased()).unicodeScalars.filter { $0 != "_" }
  }

  /// Equal scalar by scalar; canonical equivalence is a difference worth a suggestion.
  static func isSame(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.elementsEqual(b.unicodeScalars)
  }

  static func limit(for length: Int) -> Int {
    switch length {
    case ..<3: 0
    case 3...4: 1
    case 5...8: 2
    default: 3
    }
  }

  static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var current = last
    for i in a.indices {
      current[0] = i + 1
      for j in b.indices {
        let cost = a[i] == b[j] ? 0 : 1
        var value = min(last[j + 1] + 1, current[j] + 1, last[j] + cost)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          value = min(value, beforeLast[j - 1] + 1)
        }
        current[j + 1] = value
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[b.count]
  }
}
