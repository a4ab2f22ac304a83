// `tl doctor`: what is installed, what is missing, and the command that gets it. It looks libraries
// up as the loader does and programs up in PATH; it changes nothing.

import CEditLine
import Glibc
import TLFigures
import TLInterpreter

extension Shell {
  /// Prints the report; returns 0 also when something is missing.
  func doctor() -> Int32 {
    var report = DoctorReport()
    report.heading("tl")
    report.fact("version", Program.version)
    if let path = realpath("/proc/self/exe", nil) {
      report.fact("program", String(cString: path))
      free(path)
    }
    report.heading("machine")
    Machine.report(&report)
    report.heading("libraries and programs")
    report.fact("libedit", "\(String(cString: tl_editor_version())), built in")
    let facts = DoctorReport.openBLASFacts
    report.library(
      "OpenBLAS", "libopenblas.so.0", facts ?? "",
      package: "libopenblas-dev")
    report.gnuplot()
    report.font()
    report.library("simdjson", "libsimdjson.so.14", "", package: "libsimdjson-dev")
    report.library("PCRE2", "libpcre2-8.so.0", "", package: "libpcre2-dev")
    report.library("SQLite", "libsqlite3.so.0", "", package: "libsqlite3-dev")
    report.library("libcurl", "libcurl.so.4", "", package: "libcurl4-openssl-dev")
    report.heading("terminal")
    report.fact("kind", Terminal.environment("TERM") ?? "none")
    report.fact("window", terminal.outputIsTerminal ? "\(terminal.width) columns" : "no terminal")
    report.fact("colour", terminal.outputUsesColor ? "yes" : "no")
    report.fact("UTF-8", terminal.usesUTF8 ? "yes" : "no: the locale is another")
    if !terminal.usesUTF8 { report.cure("export LC_ALL=C.UTF-8") }
    report.fact("editing", terminal.isCapable ? "yes" : "no: TERM names no capable terminal")
    report.fact(
      "figures",
      terminal.outputIsTerminal && terminal.isCapable
        ? terminal.images.map { "as pictures, by \($0.rawValue)" } ?? "in characters"
        : "as a line of text")
    report.heading("files")
    let history = History()
    report.fact(
      "history",
      history.path.map { history.isWritable ? $0 : "\($0), which cannot be written" }
        ?? "not kept: HOME is not set")
    report.modelCache()
    streams.output.write(report.text)
    return ExitCode.success
  }
}

private struct DoctorReport {
  private(set) var text = ""

  mutating func heading(_ name: String) { text += (text.isEmpty ? "" : "\n") + name + "\n" }

  mutating func fact(_ name: String, _ value: String) {
    text += "  \(Columns.padded(name, to: 14)) \(value)\n"
  }

  mutating func missing(_ name: String, package: String) {
    fact(name, "missing")
    cure("sudo apt-get install -y --no-install-recommends \(package)")
  }

  mutating func cure(_ command: String) {
    text += "  \(Columns.padded("", to: 14)) get it: \(command)\n"
  }

  mutating func library(_ name: String, _ file: String, _ facts: String, package: String) {
    guard let handle = dlopen(file, RTLD_LAZY) else {
      missing(name, package: package)
      return
    }
    dlclose(handle)
    fact(name, facts.isEmpty ? "\(file)" : "\(file), \(facts)")
  }

  /// What OpenBLAS says about itself.
  static var openBLASFacts: String? {
    guard let handle = dlopen("libopenblas.so.0", RTLD_LAZY),
      let configuration = dlsym(handle, "openblas_get_config"),
      let core = dlsym(handle, "openblas_get_corename")
    else { return nil }
    typealias Text = @convention(c) () -> UnsafePointer<CChar>?
    func text(_ symbol: UnsafeMutableRawPointer) -> String {
      guard let bytes = unsafeBitCast(symbol, to: Text.self)() else { return "" }
      return String(cString: bytes)
    }
    let version = text(configuration).split(separator: " ").prefix(2).joined(separator: " ")
    return "\(version), kernels for \(text(core))"
  }

  mutating func program(_ name: String, package: String) {
    let folders = (Terminal.environment("PATH") ?? "").split(separator: ":")
    let candidates = folders.map { folder -> String in "\(folder)/\(name)" }
    guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
      missing(name, package: package)
      return
    }
    fact(name, [path, DoctorReport.output(of: "\(name) --version")].joined(separator: ", "))
  }

  /// gnuplot, and whether it has what figures are drawn with.
  mutating func gnuplot() {
    program("gnuplot", package: "gnuplot-nox")
    guard let renderer = try? FigureRenderer(limit: 20) else { return }
    let probe = Figure([CurvePanel(x: Axis(), y: Axis(), curves: [])])
    for format in Figure.Format.allCases {
      do {
        _ = try renderer.draw(probe, probe.canvas(format))
      } catch {
        fact("", "\(format.rawValue): \(error)")
        cure("sudo apt-get install -y --no-install-recommends gnuplot-nox")
        return
      }
    }
  }

  /// The first line that a command writes.
  private static func output(of command: String) -> String {
    guard let stream = popen("\(command) 2>/dev/null", "r") else { return "" }
    defer { pclose(stream) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 255, stream) != nil else { return "" }
    let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A font with Cyrillic letters, which figures use.
  mutating func font() {
    let folders = ["/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu"]
    if let folder = folders.first(where: { Files.exists($0 + "/DejaVuSans.ttf") }) {
      fact("DejaVu Sans", folder)
    } else {
      missing("DejaVu Sans", package: "fonts-dejavu-core")
    }
  }

  /// Where models downloaded by other tools of the field lie.
  mutating func modelCache() {
    let home = Terminal.environment("HOME") ?? ""
    let folder =
      Terminal.environment("HF_HUB_CACHE") ?? Terminal.environment("HF_HOME").map { $0 + "/hub" }
      ?? home + "/.cache/huggingface/hub"
    let count = (try? Files.list(folder))?.filter { $0.hasPrefix("models--") }.count
    fact(
      "Hugging Face",
      count.map { "\(folder), \($0) \($0 == 1 ? "model" : "models")" }
        ?? "\(folder), not there yet")
  }
}

extension Machine {
  fileprivate static func report(_ report: inout DoctorReport) {
    var model = ""
    var flags: [Substring] = []
    let bytes = (try? Files.contents("/proc/cpuinfo")) ?? []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...]
      if model.isEmpty, line.hasPrefix("model name") { model = REPL.trimmed(String(value)) }
      if flags.isEmpty, line.hasPrefix("flags") || line.hasPrefix("Features") {
        flags = value.split(separator: " ")
      }
    }
    report.fact("processor", model.isEmpty ? "unknown" : model)
    let sets = ["sse4_2", "avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "asimd"]
    report.fact(
      "instructions", sets.filter { flags.contains(Substring($0)) }.joined(separator: " "))
    report.fact("cores", "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))")
    let page = sysconf(Int32(_SC_PAGESIZE))
    let total = (sysconf(Int32(_SC_PHYS_PAGES)) * page) >> 20
    let available = (sysconf(Int32(_SC_AVPHYS_PAGES)) * page) >> 20
    report.fact("memory", "\(total) MB, \(available) MB free")
  }
}
