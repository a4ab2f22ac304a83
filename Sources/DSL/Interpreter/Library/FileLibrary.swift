// Files, folders and paths.

import Glibc
import TLSyntax
import TLText

enum FileLibrary {
  static let functions: [LibraryFunction] = [
    exists, listFiles, pathJoin, fileName, folderName, fileExtension, readText, readLines,
    writeText, makeFolder, removeFile, fileSize, currentFolder, temporaryFolder, environment,
  ]

  private static let path = ParameterDeclaration("path", .text, "a path of a file or folder")
  private static let inputFile = ParameterDeclaration("path", .text, "a file", role: .input)
  private static let encoding = ParameterDeclaration(
    "encoding", .text, "how the file's bytes stand for characters", default: .text("utf-8"),
    choices: ["utf-8", "cp1251"])

  /// Examples that run at the same time do not share a file.
  private static func temporary(_ function: String) -> String {
    "let path = path_join(temporary_folder(), \"tl-\(function).txt\")\n"
  }

  static let exists = LibraryFunction(
    "exists", .files, "whether there is a file or folder", [path], result: .boolean,
    examples: [.init("exists(\"no-such-file.csv\")", "false")]
  ) { call in .boolean(Files.exists(try call.path(0))) }

  static let listFiles = LibraryFunction(
    "list_files", .files, "the paths of the files and folders in a folder, sorted",
    [
      ParameterDeclaration("folder", .text, "a folder", default: .text(".")),
      ParameterDeclaration(
        "pattern", .text, "only these names; * stands for any characters, ? for one",
        default: .text("*")),
      ParameterDeclaration(
        "recursive", .boolean, "also the files in its folders", default: .boolean(false)),
    ],
    result: .list(of: .text),
    examples: [
      .init(
        temporary("list_files")
          + "write_text(\"да\", path)\npath in list_files(temporary_folder(), \"tl-*.txt\")",
        "true")
    ],
    details: "Names that begin with a dot are left out unless the pattern begins with one. With "
      + "`recursive` only files are listed, and links to folders are not followed."
  ) { call in
    let pattern = try call.text(1)
    var found: [String] = []
    var folders = [try call.path(0)]
    let isRecursive = try call.boolean(2)
    while let folder = folders.popLast() {
      try call.checkCancellation()
      var inner: [String] = []
      for name in try Files.list(folder) {
        let path = Paths.joined([folder, name])
        if isRecursive, Files.isFolder(path) {
          if !name.hasPrefix("."), !Paths.isLink(path) { inner.append(path) }
          continue
        }
        if fnmatch(pattern, name, FNM_PERIOD) == 0 { found.append(path) }
      }
      folders += inner.reversed()
    }
    if isRecursive { found.sort { bytesLess($0, $1) } }
    return .texts(found)
  }

  static let pathJoin = LibraryFunction(
    "path_join", .files, "the parts of a path with / between them",
    [ParameterDeclaration("parts", .text, "folders, and a file at the end", variadic: true)],
    result: .text, examples: [.init("path_join(\"data\", \"news\", \"a.csv\")", "data/news/a.csv")]
  ) { call in .text(Paths.joined(try call.texts(0))) }

  static let fileName = LibraryFunction(
    "file_name", .files, "the last part of a path",
    [
      path,
      ParameterDeclaration(
        "extension", .boolean, "keep what follows the last dot", default: .boolean(true)),
    ],
    result: .text,
    examples: [
      .init("file_name(\"data/news.csv\")", "news.csv"),
      .init("file_name(\"data/news.csv\", extension: false)", "news"),
    ]
  ) { call in
    let name = Paths.name(try call.text(0))
    if try call.boolean(1) { return .text(name) }
    let suffix = Paths.suffix(name)
    return .text(suffix.isEmpty ? name : String(name.dropLast(suffix.count + 1)))
  }

  static let folderName = LibraryFunction(
    "folder_name", .files, "a path without its last part", [path], result: .text,
    examples: [.init("folder_name(\"data/news.csv\")", "data")]
  ) { call in
    let folder = Files.folder(of: try call.text(0))
    return .text(folder.isEmpty ? "." : folder)
  }

  static let fileExtension = LibraryFunction(
    "extension", .files, "what follows the last dot of a file's name", [path], result: .text,
    examples: [.init("extension(\"data/news.csv\")", "csv")]
  ) { call in .text(Paths.suffix(Paths.name(try call.text(0)))) }

  static let readText = LibraryFunction(
    "read_text", .files, "the whole content of a file as a text", [inputFile, encoding],
    result: .text,
    examples: [
      .init(
        temporary("read_text") + "write_text(\"раз\\nдва\", path)\nread_text(path) |> length", "7")
    ]
  ) { call in
    .text(try FileBytes.readText(try call.path(0), encoding: try call.text(1)))
  }

  static let readLines = LibraryFunction(
    "read_lines", .files, "the lines of a file as texts", [inputFile, encoding],
    result: .list(of: .text),
    examples: [
      .init(
        temporary("read_lines") + "write_text(\"раз\\nдва\\n\", path)\nread_lines(path)",
        "[\"раз\", \"два\"]")
    ]
  ) { call in .texts(try TextLines.read(try call.path(0), encoding: try call.text(1))) }

