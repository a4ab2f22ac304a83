// TextPicture: what gnuplot's terminal of characters has drawn, made readable. gnuplot draws every line
// with the same few ASCII characters, and only their colours tell what they belong to. So every role
// has a colour of its own, and here it becomes a character of its own: without colour in the
// terminal nothing is lost.

import TLText

/// Colours that stand for roles; each is one cell of the 6 × 6 × 6 cube that gnuplot rounds to.
enum TextColors {
  static let border = rgb(0, 1, 0)
  static let mark = rgb(0, 1, 1)
  static let guide = rgb(1, 0, 1)

  static let borderCode = code(0, 1, 0)
  static let markCode = code(0, 1, 1)
  static let guideCode = code(1, 0, 1)

  /// The area of a series.
  static func fill(_ series: Int) -> String {
    let (r, g, b) = fills[series % fills.count]
    return rgb(r, g, b)
  }

  /// The series whose area has the colour.
  static func filled(_ code: Int) -> Int? {
    fills.firstIndex { self.code($0.0, $0.1, $0.2) == code }
  }

  /// The series whose line has the colour.
  static func drawn(_ code: Int) -> Int? { lineCodes.firstIndex(of: code) }

  private static let fills = [
    (5, 0, 0), (5, 0, 1), (5, 0, 2), (5, 0, 3), (5, 0, 4), (5, 0, 5), (5, 1, 5), (5, 1, 4),
  ]

  /// What gnuplot makes of the colours of the house.
  static let lineCodes: [Int] = HouseStyle.colors.map { color in
    let value = Int(color.dropFirst(), radix: 16) ?? 0
    let (r, g, b) = (value >> 16, value >> 8 & 255, value & 255)
    // Greys have a ramp of their own.
    if r == g, g == b { return 232 + r * 24 / 256 }
    return code(r * 6 / 256, g * 6 / 256, b * 6 / 256)
  }

  private static func code(_ r: Int, _ g: Int, _ b: Int) -> Int { 16 + 36 * r + 6 * g + b }

  private static func rgb(_ r: Int, _ g: Int, _ b: Int) -> String {
    "#"
      + [r, g, b].map { level in
        let text = String(level * 43 + 21, radix: 16, uppercase: true)
        return text.count < 2 ? "0" + text : text
      }.joined()
  }
}

/// A figure in characters.
public struct TextPicture: Sendable {
  private struct Cell {
    var character: Character
    /// 0: the colour of text.
    var code: Int
  }

  private var lines: [[Cell]] = []

  /// Reads what gnuplot's `dumb` terminal has written with `ansi256`.
  public init(_ bytes: [UInt8]) {
    var code = 0
    var line: [Cell] = []
    let text = Array(String(decoding: bytes, as: UTF8.self))
    var index = 0
    while index < text.count {
      let character = text[index]
      index += 1
      switch character {
      case "\u{0C}", "\r": continue
      case "\n", "\r\n":
        lines.append(line)
        line = []
      case "\u{1B}":
        guard index < text.count, text[index] == "[" else { continue }
        index += 1
        var parameters = ""
        while index < text.count, !text[index].isLetter {
          parameters.append(text[index])
          index += 1
        }
        index += 1
        let numbers = parameters.split(separator: ";").compactMap { Int($0) }
        code = numbers.count == 3 && numbers[0] == 38 ? numbers[2] : 0
      default: line.append(Cell(character: character, code: code))
      }
    }
    if !line.isEmpty { lines.append(line) }
  }

  private static let lineMarks: [Character] = ["•", "+", "×", "○", "*", "◇", "=", "~"]
  private static let fillMarks: [Character] = ["█", "▒", "▓", "░", "#", "%", "@", "="]
  private static let plainLineMarks: [Character] = ["*", "+", "x", "o", "#", "%", "=", "~"]
  private static let plainFillMarks: [Character] = ["#", ":", "%", ".", "@", "=", "+", "o"]

  /// The picture as lines without blanks at their ends, and without empty lines around it.
  /// - Parameters:
  ///   - usesColor: with escape sequences for the series' colours
  ///   - usesUnicode: otherwise only what was drawn is ASCII; texts stay as they are
  public func rendered(usesColor: Bool, usesUnicode: Bool) -> String {
    var result = lines.indices.map { row -> String in
      var text = ""
      var shown = 0
      var blanks = 0
      // gnuplot gives a cell to what takes two columns; blanks behind it make up for that.
      var owed = 0
      for column in lines[row].indices {
        let cell = lines[row][column]
        if cell.character == " " {
          if owed > 0 { owed -= 1 } else { blanks += 1 }
          continue
        }
        owed += max(0, DisplayWidth.of(String(cell.character)) - 1)
        text += String(repeating: " ", count: blanks)
        blanks = 0
        let (character, color) = look(row, column, usesUnicode)
        if usesColor, color != shown {
          text += color == 0 ? "\u{1B}[39m" : "\u{1B}[38;5;\(color)m"
          shown = color
        }
        text.append(character)
      }
      return text + (shown == 0 ? "" : "\u{1B}[39m")
    }
    while result.last?.isEmpty == true { result.removeLast() }
    return result.drop(while: \.isEmpty).map { $0 + "\n" }.joined()
  }

  /// The character of a cell, and its colour: 0 for that of text.
  private func look(_ row: Int, _ column: Int, _ usesUnicode: Bool) -> (Character, Int) {
    let cell = lines[row][column]
    switch cell.code {
    case 0: return (cell.character, 0)
    case TextColors.borderCode:
      let isLine = usesUnicode && "|-+".contains(cell.character)
      return (isLine ? border(row, column) : cell.character, 0)
    case TextColors.markCode: return (usesUnicode ? "┊" : ":", 0)
    case TextColors.guideCode: return (usesUnicode ? "·" : ".", 0)
    default: break
    }
    if let series = TextColors.filled(cell.code) {
      let marks = usesUnicode ? TextPicture.fillMarks : TextPicture.plainFillMarks
      return (marks[series], TextColors.lineCodes[series])
    }
    if let series = TextColors.drawn(cell.code) {
      let marks = usesUnicode ? TextPicture.lineMarks : TextPicture.plainLineMarks
      return (marks[series], cell.code)
    }
    return (cell.character, 0)
  }

  private func border(_ row: Int, _ column: Int) -> Character {
    func has(_ row: Int, _ column: Int, _ marks: String) -> Bool {
      guard lines.indices.contains(row), lines[row].indices.contains(column) else { return false }
      let cell = lines[row][column]
      return cell.code == TextColors.borderCode && marks.contains(cell.character)
    }
    switch lines[row][column].character {
    case "|": return "│"
    case "-": return "─"
    default:
      let isRight = has(row, column + 1, "-+")
      let isLeft = has(row, column - 1, "-+")
      let isAbove = has(row - 1, column, "|+")
      if isAbove, isRight { return "└" }
      return isRight || isLeft ? "─" : "│"
    }
  }
}
