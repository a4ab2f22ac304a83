import TLModels
import TLTestSupport
import TLText
import Testing

private let fixtures = checkpointFixtures

@Suite struct CheckpointTorchFixtures {
  @Test(arguments: ["views_zip.bin", "views_legacy.bin", "plain_dict.bin"])
  func viewsTypesAndSharedStoragesComeOutInLogicalOrder(_ name: String) throws {
    let expected = try readJSON(fixtures + "/bin_good/expected.json")
    let checkpoint = try Checkpoint.open(fixtures + "/bin_good/" + name)
    try expectTensors(checkpoint, equal: try #require(expected["views_zip.bin"]))
  }

  @Test func attributesOfTheDictionaryAreIgnored() throws {
    let name = "with_metadata_attribute.bin"
    let expected = try readJSON(fixtures + "/bin_good/expected.json")
    let checkpoint = try Checkpoint.open(fixtures + "/bin_good/" + name)
    try expectTensors(checkpoint, equal: try #require(expected[name]))
  }

  @Test func aNestedStateDictIsUnwrapped() throws {
    let checkpoint = try Checkpoint.open(fixtures + "/bin_good/nested_state_dict.bin")
    #expect(checkpoint.tensors.map(\.name) == ["a"])
    #expect(try checkpoint["a"]?.floats() == [1, 1])
  }

  @Test func laterProtocolsAndMinimalFilesLoad() throws {
    let four = try Checkpoint.open(fixtures + "/bin_good/protocol4.bin")
    #expect(try four["a"]?.floats() == [1, 1])
    let three = try Checkpoint.open(fixtures + "/bin_good/protocol3_legacy.bin")
    #expect(try three["a"]?.floats() == [1, 1, 1])
    let minimal = try Checkpoint.open(fixtures + "/bin_good/hand_written_minimal.bin")
    #expect(try minimal["a"]?.floats().count == 4)
  }

  @Test func hostileAndDamagedFilesAreRefusedByName() throws {
    let expected = try readJSON(fixtures + "/bin_bad/expected.json")
    for item in try #require(expected["cases"]?.array) {
      let name = try #require(item["file"]?.string)
      let error = #expect(throws: CheckpointError.self, "\(name)") {
        try readAll(fixtures + "/bin_bad/" + name)
      }
      #expect(error?.description.contains(name) == true)
      #expect(error?.description.contains("FIXTURE_PICKLE_WAS_EXECUTED") == false)
    }
  }

  @Test func whatAPickleWouldCallIsNamed() throws {
    for (name, call) in [
      ("reduce_os_system_zip.bin", "posix.system"), ("reduce_eval.bin", "__builtin__.eval"),
      ("torch_hub_load.bin", "torch.hub.load"), ("reduce_os_system_legacy.bin", "posix.system"),
    ] {
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint.open(fixtures + "/bin_bad/" + name)
      }
      #expect(error?.kind == .refused)
      #expect(error?.problem.contains(call) == true, "\(error?.description ?? name)")
    }
  }
}

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct CheckpointFixtureModels {
  @Test func everyModelDirectoryOpensAndReads() throws {
    let folder = Shared.folder + "/fixtures/models/models"
    for name in TemporaryFolder.names(in: folder) {
      let path = folder + "/" + name
      guard TemporaryFolder.names(in: path).contains("config.json") else { continue }
      let checkpoint = try Checkpoint.open(path)
      #expect(!checkpoint.tensors.isEmpty, "\(name)")
      for tensor in checkpoint.tensors {
        #expect(try tensor.floats().allSatisfy(\.isFinite), "\(name) \(tensor.name)")
      }
    }
  }
}
