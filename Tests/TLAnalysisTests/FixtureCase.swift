import Glibc
import TLTestSupport
import TLText
import Testing

/// The cases of a file of golden values.
func fixtureCases(_ name: String) throws -> [FixtureCase] {
  let json = try JSON.parse(FileBytes.readText(Fixtures.folder + "/analysis/" + name))
  return try #require(json["cases"]?.array).map { FixtureCase(json: $0) }
}

/// One case: inputs, and expected values with their tolerances.
struct FixtureCase {
  let json: JSON

  var name: String { json["name"]?.string ?? "?" }
  var input: JSON { json["input"] ?? .null }

  func expected(_ key: String) -> JSON? {
    guard let value = json["expected"]?[key]?["value"], !value.isNull else { return nil }
    return value
  }

  func tolerance(_ key: String) -> Double { json["expected"]?[key]?["tol"]?.number ?? 0 }

  /// Expects a number where the fixture has one.
  func expect(_ key: String, _ found: Double, location: SourceLocation = #_sourceLocation) {
    guard let wanted = expected(key)?.number else { return }
    #expect(
      abs(found - wanted) <= tolerance(key), "\(name) \(key): expected \(wanted), found \(found)",
      sourceLocation: location)
  }

  /// Expects numbers where the fixture has them, nested or not.
  func expect(_ key: String, _ found: [Double], location: SourceLocation = #_sourceLocation) {
    guard let wanted = expected(key) else { return }
    let numbers = wanted.flattened
    #expect(numbers.count == found.count, "\(name) \(key)", sourceLocation: location)
    for (a, b) in zip(numbers, found) where !(abs(a - b) <= tolerance(key)) {
      Issue.record("\(name) \(key): expected \(a), found \(b)", sourceLocation: location)
      return
    }
  }
}

extension JSON {
  /// All numbers in a nest of lists.
  var flattened: [Double] {
    if let array { return array.flatMap(\.flattened) }
    return number.map { [$0] } ?? []
  }

  var integers: [Int] { (array ?? []).compactMap(\.int) }
  var texts: [String] { (array ?? []).compactMap(\.string) }
}
