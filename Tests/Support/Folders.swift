// Where tests find things: the package, its fixtures, the shared folder beside it; and folders that go
// away with the test.

import Foundation
import Glibc

/// The folder of the package, with a slash in front.
public let packageFolder = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

/// The small files that are part of the package.
public enum Fixtures {
  public static let folder = packageFolder + "/Tests/Fixtures"

  /// A small donor with random weights.
  public static func donor(_ name: String) -> String { "\(folder)/donors/\(name)" }
}

/// The folder of data and fixtures beside the package, which a clone may lack.
public enum Shared {
  public static let folder: String = {
    if let path = getenv("TL_SHARED") { return String(cString: path) }
    return beside + "/shared"
  }()

  public static let isPresent = access(folder + "/data/README.md", R_OK) == 0

  /// The folder that holds the package.
  public static let beside = packageFolder.split(separator: "/").dropLast()
    .reduce("") { $0 + "/" + $1 }
}

/// A folder for one test, removed with all that is in it when the object goes.
public final class TemporaryFolder: Sendable {
  public let url: URL
  public var path: String { url.path }

  /// - Parameter isInMemory: for tests with many thousands of files.
  public init(isInMemory: Bool = false) {
    let place =
      isInMemory && access("/dev/shm", W_OK) == 0
      ? URL(fileURLWithPath: "/dev/shm") : FileManager.default.temporaryDirectory
    url = place.appendingPathComponent("tl-test-\(UUID().uuidString)")
    let made: Void? = try? FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true)
    precondition(made != nil, "a test needs the folder \(url.path)")
  }

  deinit {
    chmod(path, 0o755)
    try? FileManager.default.removeItem(at: url)
  }

  /// Writes a file and returns its path.
  public func file(_ name: String, _ bytes: some Sequence<UInt8>) -> String {
    let file = url.appendingPathComponent(name)
    let written: Void? = try? Data(bytes).write(to: file)
    precondition(written != nil, "a test needs the file \(file.path)")
    return file.path
  }

  public func file(_ name: String, _ text: String) -> String { file(name, text.utf8) }

  public func names(_ below: String = "") -> [String] {
    TemporaryFolder.names(in: path + "/" + below)
  }

  /// The names in a folder, in order.
  public static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

/// The path of a program that is built beside the tests: in the folder of the test bundle, or in the
/// package's build folder.
public func builtProgram(_ name: String) -> String {
  var folders: [String] = []
  if let real = realpath("/proc/self/exe", nil) {
    folders.append(URL(fileURLWithPath: String(cString: real)).deletingLastPathComponent().path)
    free(real)
  }
  folders += CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
  folders += ["\(packageFolder)/.build/release", "\(packageFolder)/.build/debug"]
  return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 } ?? name
}
