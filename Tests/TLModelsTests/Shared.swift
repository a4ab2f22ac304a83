import Glibc

/// The folder of data and fixtures beside the package, which a clone may lack.
enum Shared {
  static let folder: String = {
    if let path = getenv("TL_SHARED") { return String(cString: path) }
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.dropLast().joined(separator: "/") + "/shared"
  }()

  static let isPresent = access(folder + "/data/README.md", R_OK) == 0
}
