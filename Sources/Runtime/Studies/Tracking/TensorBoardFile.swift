// TensorBoardFile: an event file of TensorBoard: records of length, masked CRC-32C, payload, masked
// CRC-32C; payloads are Event messages in protocol buffers (tensorflow/core/util/event.proto). Scalars, and
// the parameters of the HParams page (tensorboard/plugins/hparams/plugin_data.proto).

import Glibc
import TLText

/// Writes event files.
public enum TensorBoardFile {
  /// Writes `events.out.tfevents.…` into a folder, which must be there. Gives the file's path.
  public static func write(_ run: TrackedRun, to folder: String) throws -> String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let name = String(
      decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = "\(folder)/events.out.tfevents.\(Int(run.started)).\(name).\(run.id).0"
    try AtomicFile.write(path, bytes: bytes(of: run))
    return path
  }

  /// The file.
  public static func bytes(of run: TrackedRun) -> [UInt8] {
    var file: [UInt8] = []
    var version = ProtocolMessage()
    version.double(1, run.started)
    version.text(3, "brain.Event:2")
    append(version, to: &file)
    if !run.parameters.isEmpty {
      append(
        summary(run.started, step: 0, [hyperparameters("_hparams_/experiment", experiment(run))]),
        to: &file)
      append(
        summary(
          run.started, step: 0, [hyperparameters("_hparams_/session_start_info", start(run))]),
        to: &file)
    }
    for series in run.series {
      for point in series.points {
        var value = ProtocolMessage()
        value.text(1, series.name)
        value.float(2, Float(point.value))
        append(summary(run.time(of: point.step), step: point.step, [value]), to: &file)
      }
    }
    if !run.parameters.isEmpty, run.isFinished {
      var info = ProtocolMessage()
      info.integer(1, 1)
      info.double(2, run.ended)
      append(
        summary(
          run.ended, step: 0, [hyperparameters("_hparams_/session_end_info", plugin(4, info))]),
        to: &file)
    }
    return file
  }

  private static func summary(_ time: Double, step: Int, _ values: [ProtocolMessage])
    -> ProtocolMessage
  {
    var summary = ProtocolMessage()
    for value in values { summary.message(1, value) }
    var event = ProtocolMessage()
    event.double(1, time)
    event.integer(2, step)
    event.message(5, summary)
    return event
  }

  // MARK: Parameters

  /// A value whose meaning is in the metadata of the plugin; its tensor is one zero.
  private static func hyperparameters(_ tag: String, _ content: ProtocolMessage) -> ProtocolMessage
  {
    var plugin = ProtocolMessage()
    plugin.text(1, "hparams")
    plugin.bytes(2, content.bytes)
    var metadata = ProtocolMessage()
    metadata.message(1, plugin)
    var dimension = ProtocolMessage()
    dimension.integer(1, 1)
    var shape = ProtocolMessage()
    shape.message(2, dimension)
    var tensor = ProtocolMessage()
    tensor.integer(1, 1)
    tensor.message(2, shape)
    tensor.bytes(5, [0, 0, 0, 0])
    var value = ProtocolMessage()
    value.text(1, tag)
    value.message(8, tensor)
    value.message(9, metadata)
    return value
  }

  private static func plugin(_ field: Int, _ content: ProtocolMessage) -> ProtocolMessage {
    var data = ProtocolMessage()
    data.message(field, content)
    return data
  }

  private static func experiment(_ run: TrackedRun) -> ProtocolMessage {
    var experiment = ProtocolMessage()
    experiment.text(1, "tl")
    experiment.double(4, run.started)
    for (name, value) in run.parameters {
      var information = ProtocolMessage()
      information.text(1, name)
      switch value {
      case .bool: information.integer(4, 2)
      case .int, .number: information.integer(4, 3)
      default: information.integer(4, 1)
      }
      experiment.message(5, information)
    }
    for series in run.series where series.name.hasPrefix("test/") || series.name.hasPrefix("cost/")
    {
      var name = ProtocolMessage()
      name.text(2, series.name)
      var information = ProtocolMessage()
      information.message(1, name)
      experiment.message(6, information)
    }
    return plugin(2, experiment)
  }

  private static func start(_ run: TrackedRun) -> ProtocolMessage {
    var session = ProtocolMessage()
    for (name, value) in run.parameters {
      var plain = ProtocolMessage()
      switch value {
      case .bool(let flag): plain.integer(4, flag ? 1 : 0)
      case .int(let number): plain.double(2, Double(number))
      case .number(let number): plain.double(2, number)
      default: plain.text(3, value.cellText)
      }
      var entry = ProtocolMessage()
      entry.text(1, name)
      entry.message(2, plain)
      session.message(1, entry)
    }
    session.text(4, run.title)
    session.double(5, run.started)
    return plugin(3, session)
  }

  // MARK: Records

  private static func append(_ message: ProtocolMessage, to file: inout [UInt8]) {
    let payload = message.bytes
    let length = littleEndian(UInt64(payload.count))
    file += length
    file += littleEndian(masked(length))
    file += payload
    file += littleEndian(masked(payload))
  }

  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = Checksum.castagnoli(bytes)
    return ((crc >> 15) | (crc << 17)) &+ 0xA282_EAD8
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

/// CRC-32C (Castagnoli), polynomial 0x82F63B78, byte by byte.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { index in
    var crc = UInt32(index)
    for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
    return crc
  }

  static func castagnoli(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes { crc = (crc >> 8) ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
    return ~crc
  }
}

/// A message of protocol buffers, field after field.
struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  private mutating func number(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  private mutating func key(_ field: Int, _ wire: Int) { number(UInt64(field << 3 | wire)) }

  mutating func integer(_ field: Int, _ value: Int) {
    key(field, 0)
    number(UInt64(bitPattern: Int64(value)))
  }

  mutating func double(_ field: Int, _ value: Double) {
    key(field, 1)
    bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  mutating func float(_ field: Int, _ value: Float) {
    key(field, 5)
    bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  mutating func bytes(_ field: Int, _ value: [UInt8]) {
    key(field, 2)
    number(UInt64(value.count))
    bytes += value
  }

  mutating func text(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

  mutating func message(_ field: Int, _ value: ProtocolMessage) { bytes(field, value.bytes) }
}
