import TLText
import Testing

@Suite struct PatternTests {
  @Test func matchesCyrillicByPropertyAndCase() throws {
    #expect(try Pattern(#"^\w+$"#).matches("ёлка_1"))
    #expect(try Pattern("МОСКВА", options: .ignoreCase).matches("в москве и Москва"))
    #expect(try !Pattern("Москва").matches("москва"))
    #expect(try Pattern(#"\bдом\b"#).allMatches(in: "дом домик, дом").count == 2)
  }

  @Test func firstMatchHasByteRangesAndGroups() throws {
    let pattern = try Pattern(#"(?<day>\d+)\s+(?<month>\p{L}+)(?<year> \d{4})?"#)
    let match = try #require(try pattern.firstMatch(in: "Это 12 мая было"))
    #expect(match.text == "12 мая")
    #expect(match.range == 7..<16)
    #expect(match.groups == ["12 мая", "12", "мая", nil])
    #expect(match.ranges == [7..<16, 7..<9, 10..<16, nil])
    #expect(pattern.groupNames.map(\.name) == ["day", "month", "year"])
    #expect(pattern.groupNumber("month") == 2)
    #expect(try pattern.firstMatch(in: "ничего") == nil)
    #expect(try pattern.firstMatch(in: "1 мая", from: 100) == nil)
  }

  @Test func allMatchesAreSeparateAndEmptyOnesEnd() throws {
    #expect(try Pattern("а*").allMatches(in: "баа").map(\.text) == ["", "аа", ""])
    #expect(try Pattern("").allMatches(in: "йц").map(\.range) == [0..<0, 2..<2, 4..<4])
    #expect(try Pattern("").allMatches(in: "").count == 1)
    #expect(try Pattern("(?m)^").allMatches(in: "a\nb").map(\.range) == [0..<0, 2..<2])
    #expect(try Pattern("a").allMatches(in: "aaaa", limit: 2).count == 2)
  }

  @Test func replaceKnowsGroups() throws {
    let pattern = try Pattern(#"(?<a>\w+)@(\w+)"#)
    #expect(try pattern.replacing(in: "я@мы, x@y", with: "$2 at ${a}$$") == "мы at я$, y at x$")
    #expect(try pattern.replacing(in: "я@мы, x@y", with: "<$0>", limit: 1) == "<я@мы>, x@y")
    #expect(try Pattern("x*").replacing(in: "абв", with: "-") == "-а-б-в-")
    #expect(try pattern.replacing(in: "none", with: "$1") == "none")
    #expect(try pattern.replacing(in: "a@b", by: { "\($0.groups[2] ?? "")!" }) == "b!")
    #expect(try Pattern("(a)|(b)").replacing(in: "ab", with: "[$1$2]") == "[a][b]")
    #expect(try Pattern("a").replacing(in: "a", with: "$ $x") == "$ $x")
    let error = #expect(throws: PatternError.self) { try pattern.replacing(in: "", with: "$3") }
    #expect(
      error?.description
        == #"the replacement `$3` asks for group `3`, the pattern `(?<a>\w+)@(\w+)`"#
        + " has 2, named a")
    #expect(throws: PatternError.self) { try pattern.replacing(in: "", with: "${b}") }
    #expect(throws: PatternError.self) { try pattern.replacing(in: "", with: "${a") }
  }

  @Test func splitCutsAtMatches() throws {
    #expect(try Pattern(#"[,;]\s*"#).split("а, б;в,") == ["а", "б", "в", ""])
    #expect(try Pattern(",").split("") == [""])
    #expect(try Pattern("").split("абв") == ["а", "б", "в"])
    #expect(try Pattern(" ").split("a b c", limit: 1) == ["a", "b c"])
  }

  @Test func aFaultInThePatternHasItsPlace() {
    let error = #expect(throws: PatternError.self) { try Pattern("аб(в") }
    #expect(error?.offset == 7)
    #expect(
      error?.description == "in the pattern `аб(в` at character 5: missing closing parenthesis")
    #expect(throws: PatternError.self) { try Pattern("[а-") }
    #expect(throws: PatternError.self) { try Pattern("*a") }
    #expect(throws: PatternError.self) { try Pattern(#"\C"#) }
    #expect(throws: PatternError.self) {
      try Pattern(String(repeating: "(", count: 1000) + String(repeating: ")", count: 1000))
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["(a+)+$", "(a|a)*$", #"^(\w+\s?)*$"#, "(.*)*(.*)*x"])
  func aCatastrophicPatternIsAnError(source: String) throws {
    let text = String(repeating: "a", count: 40) + "!"
    let pattern = try Pattern(source)
    do {
      _ = try pattern.matches(text)
    } catch {
      #expect(error.description.contains("too many steps"))
    }
  }

  @Test func deepRecursionIsAnErrorOrAnAnswer() throws {
    let pattern = try Pattern(#"^(\((?1)*\))+$"#)
    let text = String(repeating: "(", count: 200_000) + String(repeating: ")", count: 200_000)
    do { _ = try pattern.matches(text) } catch {}
  }

  @Test func onePatternServesSeveralThreads() async throws {
    let pattern = try Pattern(#"\d+"#)
    let total = await withTaskGroup(of: Int.self) { group in
      for seed in 0..<8 {
        group.addTask {
          (0..<500).reduce(0) { sum, i in
            let match = try? pattern.firstMatch(in: "текст \(i * seed) конец")
            return sum + (match?.text == "\(i * seed)" ? 1 : 0)
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(total == 4000)
  }
}
