import Glibc
import TLText
import Testing

/// The folder of data beside the package, which a clone may lack, and the fixtures within it.
enum Shared {
  private static let parts = #filePath.split(separator: "/").dropLast(3)

  static let folder: String = {
    if let path = getenv("TL_SHARED") { return String(cString: path) }
    return "/" + parts.dropLast().joined(separator: "/") + "/shared"
  }()

  static let isPresent = access(folder + "/data/README.md", R_OK) == 0

  /// The cases of a file of golden values.
  static func cases(_ name: String) throws -> [FixtureCase] {
    let path = "/" + parts.joined(separator: "/") + "/Tests/Fixtures/analysis/" + name
    let json = try JSON.parse(FileBytes.readText(path))
    return try #require(json["cases"]?.array).map { FixtureCase(json: $0) }
  }
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
