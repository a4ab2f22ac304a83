// Content keys: the published test vectors of SHA-256, and what equal descriptions are.

import TLStore
import TLTestSupport
import TLText
import Testing

struct ContentKeyTests {
  /// FIPS 180-4, examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestsAreThePublishedOnes(text: String, digest: String) {
    #expect(ContentKey.of(Array(text.utf8)) == digest)
  }

  @Test func digestOfAMillionLettersInPartsIsThePublishedOne() {
    var hash = ContentHash()
    for count in [1, 62, 1, 63, 65, 128, 1000] { hash.add(String(repeating: "a", count: count)) }
    hash.add(String(repeating: "a", count: 1_000_000 - 1320))
    let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(hash.hexadecimal == expected)
    #expect(hash.hexadecimal == expected)
  }

  @Test(arguments: [
    (#"{"a": 1, "b": [true, null]}"#, #"{"b":[true,null],"a":1.0}"#, true),
    (#"{"a": 0.5}"#, #"{"a": 5e-1}"#, true),
    (#"{"a": 1}"#, #"{"a": "1"}"#, false),
    (#"{"a": [1, 2]}"#, #"{"a": [2, 1]}"#, false),
    (#"{"a": {"b": 1}}"#, #"{"a": {}, "b": 1}"#, false),
    ("\"й\"", "\"и\u{306}\"", false),
    (#"[1, 23]"#, #"[12, 3]"#, false),
  ])
  func equalDescriptionsHaveEqualKeys(a: String, b: String, isEqual: Bool) throws {
    #expect((ContentKey.of(try JSON.parse(a)) == ContentKey.of(try JSON.parse(b))) == isEqual)
  }

  @Test func notANumberAndInfinityAndNullDiffer() {
    let keys = [JSON.number(.nan), .number(.infinity), .number(-.infinity), .null]
    #expect(Set(keys.map { ContentKey.of($0) }).count == 4)
  }

  @Test func keyOfAFileIsTheKeyOfItsBytes() throws {
    let folder = TemporaryFolder()
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try AtomicFile.write(folder.path + "/data", bytes: bytes)
    #expect(try ContentKey.ofFile(folder.path + "/data") == ContentKey.of(bytes))
    #expect(throws: StoreError.self) { try ContentKey.ofFile(folder.path + "/none") }
  }
}
