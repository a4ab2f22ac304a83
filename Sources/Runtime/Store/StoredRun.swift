// What the store knows about a run, as values: the request that a run is claimed with, the stored
// run, its line in a list, its files and its logged series.

import TLText

/// The state of a run.
public enum RunState: String, Sendable, CaseIterable {
  /// A live process computes it.
  case running
  /// It was stopped or killed; the next claim goes on from its last checkpoint.
  case interrupted
  case finished
  /// It ended with an error; the next claim tries again.
  case failed
}

/// A run to be computed, or to be found if it was computed before.
public struct RunRequest: Sendable {
  /// 64 hexadecimal digits: what made the run, see `ContentKey`.
  public var key: String
  /// The function that makes it: `adapt`, `pretrain`, `umap`, ….
  public var kind: String
  /// One line for lists.
  public var title: String
  public var configuration: JSON
  /// Fingerprints of the data, by part.
  public var data: JSON
  public var seeds: [Int]
  /// The version of the program.
  public var program: String
  public var tags: [String]

  /// - Parameter key: another text than 64 hexadecimal digits is replaced by its SHA-256.
  public init(
    key: String, kind: String, title: String = "", configuration: JSON = .null,
    data: JSON = .null, seeds: [Int] = [], program: String = "", tags: [String] = []
  ) {
    self.key = RunRequest.normalized(key)
    self.kind = kind
    self.title = title
    self.configuration = configuration
    self.data = data
    self.seeds = seeds
    self.program = program
    self.tags = tags
  }

  static func normalized(_ key: String) -> String {
    let isKey = key.utf8.count == 64 && key.utf8.allSatisfy(RunRequest.isDigit)
    return isKey ? key : ContentKey.of(Array(key.utf8))
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}

/// The answer to a claim.
public enum Claim: Sendable {
  /// It was computed before.
  case stored(StoredRun)
  /// The caller computes it; `checkpoint` is the folder of the last one where a run goes on.
  case mine(RunWriter, checkpoint: String?)
  /// Another process, or another thread of this one, computes it right now.
  case busy(RunOwner)
}

/// A file or folder of a run.
public struct StoredArtifact: Sendable, Equatable {
  public let name: String
  /// Its place on the disk.
  public let path: String
  public let bytes: Int
  /// SHA-256 of the file, or of the names and digests of a folder's files.
  public let digest: String
}

/// A logged series, by ascending steps.
public struct LoggedSeries: Sendable, Equatable {
  public let name: String
  public var steps: [Int]
  public var values: [Double]
}

/// A run in the store.
public struct StoredRun: Sendable {
  /// 16 hexadecimal digits; any unambiguous beginning names the run.
  public let id: String
  public let key: String
  /// 0, or how many runs of the same key came before (`fresh: true`).
  public let attempt: Int
  public let kind: String
  public let title: String
  public let state: RunState
  /// Unix times in seconds.
  public let created: Double
  public let updated: Double
  public let finished: Double?
  /// Time spent computing, interruptions left out.
  public let seconds: Double
  /// How often it went on after an interruption.
  public let resumed: Int
  public let program: String
  public let configuration: JSON
  public let data: JSON
  public let seeds: [Int]
  public let machine: JSON
  public let timings: JSON
  /// Bytes; nil where it was not measured.
  public let peakMemory: Int?
  public let metrics: JSON
  public let error: String?
  public let checkpointStep: Int?
  public let tags: [String]
  /// The folder of its files.
  public let folder: String
  let store: RunStore

  /// All logged series, by name.
  public func history() throws -> [LoggedSeries] { try store.history(of: id) }

  /// One series; empty when nothing of this name was logged.
  public func history(_ name: String) throws -> LoggedSeries {
    try history().first { $0.name == name } ?? LoggedSeries(name: name, steps: [], values: [])
  }

  public func artifacts() throws -> [StoredArtifact] { try store.artifacts(of: id, folder) }

  /// A file of the run. Throws `unknownArtifact` or, when the file is gone, `missingArtifact`.
  public func artifact(_ name: String) throws -> StoredArtifact {
    let all = try artifacts()
    guard let found = all.first(where: { $0.name == name }) else {
      throw StoreError.unknownArtifact(run: id, name: name, names: all.map(\.name))
    }
    guard StoreFiles.exists(found.path) else {
      throw StoreError.missingArtifact(run: id, name: name, path: found.path)
    }
    return found
  }

  /// The same, after its bytes were found to be those that were stored.
  public func intactArtifact(_ name: String) throws -> StoredArtifact {
    let found = try artifact(name)
    guard try StoreFiles.digest(found.path) == found.digest else {
      throw StoreError.changedArtifact(run: id, name: name, path: found.path)
    }
    return found
  }
}

/// A line of a list of runs.
public struct RunSummary: Sendable {
  public let id: String
  /// The shortest beginning of the id, of four digits or more, that no other stored run has.
  public let shortID: String
  public let kind: String
  public let title: String
  public let state: RunState
  public let created: Double
  public let finished: Double?
  public let seconds: Double
  /// Bytes of its files.
  public let bytes: Int
  public let error: String?
  let metricsText: String?
  /// What the configuration of a training run says; nil for others.
  public let task: String?
  public let learningRate: Double?
  public let epochs: Int?

  /// Parsed when asked for.
  public var metrics: JSON { metricsText.flatMap { try? JSON.parse($0) } ?? .null }
}

/// How a run of a key ended.
public struct RunOutcome: Sendable {
  public let id: String
  public let state: RunState
  public let seconds: Double
  public let metrics: JSON
  public let error: String?
}

/// Which runs to list; nil and empty mean no restriction.
public struct RunFilter: Sendable {
  public var kind: String?
  public var states: [RunState] = []
  public var tag: String?
  /// Part of the title.
  public var title: String?
  /// Created at this Unix time or later.
  public var since: Double?
  public var limit: Int?

  public init(
    kind: String? = nil, states: [RunState] = [], tag: String? = nil, title: String? = nil,
    since: Double? = nil, limit: Int? = nil
  ) {
    self.kind = kind
    self.states = states
    self.tag = tag
    self.title = title
    self.since = since
    self.limit = limit
  }
}
