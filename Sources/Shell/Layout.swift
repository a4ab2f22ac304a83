// `tl fmt`: files laid out in place, each replaced as a whole or not at all.

import Glibc
import TLInterpreter
import TLSyntax

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
    var target = path
    if let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
    }
    var status = stat()
    let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o644
    let temporary = "\(target).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { return String(cString: strerror(errno)) }
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes {
        write(file, $0.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if written < 0, errno == EINTR { continue }
      if written < 0 {
        let reason = String(cString: strerror(errno))
        close(file)
        unlink(temporary)
        return reason
      }
      start += written
    }
    fchmod(file, mode)
    if close(file) != 0 || rename(temporary, target) != 0 {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      return reason
    }
    return nil
  }
}
