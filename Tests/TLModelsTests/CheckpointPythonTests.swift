import Glibc
import TLModels
import TLTestSupport
import Testing

/// The Python with torch and safetensors to check against, named by TL_PYTHON.
private let python = getenv("TL_PYTHON").map { String(cString: $0) }

/// What the reference libraries read of what is written here, and the other way round.
@Suite(.enabled(if: python != nil, "needs TL_PYTHON, a python3 with torch and safetensors"))
struct CheckpointPython {
  private func run(_ script: String, in folder: TemporaryFolder) -> Int32 {
    let path = folder.file("check.py", script)
    return system("cd '\(folder.path)' && '\(python ?? "python3")' '\(path)'")
  }

  @Test func theReferenceLibrariesReadWhatIsWritten() throws {
    let scratch = TemporaryFolder()
    let values = sampleValues(24)
    try values.withUnsafeBufferPointer { buffer in
      let tensors = [
        TensorToWrite(name: "вес.weight", shape: [2, 3, 4], values: buffer),
        TensorToWrite(name: "scalar", shape: [], values: .init(rebasing: buffer[..<1])),
        TensorToWrite(name: "empty", shape: [0, 4], values: .init(rebasing: buffer[..<0])),
      ]
      for (ending, type) in [("32", ElementType.float32), ("16", .float16), ("b16", .bfloat16)] {
        let path = scratch.path + "/" + ending
        try SafetensorsWriter.write(tensors, to: path + ".safetensors", as: type)
        try TorchWriter.write(tensors, to: path + ".bin", as: type)
        try TorchWriter.write(tensors, to: path + ".old.bin", as: type, form: .legacy)
      }
    }
    let bits = values.map { String($0.bitPattern) }.joined(separator: ",")
    let script = """
      import torch, safetensors.torch as st
      want = torch.tensor([\(bits)], dtype=torch.uint32).view(torch.float32).reshape(2, 3, 4)
      for ending, dtype in (("32", torch.float32), ("16", torch.float16), ("b16", torch.bfloat16)):
          for found in (st.load_file(ending + ".safetensors"),
                        torch.load(ending + ".bin", weights_only=True),
                        torch.load(ending + ".bin", weights_only=True, mmap=True),
                        torch.load(ending + ".old.bin", weights_only=True)):
              assert sorted(found) == ["empty", "scalar", "вес.weight"], list(found)
              assert torch.equal(found["вес.weight"], want.to(dtype))
              assert found["scalar"].shape == () and found["scalar"] == want.flatten()[0].to(dtype)
              assert found["empty"].shape == (0, 4)
      """
    #expect(run(script, in: scratch) == 0)
  }

  @Test func filesOfEveryProtocolAndTypeAreRead() throws {
    let scratch = TemporaryFolder()
    let script = """
      import torch, safetensors.torch as st
      torch.manual_seed(1)
      w = torch.randn(5, 7)
      d = {"param": torch.nn.Parameter(torch.randn(3)), "tied": w, "tied2": w, "t": w.t(),
           "permuted": torch.randn(2, 3, 4).permute(2, 0, 1), "row": w[2], "column": w[:, 3],
           "strided": w[::2, 1::3], "expanded": torch.randn(3, 1).expand(3, 4),
           "empty": torch.empty(0, 3), "bf16": w.bfloat16(), "long": torch.arange(5),
           "f8": torch.tensor([0.5, -448.0, 2**-9, 1.125]).to(torch.float8_e4m3fn),
           "u16": torch.tensor([1, 65535], dtype=torch.uint16)}
      st.save_file({k: v.detach().float().contiguous().clone() for k, v in d.items()}, "want.safetensors")
      for protocol in (2, 3, 4, 5):
          torch.save(d, f"new{protocol}.bin", pickle_protocol=protocol)
      torch.save({"model": d, "epoch": 3}, "wrapped.bin")
      old = {k: v for k, v in d.items() if k not in ("u16", "f8")}
      st.save_file({k: v.detach().float().contiguous().clone() for k, v in old.items()}, "old.safetensors")
      for protocol in (2, 3, 4):
          torch.save(old, f"old{protocol}.bin", pickle_protocol=protocol,
                     _use_new_zipfile_serialization=False)
      """
    try #require(run(script, in: scratch) == 0)
    for name in TemporaryFolder.names(in: scratch.path) where name.hasSuffix(".bin") {
      let want = name.hasPrefix("old") ? "old" : "want"
      let expected = try Checkpoint.open(scratch.path + "/\(want).safetensors")
      let found = try Checkpoint.open(scratch.path + "/" + name)
      #expect(found.tensors.count == expected.tensors.count)
      for tensor in expected.tensors {
        let other = try #require(found[tensor.name], "\(name) \(tensor.name)")
        #expect(other.shape == tensor.shape)
        #expect(try other.floats() == tensor.floats(), "\(name) \(tensor.name)")
      }
    }
  }
}
