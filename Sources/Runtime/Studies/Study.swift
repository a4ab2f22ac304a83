// Study: a grid of cells with what each has given. Axes have labels for people; a cell is a place on
// every axis. Nothing here runs anything: the language does (Library/Studies), through the run store.

import TLText

/// One axis of a grid.
public struct StudyAxis: Sendable, Equatable {
  public let name: String
  /// What tables and figures call each value; no two are equal.
  public let labels: [String]
  /// The values as cells of a table: numbers stay numbers.
  public let values: [DataValue]
  /// What tells each value from others by its content.
  public let keys: [JSON]

  public init(name: String, labels: [String], values: [DataValue], keys: [JSON]) {
    self.name = name
    self.labels = labels
    self.values = values
    self.keys = keys
  }

  /// The values as numbers; nil where one is none.
  public var numbers: [Double]? {
    let numbers = values.compactMap(\.asNumber)
    return numbers.count == values.count ? numbers : nil
  }
}

/// How far a cell is.
public enum CellState: String, Sendable, CaseIterable {
  /// Not computed yet: a budget, Ctrl-C or an error of the machine came before.
  case missing
  case finished
  case failed
}

/// A named measurement of a cell.
public struct CellField: Sendable, Equatable {
  public let name: String
  public let value: DataValue

  public init(_ name: String, _ value: DataValue) {
    self.name = name
    self.value = value
  }
}

/// One cell of a study.
public struct StudyCell: Sendable {
  /// The place on each axis.
  public private(set) var point: [Int]
  /// The content key in the run store.
  public let key: String
  public var state = CellState.missing
  /// What the cell's function gave, as `CellResult` writes it.
  public var result = JSON.null
  /// The same, flat: numbers, texts and booleans by name.
  public var fields: [CellField] = []
  /// Seconds of computing.
  public var seconds = 0.0
  public var error: String?
  /// Whether the store had it before the sweep.
  public var wasStored = false

  public init(point: [Int], key: String) {
    self.point = point
    self.key = key
  }

  public func field(_ name: String) -> DataValue? { fields.first { $0.name == name }?.value }

  func moved(to point: [Int]) -> StudyCell {
    var cell = self
    cell.point = point
    return cell
  }
}

/// A grid with its cells.
public struct Study: Sendable {
  /// Of the cell's function.
  public let key: String
  public let axes: [StudyAxis]
  /// The axis whose values repeat the same measurement, such as the seed; nil: none does.
  public let replicate: Int?
  public var cells: [StudyCell]
  /// The measurement that tables show where none is named.
  public var headline: String?

  public init(
    key: String, axes: [StudyAxis], replicate: Int?, cells: [StudyCell], headline: String? = nil
  ) {
    self.key = key
    self.axes = axes
    self.replicate = replicate
    self.cells = cells
    self.headline = headline
  }

  public func axis(_ name: String) -> Int? { axes.firstIndex { $0.name == name } }

  /// The axes, without the replicate, along which there is something to compare; all but the
  /// replicate where each has one value.
  public var compared: [Int] {
    let others = axes.indices.filter { $0 != replicate }
    let several = others.filter { axes[$0].labels.count > 1 }
    return several.isEmpty ? others : several
  }

  public func label(_ cell: StudyCell, _ axis: Int) -> String {
    axes[axis].labels[cell.point[axis]]
  }

  /// `donor=rubert-tiny2 size=100 seed=1`
  public func title(_ cell: StudyCell) -> String { Study.title(cell.point, axes) }

  public static func title(_ point: [Int], _ axes: [StudyAxis]) -> String {
    zip(axes, point).map { "\($0.name)=\($0.labels[$1])" }.joined(separator: " ")
  }

  public func count(_ state: CellState) -> Int { cells.count { $0.state == state } }

  /// The names of all numbers that finished cells gave, in the order first seen.
  public var measurements: [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for cell in cells {
      for field in cell.fields where field.value.asNumber != nil && seen.insert(field.name).inserted
      {
        names.append(field.name)
      }
    }
    return names
  }

  /// The measurement that a person means; nil where there is none of that name.
  public func measurement(_ name: String?) -> String? {
    let all = measurements
    if let name { return all.contains(name) ? name : nil }
    if let headline, all.contains(headline) { return headline }
    let usual = ["macro_f1", "entity_f1", "rouge_l", "accuracy", "value"]
    return usual.first { all.contains($0) } ?? all.first
  }

  /// The study of some of its cells, by their indices; an axis keeps the values that they have.
  public func part(_ indices: [Int]) -> Study {
    let points = indices.map { cells[$0].point }
    let kept = axes.indices.map { axis in Set(points.map { $0[axis] }).sorted() }
    var places = axes.map { [Int](repeating: 0, count: $0.labels.count) }
    for (axis, values) in kept.enumerated() {
      for (place, value) in values.enumerated() { places[axis][value] = place }
    }
    let smaller = zip(axes, kept).map { axis, values in
      StudyAxis(
        name: axis.name, labels: values.map { axis.labels[$0] },
        values: values.map { axis.values[$0] }, keys: values.map { axis.keys[$0] })
    }
    let part = indices.map { index in
      cells[index].moved(to: zip(cells[index].point, places).map { $1[$0] })
    }
    return Study(
      key: key, axes: smaller, replicate: replicate, cells: part, headline: headline)
  }

  /// A row for each cell: its place, everything it gave, its state.
  public func table() throws -> Table {
    var names: [String] = []
    var seen = Set(axes.map(\.name))
    for field in cells.flatMap(\.fields) where seen.insert(field.name).inserted {
      names.append(field.name)
    }
    var columns: [(name: String, values: [DataValue])] = []
    for (index, axis) in axes.enumerated() {
      let isPlain = axis.numbers != nil
      columns.append(
        (
          axis.name,
          cells.map { isPlain ? axis.values[$0.point[index]] : .text(axis.labels[$0.point[index]]) }
        ))
    }
    // Names once looked up: a cell has its fields in about the same order as the others.
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var values = [[DataValue]](
      repeating: [DataValue](repeating: .none, count: cells.count), count: names.count)
    for (row, cell) in cells.enumerated() {
      for field in cell.fields {
        if let place = places[field.name] { values[place][row] = field.value }
      }
    }
    columns += zip(names, values).map { ($0, $1) }
    for (name, list) in [
      ("state", cells.map { DataValue.text($0.state.rawValue) }),
      ("cell_seconds", cells.map { $0.state == .missing ? .none : .number($0.seconds) }),
      ("error", cells.map { $0.error.map { DataValue.text($0) } ?? .none }),
    ] where seen.insert(name).inserted { columns.append((name, list)) }
    return try Table(columns)
  }
}

/// What is wrong with a study, for the person who wrote it.
public struct StudyError: Error, Sendable, Equatable, CustomStringConvertible {
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
