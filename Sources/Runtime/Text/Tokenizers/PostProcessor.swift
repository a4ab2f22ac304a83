// Stage 4: special tokens around the sequences, type ids, and offsets without the blanks that
// belong to tokens of byte-level models.

/// Tokens of one sequence, or of a part of the result.
struct TokenRun {
  var ids: [Int32] = []
  /// In scalars of the original; empty when places are not tracked.
  var spans: [TokenSpan] = []
  /// Index of the word of each token, -1 for special tokens; empty when places are not tracked.
  var words: [Int32] = []
  /// Blanks at both ends of each token's text, where the processor trims them.
  var blanks: [TokenSpan] = []
  var typeID: Int32 = 0
  var isSpecial = false

  /// Keeps `count` tokens of the left or right end.
  mutating func truncate(to count: Int, fromLeft: Bool) {
    let surplus = ids.count - count
    guard surplus > 0 else { return }
    func cut<T>(_ values: inout [T]) {
      guard !values.isEmpty else { return }
      if fromLeft { values.removeFirst(surplus) } else { values.removeLast(surplus) }
    }
    cut(&ids)
    cut(&spans)
    cut(&words)
    cut(&blanks)
  }
}

/// A special token with its id.
struct NamedToken: Sendable, Equatable {
  var name: String
  var id: Int32
}

/// What a template is made of.
enum TemplatePart: Sendable, Equatable {
  /// The first or the second sequence.
  case sequence(isSecond: Bool, typeID: Int32)
  case special(name: String, typeID: Int32)
}

struct Template: Sendable {
  struct Special: Sendable, Equatable {
    var name: String
    var ids: [Int32]
    var tokens: [String]
  }
  var single: [TemplatePart]
  var pair: [TemplatePart]
  var specials: [Special]

  func special(_ name: String) -> Special? {
    specials.first { $0.name.hasSameBytes(as: name) }
  }

  func addedCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { sum, part in
      guard case .special(let name, _) = part else { return sum }
      return sum + (special(name)?.ids.count ?? 0)
    }
  }
}

/// A post-processor with its settings.
indirect enum PostProcessor: Sendable {
  case sequence([PostProcessor])
  case bert(separator: NamedToken, classifier: NamedToken)
  case roberta(
    separator: NamedToken, classifier: NamedToken, trimOffsets: Bool, addPrefixSpace: Bool)
  case byteLevel(addPrefixSpace: Bool, trimOffsets: Bool, useExpression: Bool)
  case template(Template)

  /// Number of special tokens that will be added.
  func addedCount(isPair: Bool) -> Int {
    switch self {
    case .sequence(let parts): return parts.reduce(0) { $0 + $1.addedCount(isPair: isPair) }
    case .bert: return isPair ? 3 : 2
    case .roberta: return isPair ? 4 : 2
    case .byteLevel: return 0
    case .template(let template): return template.addedCount(isPair: isPair)
    }
  }

  var trimsOffsets: Bool {
    switch self {
    case .sequence(let parts): return parts.contains(where: \.trimsOffsets)
    case .roberta(_, _, let trims, _), .byteLevel(_, let trims, _): return trims
    default: return false
    }
  }

  /// One or two sequences become the runs of the result.
  func apply(to runs: [TokenRun], addSpecialTokens: Bool) -> [TokenRun] {
    var runs = runs
    switch self {
    case .sequence(let parts):
      return parts.reduce(runs) { $1.apply(to: $0, addSpecialTokens: addSpecialTokens) }
    case .byteLevel(let addPrefixSpace, let trims, _):
      if trims {
        for index in runs.indices { runs[index].trim(addPrefixSpace: addPrefixSpace) }
      }
      return runs
    case .bert(let separator, let classifier):
      guard addSpecialTokens else { return runs }
      var result = [TokenRun.special([classifier.id]), runs[0], .special([separator.id])]
      if runs.count > 1 { result += [runs[1], .special([separator.id], typeID: 1)] }
      return result
    case .roberta(let separator, let classifier, let trims, let addPrefixSpace):
      for index in runs.indices {
        if trims { runs[index].trim(addPrefixSpace: addPrefixSpace) }
        runs[index].typeID = 0
      }
      guard addSpecialTokens else { return runs }
      var result = [TokenRun.special([classifier.id]), runs[0], .special([separator.id])]
      if runs.count > 1 {
        result += [.special([separator.id]), runs[1], .special([separator.id])]
      }
      return result
    case .template(let template):
      return (runs.count > 1 ? template.pair : template.single).compactMap { part in
        switch part {
        case .sequence(let isSecond, let typeID):
          guard !isSecond || runs.count > 1 else { return nil }
          var run = runs[isSecond ? 1 : 0]
          run.typeID = typeID
          return run
        case .special(let name, let typeID):
          guard addSpecialTokens, let special = template.special(name) else { return nil }
          return .special(special.ids, typeID: typeID)
        }
      }
    }
  }
}

extension TokenRun {
  static func special(_ ids: [Int32], typeID: Int32 = 0) -> TokenRun {
    TokenRun(ids: ids, typeID: typeID, isSpecial: true)
  }

  /// Takes the blanks of byte-level tokens out of their spans.
  mutating func trim(addPrefixSpace: Bool) {
    guard blanks.count == spans.count else { return }
    for index in spans.indices {
      var (leading, trailing) = (blanks[index].start, blanks[index].end)
      if leading > 0 {
        let isFirst = index == 0 || spans[index].start == 0
        // A single blank before the first word is the one that was added.
        if isFirst, addPrefixSpace, leading == 1 { leading = 0 }
        spans[index].start = min(spans[index].start + leading, spans[index].end)
      }
      if trailing > 0, spans[index].end >= trailing {
        trailing = max(spans[index].end - trailing, spans[index].start)
        spans[index].end = trailing
      }
    }
  }

  /// Blanks at both ends of a token's text, in scalars.
  static func blanks(of token: UnsafeBufferPointer<UInt8>) -> TokenSpan {
    func isBlank(_ scalar: UInt32) -> Bool {
      scalar == ByteAlphabet.space || Normalizer.isWhitespace(scalar)
    }
    var leading: Int32 = 0
    var start = 0
    while start < token.count {
      let (scalar, length) = UTF8Scalar.decode(token, start)
      guard isBlank(scalar) else { break }
      leading += 1
      start += length
    }
    var trailing: Int32 = 0
    var end = token.count
    while end > 0 {
      let before = UTF8Scalar.before(token, end)
      guard isBlank(UTF8Scalar.decode(token, before).scalar) else { break }
      trailing += 1
      end = before
    }
    return TokenSpan(leading, trailing)
  }
}
