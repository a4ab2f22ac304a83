/// The directory of a zip archive of stored (uncompressed) entries, as PyTorch writes them.
///
/// After PKWARE APPNOTE 6.3.10, with zip64. Deliberately strict and small: no compression, no
/// encryption, no archive in parts, no bytes before the first entry. Names are bytes.
struct ZipDirectory {
  struct Entry {
    /// The bytes of the entry in the file.
    let range: Range<Int>
    let crc: UInt32
    /// 0 is stored.
    let method: Int
  }

  private(set) var names: [String] = []
  private var entries: [[UInt8]: Entry] = [:]
  private let file: MappedFile

  func entry(_ name: String) -> Entry? { entries[Array(name.utf8)] }

  /// Whether the file opens like a zip archive.
  static func isPlausible(_ file: MappedFile) -> Bool {
    file.bytes.prefix(2).elementsEqual([0x50, 0x4B])
  }

  init(_ file: MappedFile) throws(CheckpointError) {
    self.file = file
    let end = try findEnd()
    var cursor = end.start
    for number in 0..<end.entryCount {
      cursor = try readEntry(number, at: cursor, directory: end.start..<end.start + end.size)
    }
    guard cursor == end.start + end.size else {
      throw malformed(cursor, "the zip directory has \(end.start + end.size - cursor) spare bytes")
    }
  }

  private func malformed(_ offset: Int, _ problem: String) -> CheckpointError {
    CheckpointError(
      .malformed, file: file.path, offset: offset, problem,
      next: "the file is cut or damaged: fetch it again")
  }

  private func number(_ offset: Int, _ width: Int) throws(CheckpointError) -> Int {
    guard offset >= 0, offset <= file.count - width else {
      throw malformed(offset, "the zip archive ends inside a record")
    }
    var value: UInt64 = 0
    for i in 0..<width { value |= UInt64(file.bytes[offset + i]) << UInt64(8 * i) }
    guard let result = Int(exactly: value) else {
      throw malformed(offset, "a zip record holds the impossible number \(value)")
    }
    return result
  }

  /// Where the central directory is: its start, size in bytes and number of entries.
  private func findEnd() throws(CheckpointError) -> (start: Int, size: Int, entryCount: Int) {
    var at = file.count - 22
    let lowest = max(0, at - 0xFFFF)
    while at >= lowest {
      if try number(at, 4) == 0x0605_4B50 {
        let comment = try number(at + 20, 2)
        if comment == file.count - at - 22 { break }
      }
      at -= 1
    }
    guard at >= lowest else { throw malformed(file.count, "the zip archive has no directory") }
    var record = (
      disks: try number(at + 4, 2) | number(at + 6, 2), entryCount: try number(at + 10, 2),
      size: try number(at + 12, 4), start: try number(at + 16, 4), limit: at
    )
    let isWide =
      record.entryCount == 0xFFFF || record.size == 0xFFFF_FFFF || record.start == 0xFFFF_FFFF
    if at >= 20, try number(at - 20, 4) == 0x0706_4B50 {
      let wide = try number(at - 20 + 8, 8)
      guard wide <= at - 20 - 56, try number(wide, 4) == 0x0606_4B50 else {
        throw malformed(at - 20, "the zip64 locator points at no zip64 record")
      }
      record = (
        disks: try number(wide + 16, 4) | number(wide + 20, 4),
        entryCount: try number(wide + 32, 8),
        size: try number(wide + 40, 8), start: try number(wide + 48, 8), limit: wide
      )
    } else if isWide {
      throw malformed(at, "the zip archive needs a zip64 record and has none")
    }
    guard record.disks == 0 else { throw malformed(at, "the zip archive is one part of several") }
    guard record.start <= record.limit, record.size == record.limit - record.start else {
      throw malformed(
        at,
        "the zip directory should fill bytes \(record.start) to \(record.limit), its size is "
          + "\(record.size)")
    }
    guard record.entryCount <= record.size / 46 else {
      throw malformed(
        at, "\(record.entryCount) zip entries do not fit a directory of \(record.size) bytes")
    }
    return (record.start, record.size, record.entryCount)
  }

  private mutating func readEntry(
    _ ordinal: Int, at: Int, directory: Range<Int>
  ) throws(CheckpointError) -> Int {
    guard at <= directory.upperBound - 46, try number(at, 4) == 0x0201_4B50 else {
      throw malformed(at, "expected entry \(ordinal) of the zip directory")
    }
    let flags = try number(at + 8, 2)
    let method = try number(at + 10, 2)
    let crc = try number(at + 16, 4)
    var packed = try number(at + 20, 4)
    var size = try number(at + 24, 4)
    let nameLength = try number(at + 28, 2)
    let extraLength = try number(at + 30, 2)
    let commentLength = try number(at + 32, 2)
    var header = try number(at + 42, 4)
    let next = at + 46 + nameLength + extraLength + commentLength
    guard next <= directory.upperBound else {
      throw malformed(at, "zip entry \(ordinal) runs past the directory")
    }
    let nameBytes = file.slice(at + 46..<at + 46 + nameLength)
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw malformed(at + 46, "the name of zip entry \(ordinal) is not UTF-8")
    }
    let quoted = CheckpointError.quote(name)
    var extra = at + 46 + nameLength
    let extraEnd = extra + extraLength
    while extra <= extraEnd - 4 {
      let length = try number(extra + 2, 2)
      guard extra + 4 + length <= extraEnd else {
        throw malformed(extra, "an extra field of zip entry \(quoted) runs past its end")
      }
      if try number(extra, 2) == 1 {
        var field = extra + 4
        for keyPath in [\Wide.size, \Wide.packed, \Wide.header] {
          var wide = Wide(size: size, packed: packed, header: header)
          guard wide[keyPath: keyPath] == 0xFFFF_FFFF else { continue }
          guard field + 8 <= extra + 4 + length else {
            throw malformed(extra, "the zip64 field of entry \(quoted) is too short")
          }
          wide[keyPath: keyPath] = try number(field, 8)
          (size, packed, header) = (wide.size, wide.packed, wide.header)
          field += 8
        }
      }
      extra += 4 + length
    }
    guard flags & 0x2041 == 0 else { throw malformed(at, "zip entry \(quoted) is encrypted") }
    guard method != 0 || packed == size else {
      throw malformed(at, "stored zip entry \(quoted) has the sizes \(packed) and \(size)")
    }
    guard header <= directory.lowerBound - 30, try number(header, 4) == 0x0403_4B50 else {
      throw malformed(header, "zip entry \(quoted) has no local header")
    }
    let localName = try number(header + 26, 2)
    let start = header + 30 + localName + (try number(header + 28, 2))
    guard start <= directory.lowerBound, packed <= directory.lowerBound - start else {
      throw malformed(header, "\(packed) bytes of zip entry \(quoted) run into the directory")
    }
    guard localName == nameLength,
      file.slice(header + 30..<header + 30 + localName).elementsEqual(nameBytes)
    else {
      throw malformed(header, "zip entry \(quoted) has another name in its local header")
    }
    let entry = Entry(range: start..<start + packed, crc: UInt32(crc), method: method)
    guard entries.updateValue(entry, forKey: Array(nameBytes)) == nil else {
      throw malformed(at, "zip entry \(quoted) is there twice")
    }
    names.append(name)
    return next
  }

  /// The three numbers that a zip64 field may widen, in its order.
  private struct Wide {
    var size: Int
    var packed: Int
    var header: Int
  }
}
