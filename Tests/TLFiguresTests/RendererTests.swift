// gnuplot absent, broken, dying, slow, stopped; paths that cannot be written; the data beside.

import Foundation
import TLFigures
import TLText
import Testing

/// A folder that is gone after the test.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/tl-figures-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A program that stands in for gnuplot.
  func program(_ body: String) throws -> FigureRenderer {
    let file = path + "/gnuplot"
    try ("#!/bin/sh\n" + body).write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    return FigureRenderer(program: file, limit: 20)
  }
}

@Suite struct RendererTests {
  private let figure = Samples.curves(10_000)

  private func failure(
    _ renderer: FigureRenderer, isStopped: () -> Bool = { false }
  ) -> FigureError? {
    for _ in 0..<100 {
      do {
        _ = try renderer.draw(figure, figure.canvas(.png), isCancelled: isStopped)
        return nil
      } catch .notStarted(_, "Text file busy") {
        // Another test started a program while this one was being written.
        usleep(20_000)
      } catch { return error }
    }
    return nil
  }

  @Test func aProgramThatIsAbsentIsNotStarted() throws {
    let path = "/nowhere/gnuplot"
    #expect(
      failure(FigureRenderer(program: path))
        == .notStarted(program: path, reason: "No such file or directory"))
  }

  @Test func aProgramThatDiesIsAnError() throws {
    let folder = try Folder()
    #expect(
      failure(try folder.program("exit 3"))
        == .failed(reason: "it ended with exit status 3"))
    #expect(
      failure(try folder.program("head -c 1000 >/dev/null; kill -9 $$"))
        == .failed(reason: "it ended with signal 9"))
    #expect(
      failure(try folder.program("echo 'line 3: bad luck' >&2; exit 1"))
        == .failed(reason: "line 3: bad luck (exit status 1)"))
    #expect(failure(try folder.program("exit 0")) == .failed(reason: "no output"))
    #expect(
      failure(try folder.program("cat >/dev/null; echo hello"))
        == .failed(reason: "its output is of another format"))
  }

  @Test func aSlowProgramIsStopped() throws {
    let folder = try Folder()
    var renderer = try folder.program("sleep 60")
    renderer.limit = 0.3
    let start = Date()
    #expect(failure(renderer) == .tooSlow(seconds: 0.3))
    // One that reads nothing and one that has started others.
    renderer = try folder.program("cat >/dev/null; sleep 60 & sleep 60")
    renderer.limit = 0.3
    #expect(failure(renderer) == .tooSlow(seconds: 0.3))
    #expect(Date().timeIntervalSince(start) < 10)
  }

  @Test func theCallerCanStopIt() throws {
    let folder = try Folder()
    let renderer = try folder.program("sleep 60")
    var asked = 0
    let start = Date()
    let found = failure(renderer) {
      asked += 1
      return asked > 10
    }
    #expect(found == .cancelled)
    #expect(Date().timeIntervalSince(start) < 10)
  }

  @Test func theEndingChoosesTheFormat() throws {
    #expect(try Figure.format(of: "a/b.c/x.PDF") == .pdf)
    #expect(try Figure.format(of: "x.svg") == .svg)
    for path in ["x", "x.jpg", "a.png/x", "", "/", ".png/"] {
      #expect(throws: FigureError.self) { _ = try Figure.format(of: path) }
    }
  }

  @Test(.enabled(if: FigureRenderer.found != nil, "needs gnuplot"))
  func aPathThatCannotBeWrittenIsAnError() throws {
    let figure = Samples.boxes(3)
    let renderer = try FigureRenderer()
    for path in ["/nowhere/x.png", "/proc/x.svg"] {
      #expect(throws: TextError.self) { try figure.write(to: path, renderer) }
      #expect(throws: TextError.self) { _ = try figure.writeData(beside: path) }
    }
  }

  @Test func dataStandsBeside() throws {
    let folder = try Folder()
    let one = Samples.boxes(2)
    #expect(try one.writeData(beside: folder.path + "/a.b.pdf") == [folder.path + "/a.b.csv"])
    let text = try String(contentsOfFile: folder.path + "/a.b.csv", encoding: .utf8)
    #expect(text.hasPrefix("group,value\nLoRA,"))
    let three = Samples.attention()
    #expect(
      try three.writeData(beside: folder.path + "/x.png")
        == (1...3).map { "\(folder.path)/x-\($0).csv" })
    for (_, figure) in Samples.all {
      for panel in figure.panels { #expect(try panel.table().rowCount > 0) }
    }
  }

  /// The marks of base64 are those of RFC 4648.
  @Test func kittyGetsPiecesOfBase64() {
    let text = TerminalImage.kitty(Array("f".utf8))
    #expect(text == "\u{1B}_Gf=100,a=T,q=2,m=0;Zg==\u{1B}\\\n")
    let long = TerminalImage.kitty([UInt8](repeating: 0, count: 6_000))
    let pieces = long.components(separatedBy: "\u{1B}\\")
    #expect(pieces.count == 3)
    #expect(
      pieces[0].hasPrefix("\u{1B}_Gf=100,a=T,q=2,m=1;AAAA") && pieces[1].hasPrefix("\u{1B}_Gm=0;AA")
    )
  }
}
