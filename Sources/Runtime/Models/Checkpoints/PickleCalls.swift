/// The calls that a weights pickle may make: each builds a description, none runs foreign code.
extension PickleReader {
  /// REDUCE and NEWOBJ.
  mutating func call(_ callable: PickleValue, _ arguments: PickleValue) throws(CheckpointError)
    -> PickleValue
  {
    guard case .global(let global) = callable else {
      throw fail(.refused, "it calls \(callable.kindName)")
    }
    guard case .tuple(let tuple) = arguments else {
      throw fail(.malformed, "a call has \(arguments.kindName) for its arguments")
    }
    let items = heap.tuples[tuple]
    switch global {
    case .orderedDict: return try orderedDict(items)
    case .rebuildTensor, .rebuildTensorV2, .rebuildTensorV3:
      return try rebuildTensor(items, isTyped: global == .rebuildTensorV3)
    case .rebuildParameter, .rebuildParameterWithState:
      guard let first = items.first, case .tensor = first else {
        throw fail(.malformed, "a parameter is rebuilt from something that is not a tensor")
      }
      return first
    case .rebuildFromType:
      // (function, type, arguments, state): the type may only be a plain tensor or parameter.
      guard items.count == 4, case .global(.parameterClass) = items[1] else {
        throw fail(.refused, "it rebuilds a tensor of an unknown class")
      }
      guard case .global(let inner) = items[0], inner != .rebuildFromType else {
        throw fail(.refused, "it rebuilds a tensor by an unknown function")
      }
      return try call(items[0], items[2])
    case .size:
      guard items.count == 1, case .tuple = items[0] else {
        throw fail(.malformed, "torch.Size needs a tuple")
      }
      return items[0]
    case .encode:
      guard let first = items.first, case .string(let slice) = first else {
        throw fail(.malformed, "_codecs.encode needs a string")
      }
      return .bytes(slice)
    case .device: return .opaque
    case .parameterClass, .untypedStorage, .typedStorage, .elementType, .unsupportedStorage:
      throw fail(.refused, "it calls a class that only describes a type")
    }
  }

  private mutating func orderedDict(_ items: [PickleValue]) throws(CheckpointError) -> PickleValue {
    let value = heap.makeDict()
    guard case .dict(let dict) = value, let first = items.first else { return value }
    guard items.count == 1, case .list(let list) = first else {
      throw fail(.malformed, "OrderedDict takes nothing or a list of pairs")
    }
    for pair in heap.lists[list] {
      let fields: [PickleValue]
      switch pair {
      case .tuple(let index): fields = heap.tuples[index]
      case .list(let index): fields = heap.lists[index]
      default: fields = []
      }
      guard fields.count == 2 else { throw fail(.malformed, "OrderedDict needs pairs") }
      try checkLimit()
      heap.set(fields[0], fields[1], inDict: dict)
    }
    return value
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`;
  /// version 3 has the dtype after the hooks.
  private mutating func rebuildTensor(_ items: [PickleValue], isTyped: Bool)
    throws(CheckpointError) -> PickleValue
  {
    guard items.count >= 4, case .storage(let storage) = items[0], case .int(let offset) = items[1]
    else {
      throw fail(.malformed, "a tensor needs a storage, an offset, a size and strides")
    }
    let shape = try integers(items[2], "size")
    let strides = try integers(items[3], "strides")
    guard shape.count == strides.count else {
      throw fail(
        .malformed, "a tensor has \(shape.count) dimensions and \(strides.count) strides")
    }
    var elementType = heap.storages[storage].elementType
    if isTyped {
      guard items.count >= 7, case .global(let global) = items[6] else {
        throw fail(.malformed, "a tensor on an untyped storage needs a dtype")
      }
      guard case .elementType(let type) = global else { throw unsupportedType() }
      elementType = type
    }
    guard let elementType else { throw fail(.malformed, "a tensor has no dtype") }
    return heap.makeTensor(
      PickleTensor(
        storage: storage, elementType: elementType, offset: offset, shape: shape,
        strides: strides))
  }

  private func unsupportedType() -> CheckpointError {
    fail(
      .unsupported, "complex and quantised tensors have no float32 form",
      next: "convert the weights to float32 first")
  }

  private mutating func integers(_ value: PickleValue, _ what: String) throws(CheckpointError)
    -> [Int]
  {
    let items: [PickleValue]
    switch value {
    case .tuple(let index): items = heap.tuples[index]
    case .list(let index): items = heap.lists[index]
    default: throw fail(.malformed, "the \(what) of a tensor is \(value.kindName)")
    }
    guard items.count <= 64 else {
      throw fail(.malformed, "a tensor has \(items.count) dimensions, the limit is 64")
    }
    var result: [Int] = []
    for item in items {
      guard case .int(let number) = item, number >= 0 else {
        throw fail(
          .malformed, "the \(what) of a tensor holds \(item.kindName) that is no count")
      }
      result.append(number)
    }
    return result
  }

  /// The persistent id `('storage', class, key, location, numel[, view])`.
  mutating func persistentStorage(_ value: PickleValue) throws(CheckpointError) -> PickleValue {
    guard case .tuple(let tuple) = value else {
      throw fail(.malformed, "a persistent id is \(value.kindName), not a tuple")
    }
    let items = heap.tuples[tuple]
    guard items.count == 5 || items.count == 6, case .string(let tag) = items[0],
      text(tag) == "storage", case .global(let global) = items[1],
      case .string(let key) = items[2], case .int(let count) = items[4], count >= 0
    else {
      throw fail(.malformed, "a persistent id is not ('storage', class, key, location, count)")
    }
    let elementType: ElementType?
    switch global {
    case .typedStorage(let type): elementType = type
    case .untypedStorage: elementType = nil
    case .unsupportedStorage: throw unsupportedType()
    default: throw fail(.malformed, "a persistent id names no storage class")
    }
    var view: (key: String, offset: Int)?
    if items.count == 6, case .tuple(let index) = items[5] {
      let fields = heap.tuples[index]
      guard fields.count == 3, case .string(let base) = fields[0],
        case .int(let offset) = fields[1], offset >= 0
      else { throw fail(.malformed, "a view of a storage is not (key, offset, size)") }
      view = (text(base), offset)
    }
    return heap.makeStorage(
      PickleStorage(key: text(key), elementType: elementType, count: count, view: view))
  }
}
