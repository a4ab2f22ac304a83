// Figures at the prompt inside tmux, which keeps a screen as a terminal does: the picture fits the
// window, no line is wrapped.

import Foundation
import TLTestSupport
import Testing

private let hasTmux =
  access("/usr/bin/tmux", X_OK) == 0 && access("/usr/bin/gnuplot", X_OK) == 0

@Suite(.serialized) struct PaneTests {
  static let session = [
    "let donor = model(\"\(AdaptTests.donor)\")",
    "let rows = flat_map(1..40, n => [{text: \"день {n} хороший\", label: \"да\"}, "
      + "{text: \"день {n} плохой\", label: \"нет\"}])",
    "let task = table(rows) |> split(stratify: \"label\", seed: 1) |> classification()",
    "let run = adapt(donor, task, epochs: 2)",
  ]

  @Test(
    .enabled(if: hasTmux, "needs tmux and gnuplot"), .timeLimit(.minutes(3)),
    arguments: [(80, 24), (200, 50)])
  func figuresFitTheWindow(_ columns: Int, _ rows: Int) throws {
    var script = """
      export TMUX_TMPDIR="$PWD" LANG=C.UTF-8 LC_ALL=C.UTF-8
      unset TMUX
      t() { /usr/bin/tmux -L tl -f /dev/null "$@"; }
      waits() {
        for i in $(seq 600); do
          if t capture-pane -p | grep -v '^$' | tail -1 | grep -q '^tl> $\\|^tl>$'; then return; fi
          sleep 0.1
        done
      }
      t new-session -d -x \(columns) -y \(rows) "TL_STORE=$PWD/store HOME=$PWD \\"$TL\\""
      waits

      """
    func enter(_ line: String) -> String {
      // The prompt of before must not be taken for the one after.
      "t send-keys -l '\(line)'; t send-keys Enter; sleep 0.5; waits\n"
    }
    script += Self.session.map(enter).joined()
    let figures = [
      "plot(run, kind: \"loss\", lang: \"ru\", title: \"Потери\")",
      "plot(reliability(run), lang: \"ru\", title: \"Надёжность\")",
      "plot(pca(embeddings(run, map(rows, r => r.text)), labels: map(rows, r => r.label)), "
        + "title: \"Проекция\")",
    ]
    for figure in figures {
      script += "t send-keys C-l; sleep 0.3\n" + enter(figure)
      // Joined, so that a wrapped line is longer than the window.
      script += "echo '=== pane'; t capture-pane -p -J | sed 's/ *$//'\n"
    }
    script += "t kill-server\n"
    let outcome = try BuiltProgram.run("sh s.sh", files: ["s.sh": Data(script.utf8)])
    let panes = outcome.output.components(separatedBy: "=== pane\n").dropFirst()
    #expect(panes.count == 3, "\(outcome)")
    for (pane, title) in zip(panes, ["Потери", "Надёжность", "Проекция"]) {
      let lines = pane.split(separator: "\n", omittingEmptySubsequences: false)
      // The line that was typed may be longer than the window.
      let picture = lines.filter { !$0.hasPrefix("tl> ") }
      #expect(picture.allSatisfy { $0.count <= columns }, "\(pane)")
      #expect(pane.contains(title) && pane.contains("└───"), "\(pane)")
      let marks = pane.filter { "•+█×".contains($0) }.count
      #expect(marks > 8, "\(pane)")
      #expect(lines.last { !$0.isEmpty }?.hasPrefix("tl>") == true, "\(pane)")
      #expect(!pane.contains("\u{1B}"))
    }
  }
}
