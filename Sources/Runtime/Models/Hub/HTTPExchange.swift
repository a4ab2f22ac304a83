import CModelFiles

/// One HTTP request and its answer, through libcurl.
struct HTTPExchange {
  enum Method { case head, get }

  /// What came back.
  struct Answer {
    /// 0 when no answer came.
    var status = 0
    /// Names in lower case.
    var headers: [String: String] = [:]
    /// The absolute target of a redirect.
    var redirect: String?
    /// curl's number and words when the transfer broke.
    var failure: (code: Int, message: String)?
  }

  var url: String
  var method = Method.get
  var headers: [String] = []
  var stallSeconds = 30

  /// Performs the request on this thread.
  ///
  /// `onHead` sees the answer before the first byte of the body; it and `onBody` stop the transfer
  /// with false. `onTick` is called at least once a second.
  func perform(
    onHead: (Answer) -> Bool = { _ in true },
    onBody: (UnsafeRawBufferPointer) -> Bool = { _ in true },
    onTick: () -> Bool = { true }
  ) -> Answer {
    withoutActuallyEscaping(onHead) { onHead in
      withoutActuallyEscaping(onBody) { onBody in
        withoutActuallyEscaping(onTick) { onTick in
          run(Listener(onHead: onHead, onBody: onBody, onTick: onTick))
        }
      }
    }
  }

  private func run(_ listener: Listener) -> Answer {
    var result = tl_http_result()
    withCStrings([url] + headers) { pointers in
      var request = tl_http_request()
      request.url = pointers[0]
      // The list ends with a null pointer; the address is its first entry.
      request.headers = pointers.baseAddress.map { $0 + 1 }
      request.head = method == .head ? 1 : 0
      request.connect_timeout_ms = 20_000
      request.stall_seconds = stallSeconds
      request.context = Unmanaged.passUnretained(listener).toOpaque()
      request.on_header = { context, line, count in
        guard let listener = Listener.of(context), let line else { return 1 }
        listener.header(UnsafeRawBufferPointer(start: line, count: count))
        return 0
      }
      request.on_body = { context, bytes, count in
        guard let listener = Listener.of(context) else { return 1 }
        return listener.body(UnsafeRawBufferPointer(start: bytes, count: count)) ? 0 : 1
      }
      request.on_tick = { context in
        guard let listener = Listener.of(context) else { return 1 }
        return listener.onTick() ? 0 : 1
      }
      tl_http_perform(&request, &result)
    }
    withExtendedLifetime(listener) {}
    var answer = listener.answer
    answer.status = result.status
    let redirect = withUnsafeBytes(of: result.redirect) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    answer.redirect = redirect.isEmpty ? nil : redirect
    if result.error != 0 {
      let message = withUnsafeBytes(of: result.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      answer.failure = (Int(result.error), message)
    }
    return answer
  }

  /// Calls `body` with the texts as C strings and a null pointer behind them.
  private func withCStrings(
    _ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Void
  ) {
    let all = texts.map { text in
      let utf8 = text.utf8CString
      let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: utf8.count)
      _ = copy.initialize(from: utf8)
      return copy
    }
    defer { all.forEach { $0.deallocate() } }
    let pointers = all.map { UnsafePointer($0.baseAddress) } + [nil]
    pointers.withUnsafeBufferPointer(body)
  }
}

/// The receiver of curl's callbacks during one request.
private final class Listener {
  var answer = HTTPExchange.Answer()
  let onHead: (HTTPExchange.Answer) -> Bool
  let onBody: (UnsafeRawBufferPointer) -> Bool
  let onTick: () -> Bool
  private var sawBody = false

  init(
    onHead: @escaping (HTTPExchange.Answer) -> Bool,
    onBody: @escaping (UnsafeRawBufferPointer) -> Bool, onTick: @escaping () -> Bool
  ) {
    self.onHead = onHead
    self.onBody = onBody
    self.onTick = onTick
  }

  static func of(_ context: UnsafeMutableRawPointer?) -> Listener? {
    context.map { Unmanaged<Listener>.fromOpaque($0).takeUnretainedValue() }
  }

  func header(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // A new header block: an interim answer came before.
      answer.headers = [:]
      let words = line.split(separator: " ")
      answer.status = words.count > 1 ? Int(words[1].prefix(3)) ?? 0 : 0
      return
    }
    guard let colon = line.firstIndex(of: ":"), answer.headers.count < 200 else { return }
    let value = line[line.index(after: colon)...].unicodeScalars
      .drop { $0 == " " || $0 == "\t" }.prefix { $0 != "\r" && $0 != "\n" }
    answer.headers[line[..<colon].lowercased()] = String(value)
  }

  func body(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if !sawBody {
      sawBody = true
      if !onHead(answer) { return false }
    }
    return onBody(bytes)
  }
}
