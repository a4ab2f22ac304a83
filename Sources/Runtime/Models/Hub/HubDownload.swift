import Glibc

/// One file on its way from the hub into the cache: metadata, transfer with resume and retries,
/// size and checksum, and the final rename.
struct HubDownload {
  let settings: HubSettings
  let repository: String
  let commit: String
  let file: String
  /// Told the bytes present and expected (nil while unknown); false asks to stop.
  let progress: (_ received: Int, _ total: Int?) -> Bool

  /// What the hub says about the file before it sends it.
  struct Metadata {
    var etag: String
    var size: Int?
  }

  private var subject: String { "\(repository)/\(file)" }
  private var url: String {
    "\(settings.endpoint)/\(repository)/resolve/\(commit)/\(file)"
  }

  /// Brings the file into `folder` (a `models--…` folder) and links it into the snapshot.
  func run(into folder: String, _ cache: HubCache) throws(HubError) {
    let metadata = try metadata()
    let blob = folder + "/blobs/" + metadata.etag
    let snapshot = folder + "/snapshots/" + commit
    try HubCache.makeFolder(folder + "/blobs")
    try HubCache.makeFolder(snapshot)
    try cache.withLock(repository, metadata.etag) { () throws(HubError) in
      if let size = FileQuery.size(blob), metadata.size == nil || metadata.size == size {
        _ = progress(size, size)
      } else {
        try transfer(metadata, to: blob)
      }
    }
    try HubCache.link(blob: metadata.etag, as: snapshot + "/" + file)
  }

  // MARK: Metadata

  /// Asks for the head of the file, following redirects on the same host only: the answer that
  /// sends us to the storage carries the checksum.
  private func metadata() throws(HubError) -> Metadata {
    var target = url
    for _ in 0..<5 {
      let answer = try persistently {
        HTTPExchange(
          url: target, method: .head, headers: headers(for: target) + ["Accept-Encoding: identity"],
          stallSeconds: settings.stallSeconds
        ).perform(onTick: { progress(0, nil) })
      }
      let linked = answer.headers["x-linked-etag"]
      if let redirect = answer.redirect, linked == nil, isSameHost(redirect) {
        target = redirect
        continue
      }
      guard answer.status < 400 else { throw HubDownload.refusal(answer, subject) }
      guard let etag = (linked ?? answer.headers["etag"]).flatMap(HubDownload.plainTag) else {
        throw HubError(
          .protocolViolation, subject, "the hub gave no usable ETag",
          next: "check HF_ENDPOINT (\(settings.endpoint))")
      }
      // The length of a redirect is that of its own page.
      let length = answer.redirect == nil ? answer.headers["content-length"] : nil
      let size = (answer.headers["x-linked-size"] ?? length).flatMap { Int($0) }
      return Metadata(etag: etag, size: size.flatMap { $0 >= 0 ? $0 : nil })
    }
    throw HubError(.protocolViolation, subject, "the hub redirects in circles")
  }

  /// An ETag without quotes and weakness mark; nil for what cannot be a file name.
  static func plainTag(_ text: String) -> String? {
    var tag = text[...]
    if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
    if tag.hasPrefix("\""), tag.hasSuffix("\""), tag.utf8.count >= 2 {
      tag = tag.dropFirst().dropLast()
    }
    return HubCache.isPlainName(String(tag)) ? String(tag) : nil
  }

  // MARK: Transfer

  private func transfer(_ metadata: Metadata, to blob: String) throws(HubError) {
    let partial = blob + ".incomplete"
    if let size = metadata.size { try checkSpace(size - (FileQuery.size(partial) ?? 0), partial) }
    for isLastTry in [false, true] {
      let began = FileQuery.size(partial) ?? 0
      try receive(metadata, into: partial)
      guard let problem = try damage(partial, metadata) else { break }
      unlink(partial)
      // A resumed file may have had a bad beginning: once more from the start.
      if isLastTry || began == 0 {
        throw HubError(
          .corrupt, subject, problem,
          next: "nothing was kept; try again later or use another mirror")
      }
    }
    guard rename(partial, blob) == 0 else {
      throw HubError(.storage, blob, "cannot rename to it: \(String(cString: strerror(errno)))")
    }
  }

  private func checkSpace(_ needed: Int, _ path: String) throws(HubError) {
    var status = statvfs()
    guard statvfs(FileQuery.folder(of: path), &status) == 0 else { return }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    guard needed <= free else {
      throw HubError(
        .storage, subject, "needs \(needed) bytes, the disk has \(free) free",
        next: "make room or set HF_HUB_CACHE to another disk")
    }
  }

