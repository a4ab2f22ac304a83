// Intervals and comparisons by simulation: what they promise holds over thousands of made-up studies.

import Foundation
import TLAnalysis
import TLStudies
import TLTensor
import TLText
import Testing

/// Normal numbers by Box and Muller.
struct Normals {
  var random: RandomStream

  init(seed: UInt64) { random = RandomStream(seed: seed, stream: 7) }

  mutating func next() -> Double {
    let u = (Double(random.next() >> 11) + 0.5) / 9_007_199_254_740_992
    let v = Double(random.next() >> 11) / 9_007_199_254_740_992
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
}

/// A study whose cells have the given measurement.
func study(_ axes: [StudyAxis], replicate: Int?, _ value: ([Int]) -> Double?) throws -> Study {
  let grid = try Grid(axes, replicate: replicate)
  return Study(
    key: "k", axes: grid.axes, replicate: replicate,
    cells: grid.points.map { point in
      var cell = StudyCell(point: point, key: "\(point)")
      if let value = value(point) {
        cell.state = .finished
        cell.fields = [CellField("f1", .number(value))]
      } else {
        cell.state = .failed
      }
      return cell
    })
}

@Suite struct StudyStatisticsTests {
  @Test(arguments: [3, 5, 10])
  func intervalsCoverTheTruthNinetyFiveTimesInAHundred(_ seeds: Int) throws {
    var normals = Normals(seed: UInt64(seeds))
    let rounds = 4000
    var covered = 0
    for _ in 0..<rounds {
      let made = try study([axis("seed", Array(1...seeds))], replicate: 0) { _ in
        0.8 + 0.02 * normals.next()
      }
      let summary = try StudySummary(
        made, rows: [], columns: [], values: ["f1"], lowerIsBetter: false)
      if summary.groups[0].estimates[0]?.interval?.contains(0.8) == true { covered += 1 }
    }
    let share = Double(covered) / Double(rounds)
    #expect(share >= 0.93 && share <= 0.97, "\(seeds) seeds: \(share)")
  }

  /// Of six strategies that are all the same, with what a seed does to all of them, one is called the
  /// best in at most five studies of a hundred.
  @Test(arguments: [3, 5])
  func equalStrategiesAreRarelyToldApart(_ seeds: Int) throws {
    var normals = Normals(seed: 100 + UInt64(seeds))
    let rounds = 2000
    var (marked, pairs) = (0, 0)
    for _ in 0..<rounds {
      let shared = (0..<seeds).map { _ in 0.03 * normals.next() }
      let made = try study(
        [axis("strategy", Array(1...6)), axis("seed", Array(1...seeds))], replicate: 1
      ) { point in 0.8 + shared[point[1]] + 0.02 * normals.next() }
      let summary = try StudySummary(
        made, rows: [0], columns: [], values: ["f1"], lowerIsBetter: false)
      if summary.groups.contains(where: \.isBest) { marked += 1 }
      // One pair chosen beforehand: the plain test holds its level.
      let two = summary.groups.prefix(2).map { group in
        (0..<seeds).map { group.values[0][$0] ?? .nan }
      }
      if try PairedTests.student(two[0], two[1]).pValue < 0.05 { pairs += 1 }
    }
    #expect(Double(marked) / Double(rounds) <= 0.05, "\(marked) of \(rounds)")
    let share = Double(pairs) / Double(rounds)
    #expect(share > 0.03 && share < 0.07, "\(share)")
  }

