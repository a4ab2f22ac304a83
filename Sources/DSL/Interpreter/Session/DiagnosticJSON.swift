// Diagnostics as JSON for editors: an array of objects with `id`, `severity`, `message`, `file`,
// `range`, `notes` and `suggestion`. Lines and columns count from 1, columns in characters;
// `offset` counts UTF-8 bytes from 0.

import TLSyntax

public enum DiagnosticJSON {
  public static func render(_ diagnostics: [Diagnostic]) -> String {
    if diagnostics.isEmpty { return "[]\n" }
    return "[\n" + diagnostics.map { "  " + object($0) }.joined(separator: ",\n") + "\n]\n"
  }

  private static func object(_ diagnostic: Diagnostic) -> String {
    let notes = diagnostic.notes.map { note -> String in
      var fields = ["\"message\": \(quoted(note.message))"]
      if let source = note.source, let span = note.span {
        fields.append("\"file\": \(quoted(source.name))")
        fields.append("\"range\": \(range(source, span))")
      }
      return "{\(fields.joined(separator: ", "))}"
    }
    var suggestion = "null"
    if let found = diagnostic.suggestion {
      suggestion =
        "{\"message\": \(quoted(found.message)), "
        + "\"replacement\": \(found.replacement.map(quoted) ?? "null"), "
        + "\"range\": \(range(diagnostic.source, found.span))}"
    }
    return
      "{\"id\": \(quoted(diagnostic.rule.id)), "
      + "\"severity\": \"\(diagnostic.severity.rawValue)\", "
      + "\"message\": \(quoted(diagnostic.message)), "
      + "\"file\": \(quoted(diagnostic.source.name)), "
      + "\"range\": \(range(diagnostic.source, diagnostic.span)), "
      + "\"notes\": [\(notes.joined(separator: ", "))], \"suggestion\": \(suggestion)}"
  }

  private static func range(_ source: Source, _ span: Span) -> String {
    "{\"start\": \(position(source, span.start)), \"end\": \(position(source, span.end))}"
  }

  private static func position(_ source: Source, _ offset: Int) -> String {
    let place = source.location(of: offset)
    return "{\"line\": \(place.line), \"column\": \(place.column), \"offset\": \(offset)}"
  }

  /// A text as a JSON string (RFC 8259).
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let code = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
