// Grids: every place once, one replicate after the other; expected times; results as JSON.

import TLStudies
import TLText
import Testing

func axis(_ name: String, _ values: [Int]) -> StudyAxis {
  StudyAxis(
    name: name, labels: values.map(String.init), values: values.map { .int($0) },
    keys: values.map { .int($0) })
}

@Suite struct GridTests {
  @Test func everyCellOfASeedComesBeforeTheNextSeed() throws {
    let grid = try Grid([axis("size", [10, 20]), axis("seed", [1, 2, 3])], replicate: 1)
    #expect(grid.points == [[0, 0], [1, 0], [0, 1], [1, 1], [0, 2], [1, 2]])
  }

  @Test func equalValuesAreOneCellAndAreSaid() throws {
    let grid = try Grid([axis("size", [10, 20, 10]), axis("seed", [1, 2])], replicate: 1)
    #expect(grid.points.count == 4 && grid.duplicates == 2)
    #expect(grid.notes == ["the axis `size` has 10 twice: its cells are computed once"])
    #expect(grid.kept == [[0, 1], [0, 1]])
  }

  @Test func partOfAStudyKeepsItsCellsAndTheValuesOfTheirAxes() {
    let axes = [axis("size", [10, 20, 30]), axis("seed", [1, 2])]
    var cells: [StudyCell] = []
    for size in 0..<3 {
      for seed in 0..<2 {
        var cell = StudyCell(point: [size, seed], key: "\(size) \(seed)")
        cell.seconds = Double(10 * size + seed)
        cells.append(cell)
      }
    }
    let study = Study(key: "f", axes: axes, replicate: 1, cells: cells, headline: "value")
    let part = study.part([1, 4, 5])
    #expect(part.axes == [axis("size", [10, 30]), axis("seed", [1, 2])])
    #expect(part.cells.map(\.point) == [[0, 1], [1, 0], [1, 1]])
    #expect(part.cells.map(\.key) == ["0 1", "2 0", "2 1"])
    #expect(part.cells.map(\.seconds) == [1, 20, 21])
    #expect(part.cells.map(part.title) == ["size=10 seed=2", "size=30 seed=1", "size=30 seed=2"])
    #expect(part.replicate == 1 && part.headline == "value")
    #expect(study.compared == [0] && part.compared == [0])
    let three = Study(
      key: "f", axes: [axis("size", [10]), axis("rank", [2, 4]), axis("seed", [1, 2])],
      replicate: 2, cells: [])
    #expect(three.compared == [1], "one size is nothing to compare")
  }

  @Test func mistakesAreSaid() {
    #expect(throws: StudyError("the axis `size` of the grid has no values")) {
      try Grid([axis("size", [])], replicate: nil)
    }
    #expect(throws: StudyError.self) {
      try Grid(
        [axis("a", Array(1...2000)), axis("b", Array(1...2000)), axis("c", Array(1...2000))],
        replicate: nil)
    }
  }

  @Test func equalLabelsOfDifferentValuesAreToldApart() throws {
    let two = StudyAxis(
      name: "task", labels: ["tagging", "tagging"], values: [.text("tagging"), .text("tagging")],
      keys: [.int(1), .int(2)])
    #expect(try Grid([two], replicate: nil).axes[0].labels == ["tagging (1)", "tagging (2)"])
  }

  /// Seconds that are a product over the axes are found again, and sizes beyond what was measured by
  /// the slope.
  @Test func expectedSecondsFollowTheAxes() throws {
    let axes = [axis("strategy", [0, 1]), axis("size", [100, 300, 1000, 3000])]
    func seconds(_ point: [Int]) -> Double {
      [2.0, 5.0][point[0]] * Double([100, 300, 1000, 3000][point[1]]) / 100
    }
    let measured = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]].map { ($0, seconds($0)) }
    let model = try #require(CostModel(axes, measured: measured))
    for point in [[1, 2], [0, 3], [1, 3]] {
      let ratio = model.seconds(point) / seconds(point)
      #expect(ratio > 0.7 && ratio < 1.4, "\(point): \(ratio)")
    }
    #expect(CostModel(axes, measured: []) == nil)
  }

  @Test func resultsAreFlatByTheirOwnNames() {
    let run = CellResult.measured(
      kind: "Run", id: "ab", headline: "macro_f1",
      fields: [CellField("macro_f1", .number(0.5)), CellField("loss", .number(.nan))])
    let json = CellResult.record([("run", run), ("loss", .number(2)), ("note", .string("x"))])
    let fields = CellResult.fields(json)
    #expect(fields.map(\.name) == ["run.macro_f1", "macro_f1", "run.loss", "loss", "note"])
    #expect(fields.first { $0.name == "loss" }?.value == .number(2))
    #expect(fields.first { $0.name == "run.loss" }?.value.asNumber?.isNaN == true)
    #expect(CellResult.headline(json) == "macro_f1")
    #expect(CellResult.fields(.int(3)) == [CellField("value", .int(3))])
    #expect(CellResult.fields(.null).isEmpty)
  }

  @Test func messagesOfWorkersReadBack() {
    for message in [
      WorkerProcess.Message.ready, .done(cell: 7), .broken("the disk\nis full"), .note("a"),
      .progress(share: 0.5, text: "epoch 1/2"),
    ] {
      let line = message.line.dropLast()
      let read = WorkerProcess.Message(line)
      switch message {
      case .broken: #expect(read == .broken("the disk is full"))
      default: #expect(read == message)
      }
    }
    #expect(WorkerProcess.Message("hello") == nil)
  }
}
