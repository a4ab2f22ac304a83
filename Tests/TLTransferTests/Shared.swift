import Glibc

/// The folder of data and fixtures beside the package, which a clone may lack.
enum Shared {
  static let folder: String = {
    if let path = getenv("TL_SHARED") { return String(cString: path) }
    return package.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/shared"
  }()

  static let isPresent = access(folder + "/data/README.md", R_OK) == 0

  private static let package = #filePath.split(separator: "/").dropLast(3)
    .reduce("") { $0 + "/" + $1 }

  /// Small donors with random weights.
  static func donor(_ name: String) -> String { "\(package)/Tests/Fixtures/donors/\(name)" }
}
