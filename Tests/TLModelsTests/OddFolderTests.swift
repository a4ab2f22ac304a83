// Folders that people take for a model's: what the error says about each of them.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct OddFolderTests {
  /// A copy of a small donor without some of its files.
  private func folder(without names: String...) -> TemporaryFolder {
    let scratch = TemporaryFolder()
    for name in ["config.json", "model.safetensors", "tokenizer_config.json"]
    where !names.contains(name) {
      _ = scratch.file(name, readBytes(Fixtures.donor("bert") + "/" + name))
    }
    return scratch
  }

  private func expectRefusal(
    _ path: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try EncoderModel(directory: path)
      Issue.record("the folder was loaded", sourceLocation: sourceLocation)
    } catch {
      for word in words {
        #expect("\(error)".contains(word), "\(error)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func anAdapterIsToldFromAModel() throws {
    let scratch = folder(without: "config.json")
    _ = scratch.file("adapter_config.json", #"{"base_model_name_or_path": "org/base"}"#)
    expectRefusal(scratch.path, "config.json", "an adapter alone", "'org/base'")
  }

  @Test func aModelInAFolderInsideIsPointedAt() throws {
    let scratch = TemporaryFolder()
    mkdir(scratch.path + "/0_Transformer", 0o755)
    _ = scratch.file("0_Transformer/config.json", "{}")
    expectRefusal(scratch.path, "give \(scratch.path)/0_Transformer")
  }

  @Test(arguments: ["model-q4.gguf", "tf_model.h5", "onnx", "flax_model.msgpack"])
  func weightsOfAnotherKindAreNamed(name: String) throws {
    let scratch = folder(without: "model.safetensors")
    _ = scratch.file(name, "x")
    expectRefusal(scratch.path, "weights as \(name) only", "model.safetensors")
  }

  @Test func weightsUnderAnotherNameAreNamed() throws {
    let scratch = folder(without: "model.safetensors")
    _ = scratch.file("weights.safetensors", "x")
    expectRefusal(scratch.path, "there is weights.safetensors")
  }

  @Test func aLinkToNothingIsNamed() throws {
    let scratch = folder(without: "model.safetensors")
    symlink("../blobs/gone", scratch.path + "/model.safetensors")
    expectRefusal(scratch.path, "model.safetensors: is a link to a file that is not there")
  }

  @Test func emptyAndForeignFilesSayWhatNext() throws {
    let scratch = folder()
    for (text, word) in [
      ("", "this one has 0; the download failed"), ("{\"a\": [1, 2, 3]}", "it is no such file"),
      ("<!DOCTYPE html>", "is a web page"),
    ] {
      _ = scratch.file("model.safetensors", text)
      expectRefusal(scratch.path, word, "fetch")
    }
    unlink(scratch.path + "/model.safetensors")
    mkdir(scratch.path + "/model.safetensors", 0o755)
    expectRefusal(scratch.path, "expected a regular file, found a folder")
    rmdir(scratch.path + "/model.safetensors")
    for (text, word) in [("", "is empty"), ("hello", "neither a zip archive nor a pickle")] {
      _ = scratch.file("pytorch_model.bin", text)
      expectRefusal(scratch.path, word, "fetch the file again")
    }
  }

  @Test func theTypeOfAModelIsAskedFor() throws {
    let scratch = folder(without: "config.json")
    for (text, words) in [
      ("{}", ["expected model_type, found no such key", "\"bert\""]),
      (#"{"model_type": 7}"#, ["a string for model_type, found 7"]),
      (#"{"model_type": "llama"}"#, ["found 'llama'", "deberta-v2", "marian"]),
    ] {
      _ = scratch.file("config.json", text)
      for word in words { expectRefusal(scratch.path, word) }
    }
  }

  @Test func quantizedWeightsAreRefused() throws {
    let scratch = folder()
    let checkpoint = try Checkpoint.open(scratch.path)
    let name = try #require(
      checkpoint.tensors.map(\.name).first { $0.hasSuffix("0.attention.self.query.weight") })
    var bytes = readBytes(scratch.path + "/model.safetensors")
    let header = Array("\"\(name)\":{\"dtype\":\"F32\"".utf8)
    let start = try #require(
      bytes.indices.first { bytes[$0...].prefix(header.count).elementsEqual(header) })
    bytes[start + header.count - 4] = UInt8(ascii: "I")
    _ = scratch.file("model.safetensors", bytes)
    expectRefusal(scratch.path, name, "I32", "quantized")
  }

  @Test func aFolderWithoutAVocabularySaysWhatIsMissing() throws {
    let scratch = folder()
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(directory: scratch.path) }
    #expect(error?.description.contains("no vocab.txt") == true, "\(String(describing: error))")
    #expect(error?.description.contains("fetch it") == true)
    _ = scratch.file("vocab.txt", "")
    let empty = #expect(throws: TokenizerError.self) { try Tokenizer(directory: scratch.path) }
    #expect(empty?.description.contains("vocab.txt: is empty") == true)
    unlink(scratch.path + "/tokenizer_config.json")
    unlink(scratch.path + "/vocab.txt")
    let bare = #expect(throws: TokenizerError.self) { try Tokenizer(directory: scratch.path) }
    #expect(bare?.description.contains("which this kind of tokenizer needs") == true)
  }
}
