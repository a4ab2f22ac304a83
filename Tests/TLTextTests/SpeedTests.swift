import Glibc
import TLTestSupport
import TLText
import Testing

/// Times of the large operations; they run with `TL_BENCH=1 swift test -c release --filter Speed`.
@Suite(.enabled(if: getenv("TL_BENCH") != nil, "a benchmark: set TL_BENCH=1"), .serialized)
struct SpeedTests {
  func report<R>(_ name: String, _ work: () throws -> R) rethrows -> R {
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    var bestCPU = Double.infinity
    var result = try work()
    for _ in 0..<3 {
      let start = clock.now
      let startCPU = cpuSeconds()
      result = try work()
      best = min(best, clock.now - start)
      bestCPU = min(bestCPU, cpuSeconds() - startCPU)
    }
    print("\(name): \(best), CPU \(bestCPU) s")
    return result
  }

  /// Processor time of all threads.
  private func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  @Test func tableOfAMillionRows() throws {
    let rows = 1_000_000
    var random = TestRandom(seed: 1)
    let keys = (0..<rows).map { _ in Int.random(in: 0..<1000, using: &random) }
    let base = try Table([
      (name: "id", column: Column(integers: (0..<rows).map { ($0 &* 7919) % rows })),
      (name: "key", column: Column(texts: keys.map { "category_\($0)" })),
      (name: "word", column: Column(texts: keys.indices.map { "слово \(($0 &* 104729) % rows)" })),
      (
        name: "x",
        column: Column(numbers: keys.indices.map { _ in .random(in: 0..<1, using: &random) })
      ),
    ])
    let aggregations = [Aggregation(.count), Aggregation(.mean, of: "x")]
    _ = try report("group by text, 1000 groups, count and mean") {
      try base.grouped(by: ["key"], aggregations)
    }
    _ = try report("group by text, 1M groups") { try base.grouping(by: ["word"]) }
    _ = try report("group by integer, 1M groups") { try base.grouping(by: ["id"]) }
    _ = try report("median by text") {
      try base.grouped(by: ["key"], [Aggregation(.median, of: "x")])
    }
    _ = try report("sort by integer") { try base.sorted(by: [SortKey("id")]) }
    _ = try report("sort by number") { try base.sorted(by: [SortKey("x")]) }
    _ = try report("sort by text, 1000 values") { try base.sorted(by: [SortKey("key")]) }
    _ = try report("sort by text, 1M values") { try base.sorted(by: [SortKey("word")]) }
    _ = try report("sort by text then number") {
      try base.sorted(by: [SortKey("key"), SortKey("x", descending: true)])
    }
    _ = try report("join by integer, 1M with 1M") {
      try base.joined(with: base.selecting(["id", "x"]), by: ["id"])
    }
    _ = try report("filter half") { try base.filtering(keys.map { $0 < 500 }) }
    _ = try report("describe") { try base.described() }
    _ = report("value(at:) of all cells") {
      var count = 0
      for column in base.columns {
        for row in 0..<rows where !column.value(at: row).isMissing { count += 1 }
      }
      return count
    }
  }

  /// `TL_BENCH_CSV` names a CSV file with the columns `category` and `price`.
  @Test(.enabled(if: getenv("TL_BENCH_CSV") != nil, "set TL_BENCH_CSV to a file"))
  func delimitedFile() throws {
    guard let name = getenv("TL_BENCH_CSV") else { return }
    let path = String(cString: name)
    for threads in [1, 2] {
      var options = DelimitedOptions()
      options.threads = threads
      let table = try report("read CSV on \(threads) threads") {
        try Table.readDelimited(path, options)
      }
      print(table.columns.map(\.kind.rawValue), table.rowCount)
      print(table.rendered(maxRows: 5))
    }
    _ = try report("read and group CSV") {
      try Table.readDelimited(path).grouped(
        by: ["category"], [Aggregation(.count), Aggregation(.mean, of: "price")])
    }
    let table = try Table.readDelimited(path)
    let folder = TemporaryFolder()
    let lines = folder.path + "/out.jsonl"
    try report("write JSONL") { try table.writeJSONLines(to: lines) }
    _ = try report("read JSONL as a table") { try Table.readJSONLines(lines) }
    try report("write CSV") { try table.writeDelimited(to: folder.path + "/out.csv") }
  }
}
