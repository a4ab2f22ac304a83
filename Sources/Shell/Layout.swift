// `tl fmt`: files laid out in place, each replaced as a whole or not at all.

import TLInterpreter
import TLSyntax
import TLText

extension Shell {
  /// Lays scripts out.
  /// - Returns: 65 when a script has errors, or when one is laid out otherwise and `onlyChecks`.
  func layOut(paths: [String], onlyChecks: Bool, toOutput: Bool) -> Int32 {
    guard let thread = try? EvaluationThread() else {
      return usageError("the system gave no thread")
    }
    var result = ExitCode.success
    for path in paths {
      let script: Source
      do {
        script = try source(path)
      } catch {
        result = max(result, unreadable(error))
        continue
      }
      switch thread.run({ format(script) }) {
      case .refused(let diagnostics):
        streams.report(renderer.render(diagnostics))
        result = ExitCode.script
      case .formatted(let bytes):
        let isSame = bytes == script.bytes
        if onlyChecks {
          if isSame { continue }
          streams.output.write("\(renderer.visible(script.name))\n")
          result = max(result, ExitCode.script)
        } else if toOutput || path == "-" {
          streams.output.write(String(decoding: bytes, as: UTF8.self))
        } else if !isSame, let reason = Shell.replace(path, with: bytes) {
          streams.report("error: \"\(renderer.visible(path))\" cannot be written: \(reason)\n")
          result = ExitCode.runtime
        }
      }
    }
    return result
  }

  /// Replaces a file's bytes by way of a new file beside it, so that an error leaves the old one.
  /// - Returns: why it failed, or nil.
  static func replace(_ path: String, with bytes: [UInt8]) -> String? {
    do throws(TextError) {
      let file = try AtomicFile(path)
      try file.append(bytes)
      try file.commit()
      return nil
    } catch {
      guard case .unwritable(_, let reason) = error else { return error.description }
      return reason
    }
  }
}
