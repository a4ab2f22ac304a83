// What a donor says of its checkpoint.

import Foundation
import TLTestSupport
import TLTransfer
import Testing

struct DonorTests {
  @Test func weightsThatNothingReadsAreNamed() throws {
    let whole = try Donor(name: "bert", directory: Fixtures.donor("bert"))
    #expect(try whole.unreadWeights().allSatisfy { !$0.contains("encoder") })
    // The same checkpoint, of which config.json names one layer less.
    let folder = TemporaryFolder()
    for name in TemporaryFolder.names(in: Fixtures.donor("bert")) {
      try FileManager.default.copyItem(
        atPath: Fixtures.donor("bert") + "/" + name, toPath: folder.path + "/" + name)
    }
    let configuration = try String(contentsOfFile: folder.path + "/config.json", encoding: .utf8)
    let shorter = configuration.replacing(
      "\"num_hidden_layers\": 3", with: "\"num_hidden_layers\": 2")
    try #require(shorter != configuration)
    _ = folder.file("config.json", shorter)
    let donor = try Donor(name: "short", directory: folder.path)
    #expect(donor.configuration?.layers == 2)
    let unread = try donor.unreadWeights().filter { $0.contains("encoder") }
    #expect(!unread.isEmpty && unread.allSatisfy { $0.contains("layer.2.") })
  }
}
