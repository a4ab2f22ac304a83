// Making models: what is masked, packed, corrupted; runs that go on to the bit; refusals.

import Foundation
import Synchronization
import TLModels
import TLStore
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

@Suite struct PretrainingTests {
  static let texts = (0..<120).map { number in
    "Рынок вырос на \(number % 13) пунктов, банк \(["снизил", "поднял"][number % 2]) ставку; "
      + "мама мыла раму \(number % 7) раз."
  }
  static let architecture = ModelArchitecture(
    layers: 2, hiddenSize: 32, heads: 2, intermediateSize: 64)

  static func tokenizer() throws -> Tokenizer {
    try TokenizerTraining(.wordpiece, vocabularySize: 120).train(texts)
  }

  static func store() throws -> RunStore {
    try RunStore(folder: NSTemporaryDirectory() + "tl-pretrain-\(UUID().uuidString)")
  }

  static func pretraining(_ change: (inout PretrainingSettings) -> Void = { _ in }) throws
    -> Pretraining
  {
    var settings = PretrainingSettings()
    settings.steps = 12
    settings.batchSize = 4
    settings.maxLength = 48
    settings.evaluations = 3
    settings.validationShare = 0.1
    settings.learningRate = 2e-3
    change(&settings)
    return Pretraining(
      texts: texts, beginning: .architecture(architecture, try tokenizer()), settings: settings)
  }

  // MARK: Packs and masks

  @Test func packsHoldAllTokensInOrder() throws {
    let tokenizer = try Self.tokenizer()
    let all = try Self.texts.flatMap {
      try tokenizer.encode($0, options: EncodeOptions(addSpecialTokens: false)).ids
    }
    for length in [8, 24, 64, 500] {
      for joins in [true, false] {
        let packs = try TokenPacks(
          Self.texts, tokenizer: tokenizer, maxLength: length, joining: joins)
        #expect(packs.packs.flatMap { $0.ids.dropFirst().dropLast() } == all)
        #expect(packs.packs.allSatisfy { $0.ids.count <= length && $0.ids.first == 2 })
        #expect(packs.packs.allSatisfy { $0.ids.last == 3 })
        #expect(packs.texts == Self.texts.count)
        if !joins, length == 500 { #expect(packs.count == Self.texts.count) }
      }
    }
    #expect(throws: TransferError.self) {
      try TokenPacks(Self.texts, tokenizer: tokenizer, maxLength: 3)
    }
  }

  @Test func wholeWordsAreMaskedTogetherUpToTheShare() throws {
    let tokenizer = try Self.tokenizer()
    let packs = try TokenPacks(Self.texts, tokenizer: tokenizer, maxLength: 100)
    let masking = try WordMasking(tokenizer)
    var (hidden, kept, random, tokens) = (0, 0, 0, 0)
    for (number, pack) in packs.packs.enumerated() {
      for repetition in 0..<20 {
        var stream = RandomStream(seed: 1, stream: UInt64(number * 20 + repetition))
        var again = stream
        let masked = masking.apply(to: pack, &stream)
        #expect(masked == masking.apply(to: pack, &again))
        let places = Set(masked.places)
        for (start, end) in zip(pack.wordStarts, pack.wordEnds) {
          let chosen = (start..<end).count { places.contains($0) }
          #expect(chosen == 0 || chosen == Int(end - start))
        }
        let words = pack.ids.count - 2
        #expect(masked.places.count <= Int((0.15 * Double(words)).rounded()))
        tokens += words
        for (place, original) in zip(masked.places, masked.originals) {
          #expect(original == pack.ids[Int(place)])
          let now = masked.ids[Int(place)]
          if now == masking.maskID {
            hidden += 1
          } else if now == original {
            kept += 1
          } else {
            random += 1
          }
        }
        for place in pack.ids.indices where !places.contains(Int32(place)) {
          #expect(masked.ids[place] == pack.ids[place])
        }
      }
    }
    let total = Double(hidden + kept + random)
    #expect(abs(total / Double(tokens) - 0.15) < 0.02)
    #expect(abs(Double(hidden) / total - 0.8) < 0.02)
    #expect(abs(Double(random) / total - 0.1) < 0.02)
  }

  // MARK: Objectives of encoder-decoders

