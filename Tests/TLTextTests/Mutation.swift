import TLTestSupport

extension TestRandom {
  /// Up to four random edits of `bytes`, with a taste for the syntax of `alphabet`.
  mutating func mutate(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &self)
      let byte =
        Bool.random(using: &self)
        ? alphabet.randomElement(using: &self) ?? 0 : UInt8.random(in: 0...255, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes.insert(byte, at: place)
      case 1: if !bytes.isEmpty { bytes.remove(at: place) }
      case 2: if !bytes.isEmpty { bytes[place] = byte }
      case 3: bytes = Array(bytes[..<place])
      default:
        let end = min(bytes.count, place + Int.random(in: 0...8, using: &self))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return bytes
  }
}
