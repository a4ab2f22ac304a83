import TLModels
import TLText
import Testing

private let fixtures = checkpointFixtures

@Suite struct CheckpointSafetensorsFixtures {
  @Test func everyTypeWidensToFloat32() throws {
    let expected = try readJSON(fixtures + "/safetensors_good/all_dtypes.json")
    let checkpoint = try Checkpoint.open(fixtures + "/safetensors_good/all_dtypes.safetensors")
    try expectTensors(checkpoint, equal: try #require(expected["tensors"]))
    #expect(checkpoint.metadata.map(\.key).sorted() == ["format", "ключ"])
    #expect(checkpoint.metadata.contains { $0.value == "значение \"в кавычках\"" })
  }

  @Test func unusualButValidFilesLoad() throws {
    let expected = try readJSON(fixtures + "/safetensors_good/expected.json")
    for item in try #require(expected["must_load"]?.array) {
      let name = try #require(item["file"]?.string)
      let checkpoint = try Checkpoint.open(fixtures + "/safetensors_good/" + name)
      let tensors = try #require(item["tensors"]?.object)
      #expect(checkpoint.tensors.count == tensors.count, "\(name)")
      for field in tensors {
        let tensor = try #require(checkpoint[field.key], "\(name) \(field.key)")
        #expect(try tensor.floats() == flatten(field.value), "\(name) \(field.key)")
      }
    }
  }

  @Test func malformedFilesAreRefusedByName() throws {
    let expected = try readJSON(fixtures + "/safetensors_bad/expected.json")
    for item in try #require(expected["cases"]?.array) {
      let name = try #require(item["file"]?.string)
      let isLenient = item["python_library"]?.string?.hasPrefix("accepted") ?? false
      do {
        try readAll(fixtures + "/safetensors_bad/" + name)
        #expect(isLenient, "\(name) was accepted: \(item["why"]?.string ?? "")")
      } catch let error as CheckpointError {
        #expect(error.description.contains(name))
        #expect(error.problem.count > 10)
      }
    }
  }

  @Test func aPointerOfGitLFSIsToldApart() throws {
    let error = #expect(throws: CheckpointError.self) {
      try readAll(fixtures + "/safetensors_bad/git_lfs_pointer.safetensors")
    }
    #expect(error?.description.contains("git lfs pull") == true)
  }

  @Test func shardsLoadAsOneAndBadIndexesAreRefused() throws {
    let whole = try Checkpoint.open(fixtures + "/model_bad/ok")
    let sharded = try Checkpoint.open(fixtures + "/model_bad/ok_sharded")
    #expect(sharded.tensors.count > 10)
    #expect(Set(whole.tensors.map(\.name)) == Set(sharded.tensors.map(\.name)))
    let missing = #expect(throws: CheckpointError.self) {
      try Checkpoint.open(fixtures + "/model_bad/index_missing_shard")
    }
    #expect(missing?.description.contains("model-00001-of-00") == true)
    let escape = #expect(throws: CheckpointError.self) {
      try Checkpoint.open(fixtures + "/model_bad/index_path_escape")
    }
    #expect(escape?.kind == .refused)
    let none = #expect(throws: CheckpointError.self) {
      try Checkpoint.open(fixtures + "/model_bad/weights_missing")
    }
    #expect(none?.kind == .missing)
  }
}
