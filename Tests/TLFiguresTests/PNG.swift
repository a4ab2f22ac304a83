// As much of PNG as is needed to see whether a picture shows something: 8 bits, no interlacing, and
// an inflate by the table-free method of RFC 1951.

struct PNG {
  struct Bad: Error { let reason: String }

  let width: Int
  let height: Int
  private let pixels: [UInt32]

  init(_ bytes: [UInt8]) throws {
    var index = 8
    var (width, height, channels) = (0, 0, 0)
    var compressed: [UInt8] = []
    while index + 8 <= bytes.count {
      let count = Self.number(bytes, index)
      let name = String(decoding: bytes[(index + 4)..<(index + 8)], as: UTF8.self)
      let body = index + 8
      guard body + count + 4 <= bytes.count else { throw Bad(reason: "cut off") }
      switch name {
      case "IHDR":
        width = Self.number(bytes, body)
        height = Self.number(bytes, body + 4)
        channels = [2: 3, 6: 4, 0: 1][bytes[body + 9]] ?? 0
        guard bytes[body + 8] == 8, channels > 0, bytes[body + 12] == 0 else {
          throw Bad(reason: "kind \(bytes[body + 9])")
        }
      case "IDAT": compressed += bytes[body..<(body + count)]
      default: break
      }
      index = body + count + 4
    }
    var inflate = Inflate(Array(compressed.dropFirst(2)))
    var raw = try inflate.all()
    let stride = width * channels
    guard raw.count >= (stride + 1) * height else { throw Bad(reason: "too few bytes") }
    var pixels: [UInt32] = []
    for row in 0..<height {
      let start = row * (stride + 1) + 1
      let filter = raw[start - 1]
      for column in 0..<stride {
        let left = column >= channels ? Int(raw[start + column - channels]) : 0
        let up = row > 0 ? Int(raw[start + column - stride - 1]) : 0
        let corner =
          row > 0 && column >= channels ? Int(raw[start + column - stride - 1 - channels]) : 0
        var guess = 0
        switch filter {
        case 1: guess = left
        case 2: guess = up
        case 3: guess = (left + up) / 2
        case 4:
          let sum = left + up - corner
          let (a, b, c) = (abs(sum - left), abs(sum - up), abs(sum - corner))
          guess = a <= b && a <= c ? left : b <= c ? up : corner
        default: break
        }
        raw[start + column] = UInt8(truncatingIfNeeded: Int(raw[start + column]) + guess)
      }
      for column in 0..<width {
        var pixel: UInt32 = 0
        for channel in 0..<min(3, channels) {
          pixel = pixel << 8 | UInt32(raw[start + column * channels + channel])
        }
        pixels.append(channels == 1 ? pixel * 0x10101 : pixel)
      }
    }
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  private static func number(_ bytes: [UInt8], _ index: Int) -> Int {
    bytes[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The share of pixels that are not the paper's colour.
  var inkShare: Double {
    Double(pixels.lazy.filter { $0 != 0xFFFFFF }.count) / Double(max(1, pixels.count))
  }

  var colors: Set<UInt32> { Set(pixels) }
}

private struct Inflate {
  private let bytes: [UInt8]
  private var position = 0
  private var output: [UInt8] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func bits(_ count: Int) throws -> Int {
    var value = 0
    for place in 0..<count {
      guard position >> 3 < bytes.count else { throw PNG.Bad(reason: "cut off") }
      value |= Int(bytes[position >> 3] >> UInt8(position & 7) & 1) << place
      position += 1
    }
    return value
  }

  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(_ lengths: [Int]) {
      for length in lengths where length > 0 { counts[length] += 1 }
      for length in 1..<16 {
        symbols += lengths.indices.filter { lengths[$0] == length }
      }
    }
  }

  private mutating func symbol(_ code: Code) throws -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1..<16 {
      value |= try bits(1)
      let count = code.counts[length]
      if value - count < first { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw PNG.Bad(reason: "bad code")
  }

  mutating func all() throws -> [UInt8] {
    while true {
      let isLast = try bits(1) == 1
      switch try bits(2) {
      case 0:
        position = (position + 7) & ~7
        let count = try bits(16)
        _ = try bits(16)
        for _ in 0..<count { output.append(UInt8(try bits(8))) }
      case 1:
        try block(
          Code(
            (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }),
          Code([Int](repeating: 5, count: 30)))
      case 2: try dynamic()
      default: throw PNG.Bad(reason: "bad block")
      }
      if isLast { return output }
    }
  }

  private mutating func dynamic() throws {
    let (literals, distances, lengths) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
    var first = [Int](repeating: 0, count: 19)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for index in 0..<lengths { first[order[index]] = try bits(3) }
    let code = Code(first)
    var all: [Int] = []
    while all.count < literals + distances {
      switch try symbol(code) {
      case 16:
        let last = all.last ?? 0
        all += [Int](repeating: last, count: 3 + (try bits(2)))
      case 17: all += [Int](repeating: 0, count: 3 + (try bits(3)))
      case 18: all += [Int](repeating: 0, count: 11 + (try bits(7)))
      case let length: all.append(length)
      }
    }
    try block(Code(Array(all[..<literals])), Code(Array(all[literals...])))
  }

  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]

  private mutating func block(_ literals: Code, _ distances: Code) throws {
    while true {
      let next = try symbol(literals)
      if next < 256 {
        output.append(UInt8(next))
        continue
      }
      if next == 256 { return }
      let length = Self.lengthBase[next - 257] + (try bits(Self.lengthBits[next - 257]))
      let place = try symbol(distances)
      let distance = Self.distanceBase[place] + (try bits(place < 2 ? 0 : place / 2 - 1))
      guard distance <= output.count else { throw PNG.Bad(reason: "bad distance") }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }
}
