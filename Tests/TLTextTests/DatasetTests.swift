import TLTestSupport
import TLText
import Testing

@Suite struct ClassificationDataTests {
  @Test func classesAreNumberedInOrderOfTheirNames() throws {
    let rows = try table(("t", ["x", "y", "z"]), ("l", ["pos", "neg", "pos"]))
    let data = try ClassificationData(rows, text: "t", label: "l")
    #expect(data.labelNames.names == ["neg", "pos"] && data.labels == [1, 0, 1])
    #expect(data.classCounts == [1, 2] && data.balancedClassWeights == [1.5, 0.75])
    let numbers = try table(("t", ["x", "y"]), ("l", [10, 9]))
    #expect(try ClassificationData(numbers, text: "t", label: "l").labelNames.names == ["9", "10"])
    let taken = try data.taking([2, 0])
    #expect(taken.texts == ["z", "x"] && taken.labels == [1, 1] && taken.absentClasses == ["neg"])
  }

  @Test(arguments: [
    (
      DataValue.none,
      "row 1: column `l` has no label; drop the rows without one before making a task"
    ),
    (.text(""), "row 1: column `l` has no label; drop the rows without one before making a task"),
    (.text("c"), "row 1: column `l` has `c`, the classes are `a`, `b`"),
    (
      .list([]),
      "row 1: column `l` has a list, expected a class name (text, integer, or boolean)"
    ),
    (
      .number(0.5),
      "row 1: column `l` has the number 0.5, expected a class name (text, integer, or boolean)"
    ),
  ])
  func aBadLabelIsNamedWithItsRow(label: DataValue, message: String) throws {
    let rows = try table(("t", ["x", "y"]), ("l", [label.isMissing ? "a" : "a", label]))
    #expect {
      try ClassificationData(rows, text: "t", label: "l", labelNames: LabelNames(["a", "b"]))
    } throws: { "\($0)" == message }
  }

  @Test func aBadTextIsNamedWithItsRow() throws {
    let rows = try table(("t", ["x", nil]), ("l", ["a", "b"]))
    #expect {
      try ClassificationData(rows, text: "t", label: "l")
    } throws: {
      "\($0)"
        == "row 1: column `t` has no value, expected a text; drop the rows without one before making a task"
    }
    #expect(throws: TextError.self) { try ClassificationData(rows, text: "text", label: "l") }
    #expect(throws: TextError.self) { try SummaryData(rows, source: "l", target: "t") }
    #expect(throws: TextError.self) { try LabelNames(["a", "a"]) }
  }

  @Test func composedAndDecomposedNamesAreTwoClasses() throws {
    let names = try LabelNames(["й", "и\u{306}"])
    #expect(names.index(of: "й") == 0 && names.index(of: "и\u{306}") == 1)
  }
}

@Suite struct TaggingDataTests {
  private static func data(_ tags: [String]...) throws -> TaggingData {
    try TaggingData(tokens: tags.map { $0.map { _ in "w" } }, tagTexts: tags)
  }

  private static func names(_ data: TaggingData, _ row: Int = 0) -> [String] {
    data.tags[row].map { data.tagNames.names[$0] }
  }

