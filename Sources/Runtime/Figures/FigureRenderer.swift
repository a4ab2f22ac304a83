// FigureRenderer: has gnuplot draw a figure. gnuplot writes into a file without a name and in a
// session of its own; it is ended when the caller stops or when it takes too long.

import CGnuplot
import Glibc

public struct FigureRenderer: Sendable {
  /// The absolute path of gnuplot.
  public let program: String
  /// Seconds that a drawing may take.
  public var limit: Double

  /// The gnuplot of PATH. Throws `noGnuplot`.
  public init(limit: Double = 120) throws(FigureError) {
    guard let found = FigureRenderer.found else { throw .noGnuplot }
    self.init(program: found, limit: limit)
  }

  public init(program: String, limit: Double = 120) {
    self.program = program
    self.limit = limit
  }

  /// The first gnuplot in PATH that can be run; folders that are not absolute do not count.
  public static var found: String? {
    guard let path = getenv("PATH") else { return nil }
    for folder in String(cString: path).split(separator: ":") where folder.hasPrefix("/") {
      let candidate = "\(folder)/gnuplot"
      var status = stat()
      if stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        access(candidate, X_OK) == 0
      {
        return candidate
      }
    }
    return nil
  }

  /// The picture's bytes. Throws `notStarted`, `failed`, `tooSlow`, `cancelled`.
  public func draw(
    _ figure: Figure, _ canvas: Canvas, isCancelled: () -> Bool = { false }
  ) throws(FigureError) -> [UInt8] {
    var script = figure.script(canvas)
    switch canvas {
    case .pdf, .png, .sixel: script = FigureRenderer.withKnownCharacters(script)
    case .svg, .text: break
    }
    var bytes = try run(script, isCancelled: isCancelled)
    switch canvas {
    case .pdf: try check(bytes, begin: "%PDF-")
    case .png: try check(bytes, begin: "\u{89}PNG")
    case .sixel: try check(bytes, begin: "\u{1B}P")
    case .svg(let size):
      try check(bytes, begin: "<?xml")
      bytes = FigureRenderer.inMillimetres(bytes, size)
      // gnuplot takes the weight for a part of the family's name.
      bytes = Array(
        String(decoding: bytes, as: UTF8.self).replacing(
          "font-family=\"\(HouseStyle.family):Bold\"",
          with: "font-family=\"\(HouseStyle.family)\" font-weight=\"bold\""
        ).replacing(
          "font-family=\"\(HouseStyle.family)\"",
          with: "font-family=\"\(HouseStyle.family), sans-serif\""
        ).utf8)
    case .text: if bytes.isEmpty { throw .failed(reason: "no output") }
    }
    return bytes
  }

  private func check(_ bytes: [UInt8], begin: String) throws(FigureError) {
    let expected = begin.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    guard bytes.starts(with: expected) else {
      throw .failed(reason: bytes.isEmpty ? "no output" : "its output is of another format")
    }
  }

  /// The script with a box in place of each character that no font has: gnuplot's library would draw
  /// a sign of its own that can cover the whole picture.
  static func withKnownCharacters(_ script: String) -> String {
    // Latin, Greek, Cyrillic, punctuation, arrows and signs are in every font of the house.
    func isSafe(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x530 || (0x2000...0x22FF).contains(scalar.value)
    }
    if script.unicodeScalars.allSatisfy(isSafe) { return script }
    var known: [UInt32: Bool] = [:]
    var result = String.UnicodeScalarView()
    for scalar in script.unicodeScalars {
      if isSafe(scalar) {
        result.append(scalar)
        continue
      }
      let isKnown = known[scalar.value] ?? (tl_font_has(scalar.value) != 0)
      known[scalar.value] = isKnown
      if isKnown {
        result.append(scalar)
      } else if !scalar.properties.isDefaultIgnorableCodePoint {
        result.append("□")
      }
    }
    return String(result)
  }

  /// The size in the head of an SVG in place of units that mean nothing on paper.
  static func inMillimetres(_ bytes: [UInt8], _ size: FigureSize) -> [UInt8] {
    guard let start = bytes.prefix(2_000).firstRange(of: Array("<svg".utf8))?.lowerBound,
      let stop = bytes[start...].firstIndex(of: UInt8(ascii: ">"))
    else { return bytes }
    var tag = String(decoding: bytes[start...stop], as: UTF8.self)
    for (name, value) in [("width", size.width), ("height", size.height)] {
      guard let at = tag.firstRange(of: " \(name)=\""),
        let close = tag[at.upperBound...].firstIndex(of: "\"")
      else { return bytes }
      tag.replaceSubrange(at.upperBound..<close, with: "\(Decimals.fixed(value, 2))mm")
    }
    return bytes[..<start] + Array(tag.utf8) + bytes[(stop + 1)...]
  }

  /// What gnuplot writes for a script.
  func run(_ script: String, isCancelled: () -> Bool) throws(FigureError) -> [UInt8] {
    let output = tl_gnuplot_file()
    let errors = tl_gnuplot_file()
    defer {
      if output >= 0 { close(output) }
      if errors >= 0 { close(errors) }
    }
    guard output >= 0, errors >= 0 else {
      throw .notStarted(program: program, reason: String(cString: strerror(errno)))
    }
    var detail: Int32 = 0
    let bytes = Array(script.utf8)
    let result = withoutActuallyEscaping(isCancelled) { isCancelled -> Int32 in
      var asked = isCancelled
      return withUnsafeMutablePointer(to: &asked) { context in
        bytes.withUnsafeBytes { buffer in
          tl_gnuplot_run(
            program, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, output,
            errors, limit,
            { context in
              let asked = context?.assumingMemoryBound(to: (() -> Bool).self)
              return asked?.pointee() == true ? 1 : 0
            }, context, &detail)
        }
      }
    }
    switch Int(result) {
    case Int(TL_GNUPLOT_NOT_STARTED):
      throw .notStarted(program: program, reason: String(cString: strerror(detail)))
    case Int(TL_GNUPLOT_STOPPED): throw .cancelled
    case Int(TL_GNUPLOT_TOO_SLOW): throw .tooSlow(seconds: limit)
    default: break
    }
    if detail != 0 {
      let said = FigureRenderer.reason(FigureRenderer.content(of: errors))
      let end = detail < 0 ? "signal \(-detail)" : "exit status \(detail)"
      throw .failed(reason: said.isEmpty ? "it ended with \(end)" : "\(said) (\(end))")
    }
    return FigureRenderer.content(of: output)
  }

  /// The last thing that gnuplot said, on one line.
  private static func reason(_ bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes.suffix(4_000), as: UTF8.self).split(separator: "\n")
    let said = lines.map { GnuplotScript.plain(String($0), limit: 200) }
      .map { String($0.drop { $0 == " " }) }
    return said.last { !$0.isEmpty && !$0.hasPrefix("^") } ?? ""
  }

  private static func content(of file: Int32) -> [UInt8] {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_size > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count, let base = buffer.baseAddress {
        let step = pread(file, base + count, buffer.count - count, off_t(count))
        if step < 0, errno == EINTR { continue }
        if step <= 0 { break }
        count += step
      }
    }
  }
}
