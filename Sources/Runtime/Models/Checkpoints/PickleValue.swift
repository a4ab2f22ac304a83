/// What a restricted pickle can hold: plain data, allowed names, storages and tensors.
///
/// Containers are numbers into `PickleHeap`, so that values are small, sharing and cycles cost
/// nothing, and releasing a deeply nested pickle needs no recursion.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  /// An integer of more than 64 bits, or a byte string: a range of the pickle.
  case long(Slice)
  case float(Double)
  /// UTF-8 text: a range of the pickle that has been checked.
  case string(Slice)
  case bytes(Slice)
  case tuple(Int)
  case list(Int)
  case dict(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)
  /// The result of an allowed call that holds no weights (a device, a layout).
  case opaque

  /// A range of the pickle's bytes.
  struct Slice: Sendable {
    let start: UInt32
    let count: UInt32
  }

  /// What the value is, in a word for messages.
  var kindName: String {
    switch self {
    case .none: "None"
    case .bool: "a boolean"
    case .int, .long: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dict: "a dictionary"
    case .global: "a class or function"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .opaque: "a PyTorch object"
    }
  }
}

/// The only names that a pickle may mention. Everything else is refused by name when it is read,
/// before anything could be done with it.
enum PickleGlobal: Sendable, Equatable {
  case orderedDict
  case rebuildTensor
  case rebuildTensorV2
  case rebuildTensorV3
  case rebuildParameter
  case rebuildParameterWithState
  case rebuildFromType
  case parameterClass
  case size
  case device
  case encode
  case untypedStorage
  case typedStorage(ElementType)
  case elementType(ElementType)
  /// A torch storage or dtype that is harmless but has no float32 form here.
  case unsupportedStorage

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDict
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
    case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildFromType
    case ("torch", "Tensor"), ("torch.nn.parameter", "Parameter"), ("torch.nn", "Parameter"):
      self = .parameterClass
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("_codecs", "encode"): self = .encode
    case ("torch", "UntypedStorage"), ("torch.storage", "UntypedStorage"): self = .untypedStorage
    case ("torch", _):
      if let type = ElementType(storageClass: name) {
        self = .typedStorage(type)
      } else if let type = ElementType(torchName: name) {
        self = .elementType(type)
      } else if PickleGlobal.unsupportedNames.contains(name) {
        self = .unsupportedStorage
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let unsupportedNames: Set<String> = [
    "ComplexFloatStorage", "ComplexDoubleStorage", "QUInt8Storage", "QInt8Storage",
    "QInt32Storage", "QUInt4x2Storage", "QUInt2x4Storage", "complex32", "complex64", "complex128",
  ]
}

/// A storage that a pickle mentions: bytes kept elsewhere in the file under `key`.
struct PickleStorage: Sendable {
  let key: String
  /// Nil for untyped storages, whose `count` is in bytes.
  let elementType: ElementType?
  let count: Int
  /// For a legacy view on another storage: that storage's key and the first element.
  let view: (key: String, offset: Int)?
}

/// A tensor that a pickle describes, not yet checked against its storage.
struct PickleTensor: Sendable {
  let storage: Int
  let elementType: ElementType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// The containers, storages and tensors that one pickle has made.
///
/// `used` counts the values they hold; with the limit it bounds the memory of a hostile pickle by
/// a multiple of the file's size.
struct PickleHeap {
  private(set) var tuples: [[PickleValue]] = []
  private(set) var lists: [[PickleValue]] = []
  private(set) var dicts: [[(key: PickleValue, value: PickleValue)]] = []
  private(set) var storages: [PickleStorage] = []
  private(set) var tensors: [PickleTensor] = []
  private(set) var used = 0

  mutating func makeTuple(_ items: [PickleValue]) -> PickleValue {
    used += items.count + 3
    tuples.append(items)
    return .tuple(tuples.count - 1)
  }

  mutating func makeList() -> PickleValue {
    used += 3
    lists.append([])
    return .list(lists.count - 1)
  }

  mutating func makeDict() -> PickleValue {
    used += 3
    dicts.append([])
    return .dict(dicts.count - 1)
  }

  mutating func makeStorage(_ storage: PickleStorage) -> PickleValue {
    used += 8
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  mutating func makeTensor(_ tensor: PickleTensor) -> PickleValue {
    used += 10 + tensor.shape.count
    tensors.append(tensor)
    return .tensor(tensors.count - 1)
  }

  mutating func append(_ items: ArraySlice<PickleValue>, toList list: Int) {
    used += items.count
    lists[list].append(contentsOf: items)
  }

  mutating func set(_ key: PickleValue, _ value: PickleValue, inDict dict: Int) {
    used += 2
    dicts[dict].append((key, value))
  }
}
