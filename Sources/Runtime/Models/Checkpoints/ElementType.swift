import CModelFiles

/// The type of the stored elements of a tensor.
///
/// Every type with `isReadable` widens to float32; the others are known by name and size only, so
/// that a file that holds them is still checked as a whole.
public enum ElementType: Int32, Sendable, CaseIterable {
  case float64, float32, float16, bfloat16
  case int64, int32, int16, int8
  case uint64, uint32, uint16, uint8
  case bool
  /// OCP FP8 E4M3 ("fn": no infinities).
  case float8E4M3
  case float8E5M2
  case complex64, float8E8M0, float8E4M3FNUZ, float8E5M2FNUZ, float6E2M3, float6E3M2, float4

  public var isReadable: Bool { rawValue <= ElementType.float8E5M2.rawValue }

  /// Whether the numbers are floating-point ones, as weights are.
  var isFloat: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16, .float8E4M3, .float8E5M2: true
    default: !isReadable
    }
  }

  public var bitCount: Int {
    switch self {
    case .float64, .int64, .uint64, .complex64: 64
    case .float32, .int32, .uint32: 32
    case .float16, .bfloat16, .int16, .uint16: 16
    case .float6E2M3, .float6E3M2: 6
    case .float4: 4
    default: 8
    }
  }

  /// Bytes of one element of a readable type.
  public var byteCount: Int { bitCount / 8 }

  /// The name that safetensors uses.
  public var safetensorsName: String {
    switch self {
    case .float64: "F64"
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int64: "I64"
    case .int32: "I32"
    case .int16: "I16"
    case .int8: "I8"
    case .uint64: "U64"
    case .uint32: "U32"
    case .uint16: "U16"
    case .uint8: "U8"
    case .bool: "BOOL"
    case .float8E4M3: "F8_E4M3"
    case .float8E5M2: "F8_E5M2"
    case .complex64: "C64"
    case .float8E8M0: "F8_E8M0"
    case .float8E4M3FNUZ: "F8_E4M3FNUZ"
    case .float8E5M2FNUZ: "F8_E5M2FNUZ"
    case .float6E2M3: "F6_E2M3"
    case .float6E3M2: "F6_E3M2"
    case .float4: "F4"
    }
  }

  public init?(safetensorsName name: String) {
    guard let type = ElementType.allCases.first(where: { $0.safetensorsName == name }) else {
      return nil
    }
    self = type
  }

  /// The type behind a PyTorch storage class, such as `FloatStorage`.
  init?(storageClass name: String) {
    switch name {
    case "DoubleStorage": self = .float64
    case "FloatStorage": self = .float32
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "LongStorage": self = .int64
    case "IntStorage": self = .int32
    case "ShortStorage": self = .int16
    case "CharStorage": self = .int8
    case "ByteStorage": self = .uint8
    case "BoolStorage": self = .bool
    default: return nil
    }
  }

  /// The type behind a PyTorch dtype, such as `torch.uint16`.
  init?(torchName name: String) {
    switch name {
    case "float64", "double": self = .float64
    case "float32", "float": self = .float32
    case "float16", "half": self = .float16
    case "bfloat16": self = .bfloat16
    case "int64", "long": self = .int64
    case "int32", "int": self = .int32
    case "int16", "short": self = .int16
    case "int8": self = .int8
    case "uint64": self = .uint64
    case "uint32": self = .uint32
    case "uint16": self = .uint16
    case "uint8": self = .uint8
    case "bool": self = .bool
    case "float8_e4m3fn": self = .float8E4M3
    case "float8_e5m2": self = .float8E5M2
    default: return nil
    }
  }
}
