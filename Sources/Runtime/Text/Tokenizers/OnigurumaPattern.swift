// The regular expressions of `tokenizer.json`. The reference library reads them with Oniguruma, here
// they are read with PCRE2: what the two read differently is written anew. Only what stands in
// expressions of tokenizers is covered; a set cut with `&&` is refused.

/// An expression of Oniguruma's on its way to PCRE2.
struct OnigurumaPattern {
  /// Throws for an expression that cannot be read, naming it.
  static func compiled(_ source: String) throws(TokenizerError) -> Pattern {
    var reader = OnigurumaPattern(source)
    let translation = try reader.translation()
    do {
      // `^` and `$` stand at every line.
      return try Pattern(translation, options: .multiline)
    } catch {
      throw TokenizerError("a regular expression that cannot be compiled: \(error)")
    }
  }

  // `\w` takes marks, and no fractions but those of Latin-1, which are in no set.
  private static let word =
    #"\p{L}\p{M}\p{Nl}\p{Nd}\p{Pc}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}"#
    + #"\x{1F170}-\x{1F189}"#
  private static let fractions = #"\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE}"#
  private static let hexadecimal = "0-9a-fA-F"
  // What newer versions of Unicode have added.
  private static let alphabetic =
    #"\p{Alphabetic}\x{363}-\x{36F}\x{C04}\x{F82}\x{F83}\x{1DD3}-\x{1DE6}"#
    + #"\x{11080}\x{11081}"#
  private static let bracketed = [
    "alnum": alphabetic + #"\p{Nd}"#, "alpha": alphabetic, "ascii": #"\x{0}-\x{7F}"#,
    "blank": #"\t\p{Zs}"#, "cntrl": #"\p{Cc}"#, "digit": #"\p{Nd}"#,
    "graph": #"[:graph:]\x{61C}\x{180E}\x{2066}-\x{2069}"#,
    "lower": #"\p{Lowercase}\x{10FC}\x{A7F2}-\x{A7F4}\x{AB69}"#,
    "print": #"[:print:]\x{61C}\x{2066}-\x{2069}"#, "punct": #"\p{P}\p{S}"#,
    "space": #"\t-\r\x{85}\p{Z}"#, "upper": #"\p{Uppercase}"#, "word": word,
    "xdigit": hexadecimal,
  ]

  private let source: String
  private let scalars: [Unicode.Scalar]
  private var position = 0

