// SharedWork: what several runs of one process have in common, computed once while someone says that it
// may be kept: parts as token ids, and what a frozen encoder says of them. Keys are contents, so a run
// gets the same bytes whether it finds them here or computes them.

import Synchronization
import TLModels
import TLTensor

/// Encoded parts and frozen features of the runs of a study.
public final class SharedWork: Sendable {
  public static let shared = SharedWork()

  private struct State {
    var users = 0
    var parts: [String: EncodedPart] = [:]
    var features: [String: FeatureCache] = [:]
    /// Numbers kept, and the order in which features came.
    var count = 0
    var order: [String] = []
    var hits = 0
  }
  private let state = Mutex(State())

  /// At most so many numbers of features are kept: 256 MB.
  private static let limit = 64 << 20

  /// From here on work is kept, until as many calls of `end`.
  public func begin() { state.withLock { $0.users += 1 } }

  public func end() {
    state.withLock { state in
      state.users -= 1
      if state.users <= 0 { state = State() }
    }
  }

  /// How often something was found.
  public var hits: Int { state.withLock { $0.hits } }

  /// A part of a task as a donor reads it.
  func encoded(
    _ part: TaskPart, of adaptation: Adaptation, isShared: Bool
  ) throws -> EncodedPart? {
    let (task, donor) = (adaptation.task, adaptation.donor)
    func make() throws -> EncodedPart? {
      try task.encode(part, tokenizer: donor.tokenizer, maxLength: adaptation.maxLength)
    }
    guard isShared, state.withLock({ $0.users > 0 }),
      let content = task.fingerprints.first(where: { $0.key == part.rawValue })?.value.string
    else { return try make() }
    let key = "\(try donor.fingerprint()) \(content) \(adaptation.maxLength)"
    // What a frozen encoder says goes through weights that the donor may lack, such as a pooler: these
    // come from the seed.
    let identity = "\(key) \(adaptation.settings.seed)"
    var known = state.withLock { state in
      if state.parts[key] != nil { state.hits += 1 }
      return state.parts[key]
    }
    known?.identity = identity
    if let known { return known }
    guard var encoded = try make() else { return nil }
    encoded.identity = identity
    let kept = encoded
    state.withLock { state in
      // A study of many samples has many train parts; few of them are met again.
      if state.parts.count >= 64 { state.parts = [:] }
      state.parts[key] = kept
    }
    return encoded
  }

  func features(_ key: String) -> FeatureCache? {
    state.withLock { state in
      if state.features[key] != nil { state.hits += 1 }
      return state.features[key]
    }
  }

  func keep(_ key: String, _ features: FeatureCache) {
    state.withLock { state in
      guard state.users > 0, state.features[key] == nil,
        features.vectors.count <= SharedWork.limit / 2
      else { return }
      state.features[key] = features
      state.order.append(key)
      state.count += features.vectors.count
      while state.count > SharedWork.limit, !state.order.isEmpty {
        let first = state.order.removeFirst()
        state.count -= state.features.removeValue(forKey: first)?.vectors.count ?? 0
      }
    }
  }
}

extension FeatureCache {
  /// The features of a part, from another run of the study where one has computed them.
  static func shared(
    _ part: EncodedPart, _ features: FrozenFeatures, _ model: EncoderModel, _ workers: Workers,
    precision: Precision, isStopped: @escaping @Sendable () -> Bool
  ) throws -> FeatureCache {
    let key = part.identity.map {
      "\($0) \(features.layer.map(String.init) ?? "last") \(features.pooling.rawValue) "
        + precision.rawValue
    }
    if let key, let known = SharedWork.shared.features(key) { return known }
    let made = try FeatureCache(
      part, features, model, workers, precision: precision, isStopped: isStopped)
    if let key { SharedWork.shared.keep(key, made) }
    return made
  }
}
