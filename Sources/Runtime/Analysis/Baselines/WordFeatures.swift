// What a tagger without a neural net sees of a word: itself, its endings and beginnings, its shape,
// and its neighbours. The usual set for entities (Tjong Kim Sang and De Meulder 2003; Lample et al.
// 2016 compare with such taggers).

import TLText

struct WordFeatures {
  private var table = TermTable()
  private var isFixed = false
  private var bytes: [UInt8] = []

  /// How many features are known.
  var count: Int { table.count }

  /// Numbers of the features of each word, in rising order; while features are learned each new one
  /// gets a number, later it is left out.
  mutating func rows(_ sentences: [[String]], learns: Bool) -> [[Int32]] {
    isFixed = !learns
    var rows: [[Int32]] = []
    for words in sentences {
      let parts = words.map(Parts.init)
      for place in words.indices { rows.append(row(parts, place)) }
    }
    return rows
  }

  private mutating func row(_ words: [Parts], _ place: Int) -> [Int32] {
    var row: [Int32] = []
    let word = words[place]
    add("1", [], to: &row)
    add("w", [word.lower], to: &row)
    add("s", [word.shape], to: &row)
    add("k", [word.kind], to: &row)
    let letters = word.letters
    for length in 1...4 where length < letters.count {
      add("e", [Array(String(String.UnicodeScalarView(letters.suffix(length))).utf8)], to: &row)
      add("b", [Array(String(String.UnicodeScalarView(letters.prefix(length))).utf8)], to: &row)
    }
    for distance in [-2, -1, 1, 2] {
      let name = distance < 0 ? (distance == -1 ? "p" : "P") : (distance == 1 ? "n" : "N")
      guard words.indices.contains(place + distance) else {
        if abs(distance) == 1 { add(name + "0", [], to: &row) }
        continue
      }
      let other = words[place + distance]
      add(name + "w", [other.lower], to: &row)
      if abs(distance) == 2 { continue }
      add(name + "k", [other.kind], to: &row)
      add(name + "e", [other.ending], to: &row)
      add(
        name + "2", distance < 0 ? [other.lower, word.lower] : [word.lower, other.lower], to: &row)
      add(name + "K", [word.kind, other.kind], to: &row)
    }
    return row.sorted()
  }

  private mutating func add(_ name: String, _ values: [[UInt8]], to row: inout [Int32]) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: name.utf8)
    for value in values {
      bytes.append(0x20)
      bytes += value
    }
    let number = bytes.withUnsafeBufferPointer { term in
      let hash = TermTable.hash(term)
      return isFixed ? table.number(of: term, hash: hash) : table.add(term, hash: hash)
    }
    if number >= 0 { row.append(Int32(number)) }
  }

  /// What is looked at of one word.
  private struct Parts {
    let letters: [Unicode.Scalar]
    let lower: [UInt8]
    let ending: [UInt8]
    /// `Xx-9`: classes of the characters, a run as one.
    let kind: [UInt8]
    /// The same with runs of up to four.
    let shape: [UInt8]

    init(_ word: String) {
      let lowered = word.lowercased()
      letters = Array(lowered.unicodeScalars)
      lower = Array(lowered.utf8)
      ending = Array(String(String.UnicodeScalarView(letters.suffix(3))).utf8)
      var shape: [UInt8] = []
      var kind: [UInt8] = []
      var run = 0
      for scalar in word.unicodeScalars {
        let letter = Self.letter(scalar)
        run = letter == shape.last ? run + 1 : 1
        if run == 1 { kind.append(letter) }
        if run <= 4 { shape.append(letter) }
      }
      self.shape = shape
      self.kind = kind
    }

    private static func letter(_ scalar: Unicode.Scalar) -> UInt8 {
      if scalar.properties.isUppercase { return UInt8(ascii: "X") }
      if scalar.properties.isAlphabetic { return UInt8(ascii: "x") }
      if scalar.properties.numericType != nil { return UInt8(ascii: "9") }
      return scalar.isASCII ? UInt8(scalar.value & 0x7F) : UInt8(ascii: "?")
    }
  }
}