  @Test func tagNamesFollowTheKinds() throws {
    let data = try Self.data(["B-PER", "I-PER", "O", "B-LOC"])
    #expect(data.tagNames.names == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"])
    #expect(data.tags == [[3, 4, 0, 1]] && data.repairs.total == 0 && data.repairs.summary == nil)
    #expect(data.kindCounts == [1, 1] && data.tagCounts == [1, 1, 0, 1, 1])
    #expect(
      data.entities(0) == [Entity(kind: 1, first: 0, last: 1), Entity(kind: 0, first: 3, last: 3)])
  }

  @Test func malformedSequencesAreMendedAndCounted() throws {
    let data = try Self.data(
      ["O", "I-PER", "I-PER", "B-LOC", "I-PER"], ["B-PER", "X-PER", "PER", ""])
    #expect(Self.names(data) == ["O", "B-PER", "I-PER", "B-LOC", "B-PER"])
    #expect(Self.names(data, 1) == ["B-PER", "O", "O", "O"])
    #expect(data.repairs.orphans == 1 && data.repairs.kindChanges == 1)
    #expect(data.repairs.unknownTags == 3 && data.repairs.total == 5)
    #expect(data.repairs.examples.first?.description == "row 1, word 1: `X-PER` became `O`")
    #expect(data.repairs.summary?.hasPrefix("5 malformed tags repaired: 1 I- without") == true)
  }

  @Test func otherSchemesAreRecognizedAndConverted() throws {
    let first = try Self.data(["I-PER", "I-PER", "O", "I-LOC", "B-LOC", "I-LOC"])
    #expect(first.scheme == .iob1 && first.repairs.total == 0)
    #expect(Self.names(first) == ["B-PER", "I-PER", "O", "B-LOC", "B-LOC", "I-LOC"])
    let second = try Self.data(["B-PER", "I-PER", "E-PER", "S-LOC", "O", "B-LOC", "O"])
    #expect(second.scheme == .iobes && second.repairs.unfinished == 1)
    #expect(Self.names(second) == ["B-PER", "I-PER", "I-PER", "B-LOC", "O", "B-LOC", "O"])
    let third = try Self.data(["B-PER", "L-PER", "U-LOC"])
    #expect(third.scheme == .iobes && Self.names(third) == ["B-PER", "I-PER", "B-LOC"])
  }

  @Test func mendingKeepsTheEntitiesThatConllevalSees() throws {
    var random = TestRandom(seed: 5)
    let choices = ["O", "B-A", "I-A", "B-B", "I-B"]
    for _ in 0..<300 {
      let tags = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        choices.randomElement(using: &random) ?? "O"
      }
      let data = try TaggingData(
        tokens: [tags], tagTexts: [tags], kinds: LabelNames(["A", "B"]), scheme: .iob2)
      let before = TagSequence.entities(
        tags.map { name in
          name == "O"
            ? .outside
            : EntityTag(
              prefix: name.hasPrefix("B") ? .begin : .inside, kind: name.hasSuffix("A") ? 0 : 1)
        })
      #expect(data.entities(0) == before)
      #expect(TagSequence.strictEntities(data.tags[0].map(TaggingData.tag)) == before)
    }
  }

  @Test func listsOfATableAreRead() throws {
    let rows = try Table.parseJSONLines(
      FileBytes(
        Array(
          """
          {"tokens": ["Барак", "Обама"], "ner_tags": ["B-PER", "I-PER"], "n": [1, 2]}
          {"tokens": ["в", "Москве"], "ner_tags": ["O", "B-LOC"], "n": [0, 3]}
          """.utf8)))
    let data = try TaggingData(rows, tokens: "tokens", tags: "ner_tags")
    #expect(
      data.tokens == [["Барак", "Обама"], ["в", "Москве"]] && data.tags == [[3, 4], [0, 1]])
    let numbered = try TaggingData(
      rows, tokens: "tokens", tags: "n", tagNumbering: ["O", "B-PER", "I-PER", "B-LOC"])
    #expect(numbered.tags == data.tags)
    #expect(try data.taking([1]).tokens == [["в", "Москве"]])
    #expect {
      try TaggingData(rows, tokens: "tokens", tags: "n")
    } throws: { "\($0)" == "row 0: item 0 of column `n` is the integer 1, expected a text" }
    let fixed = try LabelNames(["PER"])
    #expect {
      try TaggingData(rows, tokens: "tokens", tags: "ner_tags", kinds: fixed)
    } throws: { "\($0)" == "row 1: tag `B-LOC` of word 1 is of a kind outside `PER`" }
  }

  @Test(arguments: [
    ([["a"]], [["O", "O"]], "row 0: 1 tokens have 2 tags"),
    ([[]], [[]], "row 0: a sentence without words; drop such rows"),
    ([["a"]], [], "1 sentences have 0 lists of tags"),
  ])
  func unevenRowsAreErrors(tokens: [[String]], tags: [[String]], message: String) {
    #expect {
      try TaggingData(tokens: tokens, tagTexts: tags)
    } throws: { "\($0)" == message }
  }
}

@Suite struct CoNLLFileTests {
  private static func parse(_ text: String) throws -> Table {
    try Table.parseCoNLL(FileBytes(Array(text.utf8), path: "x.conll"))
  }

  @Test func fourColumnsWithDocuments() throws {
    let rows = try Self.parse(
      "\u{FEFF}-DOCSTART- -X- -X- O\r\n\r\nEU NNP B-NP B-ORG\r\nrejects VBZ B-VP O\r\n\r\n"
        + "-DOCSTART- -X- O O\r\n\r\nPeter NNP B-NP B-PER\r\n")
    #expect(rows.names == ["tokens", "pos_tags", "chunk_tags", "ner_tags", "doc"])
    #expect(rows.rowCount == 2)
    #expect(try rows.column("tokens").value(at: 0) == .list(["EU", "rejects"]))
    #expect(try rows.column("ner_tags").value(at: 1) == .list(["B-PER"]))
    #expect(try rows.column("doc").integers == [0, 1])
  }

  @Test func twoColumnsByTabOrSpace() throws {
    let tabbed = try Self.parse("Нью Йорк\tB-LOC\n \nа\tO\n\n\n")
    #expect(tabbed.names == ["tokens", "ner_tags"] && tabbed.rowCount == 2)
    #expect(try tabbed.column("tokens").value(at: 0) == .list(["Нью Йорк"]))
    let spaced = try Self.parse("a  O\nb O")
    #expect(try spaced.column("tokens").value(at: 0) == .list(["a", "b"]))
    #expect(try Self.parse("").rowCount == 0)
    #expect(try Self.parse("a b c\n").names == ["tokens", "column_2", "ner_tags"])
  }

