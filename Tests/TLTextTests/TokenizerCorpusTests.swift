import Glibc
import TLText
import Testing

/// Not a law but an entry: with TL_TOKENIZER, TL_TEXTS and TL_IDS set, writes the ids of every line
/// of a text file, as little-endian 32-bit integers with -1 after each line. The script
/// `scripts/interop/tokenizers.py` compares them with the reference library.
@Suite struct TokenizerCorpusTests {
  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// CPU seconds of the process.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test(.enabled(if: variable("TL_IDS") != nil, "only when a script asks for ids"))
  func writesTheIDsOfAFile() throws {
    let folder = try #require(Self.variable("TL_TOKENIZER"))
    let texts = try #require(Self.variable("TL_TEXTS"))
    let output = try #require(Self.variable("TL_IDS"))
    let offsets = Self.variable("TL_OFFSETS") != nil
    let start = Self.seconds()
    let tokenizer =
      folder.hasSuffix(".model")
      ? try Tokenizer(sentencePiece: FileBytes(path: folder).withBytes { Array($0) })
      : try Tokenizer(directory: folder)
    let loaded = Self.seconds()
    let lines = try FileBytes.readText(texts).utf8.split(
      separator: 10, omittingEmptySubsequences: false
    ).map { String(Substring($0)) }
    let read = Self.seconds()
    var numbers: [Int32] = []
    if offsets {
      for encoding in try tokenizer.encodeBatch(lines, threads: 1) {
        numbers += encoding.ids
        numbers.append(-2)
        for span in encoding.offsets { numbers += [span.start, span.end] }
        numbers.append(-2)
        numbers += encoding.wordIDs
        numbers.append(-3)
      }
    } else {
      let packed = try tokenizer.encodeIDs(lines, threads: 1)
      for index in 0..<packed.count {
        numbers += packed[index]
        numbers.append(-1)
      }
    }
    let encoded = Self.seconds()
    _ = try tokenizer.encodeIDs(lines, threads: 1)
    let again = Self.seconds()
    _ = try tokenizer.encodeBatch(lines, threads: 1)
    let full = Self.seconds()
    let file = try #require(fopen(output, "w"))
    numbers.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    fclose(file)
    print(
      "load \(loaded - start) read \(read - loaded) ids \(encoded - read) "
        + "ids again \(again - encoded) with offsets \(full - again) lines \(lines.count)")
  }
}