  @Test func corruptedSpansPutTogetherAreTheText() throws {
    let sentinels = (0..<20).map { Int32(1000 - $0) }
    let corruption = SpanCorruption(sentinels: sentinels, end: 1)
    var stream = RandomStream(seed: 3)
    for length in [2, 3, 7, 20, 114, 400] {
      let ids = (0..<Int32(length)).map { $0 + 10 }
      let pair = try #require(corruption.apply(to: ids, &stream))
      let noise = min(
        max(Int((Double(length) * 0.15).rounded(.toNearestOrEven)), 1), length - 1)
      #expect(pair.source.last == 1 && pair.target.last == 1)
      let spans = pair.source.count { sentinels.contains($0) }
      #expect(pair.target.count { sentinels.contains($0) } == spans)
      #expect(pair.target.count - spans - 1 == noise)
      #expect(pair.source.count - spans - 1 == length - noise)
      // The spans in their places give the text again.
      var parts: [Int32: [Int32]] = [:]
      var current: Int32 = 0
      for id in pair.target.dropLast() {
        if sentinels.contains(id) { current = id } else { parts[current, default: []].append(id) }
      }
      let whole = pair.source.dropLast().flatMap { sentinels.contains($0) ? parts[$0] ?? [] : [$0] }
      #expect(whole == ids)
      #expect(!sentinels.contains(pair.source[0]) && pair.target[0] == sentinels[0])
    }
    #expect(corruption.apply(to: [5], &stream) == nil)
    #expect(throws: TransferError.self) { try SpanCorruption(Self.tokenizer()) }
  }

  @Test func infilledTextKeepsTheOrderOfWhatIsShown() throws {
    var denoising = Denoising(mask: 3, beginning: 0, end: 2)
    denoising.permutesSentences = false
    var stream = RandomStream(seed: 5)
    var (hidden, all) = (0, 0)
    for _ in 0..<200 {
      let ids = (0..<60).map { Int32($0 + 10) }
      let pair = try #require(denoising.apply(to: [ids], &stream))
      #expect(pair.target == [0] + ids + [2])
      let shown = pair.source.filter { $0 >= 10 }
      #expect(shown == shown.sorted())
      #expect(pair.source.first == 0 && pair.source.last == 2)
      hidden += ids.count - shown.count
      all += ids.count
    }
    #expect(abs(Double(hidden) / Double(all) - 0.3) < 0.01)
    denoising.permutesSentences = true
    denoising.share = 0
    let sentences = (0..<8).map { [Int32(10 + $0), Int32(30 + $0)] }
    let pair = try #require(denoising.apply(to: sentences, &stream))
    #expect(pair.source.sorted() == pair.target.sorted() && pair.source != pair.target)
    #expect(denoising.apply(to: [], &stream) == nil)
  }

  // MARK: Runs

  @Test func lossFallsAndTheModelIsADonor() throws {
    let store = try Self.store()
    let run = try Self.pretraining { $0.steps = 60 }.run(store: store)
    let losses = run.history.steps.map(\.loss)
    #expect(losses.count == 60)
    let first = losses.prefix(10).reduce(0, +)
    let last = losses.suffix(10).reduce(0, +)
    #expect(last < 0.8 * first)
    #expect(run.history.epochs.map(\.step) == [20, 40, 60])
    let heldOut = try #require(run.validationLoss)
    #expect(heldOut < 4.7)
    #expect(run.donor.configuration?.layers == 2)
    #expect(run.donor.tokenizer.specialTokens.mask == "[MASK]")
    let perplexity = try run.donor.perplexity(Array(Self.texts.prefix(10)))
    #expect(perplexity.value < 120)
    let again = try Self.pretraining { $0.steps = 60 }.run(store: store)
    #expect(again.wasStored && again.stored.id == run.stored.id)
  }

  @Test func aStoppedRunGoesOnToTheSameBytes() throws {
    func bytes(_ run: PretrainedRun) throws -> [UInt8] {
      try FileBytes(path: run.donor.directory + "/model.safetensors").withBytes { Array($0) }
    }
    let whole = try Self.pretraining().run(store: Self.store())
    let store = try Self.store()
    for stops in [3, 8] {
      let asked = Mutex(0)
      // Asked once after each step, and within evaluations.
      let run = try Self.pretraining().run(
        store: store,
        isStopped: {
          asked.withLock {
            $0 += 1
            return $0 > stops
          }
        })
      #expect(run.isInterrupted)
      #expect(run.facts.steps < 12)
    }
    let resumed = try Self.pretraining().run(store: store)
    #expect(!resumed.isInterrupted)
    #expect(try bytes(resumed) == bytes(whole))
    #expect(resumed.history == whole.history)
  }

