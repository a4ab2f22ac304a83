import Glibc
import Synchronization
import TLModels
import TLTestSupport
import Testing

/// A repository as a hub serves it; single files may misbehave through `fault`.
final class TestHub: Sendable {
  static let commit = "0123456789abcdef0123456789abcdef01234567"
  static let config = Array(#"{"model_type": "bert"}"#.utf8)
  /// Digests of the two files, computed by sha256sum and by git hash-object.
  static let weights = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  static let weightsSHA256 = "b0abe1fc3221488396cb845b73dad2a0838923837dfd67247b06e596fff3f2c3"
  static let configSHA1 = "46332c50668921e90868a1d44a2550bb60ffdb1d"

  let server: TestServer
  let scratch = TemporaryFolder()

  typealias Fault = @Sendable (_ request: TestRequest, _ ordinal: Int) -> TestResponse?

  /// `fault` may answer in the hub's place; `ordinal` counts requests of a method and path from 0.
  init(_ fault: @escaping Fault = { _, _ in nil }) {
    let counts = Mutex<[String: Int]>([:])
    server = TestServer { request in
      let key = request.method + request.path
      let ordinal = counts.withLock { counts in
        counts[key, default: 0] += 1
        return (counts[key] ?? 1) - 1
      }
      return fault(request, ordinal) ?? TestHub.serve(request)
    }
  }

  deinit { server.close() }

  var settings: HubSettings {
    var settings = HubSettings(endpoint: server.endpoint, cache: scratch.path + "/hub")
    settings.firstDelay = 0.005
    settings.attempts = 4
    return settings
  }

  var folder: String { scratch.path + "/hub/models--org--donor" }

  func locate(_ name: String = "org/donor") throws -> String {
    try DonorLocator(settings).locate(name)
  }

  /// Whether what was brought is what the hub has.
  func expectWhole(_ path: String) {
    #expect(path == folder + "/snapshots/" + TestHub.commit)
    #expect(readBytes(path + "/config.json") == TestHub.config)
    #expect(readBytes(path + "/model.safetensors") == TestHub.weights)
  }

  static func serve(_ request: TestRequest) -> TestResponse {
    switch request.path {
    case "/api/models/org/donor/revision/main":
      let names = ["config.json", "model.safetensors", "pytorch_model.bin", "README.md"]
      let list = names.map { #"{"rfilename":"\#($0)"}"# }.joined(separator: ",")
      return TestResponse(body: Array(#"{"sha":"\#(commit)","siblings":[\#(list)]}"#.utf8))
    case "/org/donor/resolve/\(commit)/config.json":
      return TestResponse(headers: [("ETag", "\"\(configSHA1)\"")], body: config)
    case "/org/donor/resolve/\(commit)/model.safetensors":
      // As the hub does it: the metadata here, the bytes elsewhere.
      return TestResponse(
        status: 302,
        headers: [
          ("X-Linked-Etag", "\"\(weightsSHA256)\""), ("X-Linked-Size", "\(weights.count)"),
          ("Location", "/storage/weights?signature=1"),
        ])
    case "/storage/weights?signature=1": return ranged(request, weights)
    default: return TestResponse(status: 404, headers: [("X-Error-Code", "EntryNotFound")])
    }
  }

  static func ranged(_ request: TestRequest, _ body: [UInt8]) -> TestResponse {
    guard let start = request.rangeStart else { return TestResponse(body: body) }
    guard start < body.count else { return TestResponse(status: 416) }
    return TestResponse(
      status: 206, headers: [("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)")],
      body: Array(body[start...]))
  }
}

@Suite struct HubDownloading {
  @Test func aDonorIsBroughtIntoTheCacheLayoutOfTheReferenceLibrary() throws {
    let hub = TestHub()
    let path = try hub.locate()
    hub.expectWhole(path)
    #expect(readBytes(hub.folder + "/refs/main") == Array(TestHub.commit.utf8))
    #expect(
      TemporaryFolder.names(in: hub.folder + "/blobs")
        == [TestHub.configSHA1, TestHub.weightsSHA256].sorted())
    var target = [CChar](repeating: 0, count: 256)
    let length = readlink(path + "/model.safetensors", &target, 256)
    let link = String(
      decoding: target.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    #expect(link == "../../blobs/" + TestHub.weightsSHA256)
    // One form of weights and no README.
    #expect(TemporaryFolder.names(in: path) == ["config.json", "model.safetensors"])
  }

  @Test func aCachedDonorAsksTheHubNothing() throws {
    let hub = TestHub()
    _ = try hub.locate()
    let count = hub.server.requests.count
    hub.expectWhole(try hub.locate())
    #expect(hub.server.requests.count == count)
    var offline = hub.settings
    offline.isOffline = true
    hub.expectWhole(try DonorLocator(offline).locate("org/donor"))
    #expect(DonorLocator(offline).cachedNames() == ["org/donor"])
  }

  @Test func offlineSaysWhatToDo() throws {
    let hub = TestHub()
    var offline = hub.settings
    offline.isOffline = true
    let error = #expect(throws: HubError.self) { try DonorLocator(offline).locate("org/donor") }
    #expect(error?.kind == .offline)
    #expect(error?.description.contains("HF_HUB_OFFLINE") == true)
    #expect(hub.server.requests.isEmpty)
  }

  @Test func cutConnectionsAreResumedWhereTheyBroke() throws {
    let hub = TestHub { request, ordinal in
      guard request.path.hasPrefix("/storage/"), ordinal < 3 else { return nil }
      var response = TestHub.ranged(request, TestHub.weights)
      response.cutAfter = 1000
      return response
    }
    hub.expectWhole(try hub.locate())
    let starts = hub.server.requests.filter { $0.path.hasPrefix("/storage/") }.map(\.rangeStart)
    #expect(starts == [nil, 1000, 2000, 3000])
  }

  @Test func aBrokenDownloadIsResumedByTheNextCall() throws {
    let hub = TestHub { request, ordinal in
      guard request.path.hasPrefix("/storage/") else { return nil }
      var response = TestHub.ranged(request, TestHub.weights)
      if ordinal == 0 { response.cutAfter = 1234 }
      return (1...3).contains(ordinal) ? TestResponse(status: 503) : response
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .network)
    #expect(error?.description.contains("1234 bytes are kept") == true)
    hub.expectWhole(try hub.locate())
    #expect(hub.server.requests.last?.rangeStart == 1234)
  }

  @Test func aServerWithoutRangesStartsOver() throws {
    let hub = TestHub { request, ordinal in
      guard request.path.hasPrefix("/storage/") else { return nil }
      return TestResponse(body: TestHub.weights, cutAfter: ordinal == 0 ? 700 : nil)
    }
    hub.expectWhole(try hub.locate())
  }

  @Test func aWrongRangeIsRefused() throws {
    let hub = TestHub { request, ordinal in
      guard request.path.hasPrefix("/storage/") else { return nil }
      if ordinal == 0 { return TestResponse(body: TestHub.weights, cutAfter: 700) }
      return TestResponse(
        status: 206, headers: [("Content-Range", "bytes 0-4999/5000")], body: TestHub.weights)
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .protocolViolation)
  }

  @Test(arguments: [false, true])
  func aWrongChecksumIsRefusedAndNothingIsKept(_ isLarge: Bool) throws {
    let hub = TestHub { request, _ in
      guard request.method == "GET" else { return nil }
      if isLarge, request.path.hasPrefix("/storage/") {
        var body = TestHub.weights
        body[4321] ^= 1
        return TestResponse(body: body)
      }
      if !isLarge, request.path.hasSuffix("/config.json") {
        return TestResponse(body: Array(#"{"model_type": "berd"}"#.utf8))
      }
      return nil
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .corrupt)
    #expect(error?.description.contains("checksum") == true)
    let blobs = TemporaryFolder.names(in: hub.folder + "/blobs")
    #expect(blobs == (isLarge ? [TestHub.configSHA1] : []))
    #expect(!TemporaryFolder.names(in: hub.folder).contains("refs"))
  }

  @Test func aSpoiltBeginningIsFetchedAgain() throws {
    let hub = TestHub()
    for part in ["/hub", "/hub/models--org--donor", "/hub/models--org--donor/blobs"] {
      mkdir(hub.scratch.path + part, 0o755)
    }
    _ = hub.scratch.file(
      "hub/models--org--donor/blobs/\(TestHub.weightsSHA256).incomplete",
      "this is not how the weights begin")
    hub.expectWhole(try hub.locate())
  }

  @Test func missingLengthIsNoObstacle() throws {
    let hub = TestHub { request, _ in
      guard request.path.hasSuffix("/config.json") else { return nil }
      var response = TestHub.serve(request)
      response.sendsLength = false
      return response
    }
    hub.expectWhole(try hub.locate())
  }

  @Test func tooManyBytesAreRefused() throws {
    let hub = TestHub { request, _ in
      guard request.path.hasPrefix("/storage/") else { return nil }
      return TestResponse(body: TestHub.weights + [1, 2, 3])
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .corrupt)
  }

  @Test func busyServersAreAskedAgain() throws {
    let hub = TestHub { request, ordinal in
      guard ordinal == 0 else { return nil }
      return request.path.hasPrefix("/api/")
        ? TestResponse(status: 429, headers: [("Retry-After", "1")]) : TestResponse(status: 502)
    }
    var start = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    hub.expectWhole(try hub.locate())
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    #expect(end.tv_sec - start.tv_sec >= 1, "Retry-After: 1 is obeyed")
  }

  @Test func aServerThatStaysBusyEndsTheAttempts() throws {
    let hub = TestHub { _, _ in TestResponse(status: 429) }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .network)
    #expect(error?.description.contains("429") == true)
    #expect(hub.server.requests.count == 4)
  }

  @Test(arguments: [
    (401, "", HubError.Kind.unauthorized), (401, "RepoNotFound", .notFound),
    (403, "", .forbidden), (401, "GatedRepo", .forbidden), (404, "RepoNotFound", .notFound),
    (404, "", .notFound), (418, "", .protocolViolation),
  ])
  func refusalsAreExplainedAndNotRepeated(_ status: Int, _ code: String, _ kind: HubError.Kind)
    throws
  {
    let hub = TestHub { _, _ in
      TestResponse(status: status, headers: code.isEmpty ? [] : [("X-Error-Code", code)])
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == kind)
    #expect(error?.description.hasPrefix("org/donor: ") == true)
    #expect(hub.server.requests.count == 1)
  }

  @Test func aGatedFileIsExplained() throws {
    let hub = TestHub { request, _ in
      guard request.path.hasSuffix("/config.json") else { return nil }
      return TestResponse(
        status: 403,
        headers: [("X-Error-Code", "GatedRepo"), ("X-Error-Message", "Access is restricted")])
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .forbidden)
    #expect(error?.description.contains("Access is restricted") == true)
    #expect(error?.description.contains("HF_TOKEN") == true)
  }

  @Test func theTokenGoesToTheHubOnly() throws {
    let storage = TestServer { TestHub.ranged($0, TestHub.weights) }
    defer { storage.close() }
    let hub = TestHub { request, _ in
      guard request.path.hasSuffix("/model.safetensors") else { return nil }
      var response = TestHub.serve(request)
      response.headers[2].1 = "http://localhost:\(storage.port)/elsewhere"
      return response
    }
    var settings = hub.settings
    settings.token = "hf_secret"
    hub.expectWhole(try DonorLocator(settings).locate("org/donor"))
    #expect(hub.server.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
    #expect(storage.requests.count == 1)
    #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test func slowBodiesShowProgressAndCanBeStoppedAndResumed() throws {
    let hub = TestHub { request, ordinal in
      guard request.path.hasPrefix("/storage/"), ordinal == 0 else { return nil }
      return TestResponse(body: TestHub.weights, delay: 5)
    }
    let seen = Mutex<[DonorProgress]>([])
    let error = #expect(throws: HubError.self) {
      try DonorLocator(hub.settings).locate("org/donor") { progress in
        seen.withLock { $0.append(progress) }
        return progress.received < 1000 || progress.file != "model.safetensors"
      }
    }
    #expect(error?.kind == .cancelled)
    let last = try #require(seen.withLock { $0.last })
    #expect(last.total == 5000 && last.fileNumber == 2 && last.fileCount == 2)
    hub.expectWhole(try hub.locate())
    #expect((hub.server.requests.last?.rangeStart ?? 0) >= 1000)
  }

  @Test func aStalledTransferIsBrokenOffAndResumed() throws {
    let hub = TestHub { request, ordinal in
      guard request.path.hasPrefix("/storage/"), ordinal == 0 else { return nil }
      return TestResponse(body: TestHub.weights, delay: 6000)
    }
    var settings = hub.settings
    settings.stallSeconds = 1
    hub.expectWhole(try DonorLocator(settings).locate("org/donor"))
  }

  @Test func nothingListeningIsANetworkError() throws {
    let hub = TestHub()
    var settings = hub.settings
    settings.endpoint = "http://127.0.0.1:1"
    let error = #expect(throws: HubError.self) { try DonorLocator(settings).locate("org/donor") }
    #expect(error?.kind == .network)
  }

  @Test func circlesOfRedirectsEnd() throws {
    let hub = TestHub { request, _ in
      TestResponse(status: 302, headers: [("Location", request.path)])
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .protocolViolation)
  }

  @Test(arguments: ["", "../x", "a/b/c", "a//b", "/no/such", "./none", "a b", "org/..", "o/é"])
  func namesThatCannotBeDonorsAreRefused(_ name: String) throws {
    let hub = TestHub()
    let error = #expect(throws: HubError.self) { try hub.locate(name) }
    #expect(error?.kind == .badName)
    #expect(hub.server.requests.isEmpty)
  }

  @Test func aDirectoryIsTakenAsItIs() throws {
    let hub = TestHub()
    #expect(try hub.locate(hub.scratch.path) == hub.scratch.path)
  }
}

@Suite struct HubSharing {
  @Test func twoCallsAtOnceBringOneCopy() async throws {
    let hub = TestHub { request, _ in
      guard request.path.hasPrefix("/storage/") else { return nil }
      return TestResponse(body: TestHub.weights, delay: 2)
    }
    let paths = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<2 { group.addTask { try hub.locate() } }
      var paths: [String] = []
      for try await path in group { paths.append(path) }
      return paths
    }
    for path in paths { hub.expectWhole(path) }
    #expect(hub.server.requests.filter { $0.path.hasPrefix("/storage/") }.count == 1)
  }

  @Test func shardsOfAnIndexAreBroughtToo() throws {
    let shard = Array("shard".utf8)
    let index = Array(#"{"weight_map":{"a":"model-1.safetensors"}}"#.utf8)
    let names = ["config.json", "model.safetensors.index.json", "model-1.safetensors"]
    let hub = TestHub { request, _ in
      let file = request.path.split(separator: "/").last.map(String.init) ?? ""
      if request.path.hasPrefix("/api/") {
        let list = names.map { #"{"rfilename":"\#($0)"}"# }.joined(separator: ",")
        return TestResponse(
          body: Array(#"{"sha":"\#(TestHub.commit)","siblings":[\#(list)]}"#.utf8))
      }
      guard let number = names.firstIndex(of: file) else { return nil }
      return TestResponse(
        headers: [("ETag", "\"tag\(number)\"")], body: [TestHub.config, index, shard][number])
    }
    let path = try hub.locate()
    #expect(TemporaryFolder.names(in: path) == names.sorted())
    #expect(readBytes(path + "/model-1.safetensors") == shard)
    #expect(try hub.locate() == path)
  }

  @Test func anIndexThatLeavesTheFolderIsRefused() throws {
    let index = Array(#"{"weight_map":{"a":"../../secret.safetensors"}}"#.utf8)
    let hub = TestHub { request, _ in
      if request.path.hasPrefix("/api/") {
        let list = #"{"rfilename":"config.json"},{"rfilename":"model.safetensors.index.json"}"#
        return TestResponse(
          body: Array(#"{"sha":"\#(TestHub.commit)","siblings":[\#(list)]}"#.utf8))
      }
      guard request.path.hasSuffix(".index.json") else { return nil }
      return TestResponse(headers: [("ETag", "\"tag\"")], body: index)
    }
    let error = #expect(throws: HubError.self) { try hub.locate() }
    #expect(error?.kind == .corrupt)
  }

  @Test func aHubThatAnswersNonsenseIsRefused() throws {
    for body in ["", "[]", "{}", #"{"sha":"../..","siblings":[]}"#, "<html>"] {
      let hub = TestHub { _, _ in TestResponse(body: Array(body.utf8)) }
      let error = #expect(throws: HubError.self) { try hub.locate() }
      #expect(error?.kind == .protocolViolation, "\(body)")
    }
  }
}
