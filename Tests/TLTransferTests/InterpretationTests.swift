// What is read out of a model: all layers in one pass, attention and its sums against the maps, masks
// that are a function of their seed.

import Foundation
import Synchronization
import TLAnalysis
import TLModels
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

struct InterpretationTests {
  static func donor(_ name: String = "bert") throws -> Donor {
    try Donor(name: name, directory: Fixtures.donor(name))
  }
  static let texts = (0..<40).map { "день \($0) хороший, рынок вырос на \($0 * 7) пунктов" }

  @Test(arguments: ["bert", "roberta"], [FrozenFeatures.Pooling.cls, .mean, .max])
  func allLayersComeOutOfOnePass(_ name: String, _ pooling: FrozenFeatures.Pooling) throws {
    let donor = try Self.donor(name)
    let encoder = try donor.encoder()
    let chunks = Mutex(0)
    let count: @Sendable () -> Bool = {
      chunks.withLock { $0 += 1 }
      return false
    }
    let all = try encoder.layers(Self.texts, pooling: pooling, isStopped: count)
    let whole = chunks.withLock { $0 }
    _ = try encoder.layers(Self.texts, layers: [-1], pooling: pooling, isStopped: count)
    #expect(chunks.withLock { $0 } == 2 * whole, "as many chunks for one layer as for all")
    #expect(try all.count == #require(donor.configuration).layers + 1)
    for (layer, vectors) in all.enumerated() {
      let alone = try donor.embeddings(Self.texts, layer: layer, pooling: pooling)
      let difference = zip(alone.values, vectors.values).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 1e-5, "layer \(layer)")
    }
  }

  @Test func sumsOverHeadsAreThoseOfTheMaps() throws {
    let encoder = try Self.donor().encoder()
    let texts = Array(Self.texts.prefix(3))
    let summary = try encoder.attentionSummary(texts)
    let maps = try texts.map { try encoder.attention($0) }
    #expect(summary.heads.count == summary.layers * summary.headsPerLayer)
    for head in summary.heads {
      var (entropy, distance, first, separator, tokens) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for seen in maps {
        let map = try seen.map(layer: head.layer, head: head.head)
        for query in seen.tokens.indices {
          tokens += 1
          var sum = 0.0
          for key in seen.tokens.indices {
            let p = Double(map[query, key])
            sum += p
            if p > 0 { entropy -= p * log(p) }
            distance += p * Double(abs(query - key))
            if key == 0 { first += p }
            if seen.tokens[key] == "[SEP]" { separator += p }
          }
          #expect(abs(sum - 1) < 1e-5)
        }
      }
      #expect(abs(head.entropy - entropy / tokens) < 1e-5)
      #expect(abs(head.distance - distance / tokens) < 1e-5)
      #expect(abs(head.first - first / tokens) < 1e-5)
      #expect(abs(head.separator - separator / tokens) < 1e-5)
    }
    let mean = try maps[0].map(layer: 1, head: nil)
    let heads = try (1...maps[0].heads).map { try maps[0].map(layer: 1, head: $0) }
    #expect(
      abs(mean[1, 2] - heads.reduce(0) { $0 + $1[1, 2] } / Float(heads.count)) < 1e-6)
    #expect(throws: TransferError.self) { try maps[0].map(layer: 0, head: nil) }
    #expect(throws: TransferError.self) { try maps[0].map(layer: 1, head: 99) }
  }

  @Test func aProbeFindsWhatIsThereAndNotWhatIsShuffled() throws {
    func part(_ numbers: Range<Int>) throws -> TransferTask.Data {
      .tagging(
        try TaggingData(
          tokens: numbers.map { ["Анна", "видит", $0 % 2 == 0 ? "Москву" : "дом", "\($0)"] },
          tagTexts: numbers.map { ["B-PER", "O", $0 % 2 == 0 ? "B-LOC" : "O", "O"] }))
    }
    let task = try TransferTask([.train: part(0..<40), .test: part(40..<60)])
    let encoder = try Self.donor().encoder()
    let probes = try encoder.probe(task)
    #expect(probes.metric == "entity_f1" && probes.trainCount == 160 && probes.count == 20)
    for layer in probes.layers {
      #expect(layer.accuracy.mean > 0.9 && layer.headline.mean > 0.8)
      #expect(layer.control < layer.accuracy.mean)
    }
    var settings = ProbeSettings()
    settings.layers = [1, -1, 1]
    let some = try encoder.probe(task, settings)
    #expect(some.layers.map(\.layer) == [1, probes.layers.count - 1])
    #expect(some.layers[0] == probes.layers[1])
    #expect(probes.majority == 0.625)
  }
}
