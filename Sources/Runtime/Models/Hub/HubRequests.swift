import Glibc

/// What all requests to the hub share: the token's way, patience, and the meaning of refusals.
extension HubDownload {
  /// The token goes to the hub only, never to the storage it sends us to.
  func headers(for target: String) -> [String] {
    let agent = "User-Agent: tl"
    guard let token = settings.token, isSameHost(target) else { return [agent] }
    return [agent, "Authorization: Bearer \(token)"]
  }

  func isSameHost(_ target: String) -> Bool {
    HubDownload.origin(target) == HubDownload.origin(settings.endpoint)
  }

  /// Scheme, host and port of an address, in lower case.
  static func origin(_ url: String) -> String {
    guard let scheme = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return "" }
    let rest = url[url.index(after: scheme)...].drop { $0 == "/" }
    return url[..<scheme].lowercased() + "://"
      + rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
  }

  /// Repeats a request while it fails for reasons that pass.
  func persistently(_ request: () -> HTTPExchange.Answer) throws(HubError) -> HTTPExchange.Answer {
    var failures = 0
    while true {
      let answer = request()
      if answer.failure?.code == 42 { throw HubError(.cancelled, repository, "stopped") }
      if !HubDownload.isTransient(answer) {
        if answer.status == 0 { throw HubDownload.refusal(answer, repository) }
        return answer
      }
      failures += 1
      // A name server that knows nothing (curl's 6) seldom changes its mind.
      let limit = answer.failure?.code == 6 ? min(2, settings.attempts) : settings.attempts
      guard failures < limit else {
        throw HubDownload.exhausted(answer, repository, failures, 0)
      }
      try pause(failures, answer)
    }
  }

  /// Failures that another attempt may cure: a broken connection, 408, 429, 5xx.
  static func isTransient(_ answer: HTTPExchange.Answer) -> Bool {
    switch answer.status {
    case 408, 429, 500, 502, 503, 504: return true
    case 200..<300:
      return answer.failure != nil
    case 0:
      // 3: malformed address, 1 and 4: no such protocol, 2: no libcurl, 35, 51, 58, 60, 77: TLS.
      let lasting: Set<Int> = [1, 2, 3, 4, 35, 51, 58, 60, 77]
      return answer.failure.map { !lasting.contains($0.code) } ?? true
    default: return false
    }
  }

  /// Waits before the next attempt: as long as the server asks (at most a minute), else 1, 2, 4 …
  /// times the first delay. `progress` may end the wait.
  func pause(
    _ failures: Int, _ answer: HTTPExchange.Answer, received: Int = 0, total: Int? = nil
  ) throws(HubError) {
    var seconds = min(settings.firstDelay * Double(1 << min(failures - 1, 5)), 30)
    if let asked = answer.headers["retry-after"].flatMap({ Double($0) }), asked >= 0 {
      seconds = max(seconds, min(asked, 60))
    }
    var left = seconds
    while left > 0 {
      let step = min(left, 0.2)
      usleep(UInt32(step * 1_000_000))
      left -= step
      guard progress(received, total) else { throw HubError(.cancelled, repository, "stopped") }
    }
  }

  static func exhausted(
    _ answer: HTTPExchange.Answer, _ subject: String, _ attempts: Int, _ received: Int
  ) -> HubError {
    let reason =
      answer.status >= 400
      ? "the server answers \(answer.status)"
      : answer.failure?.message ?? "the connection ends early"
    let kept = received > 0 ? "; \(received) bytes are kept and will be resumed" : ""
    return HubError(
      .network, subject, "no progress in \(attempts) attempts: \(reason)",
      next: "check the network and try again\(kept)")
  }

  /// The meaning of an answer that no further attempt will better.
  static func refusal(_ answer: HTTPExchange.Answer, _ subject: String) -> HubError {
    let code = answer.headers["x-error-code"] ?? ""
    let words = answer.headers["x-error-message"].map { " (\($0.prefix(200)))" } ?? ""
    switch (answer.status, code) {
    case (_, "GatedRepo"), (403, _):
      return HubError(
        .forbidden, subject, "the hub does not let this account have it\(words)",
        next: "accept the licence on the model's page and set HF_TOKEN")
    case (_, "RepoNotFound"):
      return HubError(
        .notFound, subject, "there is no such repository, or it is private\(words)",
        next: "check the name; for a private one set HF_TOKEN")
    case (401, _):
      return HubError(
        .unauthorized, subject, "the hub asks for a valid token, or there is no such repository",
        next: "check the name, and set HF_TOKEN (HF_HOME/token is read too)")
    case (404, _):
      return HubError(
        .notFound, subject, "the hub does not have it\(words)", next: "check the name")
    case (0, _):
      return HubError(
        .network, subject, answer.failure?.message ?? "no answer",
        next: answer.failure?.code == 2 ? "install it (Debian: apt-get install libcurl4)" : nil)
    default:
      return HubError(.protocolViolation, subject, "the hub answers \(answer.status)\(words)")
    }
  }
}
