// Emissions, and logs for other programs; what the programs make of them is in scripts/interop/tracking.py.

import Foundation
import TLStore
import TLStudies
import TLText
import Testing

/// The Python with tensorboard and mlflow, named by TL_TRACKING_PYTHON.
private let python = ProcessInfo.processInfo.environment["TL_TRACKING_PYTHON"]

@Suite struct TrackingTests {
  static let run = TrackedRun(
    id: "0123456789abcdef", title: "lora on tiny, it's one",
    parameters: [
      ("learning_rate", .number(0.001)), ("strategy", .text("lora")), ("shuffle", .bool(true)),
      ("rank", .int(8)),
    ],
    series: [
      .init("train/loss", (1...20).map { ($0, 1 / Double($0)) }),
      .init("validation/macro_f1", [(10, 0.5), (20, 0.75)]), .init("test/macro_f1", [(20, 0.7)]),
    ], started: 1_764_000_000, ended: 1_764_000_060, isFinished: true, version: "0.1.0")

  @Test func eventFilesHaveTheirFrames() {
    let bytes = TensorBoardFile.bytes(of: Self.run)
    // The first record: 24 bytes of payload with the version, as TensorFlow writes it.
    var offset = 0
    var count = 0
    while offset + 12 <= bytes.count {
      let length = bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      offset += 12 + length + 4
      count += 1
    }
    #expect(offset == bytes.count)
    #expect(count == 1 + 2 + 23 + 1)
    #expect(String(decoding: bytes, as: UTF8.self).contains("brain.Event:2"))
  }

  @Test(
    .enabled(if: python != nil, "needs TL_TRACKING_PYTHON, a python3 with tensorboard and mlflow"))
  func theProgramsReadWhatIsExported() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tl-tracking-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try MLflowFolder.make(folder + "/tensorboard")
    _ = try TensorBoardFile.write(Self.run, to: folder + "/tensorboard")
    _ = try MLflowFolder.write([Self.run], experiment: "tl's", to: folder + "/mlruns")
    let expected = JSON.object([
      JSONField(
        "series",
        .object(
          Self.run.series.map { series in
            JSONField(
              series.name,
              .array(series.points.map { .array([.int($0.step), .number($0.value)]) }))
          })),
      JSONField(
        "parameters",
        .object(Self.run.parameters.map { JSONField($0.name, .string($0.value.cellText)) })),
    ])
    try AtomicFile.write(folder + "/expected.json", text: expected.serialized())
    let package = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python ?? "python3")
    process.arguments = ["\(package)/scripts/interop/tracking.py", folder]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func emissionsAreEnergyTimesIntensity() throws {
    let use = EnergyUse(seconds: 3600, cpuSeconds: 7200, measuredJoules: nil, memory: 1_000_000_000)
    let processor = "Some Processor"
    let country = try #require(CarbonIntensity.country("russia"))
    let emissions = Emissions(
      [
        RunEnergy(
          id: "a", title: "t", ended: 0, use: use, processor: processor, cores: 2)
      ], country: country, tariff: 6, currency: "₽")
    // Two cores of 5 W for an hour, and 0.375 W of memory.
    #expect(abs(emissions.kWh - 0.010375) < 1e-12)
    #expect(abs(emissions.kilograms - 0.010375 * 0.441) < 1e-12)
    #expect(abs((emissions.cost ?? 0) - 0.06225) < 1e-12)
    #expect(!emissions.isMeasured && emissions.basis.contains("estimate"))
    let table = try emissions.table()
    #expect(table.names.count == 38 && table.names == Emissions.columns)
    var measured = use
    measured.measuredJoules = 36_000
    #expect(abs(measured.kWh(processor) - (0.01 + 0.000375)) < 1e-12)
    #expect(CarbonIntensity.country("nowhere") == nil)
    #expect(CarbonIntensity.country("DE")?.code == "DEU")
  }
}