  @Test func commentsAreNoWords() throws {
    let rows = try Self.parse(
      "# global comment\n#\n# id 7f3a domain=train\nа _ _ O\n# _ _ O\n\n# id 7f3b\n#тег _ _ B-X\n\n# _ _ O\n"
    )
    #expect(rows.rowCount == 3)
    #expect(try rows.column("tokens").value(at: 0) == .list(["а", "#"]))
    #expect(try rows.column("tokens").value(at: 1) == .list(["#тег"]))
    #expect(try rows.column("tokens").value(at: 2) == .list(["#"]))
    let tabbed = try Self.parse(
      "#begin document (a)\n# id 1\tx=y\n#\tO\n# a\tB-X\n\n#end document\n")
    #expect(try tabbed.column("tokens").value(at: 0) == .list(["#", "# a"]))
    #expect {
      try Self.parse("# text = да\n1\tда\tда\tPART\t_\t_\t0\troot\t_\t_\n")
    } throws: { ($0 as? TextError)?.line == 2 && "\($0)".contains("CoNLL-U") }
  }

  @Test(arguments: [
    ("a O\n\nb X O\n", 3, "expected 2 columns as in line 1, found 3"),
    (
      "a\tO\nb O\n", 2,
      "expected 2 columns as in line 1, found 1; columns are parted by tabs in this file"
    ),
    ("word\n", 1, "expected a word and its tag parted by a tab or a space, found one column"),
    ("a\tO\n\tO\n", 2, "column 1 is empty"),
    ("a\tO\nb\t\n", 2, "column 2 is empty"),
  ])
  func aRaggedLineIsNamed(text: String, line: Int, message: String) {
    #expect {
      try Self.parse(text)
    } throws: { ($0 as? TextError)?.line == line && "\($0)".hasSuffix(": " + message) }
  }

  @Test func whatIsWrittenReadsBack() throws {
    let folder = TemporaryFolder()
    let rows = try Self.parse("Барак\tB-PER\nОбама\tI-PER\n\nда\tO\n")
    try rows.writeCoNLL(to: folder.path + "/a.conll")
    #expect(try Table.readCoNLL(folder.path + "/a.conll") == rows)
  }

  @Test func noBytesCrashTheReader() throws {
    var random = TestRandom(seed: 9)
    let seed = Array("-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nа\tO\n\n".utf8)
    for _ in 0..<2000 {
      let bytes = random.mutate(seed, alphabet: Array(" \t\n\r-BIO".utf8))
      if let rows = try? Table.parseCoNLL(FileBytes(bytes)) {
        _ = try? TaggingData(rows, tokens: "tokens", tags: "ner_tags")
      }
    }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func bothFormsOfTheCorpusAgree() throws {
    let columns = try Table.readCoNLL(Shared.folder + "/data/ner.conll")
    let lines = try Table.readJSONLines(Shared.folder + "/data/ner.jsonl")
    let a = try TaggingData(columns, tokens: "tokens", tags: "ner_tags")
    let b = try TaggingData(lines, tokens: "tokens", tags: "ner_tags")
    #expect(a.tokens == b.tokens && a.tags == b.tags && a.count == 15_701)
  }
}

@Suite struct DataSummaryTests {
  @Test func lettersOfTheWrongAlphabetAreFound() {
    let mixed = MixedLetters(["Cбербанк и Google", "обычный text", "IT-компания", "пoлe сoн"])
    #expect(mixed.wordCount == 3 && mixed.rowCount == 2)
    #expect(mixed.examples.first?.marked == "[C]бербанк")
    #expect(MixedLetters(["GDP Москва xдw"]).wordCount == 0)
    #expect(MixedLetters(["mоdel"]).examples.first?.marked == "m[о]del")
  }

  @Test func aSummaryCountsWhatAPersonAsks() throws {
    let data = try ClassificationData(
      texts: ["один два", "один два", "три", " "], labels: [0, 1, 1, 1],
      labelNames: LabelNames(["a", "b"]))
    let summary = DataSummary(data)
    #expect(summary.rows == 4 && summary.counts.map(\.count) == [1, 3])
    #expect(summary.duplicates == 1 && summary.contradictions == 1 && summary.emptyTexts == 1)
    #expect(summary.words == LengthSummary([2, 2, 1, 0]))
    #expect(summary.characters.maximum == 8 && summary.characters.median == 3)
    #expect(LengthSummary([]).maximum == 0)
    #expect(LengthSummary(Array(1...100)).percentile95 == 95)
  }

  @Test func wordsAreRunsOfWordScalars() {
    #expect(Words.of("Ёлка, Ð_1 №5 ½ за\u{301}мок") == ["ёлка", "ð_1", "5", "½", "за", "мок"])
    #expect(Words.count(in: "Привет, мир! x_1") == 3)
    #expect(Words.hashes(of: "ЁЛКА") == Words.hashes(of: "елка"))
    #expect(Words.of("a bb", minimumLength: 2) == ["bb"])
  }
}