  static let writeText = LibraryFunction(
    "write_text", .files, "writes a text as the whole content of a file",
    [
      ParameterDeclaration("text", .text, "the content"),
      ParameterDeclaration("path", .text, "the file", role: .output),
    ],
    result: .none,
    examples: [.init(temporary("write_text") + "write_text(\"да\", path)\nexists(path)", "true")],
    details: "A file of the name is replaced, all at once: nobody sees a half-written one."
  ) { call in
    try AtomicFile.write(try call.outputPath(1), text: try call.text(0))
    return .none
  }

  static let makeFolder = LibraryFunction(
    "make_folder", .files, "makes a folder, with the folders that lead to it", [path],
    result: .none,
    examples: [
      .init(
        "let folder = path_join(temporary_folder(), \"tl-make_folder\", \"inner\")\nmake_folder(folder)\n"
          + "exists(folder)", "true")
    ],
    details: "Nothing happens when it exists."
  ) { call in
    _ = try call.outputFolder(0)
    return .none
  }

  static let removeFile = LibraryFunction(
    "remove_file", .files, "removes a file; never a folder", [path], result: .none,
    examples: [
      .init(
        "let path = path_join(temporary_folder(), \"tl-remove_file.txt\")\nwrite_text(\"\", path)\n"
          + "remove_file(path)\nexists(path)", "false")
    ]
  ) { call in
    let path = try call.outputPath(0)
    if Files.isFolder(path), !Paths.isLink(path) {
      throw call.bad(0, "\"\(path)\" is a folder; only files are removed")
    }
    guard unlink(path) == 0 else {
      if errno == ENOENT { throw TextError.noSuchFile(path: path) }
      throw TextError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    return .none
  }

  static let fileSize = LibraryFunction(
    "file_size", .files, "the bytes of a file", [inputFile], result: .integer,
    examples: [
      .init(temporary("file_size") + "write_text(\"раз\\n\", path)\nfile_size(path) > 0", "true")
    ]
  ) { call in
    let path = try call.path(0)
    var status = stat()
    guard stat(path, &status) == 0 else { throw Files.unreadable(path, errno) }
    return .integer(Int(status.st_size))
  }

  static let currentFolder = LibraryFunction(
    "current_folder", .files, "the folder that relative paths begin at", [], result: .text,
    examples: [.init("starts_with(current_folder(), \"/\")", "true")]
  ) { call in
    guard let buffer = getcwd(nil, 0) else {
      throw TextError.unreadable(path: ".", reason: String(cString: strerror(errno)))
    }
    defer { free(buffer) }
    return .text(String(cString: buffer))
  }

  static let temporaryFolder = LibraryFunction(
    "temporary_folder", .files, "the system's folder for files of a short life", [],
    result: .text, examples: [.init("exists(temporary_folder())", "true")]
  ) { _ in
    if let path = getenv("TMPDIR"), path.pointee != 0 {
      let text = String(cString: path)
      return .text(text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text)
    }
    return .text("/tmp")
  }

  static let environment = LibraryFunction(
    "environment", .files, "the value of an environment variable, or none",
    [ParameterDeclaration("name", .text, "the variable's name")],
    result: [.text, .none], inferred: { _ in Kind([.text, .none]) },
    examples: [.init("environment(\"TL_NO_SUCH_VARIABLE\") == none", "true")]
  ) { call in getenv(try call.text(0)).map { .text(String(cString: $0)) } ?? .none }
}

enum Paths {
  static func joined(_ parts: [String]) -> String {
    var result = ""
    for part in parts where !part.isEmpty && part != "." || parts.count == 1 {
      if result.isEmpty || part.hasPrefix("/") {
        result = part
      } else {
        result += (result.hasSuffix("/") ? "" : "/") + part
      }
    }
    return result
  }

  static func name(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  /// What follows the last dot, unless the name begins with it.
  static func suffix(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }

  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}

extension Arguments {
  /// A path: a text that is not empty and has no byte 0.
  func path(_ index: Int) throws -> String {
    let path = try text(index)
    if path.isEmpty { throw bad(index, "the path is empty") }
    if path.utf8.contains(0) { throw bad(index, "the path has a character \\0 in it") }
    return path
  }

  /// The path of a folder, which is made where there is none, with those that lead to it.
  func outputFolder(_ index: Int) throws -> String {
    let path = try outputPath(index)
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      built += (built.isEmpty || built.hasSuffix("/") ? "" : "/") + part
      if Files.isFolder(built) { continue }
      if mkdir(built, 0o777) != 0, errno != EEXIST || !Files.isFolder(built) {
        throw TextError.unwritable(path: built, reason: String(cString: strerror(errno)))
      }
    }
    return path
  }

  /// A path of a file that is written or removed.
  func outputPath(_ index: Int) throws -> String {
    let path = try path(index)
    guard machine.mayWrite else {
      throw TextError.unwritable(path: path, reason: "this session may not write files")
    }
    return path
  }
}
