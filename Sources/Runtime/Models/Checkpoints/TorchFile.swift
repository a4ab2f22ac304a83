import CModelFiles

/// A PyTorch checkpoint: the zip form (since 1.6) and the form before it, one pickle after another
/// followed by the raw storages.
///
/// Reads what `torch.save` makes of a dictionary of tensors. The pickle goes through
/// `PickleReader`; what the dictionary holds besides tensors is listed in `skipped`.
/// Deliberately not read: TorchScript archives, the tar form of PyTorch 0.1, big-endian files.
struct TorchFile {
  /// In the order of the dictionary.
  private(set) var tensors: [StoredTensor] = []
  /// Keys of entries that are not tensors.
  private(set) var skipped: [String] = []
  private let file: MappedFile

  /// Keys under which training scripts keep the dictionary of tensors.
  private static let wrappers = ["state_dict", "model_state_dict", "model", "module", "net"]

  init(_ file: MappedFile) throws(CheckpointError) {
    self.file = file
    if let disguise = file.disguise() {
      throw CheckpointError(.malformed, file: file.path, disguise.problem, next: disguise.next)
    }
    guard file.count > 0 else {
      throw CheckpointError(
        .malformed, file: file.path, "is empty", next: "the download failed: fetch the file again")
    }
    if ZipDirectory.isPlausible(file) {
      try readZip()
    } else if file.bytes[0] == 0x80 {
      try readLegacy()
    } else {
      throw CheckpointError(
        .malformed, file: file.path,
        "is neither a zip archive nor a pickle, so not a PyTorch checkpoint",
        next: "fetch the file again")
    }
  }

  // MARK: The zip form

  private mutating func readZip() throws(CheckpointError) {
    let zip = try ZipDirectory(file)
    guard let pickleName = zip.names.first(where: { $0.hasSuffix("/data.pkl") }) else {
      throw CheckpointError(
        .malformed, file: file.path, "the zip archive has no data.pkl, so it holds no weights")
    }
    let folder = String(pickleName.dropLast("data.pkl".count))
    guard zip.entry(folder + "constants.pkl") == nil else {
      throw CheckpointError(
        .unsupported, file: file.path, "is a TorchScript archive",
        next: "save the model's state_dict instead")
    }
    if let order = zip.entry(folder + "byteorder"),
      order.range.count > 16
        || !file.slice(order.range).elementsEqual("little".utf8)
    {
      throw CheckpointError(
        .unsupported, file: file.path, "holds big-endian numbers",
        next: "load and save it again with PyTorch on a little-endian machine")
    }
    let pickle = try stored(zip, pickleName)
    let pickleBytes = file.slice(pickle.range)
    let crc = tl_crc32(0, pickleBytes.baseAddress, pickleBytes.count)
    try StoredBytes(file: file, range: pickle.range, checksum: pickle.crc)
      .accept(crc: crc, for: pickleName)
    var reader = PickleReader(file: file.path, bytes: pickleBytes, fileSize: file.count)
    let root = try reader.read()
    var opened: [String: StoredBytes] = [:]
    (tensors, skipped) = try collect(root, reader) { storage throws(CheckpointError) in
      if let bytes = opened[storage.key] { return bytes }
      guard !storage.key.isEmpty, storage.key.utf8.allSatisfy({ $0.isPlainNameByte }) else {
        throw CheckpointError(
          .refused, file: file.path,
          "the storage key \(CheckpointError.quote(storage.key)) is not a plain name")
      }
      let entry = try stored(zip, folder + "data/" + storage.key)
      let bytes = StoredBytes(file: file, range: entry.range, checksum: entry.crc)
      opened[storage.key] = bytes
      return bytes
    }
  }

  private func stored(_ zip: ZipDirectory, _ name: String) throws(CheckpointError)
    -> ZipDirectory.Entry
  {
    guard let entry = zip.entry(name) else {
      throw CheckpointError(
        .malformed, file: file.path, "the zip archive has no entry \(CheckpointError.quote(name))")
    }
    guard entry.method == 0 else {
      throw CheckpointError(
        .unsupported, file: file.path,
        "zip entry \(CheckpointError.quote(name)) is compressed (method \(entry.method)), "
          + "PyTorch stores its entries",
        next: "unpack the archive and pack it again without compression (zip -0)")
    }
    return entry
  }

