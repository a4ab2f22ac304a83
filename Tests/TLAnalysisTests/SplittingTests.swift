import TLAnalysis
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct SplittingTests {
  private static let shares = [0.7, 0.15, 0.15]

  @Test func sizesAreExactByLargestRemainder() {
    #expect(Splitting.sizes(count: 1000, shares: Self.shares) == [700, 150, 150])
    #expect(Splitting.sizes(count: 101, shares: Self.shares) == [71, 15, 15])
    #expect(Splitting.sizes(count: 10, shares: Self.shares) == [7, 2, 1])
    #expect(Splitting.sizes(count: 3, shares: [1 / 3, 1 / 3, 1 / 3]) == [1, 1, 1])
    #expect(Splitting.sizes(count: 7, shares: [0.5, 0, 0.5]) == [4, 0, 3])
  }

  @Test func everyRowIsInOnePart() throws {
    var random = RandomStream(seed: 1)
    for count in [3, 7, 20, 101, 997] {
      let classes = (0..<count).map { _ in Int(random.uniform() * random.uniform() * 9) }
      let counts = classes.map { c in (0..<9).map { $0 == c ? 2 : $0 == 0 ? 1 : 0 } }
      let groups = (0..<count).map { $0 / 2 }
      for strata in [Strata.none, .classes(classes), .counts(counts)] {
        for groups in [nil, groups] where groups == nil || count > 20 {
          let parts = try Splitting.split(
            count: count, shares: [0.5, 0.25, 0.25], strata: strata, groups: groups, seed: 4)
          #expect(parts.joined().sorted() == Array(0..<count))
          #expect(parts.allSatisfy { $0 == $0.sorted() })
          if groups == nil {
            #expect(
              parts.map(\.count) == Splitting.sizes(count: count, shares: [0.5, 0.25, 0.25]))
          }
        }
      }
    }
  }

  @Test func classesKeepTheirSharesToARow() throws {
    var random = RandomStream(seed: 2)
    for trial in 0..<50 {
      let count = 50 + trial * 13
      let classes = (0..<count).map { _ in Int(random.uniform() * random.uniform() * 12) }
      let parts = try Splitting.split(
        count: count, shares: Self.shares, strata: .classes(classes), seed: UInt64(trial))
      #expect(parts.map(\.count) == Splitting.sizes(count: count, shares: Self.shares))
      for label in 0..<12 {
        let total = Double(classes.filter { $0 == label }.count)
        for (part, share) in zip(parts, Self.shares) {
          let found = Double(part.filter { classes[$0] == label }.count)
          #expect(abs(found - share * total) < 1 + 1e-9, "\(trial) class \(label)")
        }
      }
    }
  }

  @Test func sameSeedSamePartsOtherSeedOthers() throws {
    let classes = (0..<300).map { $0 % 3 }
    let split = { (seed: UInt64) in
      try Splitting.split(count: 300, shares: Self.shares, strata: .classes(classes), seed: seed)
    }
    #expect(try split(1) == split(1))
    #expect(try split(1) != split(2))
  }

  @Test func badRequestsAreErrors() {
    for shares in [[0.7, 0.2], [0.5, 0.6, -0.1], [], [.nan, 1]] {
      #expect(throws: AnalysisError.self) {
        try Splitting.split(count: 10, shares: shares, seed: 0)
      }
    }
    #expect(throws: AnalysisError.self) {
      try Splitting.split(count: 3, shares: Self.shares, seed: 0)
    }
    #expect(throws: AnalysisError.self) {
      try Splitting.split(count: 0, shares: [1], seed: 0)
    }
    #expect(throws: AnalysisError.self) {
      try Splitting.split(count: 10, shares: [0.5, 0.5], strata: .classes([1]), seed: 0)
    }
    #expect(throws: AnalysisError.self) {
      try Splitting.split(
        count: 10, shares: [0.5, 0.5], groups: [Int](repeating: 0, count: 10), seed: 0)
    }
  }

  @Test func rowsWithoutAGroupAreGroupsOfTheirOwn() {
    let column = Column.of([.text("a"), .text(""), .text(""), .text("a"), .none])
    #expect(Splitting.groups(column) == [0, 1, 2, 0, 3])
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func kindsOfEntityAndDocumentsAreSplitTogether() throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/ner.jsonl")
    let data = try TaggingData(table, tokens: "tokens", tags: "ner_tags")
    #expect(data.repairs.total == 0 && data.scheme == .iob2)
    #expect(data.kinds.names == ["LOC", "ORG", "PER"])
    #expect(data.kindCounts == [7335, 7155, 9692])
    #expect(data.tokenCount == 283_297)
    let counts = data.kindCountsByRow()
    let groups = Splitting.groups(try table.column("doc"))
    for groups in [nil, groups] {
      let parts = try Splitting.split(
        count: data.count, shares: Self.shares, strata: .counts(counts), groups: groups, seed: 42)
      for (part, share) in zip(parts, Self.shares) {
        #expect(abs(Double(part.count) / Double(data.count) - share) < 0.005)
        for kind in 0..<3 {
          let found = part.reduce(0) { $0 + counts[$1][kind] }
          #expect(abs(Double(found) / Double(data.kindCounts[kind]) - share) < 0.01)
        }
      }
      if let groups {
        let sides = parts.map { Set($0.map { groups[$0] }) }
        #expect(sides[0].isDisjoint(with: sides[1]) && sides[0].isDisjoint(with: sides[2]))
        #expect(sides[1].isDisjoint(with: sides[2]))
      }
    }
  }
}

@Suite struct SamplingTests {
  @Test func smallerSamplesArePartOfLargerOnes() throws {
    var random = RandomStream(seed: 8)
    let classes = (0..<2000).map { _ in random.uniform() < 0.2 ? 0 : random.uniform() < 0.5 ? 1 : 2
    }
    let totals = (0..<3).map { label in classes.filter { $0 == label }.count }
    var smaller = Set<Int>()
    for size in [10, 100, 300, 1000, 2000] {
      let sample = try Sampling.sample(size, of: 2000, strata: .classes(classes), seed: 3)
      #expect(Set(sample).count == size && smaller.isSubset(of: sample))
      smaller = Set(sample)
      for label in 0..<3 {
        let wanted = Double(size * totals[label]) / 2000
        #expect(abs(Double(sample.filter { classes[$0] == label }.count) - wanted) <= 1)
      }
    }
    #expect(throws: AnalysisError.self) { try Sampling.sample(0, of: 5, seed: 1) }
    #expect(throws: AnalysisError.self) { try Sampling.sample(6, of: 5, seed: 1) }
  }
}
