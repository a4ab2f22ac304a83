// The real pretrained models: golden vectors. They need donors on the machine: the folder
// of the environment variable TL_DONORS, else `models` beside the package.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

enum Donors {
  static let folder: String = {
    if let path = getenv("TL_DONORS") { return String(cString: path) }
    return Shared.beside + "/models"
  }()

  static func isPresent(_ name: String) -> Bool {
    access("\(folder)/\(name)/config.json", R_OK) == 0
  }

  static let names = ["rubert-tiny2", "multilingual-e5-small", "all-MiniLM-L6-v2"].filter(isPresent)
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
}
