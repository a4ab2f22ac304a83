// A document of texts, possible line breaks and groups, and its printer: a group stands on one line
// when it fits, else all its own breaks are taken.
// Wadler, A prettier printer (2003), in the strict form of Lindig, Strictly pretty (2000).

enum Layout {
  case text(String)
  /// A space, or a line break when its group is broken.
  case line
  /// Nothing, or a line break when its group is broken.
  case softline
  /// Always a line break.
  case hardline
  /// Always an empty line before the next line break.
  case blank
  /// A comment after code; a line break follows whatever comes next.
  case trailing(String)
  /// A text only when its group is broken.
  case ifBroken(String)
  case indent([Layout])
  /// Indented only when its group is broken.
  case indentIfBroken([Layout])
  case group([Layout], isBroken: Bool)
}

struct LayoutPrinter {
  static let width = 100
  private var output: [UInt8] = []
  private var column = 0
  /// What the current line is indented by once something is written on it.
  private var lineIndentation = 0
  private var owesBreak = false

  private struct Item {
    var indentation: Int
    var isFlat: Bool
    var layout: Layout
  }

  /// The document as UTF-8, without white space at line ends.
  static func print(_ layouts: [Layout]) -> [UInt8] {
    var printer = LayoutPrinter()
    printer.run(layouts)
    return printer.output
  }

  private mutating func run(_ layouts: [Layout]) {
    var stack = layouts.reversed().map { Item(indentation: 0, isFlat: false, layout: $0) }
    while let item = stack.popLast() {
      switch item.layout {
      case .text(let text): write(text, item.indentation)
      case .line:
        if item.isFlat, !owesBreak {
          write(" ", item.indentation)
        } else {
          newLine(item.indentation)
        }
      case .softline: if !item.isFlat || owesBreak { newLine(item.indentation) }
      case .hardline: newLine(item.indentation)
      case .blank: output.append(0x0A)
      case .trailing(let comment):
        if column > 0 { write("  ", item.indentation) }
        write(comment, item.indentation)
        owesBreak = true
      case .ifBroken(let text): if !item.isFlat { write(text, item.indentation) }
      case .indentIfBroken(let layouts) where item.isFlat:
        for layout in layouts.reversed() {
          stack.append(Item(indentation: item.indentation, isFlat: true, layout: layout))
        }
      case .indent(let layouts), .indentIfBroken(let layouts):
        for layout in layouts.reversed() {
          stack.append(
            Item(indentation: item.indentation + 2, isFlat: item.isFlat, layout: layout))
        }
      case .group(let layouts, let isBroken):
        let isFlat = !isBroken && (item.isFlat || fits(layouts, then: stack))
        for layout in layouts.reversed() {
          stack.append(Item(indentation: item.indentation, isFlat: isFlat, layout: layout))
        }
      }
    }
  }

  private mutating func write(_ text: String, _ indentation: Int) {
    if owesBreak {
      newLine(indentation)
      if text == " " { return }
    }
    if column == 0, text != " " {
      output.append(contentsOf: [UInt8](repeating: 0x20, count: lineIndentation))
      column = lineIndentation
    }
    output.append(contentsOf: text.utf8)
    if let lastBreak = text.utf8.lastIndex(of: 0x0A) {
      column = Self.columns(text[text.utf8.index(after: lastBreak)...])
    } else {
      column += Self.columns(text[...])
    }
  }

  private mutating func newLine(_ indentation: Int) {
    owesBreak = false
    while output.last == 0x20 { output.removeLast() }
    output.append(0x0A)
    column = 0
    lineIndentation = indentation
  }

  /// Whether a group, laid flat, and what follows it up to the next break fit in the line.
  private func fits(_ layouts: [Layout], then rest: [Item]) -> Bool {
    var left = Self.width - column
    var restIndex = rest.count
    var stack = layouts.reversed().map { Item(indentation: 0, isFlat: true, layout: $0) }
    while left >= 0 {
      guard let item = stack.popLast() else {
        if restIndex == 0 { return true }
        restIndex -= 1
        stack.append(rest[restIndex])
        continue
      }
      switch item.layout {
      case .text(let text):
        if let lineBreak = text.utf8.firstIndex(of: 0x0A) {
          return Self.columns(text[..<lineBreak]) <= left
        }
        left -= Self.columns(text[...])
      case .line:
        if !item.isFlat { return true }
        left -= 1
      case .softline: if !item.isFlat { return true }
      case .hardline, .blank, .trailing: return true
      case .ifBroken: break
      case .indent(let layouts), .indentIfBroken(let layouts):
        for layout in layouts.reversed() {
          stack.append(Item(indentation: 0, isFlat: item.isFlat, layout: layout))
        }
      case .group(let layouts, let isBroken):
        // What follows may still break: it counts only up to its first possible break.
        let isFlat = !isBroken && item.isFlat
        for layout in layouts.reversed() {
          stack.append(Item(indentation: 0, isFlat: isFlat, layout: layout))
        }
      }
    }
    return false
  }

  /// Display columns: wide East Asian characters and emoji 2, the rest 1.
  private static func columns(_ text: Substring) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
  }

  private static func isWide(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return true
    default: return false
    }
  }
}
