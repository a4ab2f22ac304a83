// The real pretrained models: golden vectors, and speed. They need donors on the machine: the folder
// of the environment variable TL_DONORS, else `models` beside the package.

import Glibc
import TLModels
import TLTensor
import TLText
import Testing

enum Donors {
  static let folder: String = {
    if let path = getenv("TL_DONORS") { return String(cString: path) }
    let parts = #filePath.split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/") + "/models"
  }()

  static func isPresent(_ name: String) -> Bool {
    access("\(folder)/\(name)/config.json", R_OK) == 0
  }

  static let names = ["rubert-tiny2", "multilingual-e5-small", "all-MiniLM-L6-v2"].filter(isPresent)

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

@Suite(.enabled(if: Shared.isPresent && !Donors.names.isEmpty, "needs ../shared and donors"))
struct DonorTests {
  @Test(arguments: Donors.names)
  func vectorsEqualTheGoldenOnes(name: String) throws {
    let model = try EncoderModel(directory: "\(Donors.folder)/\(name)")
    let golden = try JSON.parse(
      FileBytes.readText("\(Shared.folder)/models/golden/\(name).json"))
    #expect(golden.rows.count == 8)
    for row in golden.rows {
      try forward(model, [EncodedText(ids: (row["input_ids"] ?? .null).ints)]) { tape, input in
        let hidden = model.encode(input, on: tape)
        let mean = tape.mean(hidden, input.sequences)
        let cases: [(String, UnsafeBufferPointer<Float>)] = [
          ("cls", hidden.row(0)), ("last", hidden.row(hidden.rows - 1)), ("mean", mean.row(0)),
        ]
        for (key, found) in cases {
          let expected = (row[key] ?? .null).numbers
          expectClose(
            found.prefix(expected.count).map(Double.init), expected, 1e-4, "\(name) \(key)")
        }
      }
    }
  }

  /// Run by hand: TL_BENCH=ids.json (a list of lists of ids), TL_BENCH_MODEL, TL_BENCH_THREADS.
  @Test(.enabled(if: Donors.variable("TL_BENCH") != nil, "a benchmark"))
  func speed() throws {
    let path = try #require(Donors.variable("TL_BENCH"))
    let name = Donors.variable("TL_BENCH_MODEL") ?? "rubert-tiny2"
    let threads = Int(Donors.variable("TL_BENCH_THREADS") ?? "") ?? 2
    let kinds = Donors.variable("TL_BENCH_KINDS") ?? "forward,step"
    let texts = try JSON.parse(FileBytes.readText(path)).rows.map { EncodedText(ids: $0.ints) }
    let precisions = Donors.variable("TL_BENCH_BF16") == nil ? [Precision.float32] : [.float32, .bf16]
    for precision in precisions {
      for sorted in [false, true] {
        if kinds.contains("forward") {
          let model = try EncoderModel(directory: "\(Donors.folder)/\(name)")
          let benchmark = EncoderBenchmark(texts: texts, threads: threads, precision: precision)
          report("forward", precision, sorted, try benchmark.forward(model, sorted: sorted))
        }
        if kinds.contains("step") {
          let model = try EncoderModel(
            directory: "\(Donors.folder)/\(name)", task: .sequenceClassification(classes: 2))
          let benchmark = EncoderBenchmark(
            texts: Array(texts.prefix(200)), threads: threads, precision: precision)
          report("step", precision, sorted, try benchmark.step(model, sorted: sorted))
        }
      }
    }
  }

  private func report(
    _ kind: String, _ precision: Precision, _ sorted: Bool, _ result: EncoderBenchmark.Measurement
  ) {
    print(
      kind, precision.rawValue, sorted ? "sorted" : "given",
      "median \((result.medianSeconds * 1000).rounded()) ms, best "
        + "\((result.bestSeconds * 1000).rounded()) ms, \(result.textsPerSecond.rounded()) texts/s, "
        + "\(result.gigaflops.rounded()) GFLOP/s, late allocations \(result.lateAllocations), "
        + "peak \(result.peakMemory) MB")
  }
}
