// TaskFiles: the data of tasks beside the runs that used them, one file for each part by its
// fingerprint, so that a stored run can be looked at, and measured again, without the script that made
// it. Many runs on the same data share its files.

import Glibc
import TLStore
import TLText

extension TransferTask {
  /// Writes the parts that are not there yet.
  func save(to store: String) throws {
    let folder = store + "/data"
    mkdir(folder, 0o777)
    for field in fingerprints {
      guard let part = TaskPart(rawValue: field.key), let data = parts[part],
        let fingerprint = field.value.string
      else { continue }
      let path = "\(folder)/\(fingerprint.prefix(32)).json"
      if access(path, F_OK) == 0 { continue }
      try AtomicFile.write(path, text: data.json.serialized())
    }
  }

  /// Reads the parts of a stored run; nil where one is not there any more.
  convenience init?(
    store: String, kind: EncoderTask, labels: [String], fingerprints: JSON,
    summary: SummaryOptions = SummaryOptions()
  ) throws {
    var parts: [TaskPart: Data] = [:]
    for part in TaskPart.allCases {
      guard let fingerprint = fingerprints[part.rawValue]?.string else { continue }
      let path = "\(store)/data/\(fingerprint.prefix(32)).json"
      guard access(path, R_OK) == 0 else { return nil }
      parts[part] = try Data(try JSON.parse(FileBytes.readText(path)), kind: kind, labels: labels)
    }
    try self.init(parts, summary: summary)
  }
}

extension TransferTask.Data {
  var json: JSON {
    func texts(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }
    func numbers(_ list: [Int]) -> JSON { .array(list.map { .int($0) }) }
    switch self {
    case .classification(let data):
      return .object([
        JSONField("texts", texts(data.texts)),
        JSONField("pairs", data.pairs.map(texts) ?? .null),
        JSONField("labels", numbers(data.labels)),
      ])
    case .tagging(let data):
      return .object([
        JSONField("tokens", .array(data.tokens.map(texts))),
        JSONField("tags", .array(data.tags.map(numbers))),
      ])
    case .summarization(let data):
      return .object([
        JSONField("sources", texts(data.sources)), JSONField("targets", texts(data.targets)),
      ])
    }
  }

  init(_ json: JSON, kind: EncoderTask, labels: [String]) throws {
    func texts(_ json: JSON?) -> [String] { json?.array?.compactMap(\.string) ?? [] }
    func numbers(_ json: JSON?) -> [Int] { json?.array?.compactMap(\.int) ?? [] }
    switch kind {
    case .classification:
      self = .classification(
        try ClassificationData(
          texts: texts(json["texts"]),
          pairs: json["pairs"]?.array.map { _ in texts(json["pairs"]) },
          labels: numbers(json["labels"]), labelNames: LabelNames(labels)))
    case .tagging:
      let kinds = labels.compactMap { TagSequence.parts($0) }.filter { $0.prefix == .begin }
        .map(\.kind)
      let tags = (json["tags"]?.array ?? []).map {
        numbers($0).map { labels[min($0, labels.count - 1)] }
      }
      self = .tagging(
        try TaggingData(
          tokens: (json["tokens"]?.array ?? []).map { texts($0) }, tagTexts: tags,
          kinds: LabelNames(kinds)))
    case .summarization:
      self = .summarization(
        try SummaryData(sources: texts(json["sources"]), targets: texts(json["targets"])))
    }
  }
}

extension RunStore {
  /// The folder of a donor that `pretrain` has made and no one has saved elsewhere; nil for others.
  func donorFolder(_ name: String) throws -> String? {
    guard name.hasPrefix(PretrainedRun.namePrefix) else { return nil }
    return try run(prefix: String(name.dropFirst(PretrainedRun.namePrefix.count)))
      .artifact("model").path
  }
}

extension AdaptedRun {
  /// A stored run with its donor and data found again.
  ///
  /// Throws where the donor is gone or another one has its place, or the data are gone.
  public convenience init(
    _ stored: StoredRun, store: RunStore, locate: (String) throws -> String
  ) throws {
    let saved = stored.configuration
    guard let donorName = saved["donor"]?.string, let strategy = saved["strategy"]?.string,
      let kind = saved["task"]?.string.flatMap(EncoderTask.init)
    else { throw TransferError("run \(stored.id) was not made by adapt") }
    let labels = saved["labels"]?.array?.compactMap(\.string) ?? []
    guard
      let task = try TransferTask(
        store: store.folder, kind: kind, labels: labels, fingerprints: stored.data,
        summary: SummaryOptions(
          prefix: saved["prefix"]?.string ?? "", maxTarget: saved["max_target"]?.int ?? 128))
    else { throw TransferError("the data of run \(stored.id) are not in the store any more") }
    let donor = try Donor(
      name: donorName, directory: store.donorFolder(donorName) ?? locate(donorName))
    if let before = saved["donor_fingerprint"]?.string, before != (try donor.fingerprint()) {
      throw TransferError(
        "the donor of run \(stored.id.prefix(4)), \(donorName), is not the one that it was made of: "
          + "its files have changed",
        next: "put the former ones back, or adapt anew")
    }
    try self.init(
      Adaptation(
        donor: donor, task: task,
        strategy: StrategyRegistry.strategy(
          named: strategy, saved: saved["strategy_settings"] ?? .null),
        settings: TrainingSettings(saved: saved["settings"] ?? .null)), stored)
  }

  /// A run out of the store.
  convenience init(_ adaptation: Adaptation, _ stored: StoredRun) throws {
    if stored.state == .failed {
      throw TransferError(
        "run \(stored.id.prefix(4)) failed: \(stored.error ?? "the reason is not known")",
        next: "the same call of adapt tries again, forget(\"\(stored.id.prefix(4))\") removes it")
    }
    let history: TrainingHistory
    let logits: [TaskPart: Logits]
    do {
      history = try stored.trainingHistory()
      logits = try Logits.read(stored.intactArtifact("logits.safetensors").path)
    } catch let error as StoreError {
      throw error
    } catch {
      throw TransferError(
        "the files of run \(stored.id.prefix(4)) are damaged: \(error)",
        next: "adapt with fresh: true trains it anew, forget(\"\(stored.id.prefix(4))\") removes it"
      )
    }
    self.init(
      adaptation, stored: stored, history: history, metrics: .init(stored: stored.metrics),
      logits: logits, facts: Facts(stored), wasStored: true, model: nil, weights: nil)
  }
}