  /// Receives what is missing of the file, attempt after attempt, each from where the last ended.
  private func receive(_ metadata: Metadata, into path: String) throws(HubError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw HubError(.storage, path, "cannot create: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var sink = Sink(descriptor: descriptor, received: Int(lseek(descriptor, 0, SEEK_END)))
    var failures = 0
    while metadata.size.map({ sink.received < $0 }) ?? true {
      let before = sink.received
      let answer = try attempt(&sink, metadata)
      if answer.failure == nil, answer.status == 200 || answer.status == 206 {
        if metadata.size == nil || sink.received >= metadata.size ?? 0 { break }
      } else if answer.status == 416 {
        // The server has no such range: what we hold is not a beginning of this file.
        try sink.restart()
      } else if !HubDownload.isTransient(answer) {
        throw HubDownload.refusal(answer, subject)
      }
      failures = sink.received > before ? 1 : failures + 1
      guard failures < settings.attempts else {
        throw HubDownload.exhausted(answer, subject, settings.attempts, sink.received)
      }
      try pause(failures, answer, received: sink.received, total: metadata.size)
    }
    if fsync(descriptor) != 0 {
      throw HubError(.storage, path, "cannot flush: \(String(cString: strerror(errno)))")
    }
  }

  /// One request for the rest of the file, through at most five redirects.
  private func attempt(_ sink: inout Sink, _ metadata: Metadata) throws(HubError)
    -> HTTPExchange.Answer
  {
    var target = url
    for _ in 0..<5 {
      var lines = headers(for: target) + ["Accept-Encoding: identity"]
      if sink.received > 0 { lines.append("Range: bytes=\(sink.received)-") }
      var writer = sink
      var problem: HubError?
      let answer = HTTPExchange(url: target, headers: lines, stallSeconds: settings.stallSeconds)
        .perform(
          onHead: { head in
            do throws(HubError) {
              switch head.status {
              case 200: if writer.received > 0 { try writer.restart() }
              case 206: try checkRange(head, start: writer.received)
              default: return false
              }
              return true
            } catch {
              problem = error
              return false
            }
          },
          onBody: { bytes in
            do throws(HubError) {
              if let size = metadata.size, writer.received + bytes.count > size {
                throw HubError(
                  .corrupt, subject, "the server sends more than the \(size) bytes it announced")
              }
              try writer.write(bytes)
            } catch {
              problem = error
              return false
            }
            if progress(writer.received, metadata.size) { return true }
            problem = cancelled
            return false
          },
          onTick: { progress(writer.received, metadata.size) })
      sink = writer
      if let problem { throw problem }
      if answer.failure?.code == 42 { throw cancelled }
      guard let redirect = answer.redirect else { return answer }
      target = redirect
    }
    throw HubError(.protocolViolation, subject, "the hub redirects in circles")
  }

  private var cancelled: HubError {
    HubError(.cancelled, subject, "stopped", next: "what came so far is kept and will be resumed")
  }

  /// A partial answer must start where we stopped.
  private func checkRange(_ head: HTTPExchange.Answer, start: Int) throws(HubError) {
    let range = head.headers["content-range"] ?? ""
    guard range.hasPrefix("bytes \(start)-") else {
      throw HubError(
        .protocolViolation, subject,
        "asked for the bytes from \(start) on, the server sends '\(range)'")
    }
  }

  /// Why the received file is not the announced one; nil when it is.
  private func damage(_ path: String, _ metadata: Metadata) throws(HubError) -> String? {
    do {
      let file = try MappedFile(path: path)
      if let size = metadata.size, file.count != size {
        return "received \(file.count) bytes, the hub announced \(size)"
      }
      let isHexadecimal = metadata.etag.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
      let found: String?
      switch metadata.etag.utf8.count {
      case 64 where isHexadecimal: found = try Digest.hexadecimal(.sha256, of: file)
      case 40 where isHexadecimal:
        found = try Digest.hexadecimal(.sha1, prefix: "blob \(file.count)\0", of: file)
      default: return nil
      }
      guard let found else {
        throw HubError(
          .storage, subject, "cannot check what came: libcrypto is not installed",
          next: "install it (Debian: apt-get install libssl3)")
      }
      return found == metadata.etag
        ? nil : "the checksum is \(found), the hub announced \(metadata.etag)"
    } catch let error as HubError {
      throw error
    } catch {
      throw HubError(.storage, subject, "cannot read back what came: \(error)")
    }
  }

  /// The growing file.
  private struct Sink {
    let descriptor: Int32
    var received: Int

    mutating func restart() throws(HubError) {
      received = 0
      guard ftruncate(descriptor, 0) == 0 else { throw failure() }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let step = pwrite(descriptor, base + done, bytes.count - done, off_t(received))
        if step > 0 {
          done += step
          received += step
        } else if errno != EINTR {
          throw failure()
        }
      }
    }

    private func failure() -> HubError {
      HubError(.storage, "the cache", "cannot write: \(String(cString: strerror(errno)))")
    }
  }
}
