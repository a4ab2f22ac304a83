import TLText

/// How far the bringing of a donor is.
public struct DonorProgress: Sendable {
  public var file: String
  /// 1-based position of the file among all that are needed.
  public var fileNumber: Int
  public var fileCount: Int
  public var received: Int
  /// Nil while the server has not said.
  public var total: Int?
}

/// Finds a donor by path or name: a directory, the Hugging Face cache, or the hub.
public struct DonorLocator: Sendable {
  public var settings: HubSettings

  public init(_ settings: HubSettings = .current) { self.settings = settings }

  /// The small files that a donor may have; all that exist are brought.
  public static let companions = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
    "spm.model", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "source.spm",
    "target.spm",
  ]

  /// The directory of a donor.
  ///
  /// `name` is a path of a directory, or `org/name` (or `name`) of a repository; a complete copy
  /// in the cache is used as it is, without a question to the hub. `progress` is called often
  /// while something is fetched; it ends the work by answering false, and what came is kept.
  /// Throws `HubError`.
  public func locate(
    _ name: String, revision: String = "main",
    progress: (DonorProgress) -> Bool = { _ in true }
  ) throws(HubError) -> String {
    let path = HubSettings.expandTilde(name, home: HubSettings.homeFolder)
    if FileQuery.isDirectory(path) { return path }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).count
    if name.hasPrefix("/") || name.hasPrefix(".") || name.hasPrefix("~") || name.hasSuffix("/")
      || parts > 2
    {
      throw Self.noFolder(path)
    }
    try Self.check(name, revision)
    let cache = HubCache(root: settings.cache)
    if let snapshot = cache.snapshot(of: name, revision: revision), Self.isComplete(snapshot) {
      return snapshot
    }
    guard !settings.isOffline else {
      throw HubError(
        .offline, name,
        "there is no such folder, it is not in \(settings.cache), and HF_HUB_OFFLINE forbids to "
          + "fetch it",
        next: "unset HF_HUB_OFFLINE, or bring it with scripts/get-donor")
    }
    do throws(HubError) {
      return try fetch(name, revision, cache, progress)
    } catch {
      guard error.kind == .network || error.kind == .notFound else { throw error }
      // A folder's name may have been meant.
      var error = error
      error.problem = "there is no such folder, and the hub could not help: " + error.problem
      throw error
    }
  }

  /// Names of the donors that `locate` finds without the network, sorted.
  public func cachedNames() -> [String] { HubCache(root: settings.cache).repositories() }

  /// Whether a directory has a configuration and one whole form of weights.
  static func isComplete(_ path: String) -> Bool {
    guard FileQuery.exists(path + "/config.json") else { return false }
    for name in Checkpoint.fileNames where FileQuery.exists(path + "/" + name) {
      guard name.hasSuffix(".index.json") else { return true }
      guard let file = try? MappedFile(path: path + "/" + name),
        let index = try? ShardIndex(file)
      else { return false }
      return index.files.allSatisfy { FileQuery.exists(path + "/" + $0) }
    }
    return false
  }

  /// A path that leads to no folder, with what is there instead.
  private static func noFolder(_ path: String) -> HubError {
    var parent = path
    while parent.hasSuffix("/"), parent.utf8.count > 1 { parent.removeLast() }
    if FileQuery.exists(parent) {
      return HubError(
        .badName, path, "is a file, not a folder",
        next: "a donor is a folder with config.json, the weights and the tokenizer")
    }
    repeat {
      parent = FileQuery.folder(of: parent)
    } while !FileQuery.isDirectory(parent)
      && parent != "/" && parent != "."
    let folders = FileQuery.names(in: parent).filter { FileQuery.isDirectory("\(parent)/\($0)") }
      .sorted()
    let list = folders.prefix(8).joined(separator: ", ") + (folders.count > 8 ? ", …" : "")
    return HubError(
      .badName, path, "there is no such folder",
      next: folders.isEmpty ? "\(parent) has no folders" : "\(parent) has \(list)")
  }

  /// Refuses what the hub could not have, before it becomes a path or an address.
  private static func check(_ name: String, _ revision: String) throws(HubError) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy(HubCache.isPlainName),
      !name.utf8.elementsEqual("..".utf8), name.utf8.count <= 96
    else {
      throw HubError(
        .badName, CheckpointError.quote(name), "is neither a folder nor a name like org/model")
    }
    guard HubCache.isPlainName(revision) else {
      throw HubError(
        .badName, name, "the revision \(CheckpointError.quote(revision)) is not a plain name")
    }
  }

  // MARK: The hub

  private func fetch(
    _ name: String, _ revision: String, _ cache: HubCache, _ progress: (DonorProgress) -> Bool
  ) throws(HubError) -> String {
    let folder = cache.folder(of: name)
    var result: Result<String, HubError> = .success("")
    withoutActuallyEscaping(progress) { progress in
      do throws(HubError) {
        let (commit, files) = try listing(name, revision, progress)
        let snapshot = folder + "/snapshots/" + commit
        var wanted = try Self.selection(files, name)
        var number = 0
        while number < wanted.count {
          let file = wanted[number]
          number += 1
          let count = wanted.count
          let download = HubDownload(
            settings: settings, repository: name, commit: commit, file: file
          ) { received, total in
            progress(
              DonorProgress(
                file: file, fileNumber: number, fileCount: count, received: received, total: total))
          }
          if !FileQuery.exists(snapshot + "/" + file) { try download.run(into: folder, cache) }
          if file.hasSuffix(".index.json") {
            wanted += try Self.shards(of: snapshot + "/" + file, files)
          }
        }
        try Self.writeReference(folder + "/refs", revision, commit)
        result = .success(snapshot)
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  /// The commit of a revision and the names of its files.
  private func listing(
    _ name: String, _ revision: String, _ progress: @escaping (DonorProgress) -> Bool
  ) throws(HubError) -> (commit: String, files: Set<String>) {
    let request = HubDownload(
      settings: settings, repository: name, commit: revision, file: "config.json"
    ) { _, _ in
      progress(DonorProgress(file: "", fileNumber: 0, fileCount: 0, received: 0, total: nil))
    }
    var url = "\(settings.endpoint)/api/models/\(name)/revision/\(revision)"
    for _ in 0..<5 {
      var body: [UInt8] = []
      let answer = try request.persistently {
        body = []
        return HTTPExchange(
          url: url, headers: request.headers(for: url), stallSeconds: settings.stallSeconds
        ).perform(
          onBody: { bytes in
            body.append(contentsOf: bytes)
            return body.count <= 64_000_000
          }, onTick: { request.progress(0, nil) })
      }
      if let redirect = answer.redirect, request.isSameHost(redirect) {
        url = redirect
        continue
      }
      guard answer.status == 200 else { throw HubDownload.refusal(answer, name) }
      guard let json = try? JSON.parse(body), let commit = json["sha"]?.string,
        commit.utf8.count >= 7, HubCache.isPlainName(commit),
        let siblings = json["siblings"]?.array
      else {
        throw HubError(
          .protocolViolation, name, "the hub's list of files is not what it should be",
          next: "check HF_ENDPOINT (\(settings.endpoint))")
      }
      return (commit, Set(siblings.compactMap { $0["rfilename"]?.string }))
    }
    throw HubError(.protocolViolation, name, "the hub redirects in circles")
  }

  /// The companions and one form of weights, in the order of preference of `Checkpoint`.
  private static func selection(_ files: Set<String>, _ name: String) throws(HubError) -> [String] {
    guard files.contains("config.json") else {
      throw HubError(.notFound, name, "the repository has no config.json, so it is no donor")
    }
    guard let weights = Checkpoint.fileNames.first(where: files.contains) else {
      throw HubError(
        .notFound, name, "the repository has no weights that can be read",
        next: "expected one of \(Checkpoint.fileNames.joined(separator: ", "))")
    }
    return companions.filter(files.contains) + [weights]
  }

  private static func shards(of index: String, _ files: Set<String>) throws(HubError) -> [String] {
    do throws(CheckpointError) {
      let shards = try ShardIndex(MappedFile(path: index)).files
      if let lost = shards.first(where: { !files.contains($0) || !HubCache.isPlainName($0) }) {
        throw CheckpointError(
          .missing, file: index, "names the part \(CheckpointError.quote(lost)) that is not there")
      }
      return shards
    } catch {
      throw HubError(.corrupt, index, error.description)
    }
  }

  private static func writeReference(_ folder: String, _ revision: String, _ commit: String)
    throws(HubError)
  {
    try HubCache.makeFolder(folder)
    do throws(TextError) {
      let file = try AtomicFile(folder + "/" + revision)
      try file.append(commit)
      try file.commit()
    } catch {
      throw HubError(.storage, folder, error.description)
    }
  }
}