  @Test(arguments: [PretrainingSettings.Objective.spanCorruption, .denoising])
  func encoderDecodersLearnAndGoOn(_ objective: PretrainingSettings.Objective) throws {
    var training = TokenizerTraining(.unigram, vocabularySize: 160)
    if objective == .spanCorruption {
      training.sentinels = 20
    } else {
      training.specialTokens = ["<s>", "<mask>"]
    }
    let tokenizer = try training.train(Self.texts)
    var settings = PretrainingSettings()
    settings.objective = objective
    settings.steps = 60
    settings.batchSize = 8
    settings.maxLength = 64
    settings.validationShare = 0.1
    settings.learningRate = objective == .spanCorruption ? 1e-2 : 2e-3
    settings.evaluations = 3
    let made = Pretraining(
      texts: Self.texts, beginning: .architecture(Self.architecture, tokenizer),
      settings: settings)
    let store = try Self.store()
    let asked = Mutex(0)
    let stopped = try made.run(
      store: store,
      isStopped: {
        asked.withLock {
          $0 += 1
          return $0 > 30
        }
      })
    #expect(stopped.isInterrupted)
    let run = try made.run(store: store)
    let whole = try made.run(store: Self.store())
    #expect(run.history == whole.history)
    let first = try #require(run.history.epochs.first?.validation("loss"))
    let last = try #require(run.validationLoss)
    #expect(last < first)
    #expect(run.donor.isEncoderDecoder)
    settings.steps = 2
    let further = try Pretraining(
      texts: Self.texts, beginning: .donor(run.donor), settings: settings
    ).run(store: store)
    #expect(further.facts.newWeights == 0)
    settings.objective = objective == .denoising ? .spanCorruption : .denoising
    let otherwise = Pretraining(
      texts: Self.texts, beginning: .donor(run.donor), settings: settings)
    if objective == .spanCorruption {
      let written = try otherwise.run(store: store)
      #expect(written.facts.newWeights == 0 && written.donor.isEncoderDecoder)
    } else {
      #expect(throws: TransferError.self) { try otherwise.run(store: store) }
    }
    settings.objective = .mlm
    let asEncoder = Pretraining(
      texts: Self.texts, beginning: .donor(run.donor), settings: settings)
    #expect(throws: TransferError.self) { try asEncoder.run(store: store) }
  }

  @Test func aDonorGoesOn() throws {
    let donor = try Donor(name: "bert", directory: Fixtures.donor("bert"))
    var settings = PretrainingSettings()
    settings.steps = 3
    settings.batchSize = 4
    settings.maxLength = 32
    let run = try Pretraining(
      texts: Self.texts, beginning: .donor(donor), settings: settings
    ).run(store: Self.store())
    #expect(run.donor.configuration?.hiddenSize == donor.configuration?.hiddenSize)
    #expect(run.facts.newWeights == 0)
    let text = Self.texts[0]
    #expect(try run.donor.tokenizer.encode(text) == donor.tokenizer.encode(text))
  }

  @Test func impossibleRequestsSayWhy() throws {
    func message(_ pretraining: () throws -> Pretraining) -> String {
      do {
        _ = try pretraining().run(store: Self.store())
        return ""
      } catch {
        return "\(error)"
      }
    }
    let tokenizer = try Self.tokenizer()
    func with(_ texts: [String], _ tokenizer: Tokenizer) -> Pretraining {
      Pretraining(
        texts: texts, beginning: .architecture(Self.architecture, tokenizer),
        settings: PretrainingSettings())
    }
    #expect(message { with([], tokenizer) } == "pretraining needs texts, found none")
    #expect(message { with(["", " "], tokenizer) } == "all 2 texts are empty")
    let unmasked = try TokenizerTraining(.unigram, vocabularySize: 120).train(Self.texts)
    #expect(message { with(Self.texts, unmasked) }.hasPrefix("the tokenizer has no mask token"))
    #expect(
      message { try Self.pretraining { $0.maxLength = 600 } }.contains("the model reads up to 512"))
    #expect(message { try Self.pretraining { $0.maskingShare = 0 } }.contains("masking share"))
    var odd = Self.architecture
    odd.heads = 3
    #expect(
      message {
        Pretraining(
          texts: Self.texts, beginning: .architecture(odd, tokenizer),
          settings: PretrainingSettings())
      }.contains("multiple of heads"))
  }

  // MARK: Perplexity

  @Test func eachTokenIsHiddenAloneForPseudoPerplexity() throws {
    let donor = try Donor(name: "bert", directory: Fixtures.donor("bert"))
    let text = "мама мыла раму"
    let found = try donor.perplexity([text], method: .pseudo)
    let tokens = try donor.tokenizer.encode(text, options: EncodeOptions(addSpecialTokens: false))
    #expect(found.tokens == tokens.count)
    // fill_mask of each token gives the same probabilities.
    let mask = try #require(donor.tokenizer.specialTokens.mask)
    _ = mask
    #expect(found.losses.count == 1 && abs(found.losses[0] - found.loss.mean) < 1e-12)
    let masked = try donor.perplexity([text, text, text], share: 0.5)
    #expect(masked.tokens == 3 * Int((0.5 * Double(tokens.count)).rounded()))
  }
}