  // MARK: The form before 1.6

  /// The number that opens the old form, little-endian: 0x1950a86a20f9469cfc6c.
  static let magic: [UInt8] = [
    0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  private mutating func readLegacy() throws(CheckpointError) {
    var reader = PickleReader(file: file.path, bytes: file.bytes, fileSize: file.count)
    guard case .long(let magic) = try reader.read(),
      reader.raw(magic).elementsEqual(TorchFile.magic)
    else {
      throw CheckpointError(
        .malformed, file: file.path, "is a pickle without the magic number of PyTorch")
    }
    guard case .int(1001) = try reader.read() else {
      throw reader.fail(.unsupported, "expected version 1001 of the old PyTorch form")
    }
    guard case .dict(let system) = try reader.read() else {
      throw reader.fail(.malformed, "expected a dictionary of machine facts")
    }
    for (key, value) in reader.heap.dicts[system] {
      if case .string(let slice) = key, reader.text(slice) == "little_endian",
        case .bool(false) = value
      {
        throw reader.fail(.unsupported, "the file holds big-endian numbers")
      }
    }
    let root = try reader.read()
    guard case .list(let keys) = try reader.read() else {
      throw reader.fail(.malformed, "expected the list of storage keys")
    }
    let ranges = try legacyRanges(reader, keys: reader.heap.lists[keys])
    var opened: [String: StoredBytes] = [:]
    (tensors, skipped) = try collect(root, reader) { storage throws(CheckpointError) in
      let key = storage.view?.key ?? storage.key
      if let bytes = opened[key] { return bytes }
      guard let range = ranges[key] else {
        throw CheckpointError(
          .malformed, file: file.path, "there is no storage \(CheckpointError.quote(key))")
      }
      let bytes = StoredBytes(file: file, range: range)
      opened[key] = bytes
      return bytes
    }
  }

  /// Behind the pickles: for each key in turn an 8-byte count and that many elements.
  private func legacyRanges(_ reader: PickleReader, keys: [PickleValue]) throws(CheckpointError)
    -> [String: Range<Int>]
  {
    var sizes: [String: Int] = [:]
    for storage in reader.heap.storages {
      let size = storage.elementType?.byteCount ?? 1
      guard sizes.updateValue(size, forKey: storage.view?.key ?? storage.key) ?? size == size
      else {
        throw reader.fail(.malformed, "one storage is used with elements of two sizes")
      }
    }
    var ranges: [String: Range<Int>] = [:]
    var cursor = reader.position
    for key in keys {
      guard case .string(let slice) = key, let size = sizes[reader.text(slice)] else {
        throw reader.fail(.malformed, "the list of storages names one that no tensor uses")
      }
      let name = reader.text(slice)
      guard cursor <= file.count - 8 else {
        throw CheckpointError(
          .malformed, file: file.path, offset: cursor, "the file ends before a storage",
          next: "the file is cut: fetch it again")
      }
      var count: UInt64 = 0
      for i in 0..<8 { count |= UInt64(file.bytes[cursor + i]) << UInt64(8 * i) }
      cursor += 8
      guard count <= UInt64((file.count - cursor) / size) else {
        throw CheckpointError(
          .malformed, file: file.path, offset: cursor,
          "a storage of \(count) elements of \(size) bytes runs past the file",
          next: "the file is cut: fetch it again")
      }
      let end = cursor + Int(count) * size
      guard ranges.updateValue(cursor..<end, forKey: name) == nil else {
        throw reader.fail(.malformed, "a storage is listed twice")
      }
      cursor = end
    }
    return ranges
  }

  // MARK: From the pickle to tensors

  private func collect(
    _ root: PickleValue, _ reader: PickleReader,
    storage find: (PickleStorage) throws(CheckpointError) -> StoredBytes
  ) throws(CheckpointError) -> (tensors: [StoredTensor], skipped: [String]) {
    var value = root
    for _ in 0..<4 {
      guard case .dict(let index) = value else {
        throw CheckpointError(
          .unsupported, file: file.path,
          "expected a dictionary of tensors, found \(value.kindName)")
      }
      let items = lastValues(reader.heap.dicts[index], reader)
      var tensors: [StoredTensor] = []
      var skipped: [String] = []
      var inner: (rank: Int, value: PickleValue)?
      for (name, item) in items {
        if case .tensor(let number) = item {
          tensors.append(try resolve(name, reader.heap.tensors[number], reader, find))
        } else {
          skipped.append(name)
          if case .dict = item, let rank = TorchFile.wrappers.firstIndex(of: name),
            rank < inner?.rank ?? .max
          {
            inner = (rank, item)
          }
        }
      }
      if !tensors.isEmpty || items.isEmpty { return (tensors, skipped) }
      guard let inner else {
        throw CheckpointError(
          .unsupported, file: file.path, "the dictionary holds no tensor",
          next: "expected name → tensor, or that under 'state_dict' or 'model'")
      }
      value = inner.value
    }
    throw CheckpointError(.unsupported, file: file.path, "the weights are wrapped too deeply")
  }

  /// The string keys of a dictionary with their last values, as Python keeps them.
  private func lastValues(
    _ items: [(key: PickleValue, value: PickleValue)], _ reader: PickleReader
  ) -> [(String, PickleValue)] {
    var places: [[UInt8]: Int] = [:]
    var result: [(String, PickleValue)] = []
    for (key, value) in items {
      guard case .string(let slice) = key else { continue }
      if let place = places[Array(reader.raw(slice))] {
        result[place].1 = value
      } else {
        places[Array(reader.raw(slice))] = result.count
        result.append((reader.text(slice), value))
      }
    }
    return result
  }

  /// Checks a tensor against its storage.
  private func resolve(
    _ name: String, _ tensor: PickleTensor, _ reader: PickleReader,
    _ find: (PickleStorage) throws(CheckpointError) -> StoredBytes
  ) throws(CheckpointError) -> StoredTensor {
    func malformed(_ problem: String) -> CheckpointError {
      CheckpointError(
        .malformed, file: file.path, "tensor \(CheckpointError.quote(name)): \(problem)")
    }
    let storage = reader.heap.storages[tensor.storage]
    let size = tensor.elementType.byteCount
    let bytes = try find(storage)
    let expected = storage.count.multipliedReportingOverflow(
      by: storage.elementType?.byteCount ?? 1)
    guard !expected.overflow,
      storage.view != nil || expected.partialValue == bytes.range.count
    else {
      throw malformed(
        "its storage should have \(storage.count) elements, the file has \(bytes.range.count) bytes"
      )
    }
    let available = bytes.range.count / size
    let first = tensor.offset.addingReportingOverflow(storage.view?.offset ?? 0)
    guard tensor.offset >= 0, !first.overflow, first.partialValue <= available else {
      throw malformed("it starts at element \(tensor.offset) of a storage of \(available)")
    }
    guard let count = tensor.shape.checkedProduct else {
      throw malformed("the number of its elements does not fit 64 bits")
    }
    var last = first.partialValue
    if count > 0 {
      for (extent, stride) in zip(tensor.shape, tensor.strides) {
        let span = (extent - 1).multipliedReportingOverflow(by: stride)
        let sum = last.addingReportingOverflow(span.partialValue)
        guard !span.overflow, !sum.overflow else { throw malformed("its strides overflow") }
        last = sum.partialValue
      }
      guard last < available else {
        throw malformed("it reaches element \(last) of a storage of \(available)")
      }
      // Repeated rows (stride 0) may make a tensor larger than its storage, within reason.
      guard count <= max(available, 4096 + file.count / 2) else {
        throw malformed("it repeats \(available) stored elements to \(count)")
      }
    }
    return StoredTensor(
      name: name, shape: tensor.shape, elementType: tensor.elementType, count: count,
      storage: bytes, offset: first.partialValue,
      strides: TorchFile.isRowMajor(tensor.shape, tensor.strides) ? nil : tensor.strides)
  }

  private static func isRowMajor(_ shape: [Int], _ strides: [Int]) -> Bool {
    if shape.contains(0) { return true }
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if stride != expected { return false }
      expected *= extent
    }
    return true
  }
}

extension UInt8 {
  fileprivate var isPlainNameByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

extension [Int] {
  /// The product of non-negative factors; nil when it does not fit, 0 when any factor is 0.
  var checkedProduct: Int? {
    if contains(0) { return 0 }
    var product = 1
    for factor in self {
      let (value, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = value
    }
    return product
  }
}