  private init(_ source: String) {
    self.source = source
    scalars = Array(source.unicodeScalars)
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private mutating func next() -> Unicode.Scalar? {
    guard let scalar = peek() else { return nil }
    position += 1
    return scalar
  }

  private mutating func translation() throws(TokenizerError) -> String {
    var result = ""
    while let scalar = next() {
      switch scalar {
      case "\\": result += escape()
      case "[": result += try set(depth: 1).expression
      case "(" where peek() == "?": result += "(" + group()
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What a backslash outside a set stands before.
  private mutating func escape() -> String {
    let word = Self.word + Self.fractions
    return switch next() {
    case nil: "\\"
    case "w": "[\(word)]"
    case "W": "[^\(word)]"
    case "b": "(?:(?<=[\(word)])(?![\(word)])|(?<![\(word)])(?=[\(word)]))"
    case "B": "(?:(?<=[\(word)])(?=[\(word)])|(?<![\(word)])(?![\(word)]))"
    case "h": "[\(Self.hexadecimal)]"
    case "H": "[^\(Self.hexadecimal)]"
    case let scalar?: scalar == "p" || scalar == "P" ? property(scalar) : "\\\(scalar)"
    }
  }

  /// `\p{Han}` is the script; PCRE2 would add what several scripts share.
  private mutating func property(_ letter: Unicode.Scalar) -> String {
    guard peek() == "{", let end = scalars[position...].firstIndex(of: "}") else {
      return "\\\(letter)"
    }
    let isNegated = peek(1) == "^"
    var name = ""
    name.unicodeScalars.append(contentsOf: scalars[(position + (isNegated ? 2 : 1))..<end])
    let script = "\\\(letter){\(isNegated ? "^" : "")sc:\(name)}"
    guard name.unicodeScalars.count > 2, (try? Pattern(script)) != nil else {
      return "\\\(letter)"
    }
    position = end + 1
    return script
  }

  /// What follows the bracket of `(?…`: a comment is left out, and of options `m` is PCRE2's `s`.
  private mutating func group() -> String {
    let end = scalars[position...].firstIndex { $0 == ")" || $0 == ":" } ?? scalars.count
    if peek(1) == "#" {
      while let scalar = next(), scalar != ")" {}
      return "?:)"
    }
    let options = scalars[position..<end].dropFirst()
    guard options.allSatisfy({ "imx-".unicodeScalars.contains($0) }) else { return "" }
    position = end
    return "?" + options.map { $0 == "m" ? "s" : String($0) }.joined()
  }

  /// A set: its members, and sets of which it has all but the members.
  private struct ScalarSet {
    var members = ""
    var complements: [String] = []
    var isNegated = false

    var expression: String {
      if complements.isEmpty { return "[\(isNegated ? "^" : "")\(members)]" }
      let parts = (members.isEmpty ? [] : ["[\(members)]"]) + complements.map { "[^\($0)]" }
      let union = parts.joined(separator: "|")
      return isNegated ? "(?:(?!\(union))(?s:.))" : "(?:\(union))"
    }

    mutating func add(_ members: String, isNegated: Bool) {
      if isNegated { complements.append(members) } else { self.members += members }
    }
  }

  /// The set whose bracket was read.
  private mutating func set(depth: Int) throws(TokenizerError) -> ScalarSet {
    guard depth < 50 else { throw fault("nests sets more than 50 deep") }
    var set = ScalarSet()
    if peek() == "^" {
      set.isNegated = true
      position += 1
    }
    let start = position
    // A hyphen beside a set within the set makes no range.
    var followsSet = false
    while let scalar = next() {
      let isFirst = position == start + 1
      let followedSet = followsSet
      followsSet = false
      switch scalar {
      case "]" where !isFirst: return set
      case "]": set.members += "\\]"
      case "&" where peek() == "&": throw fault("cuts sets with &&; list what is in both")
      case "-" where peek() == "[" && !isFirst && !followedSet:
        throw fault("has a hyphen before a set; write \\- at the end")
      case "-" where followedSet || isFirst: set.members += "\\-"
      case "[":
        followsSet = true
        if let (name, isNegated) = bracketedName() {
          guard let members = Self.bracketed[name] else {
            throw fault("has the unknown set [:\(name):]")
          }
          set.add(members, isNegated: isNegated)
          continue
        }
        let inner = try self.set(depth: depth + 1)
        if inner.isNegated, !inner.complements.isEmpty {
          throw fault("has a negated set within a negated set; list what is meant")
        }
        set.add(inner.members, isNegated: inner.isNegated)
        set.complements += inner.complements
      case "\\":
        switch next() {
        case nil: break
        case "w": set.members += Self.word
        case "h": set.members += Self.hexadecimal
        case "W": set.add(Self.word, isNegated: true)
        case "H": set.add(Self.hexadecimal, isNegated: true)
        case let scalar?:
          set.members += scalar == "p" || scalar == "P" ? property(scalar) : "\\\(scalar)"
        }
      default: set.members.unicodeScalars.append(scalar)
      }
    }
    throw fault("has a set that is not closed")
  }

  /// The name in `[:name:]` or `[:^name:]`, read up to its end; nil for a set that begins with a colon.
  private mutating func bracketedName() -> (name: String, isNegated: Bool)? {
    guard peek() == ":" else { return nil }
    let isNegated = peek(1) == "^"
    var end = position + (isNegated ? 2 : 1)
    var name = ""
    while end < scalars.count, scalars[end].properties.isAlphabetic {
      name.unicodeScalars.append(scalars[end])
      end += 1
    }
    guard end + 1 < scalars.count, scalars[end] == ":", scalars[end + 1] == "]" else { return nil }
    position = end + 2
    return (name, isNegated)
  }

  private func fault(_ message: String) -> TokenizerError {
    let shown = source.prefix(200) + (source.count > 200 ? "…" : "")
    return TokenizerError("the regular expression `\(shown)` \(message)")
  }
}
