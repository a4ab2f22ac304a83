// What a donor says of its checkpoint.

import Foundation
import TLTestSupport
import TLTransfer
import Testing

struct DonorTests {
  @Test func weightsThatNothingReadsAreNamed() throws {
    let whole = try Donor(name: "bert", directory: Fixtures.donor("bert"))
    #expect(try whole.unreadWeights().allSatisfy { !$0.contains("encoder") })
    // The same checkpoint, of which config.json names one layer less.
    let folder = TemporaryFolder()
    for name in TemporaryFolder.names(in: Fixtures.donor("bert")) {
      try FileManager.default.copyItem(
        atPath: Fixtures.donor("bert") + "/" + name, toPath: folder.path + "/" + name)
    }
    let configuration = try String(contentsOfFile: folder.path + "/config.json", encoding: .utf8)
    let shorter = configuration.replacing(
      "\"num_hidden_layers\": 3", with: "\"num_hidden_layers\": 2")
    try #require(shorter != configuration)
    _ = folder.file("config.json", shorter)
    let donor = try Donor(name: "short", directory: folder.path)
    #expect(donor.configuration?.layers == 2)
    let unread = try donor.unreadWeights().filter { $0.contains("encoder") }
    #expect(!unread.isEmpty && unread.allSatisfy { $0.contains("layer.2.") })
  }

  @Test func aPublishedHeadPredictsAsTheRunThatMadeIt() throws {
    let scratch = TemporaryFolder()
    let both = try MultiTaskTests.run("bert", FullFineTuning())
    try both.export(to: scratch.path)
    let texts = ["день хороший", "день плохой и длинный"]
    for (name, run) in zip(both.adaptation.names, both.runs) {
      let head = try Donor(name: name, directory: "\(scratch.path)/\(name)").publishedHead()
      #expect(head.labels == run.adaptation.task.labels)
      #expect(head.task == run.adaptation.task.kind)
      if head.task == .classification {
        let expected = try run.predictor().classes(texts)
        for (a, b) in zip(try head.predictor.classes(texts), expected) {
          #expect(a.best == b.best && abs(a.probabilities[0] - b.probabilities[0]) < 1e-5)
        }
      } else {
        let expected = try run.predictor().tags(texts)
        for (a, b) in zip(try head.predictor.tags(texts).joined(), expected.joined()) {
          #expect(a.word == b.word && a.tag == b.tag && abs(a.probability - b.probability) < 1e-5)
        }
      }
    }
    // Two labels more than the weights have.
    let broken = scratch.path + "/classification"
    let configuration = try String(contentsOfFile: broken + "/config.json", encoding: .utf8)
    let longer = configuration.replacing(
      #/"id2label": \{[^}]*\}/#, with: "\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}")
    try #require(longer != configuration)
    _ = scratch.file("classification/config.json", longer)
    #expect(throws: TransferError.self) {
      try Donor(name: "broken", directory: broken).publishedHead()
    }
    #expect(throws: TransferError.self) {
      try Donor(name: "bert", directory: Fixtures.donor("bert")).publishedHead()
    }
  }

  @Test func theTrainPartIsMeasuredAfterwards() throws {
    let run = try MultiTaskTests.run("bert", FullFineTuning()).runs[0]
    let task = run.adaptation.task
    #expect(run.logits[.train] == nil)
    let found = try run.logits(of: .train)
    #expect(found.rows == task.count(.train))
    #expect(try run.logits(of: .test).values == run.logits[.test]?.values)
    // The same texts as another part have the same logits.
    let tokenizer = run.adaptation.donor.tokenizer
    let part = try #require(try task.encode(.train, tokenizer: tokenizer, maxLength: 64))
    #expect(try run.adaptedModel().logits(part).values == found.values)
  }
}
