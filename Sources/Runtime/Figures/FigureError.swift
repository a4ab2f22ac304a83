// What can go wrong with figures, as facts; all wording is in `description`.

/// An error of making or drawing a figure.
public enum FigureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The data or the request makes no figure.
  case invalid(String)
  /// There is no gnuplot in PATH.
  case noGnuplot
  /// gnuplot was found and could not be started.
  case notStarted(program: String, reason: String)
  /// gnuplot ended without a picture, with what it said last.
  case failed(reason: String)
  case tooSlow(seconds: Double)
  /// The caller's `isCancelled` said stop.
  case cancelled

  /// What brings gnuplot.
  public static let remedy = "sudo apt-get install -y --no-install-recommends gnuplot-nox"

  public var description: String {
    switch self {
    case .invalid(let message): return message
    case .noGnuplot: return "gnuplot is not installed; get it: \(FigureError.remedy)"
    case .notStarted(let program, let reason):
      return "\(program) cannot be started: \(reason); `tl doctor` says what is installed"
    case .failed(let reason):
      return "gnuplot drew nothing: \(reason); `tl doctor` says what is installed"
    case .tooSlow(let seconds):
      return "gnuplot did not end within \(Int(seconds)) s and was stopped; draw fewer points"
    case .cancelled: return "stopped"
    }
  }
}
