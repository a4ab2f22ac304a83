// Prelude: the names that the examples of donors, tasks, training and what follows begin with. The
// donor is the project's own small one with random weights, so that every example runs anywhere.

/// What stands before the examples of an area.
public enum Prelude {
  /// The rows of the test part of `task`.
  static let testRows = 6

  /// A script that binds `donor`, `writer`, `task` and `trained`.
  /// - Parameters:
  ///   - donor: the folder of a small BERT.
  ///   - writer: the folder of a small T5.
  public static func script(donor: String, writer: String) -> String {
    """
    let donor = model("\(donor)")
    let writer = model("\(writer)")
    let good = ["хороший день", "рынок вырос", "новый мост открыт", "команда выиграла матч"]
    let bad = ["плохой день", "рынок упал", "старый мост закрыт", "команда проиграла матч"]
    let texts = map(good, text => {text: text, label: "positive"})
      |> concat(map(bad, text => {text: text, label: "negative"}))
    let more = flat_map(1..5, n => map(texts, row => {text: "{row.text} {n}", label: row.label}))
    let task = table(more) |> split(stratify: "label", seed: 1) |> classification()
    let trained = adapt(donor, task, epochs: 2, seed: 1)

    """
  }
}

extension LibraryFunction.Area {
  /// Whether the area's examples need the prelude.
  public var needsPrelude: Bool {
    switch self {
    case .donors, .tasks, .strategies, .training, .evaluation, .robustness, .interpretation,
      .studies, .figures:
      true
    default: false
    }
  }
}
