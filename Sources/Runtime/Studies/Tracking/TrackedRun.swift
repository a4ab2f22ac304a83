// TrackedRun: a run as the field's tracking programs see one: parameters, measurements over steps, times.

import TLText

/// What is told to a tracking program.
public struct TrackedRun: Sendable {
  /// A measurement over steps.
  public struct Series: Sendable {
    /// With `/` between groups, such as `validation/macro_f1`.
    public var name: String
    public var points: [(step: Int, value: Double)]

    public init(_ name: String, _ points: [(step: Int, value: Double)]) {
      self.name = name
      self.points = points
    }
  }

  public var id: String
  public var title: String
  public var parameters: [(name: String, value: DataValue)]
  public var series: [Series]
  /// Unix times in seconds.
  public var started: Double
  public var ended: Double
  public var isFinished: Bool
  public var version: String

  public init(
    id: String, title: String, parameters: [(name: String, value: DataValue)], series: [Series],
    started: Double, ended: Double, isFinished: Bool, version: String
  ) {
    self.id = id
    self.title = title
    self.parameters = parameters
    self.series = series
    self.started = started
    self.ended = max(started, ended)
    self.isFinished = isFinished
    self.version = version
  }

  /// The last step of all series.
  var lastStep: Int { max(1, series.flatMap { $0.points.map(\.step) }.max() ?? 1) }

  /// When a step was, as if all took the same time.
  func time(of step: Int) -> Double {
    started + (ended - started) * Double(max(0, min(step, lastStep))) / Double(lastStep)
  }
}