  @Test func aClearWinnerIsMarkedAndOnlyThen() throws {
    let noise = [0.001, -0.002, 0.0015, -0.001, 0.0005]
    let made = try study(
      [axis("strategy", [1, 2, 3]), axis("seed", [1, 2, 3, 4, 5])], replicate: 1
    ) { point in [0.9, 0.8, 0.7][point[0]] + noise[(point[1] + 2 * point[0]) % 5] }
    let summary = try StudySummary(
      made, rows: [0], columns: [], values: ["f1"], lowerIsBetter: false)
    #expect(summary.groups.map(\.isBest) == [true, false, false])
    #expect(summary.groups[0].pAgainstBest == nil)
    let lower = try StudySummary(
      made, rows: [0], columns: [], values: ["f1"], lowerIsBetter: true)
    #expect(lower.groups.map(\.isBest) == [false, false, true])
    // One seed says nothing of chance.
    let single = try study([axis("strategy", [1, 2]), axis("seed", [1])], replicate: 1) {
      [0.9, 0.8][$0[0]]
    }
    let alone = try StudySummary(
      single, rows: [0], columns: [], values: ["f1"], lowerIsBetter: false)
    #expect(alone.groups.map(\.isBest) == [false, false])
    #expect(alone.groups[0].estimates[0]?.interval == nil)
  }

  @Test func aReplicateWithoutAllItsCellsDoesNotShiftAMean() throws {
    // Averaged over sizes; of seed 2 the small size has failed.
    let made = try study(
      [axis("size", [100, 1000]), axis("seed", [1, 2, 3])], replicate: 1
    ) { point in point == [0, 1] ? nil : [0.5, 0.9][point[0]] }
    let summary = try StudySummary(
      made, rows: [], columns: [], values: ["f1"], lowerIsBetter: false)
    let estimate = try #require(summary.groups[0].estimates[0])
    #expect(estimate.n == 2 && abs(estimate.mean - 0.7) < 1e-12)
    #expect(summary.groups[0].failed == 1 && !summary.notes.isEmpty)
  }

  @Test func aPowerLawIsFoundAgain() throws {
    let truth = PowerLaw(limit: 0.95, gain: 3, exponent: 0.6)
    let sizes = [100.0, 300, 1000, 3000, 10_000]
    let law = try #require(PowerLaw.fit(sizes, sizes.map { truth($0) }))
    #expect(abs(law.limit - 0.95) < 1e-4 && abs(law.exponent - 0.6) < 1e-3)
    #expect(abs(law.saturation(0.01) / truth.saturation(0.01) - 1) < 0.01)
    #expect(PowerLaw.fit([1, 2], [0.5, 0.6]) == nil)
    // A flat curve gains nothing by any more data.
    let flat = try #require(PowerLaw.fit(sizes, [0.5, 0.5, 0.5, 0.5, 0.5]))
    #expect(flat.saturation(0.01) == 0)
  }

  @Test func intervalsOfTheLawCoverTheTruth() throws {
    let truth = PowerLaw(limit: 0.92, gain: 2.5, exponent: 0.55)
    let sizes = [100.0, 300, 1000, 3000]
    var normals = Normals(seed: 5)
    let rounds = 300
    var (covered, saturations) = (0, 0)
    for round in 0..<rounds {
      let curve = try LearningCurve(
        name: "",
        sizes.map { size in
          (size: size, values: (0..<5).map { _ in truth(size) + 0.01 * normals.next() })
        }, draws: 300, seed: UInt64(round))
      let predicted = try #require(curve.predicted(1000))
      if predicted.interval?.contains(truth(1000)) == true { covered += 1 }
      let found = curve.saturation(0.02)
      if found.interval?.contains(truth.saturation(0.02)) == true { saturations += 1 }
    }
    let share = Double(covered) / Double(rounds)
    #expect(share >= 0.90 && share <= 0.99, "\(share)")
    // The size where a law flattens is far harder to know than its height.
    #expect(Double(saturations) / Double(rounds) >= 0.88, "\(saturations) of \(rounds)")
  }

  @Test func saturationSaysWhetherItWasReached() throws {
    let truth = PowerLaw(limit: 0.9, gain: 4, exponent: 1)
    let points = [100.0, 200, 400, 800].map { (size: $0, values: [truth($0), truth($0)]) }
    let curve = try LearningCurve(name: "", points)
    let reached = curve.saturation(0.005)
    #expect(reached.isReached && abs((reached.size ?? 0) - 400) < 2)
    #expect(!curve.saturation(0.0001).isReached)
    #expect(!(try LearningCurve(name: "", Array(points.prefix(2))).saturation(0.01).isReached))
  }
}
