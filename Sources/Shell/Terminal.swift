// What the process finds around it: whether its streams are terminals, what the terminal can show,
// and the locale. Nothing here changes the terminal.

import Glibc

/// Facts about the standard streams, read once.
public struct Terminal: Sendable {
  public let inputIsTerminal: Bool
  public let outputIsTerminal: Bool
  public let errorIsTerminal: Bool
  /// Whether the terminal can move its cursor, which editing and colour need.
  public let isCapable: Bool
  /// Whether the user's locale, or the lack of any, lets UTF-8 be written.
  public let usesUTF8: Bool
  private let allowsColor: Bool

  /// Reads the environment and sets the locale's character type, and no other part of it: a decimal
  /// comma would change how numbers are read.
  public init() {
    inputIsTerminal = isatty(0) == 1
    outputIsTerminal = isatty(1) == 1
    errorIsTerminal = isatty(2) == 1
    let kind = Terminal.environment("TERM") ?? ""
    isCapable = !kind.isEmpty && kind != "dumb"
    allowsColor = isCapable && (Terminal.environment("NO_COLOR") ?? "").isEmpty
    usesUTF8 = Terminal.setCharacterType()
  }

  public var outputUsesColor: Bool { outputIsTerminal && allowsColor }
  public var errorUsesColor: Bool { errorIsTerminal && allowsColor }

  /// The columns of the window now: it can be resized at any time.
  public var width: Int {
    var size = winsize()
    for stream: Int32 in [1, 2, 0]
    where ioctl(stream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return max(Int(size.ws_col), 20)
    }
    return 100
  }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func setCharacterType() -> Bool {
    setlocale(LC_CTYPE, "")
    if String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" { return true }
    // The editor counts characters by the locale, and scripts are UTF-8 whatever it says.
    setlocale(LC_CTYPE, "C.UTF-8")
    return false
  }
}
