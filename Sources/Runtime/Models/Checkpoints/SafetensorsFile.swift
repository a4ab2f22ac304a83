import TLText

/// A safetensors file: an 8-byte length, a JSON header, and the tensors' bytes without a gap.
///
/// The rules are those of the reference library (safetensors 0.8): the header is at most
/// 100,000,000 bytes of UTF-8 JSON; sorted by offset the tensors start at 0, touch, and end with
/// the file; shape times element size is the byte count; unknown fields of an entry are ignored.
/// Stricter than it in two points: a name that occurs twice, and a header of more than 1 MiB that
/// takes over an eighth of the file, are refused.
struct SafetensorsFile {
  /// In the order of their bytes.
  let tensors: [StoredTensor]
  let metadata: [(key: String, value: String)]

  static let headerLimit = 100_000_000

  init(_ file: MappedFile) throws(CheckpointError) {
    let headerCount = try SafetensorsFile.headerCount(file)
    let header = file.slice(8..<8 + headerCount)
    guard String(validating: header, as: UTF8.self) != nil else {
      throw CheckpointError(
        .malformed, file: file.path, offset: 8, "the safetensors header is not UTF-8")
    }
    let json: JSON
    do {
      json = try JSON.parse(header)
    } catch {
      throw CheckpointError(
        .malformed, file: file.path, offset: 8 + (error.offset ?? 0),
        "the safetensors header is not JSON: \(error.message)")
    }
    guard case .object(let fields) = json else {
      throw CheckpointError(
        .malformed, file: file.path, offset: 8,
        "the safetensors header should be an object, it is \(json.kindName)")
    }
    var metadata: [(key: String, value: String)] = []
    var entries: [SafetensorsEntry] = []
    var names: Set<[UInt8]> = []
    for field in fields {
      guard names.insert(Array(field.key.utf8)).inserted else {
        throw CheckpointError(
          .malformed, file: file.path,
          "the safetensors header has \(CheckpointError.quote(field.key)) twice")
      }
      if field.key == "__metadata__" {
        metadata = try SafetensorsFile.metadata(field.value, file)
      } else {
        entries.append(try SafetensorsEntry(field, file.path))
      }
    }
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    let dataStart = 8 + headerCount
    let bytes = StoredBytes(file: file, range: dataStart..<file.count)
    var tensors: [StoredTensor] = []
    tensors.reserveCapacity(entries.count)
    var cursor = 0
    for entry in entries {
      tensors.append(try entry.tensor(after: cursor, in: bytes))
      cursor = entry.end
    }
    guard cursor == bytes.range.count else {
      throw CheckpointError(
        .malformed, file: file.path, offset: dataStart + cursor,
        "the tensors need \(cursor) bytes, the file has \(bytes.range.count) after the header",
        next: cursor > bytes.range.count ? "the file is cut: fetch it again" : nil)
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func headerCount(_ file: MappedFile) throws(CheckpointError) -> Int {
    if let disguise = file.disguise() {
      throw CheckpointError(.malformed, file: file.path, disguise.problem, next: disguise.next)
    }
    guard file.count >= 8 else {
      throw CheckpointError(
        .malformed, file: file.path,
        "a safetensors file has at least 8 bytes, this one has \(file.count)",
        next: "the download failed: fetch the file again")
    }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(headerLimit) else {
      throw CheckpointError(
        .malformed, file: file.path, offset: 0,
        "the safetensors header would have \(length) bytes, the limit is \(headerLimit)",
        next: ZipDirectory.isPlausible(file)
          ? "the file is a zip archive: name it .bin" : "it is no such file: fetch it again")
    }
    let count = Int(length)
    guard count <= file.count - 8 else {
      throw CheckpointError(
        .malformed, file: file.path, offset: 8,
        "the safetensors header of \(count) bytes runs past the file of \(file.count)",
        next: "the file is cut: fetch it again")
    }
    guard count <= 1 << 20 || count <= file.count / 8 else {
      throw CheckpointError(
        .malformed, file: file.path, offset: 8,
        "the safetensors header takes \(count) of \(file.count) bytes")
    }
    return count
  }

  private static func metadata(_ value: JSON, _ file: MappedFile) throws(CheckpointError)
    -> [(key: String, value: String)]
  {
    if value.isNull { return [] }
    guard case .object(let fields) = value else {
      throw CheckpointError(
        .malformed, file: file.path, "__metadata__ should be an object, it is \(value.kindName)")
    }
    var result: [(key: String, value: String)] = []
    for field in fields {
      guard case .string(let text) = field.value else {
        throw CheckpointError(
          .malformed, file: file.path,
          "__metadata__ \(CheckpointError.quote(field.key)) should be a string, "
            + "it is \(field.value.kindName)")
      }
      result.append((field.key, text))
    }
    return result
  }
}

/// One entry of the header.
private struct SafetensorsEntry {
  let name: String
  let elementType: ElementType
  let shape: [Int]
  let begin: Int
  let end: Int

  init(_ field: JSONField, _ path: String) throws(CheckpointError) {
    name = field.key
    func malformed(_ problem: String) -> CheckpointError {
      CheckpointError(
        .malformed, file: path, "tensor \(CheckpointError.quote(field.key)): \(problem)")
    }
    guard case .object(let members) = field.value else {
      throw malformed("expected an object, found \(field.value.kindName)")
    }
    var dtype: JSON?
    var shapeValue: JSON?
    var offsets: JSON?
    for member in members {
      let slot: JSON?
      switch member.key {
      case "dtype":
        slot = dtype
        dtype = member.value
      case "shape":
        slot = shapeValue
        shapeValue = member.value
      case "data_offsets":
        slot = offsets
        offsets = member.value
      default: slot = nil
      }
      if slot != nil { throw malformed("\(member.key) is there twice") }
    }
    guard let text = dtype?.string else { throw malformed("dtype should be a string") }
    guard let type = ElementType(safetensorsName: text) else {
      throw malformed("unknown dtype \(CheckpointError.quote(text))")
    }
    func counts(_ value: JSON?, _ what: String) throws(CheckpointError) -> [Int] {
      guard case .array(let items) = value else {
        throw malformed("\(what) should be an array of counts")
      }
      var result: [Int] = []
      result.reserveCapacity(items.count)
      for item in items {
        guard case .int(let number) = item, number >= 0 else {
          throw malformed("\(what) holds \(item.kindName) that is no count")
        }
        result.append(number)
      }
      return result
    }
    elementType = type
    shape = try counts(shapeValue, "shape")
    let pair = try counts(offsets, "data_offsets")
    guard pair.count == 2 else {
      throw malformed("data_offsets should be two numbers, there are \(pair.count)")
    }
    begin = pair[0]
    end = pair[1]
  }

  /// The tensor, when it starts where the one before ends and fits its shape.
  func tensor(after cursor: Int, in storage: StoredBytes) throws(CheckpointError) -> StoredTensor {
    func malformed(_ problem: String) -> CheckpointError {
      CheckpointError(
        .malformed, file: storage.file.path, "tensor \(CheckpointError.quote(name)): \(problem)")
    }
    guard begin == cursor, end >= begin else {
      throw malformed("data_offsets are [\(begin), \(end)], the data before ends at \(cursor)")
    }
    guard let count = shape.strictProduct, let bits = [count, elementType.bitCount].strictProduct
    else { throw malformed("the size of shape \(shape.prefix(8)) does not fit 64 bits") }
    guard bits % 8 == 0, bits / 8 == end - begin else {
      throw malformed(
        "shape \(shape.prefix(8)) of \(elementType.safetensorsName) needs \(bits / 8) bytes, "
          + "data_offsets give \(end - begin)")
    }
    // An end past the file is found by the caller after the last tensor; nothing is read before.
    let size = max(1, elementType.byteCount)
    let isAligned = begin % size == 0
    let bytes =
      isAligned
      ? storage
      : StoredBytes(
        file: storage.file,
        range: storage.range.lowerBound
          + min(begin, storage.range.count)..<storage.range
          .upperBound)
    return StoredTensor(
      name: name, shape: shape, elementType: elementType, count: count, storage: bytes,
      offset: isAligned ? begin / size : 0, strides: nil)
  }
}

extension [Int] {
  /// The product in the order given, nil on overflow even where a later factor is 0.
  fileprivate var strictProduct: Int? {
    var product = 1
    for factor in self {
      let (value, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = value
    }
    return product
  }
}
