// The errors of measuring: all their wording in one place.

/// Why a measurement cannot be made.
public enum AnalysisError: Error, Sendable, CustomStringConvertible {
  /// A name that no list has; `nearest` is the one it was probably meant to be.
  case unknownName(what: String, name: String, nearest: String?, known: [String])
  /// A metric asked of a task it is not defined for.
  case wrongTask(metric: String, task: String, known: [String])
  /// A request that makes no sense for the data.
  case invalid(String)
  /// The caller's `isCancelled` said stop.
  case cancelled

  public var description: String {
    switch self {
    case .unknownName(let what, let name, let nearest, let known):
      let list = known.map { "`\($0)`" }.joined(separator: ", ")
      return "no \(what) `\(name)`; "
        + (nearest.map { "did you mean `\($0)`?" } ?? "there are \(list)")
    case .wrongTask(let metric, let task, let known):
      let list = known.map { "`\($0)`" }.joined(separator: ", ")
      return "metric `\(metric)` is not defined for \(task); that has \(list)"
    case .invalid(let message): return message
    case .cancelled: return "stopped"
    }
  }

  /// An `unknownName` with the nearest of the known names, if one is near.
  static func unknown(_ what: String, _ name: String, known: [String]) -> AnalysisError {
    let folded = fold(name)
    let limit = max(1, folded.count / 3)
    let nearest =
      known
      .map { (name: $0, distance: distance(fold($0), folded)) }
      .filter { $0.distance <= limit }
      .min { $0.distance < $1.distance }
    return .unknownName(what: what, name: name, nearest: nearest?.name, known: known)
  }

  /// Lower case, without what people leave out between words.
  private static func fold(_ name: String) -> [Unicode.Scalar] {
    name.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  /// Edits, a swap of neighbours being one, between names of a few letters.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard a.count < 64, b.count < 64 else { return .max }
    var twoBack: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(row[j] + 1, previous[j + 1] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, twoBack[j - 1] + 1) }
        row.append(best)
      }
      twoBack = previous
      previous = row
    }
    return previous[b.count]
  }
}
