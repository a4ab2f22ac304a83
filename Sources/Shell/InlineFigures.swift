// Values as the terminal shows them. A figure is drawn where the terminal is known to show pictures
// (kitty's protocol, sixel), else in characters; where standard output is no terminal, or one that
// cannot move its cursor, it is a line of text. Nothing is ever asked of the terminal: an answer that
// does not come, or comes late, would be garbage at the prompt.

import Glibc
import TLFigures
import TLInterpreter
import TLText

extension Shell {
  /// Shows the value of a cell.
  func display(_ value: Value, _ cancellation: Cancellation) {
    if let figure = value.asDomain as? FigureObject, terminal.outputIsTerminal, terminal.isCapable {
      draw(figure, cancellation)
      return
    }
    let text = show(value, style)
    if !text.isEmpty { streams.output.write(text + "\n") }
  }

  private func draw(_ object: FigureObject, _ cancellation: Cancellation) {
    let renderer: FigureRenderer
    do {
      renderer = try FigureRenderer(limit: 30)
    } catch {
      streams.output.write(object.display(style) + "\n")
      streams.report("note: \(error)\n")
      return
    }
    do {
      if let image = terminal.images {
        streams.output.write(try picture(object.figure, image, renderer, cancellation))
      } else {
        streams.output.write(try characters(object.figure, renderer, cancellation))
      }
    } catch FigureError.cancelled {
      streams.report("interrupted\n")
    } catch {
      streams.output.write(object.display(style) + "\n")
      streams.report("note: \(error)\n")
    }
  }

  /// The escape sequences of a picture.
  private func picture(
    _ figure: Figure, _ image: TerminalImage, _ renderer: FigureRenderer,
    _ cancellation: Cancellation
  ) throws -> String {
    let size = figure.naturalSize
    // About three quarters of the window, on a screen of 96 dots per inch.
    let (width, height) = terminal.pixels ?? (terminal.width * 9, terminal.height * 18)
    let dpi = min(
      200, 0.8 * Double(width) / size.width * 25.4, 0.75 * Double(height) / size.height * 25.4)
    let canvas: Canvas =
      image == .kitty
      ? .png(size, dpi: max(40, dpi)) : .sixel(size, dpi: max(40, dpi))
    let bytes = try renderer.draw(figure, canvas) { cancellation.isCancelled }
    switch image {
    case .kitty: return TerminalImage.kitty(bytes)
    case .sixel: return String(decoding: bytes, as: UTF8.self) + "\n"
    }
  }

  /// The panels one below the other.
  private func characters(
    _ figure: Figure, _ renderer: FigureRenderer, _ cancellation: Cancellation
  ) throws -> String {
    let columns = min(terminal.width - 1, 160)
    let rows = max(12, min(terminal.height - 3, columns * 2 / 5, 36))
    var text = figure.title.isEmpty ? "" : DisplayWidth.escaped(figure.title) + "\n"
    for panel in figure.panels.flatMap(\.parts) {
      let one = Figure([panel], language: figure.language)
      let bytes = try renderer.draw(one, .text(columns: columns, rows: rows)) {
        cancellation.isCancelled
      }
      text += TextPicture(bytes).rendered(
        usesColor: terminal.outputUsesColor, usesUnicode: terminal.usesUTF8)
    }
    return text
  }
}

extension Terminal {
  /// How the terminal shows pictures, as far as its environment tells for sure: kitty and sixel only
  /// where a variable names a terminal that has them, and never inside tmux or screen.
  var images: TerminalImage? {
    func has(_ name: String) -> Bool { !(Terminal.environment(name) ?? "").isEmpty }
    if let wanted = Terminal.environment("TL_IMAGES") {
      return TerminalImage(rawValue: wanted)
    }
    if has("TMUX") || has("STY") { return nil }
    let kind = Terminal.environment("TERM") ?? ""
    let program = Terminal.environment("TERM_PROGRAM") ?? ""
    if kind.hasPrefix("screen") || kind.hasPrefix("tmux") { return nil }
    if kind == "xterm-kitty" || kind == "xterm-ghostty" || has("KITTY_WINDOW_ID")
      || program == "WezTerm" || program == "ghostty"
    {
      return .kitty
    }
    if kind == "mlterm" || kind.hasPrefix("foot") || kind == "contour" || kind == "yaft-256color" {
      return .sixel
    }
    return nil
  }

  /// The window's size in pixels, where it says so.
  var pixels: (Int, Int)? {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_xpixel > 0, size.ws_ypixel > 0 else {
      return nil
    }
    return (Int(size.ws_xpixel), Int(size.ws_ypixel))
  }

  /// The lines of the window now.
  var height: Int {
    var size = winsize()
    for stream: Int32 in [1, 2, 0]
    where ioctl(stream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 {
      return max(Int(size.ws_row), 8)
    }
    return 24
  }
}
