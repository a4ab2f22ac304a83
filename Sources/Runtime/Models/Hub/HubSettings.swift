import Glibc

/// Where donors are kept and fetched from: the variables of the Hugging Face libraries.
public struct HubSettings: Sendable {
  /// `HF_ENDPOINT`, without a slash at the end.
  public var endpoint: String
  /// `HF_HUB_CACHE`, or `hub` in `HF_HOME`, or in `~/.cache/huggingface`.
  public var cache: String
  /// `HF_TOKEN`, or the content of `HF_TOKEN_PATH` or of `token` in `HF_HOME`.
  public var token: String?
  /// `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE` is 1, on, yes or true.
  public var isOffline: Bool
  /// Attempts per file without any progress before giving up.
  public var attempts = 5
  /// Seconds before the second attempt; doubled for each further one.
  public var firstDelay = 1.0
  /// A transfer without a byte for so many seconds is broken off and resumed.
  public var stallSeconds = 30

  public static let officialEndpoint = "https://huggingface.co"

  public init(endpoint: String, cache: String, token: String? = nil, isOffline: Bool = false) {
    self.endpoint = endpoint
    self.cache = cache
    self.token = token
    self.isOffline = isOffline
  }

  /// The settings of an environment.
  public init(environment: [String: String]) {
    func value(_ names: String...) -> String? {
      for name in names { if let text = environment[name], !text.isEmpty { return text } }
      return nil
    }
    func isOn(_ name: String) -> Bool {
      ["1", "on", "yes", "true"].contains(value(name)?.lowercased() ?? "")
    }
    func expand(_ path: String) -> String {
      HubSettings.expandTilde(path, home: environment["HOME"] ?? "")
    }
    let general = value("XDG_CACHE_HOME") ?? "~/.cache"
    let home = expand(value("HF_HOME") ?? general + "/huggingface")
    cache = expand(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? home + "/hub")
    var address = value("HF_ENDPOINT") ?? HubSettings.officialEndpoint
    while address.hasSuffix("/") { address.removeLast() }
    endpoint = address
    isOffline = isOn("HF_HUB_OFFLINE") || isOn("TRANSFORMERS_OFFLINE")
    token =
      value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
      ?? HubSettings.firstLine(of: expand(value("HF_TOKEN_PATH") ?? home + "/token"))
  }

  /// The settings of this process.
  public static var current: HubSettings {
    var environment: [String: String] = [:]
    let names = [
      "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME", "HF_ENDPOINT",
      "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN",
      "HF_TOKEN_PATH",
    ]
    for name in names { environment[name] = getenv(name).map { String(cString: $0) } }
    return HubSettings(environment: environment)
  }

  /// The user's home folder, "" if the environment has none.
  static var homeFolder: String { getenv("HOME").map { String(cString: $0) } ?? "" }

  static func expandTilde(_ path: String, home: String) -> String {
    path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
  }

  /// The first line of a small file without blanks around it; nil if there is none.
  static func firstLine(of path: String) -> String? {
    guard let file = try? MappedFile(path: path), file.count < 65536 else { return nil }
    let line = file.bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    let text = String(decoding: line, as: UTF8.self).filter { $0 != " " && $0 != "\t" }
    return text.isEmpty ? nil : text
  }
}
