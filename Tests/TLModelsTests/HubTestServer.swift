import Glibc
import Synchronization

/// What a client asked.
struct TestRequest: Sendable {
  var method: String
  var path: String
  /// Names in lower case.
  var headers: [String: String]

  /// The first byte of a `Range: bytes=N-`.
  var rangeStart: Int? {
    headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
  }
}

/// What the server answers, with its misbehaviour.
struct TestResponse: Sendable {
  var status = 200
  var headers: [(String, String)] = []
  var body: [UInt8] = []
  var sendsLength = true
  /// Closes the connection after so many bytes of the body.
  var cutAfter: Int?
  /// Milliseconds before each piece of 64 bytes.
  var delay: UInt32 = 0
}

/// A small HTTP/1.1 server on loopback: a thread per connection, one answer each.
final class TestServer: Sendable {
  let port: Int
  private let listener: Int32
  private let handler: @Sendable (TestRequest) -> TestResponse
  private let log = Mutex<[TestRequest]>([])
  private let isClosed = Atomic<Bool>(false)

  var endpoint: String { "http://127.0.0.1:\(port)" }
  var requests: [TestRequest] { log.withLock { $0 } }

  init(_ handler: @escaping @Sendable (TestRequest) -> TestResponse) {
    signal(SIGPIPE, SIG_IGN)
    self.handler = handler
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(listener, address, length)
        _ = listen(listener, 16)
        _ = getsockname(listener, address, &length)
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
    TestServer.onThread { [self] in serve() }
  }

  private static func onThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, Unmanaged.passRetained(Box(body)).toOpaque())
    pthread_detach(thread)
  }

  /// Ends the server's thread; call it at the end of a test.
  func close() {
    isClosed.store(true, ordering: .releasing)
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve() {
    while !isClosed.load(ordering: .acquiring) {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      TestServer.onThread { [self] in
        answer(connection)
        Glibc.close(connection)
      }
    }
    Glibc.close(listener)
  }

  private func answer(_ connection: Int32) {
    guard let request = TestServer.read(connection) else { return }
    log.withLock { $0.append(request) }
    let response = handler(request)
    var head = "HTTP/1.1 \(response.status) X\r\nConnection: close\r\n"
    for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
    let hasLength = response.headers.contains { $0.0.lowercased() == "content-length" }
    if response.sendsLength, !hasLength { head += "Content-Length: \(response.body.count)\r\n" }
    guard TestServer.send(connection, Array((head + "\r\n").utf8)), request.method != "HEAD" else {
      return
    }
    let body = response.body.prefix(response.cutAfter ?? response.body.count)
    guard response.delay > 0 else {
      _ = TestServer.send(connection, Array(body))
      return
    }
    var rest = body[...]
    while !rest.isEmpty, !isClosed.load(ordering: .acquiring) {
      usleep(response.delay * 1000)
      guard TestServer.send(connection, Array(rest.prefix(64))) else { return }
      rest = rest.dropFirst(64)
    }
  }

  private static func read(_ connection: Int32) -> TestRequest? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.suffix(4) != [13, 10, 13, 10] {
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      bytes += chunk[..<count]
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[colon...].dropFirst(2))
    }
    return TestRequest(method: String(words[0]), path: String(words[1]), headers: headers)
  }

  private static func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let step = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          connection, buffer.baseAddress.map { $0 + done }, bytes.count - done,
          Int32(MSG_NOSIGNAL))
      }
      guard step > 0 else { return false }
      done += step
    }
    return true
  }
}
