import Glibc
import TLInterpreter
import TLSyntax

public enum Program {
  public static func main() {
    let path = CommandLine.arguments[1]
    try? onLargeStack {
      let session = Session { print($0, terminator: "") }
      session.machine.enterThread(stackSize: LargeStack.size)
      session.show = { print(display($0)) }
      let source: Source
      if path == "-e" {
        source = Source(name: "-e", text: CommandLine.arguments[2])
      } else {
        source = Source(name: path, bytes: try Files.contents(path))
      }
      switch session.run(source) {
      case .finished: break
      case .rejected(let ds):
        for d in ds { print(d.rule.id, d.message, d.source.location(of: d.span.start)) }
      case .failed(let p):
        print(
          p.rule.id, p.message, p.place?.line ?? 0, p.calls.map { "\($0.name) \($0.place.line)" })
      case .interrupted: print("interrupted")
      }
    }
  }
}
