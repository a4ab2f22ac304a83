// Facts about the machine that a run is computed on, for the record.

import Glibc
import TLText

public enum MachineFacts {
  /// Host, processor, cores, memory in bytes, system.
  public static let current: JSON = {
    var fields = [JSONField("host", .string(RunOwner.current.host))]
    if let model = field("model name", in: "/proc/cpuinfo") {
      fields.append(JSONField("processor", .string(model)))
    }
    fields.append(JSONField("cores", .int(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))))
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    if pages > 0 && size > 0 { fields.append(JSONField("memory", .int(Int(pages) * Int(size)))) }
    if let name = field("PRETTY_NAME", in: "/etc/os-release", separator: "=") {
      fields.append(JSONField("system", .string(name.filter { $0 != "\"" })))
    }
    if let kernel = try? FileBytes.readText("/proc/sys/kernel/osrelease") {
      fields.append(JSONField("kernel", .string(kernel.filter { $0 != "\n" })))
    }
    return .object(fields)
  }()

  private static func field(
    _ name: String, in path: String, separator: Character = ":"
  ) -> String? {
    guard let text = try? FileBytes.readText(path) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2 { return String(parts[1].drop { $0 == " " }) }
    }
    return nil
  }
}

extension MachineFacts {
  /// The processor's name; `unknown` where the system does not say.
  public static var processor: String { current["processor"]?.string ?? "unknown" }
}
