// The libFuzzer target: any bytes as a script end in a value or in an error with a place. Lexer,
// parser, formatter, checker, evaluator, display and completion run on each input, with small limits
// and without the right to write files. `scripts/fuzz` builds and runs it; it is no part of a build
// without TL_FUZZ in the environment.

import TLInterpreter
import TLSyntax

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ target: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The general part of the library: models and training take more time than an input may.
let library = Library(Library.standard.functions.filter { !$0.area.needsPrelude })

func tryOne(_ bytes: [UInt8]) {
  let source = Source(name: "fuzz", bytes: bytes)
  if case .formatted(let once) = format(source) {
    guard case .formatted(let twice) = format(Source(name: "fuzz", bytes: once)), once == twice
    else { fatalError("formatting twice is not formatting once") }
  }
  let session = Session(library: library) { _ in }
  session.machine.mayWrite = false
  session.machine.stepLimit = 3_000
  session.machine.sizeLimit = 1 << 18
  session.machine.walkLimit = 1 << 12
  session.show = { _ = show($0, DisplayStyle()) }
  let renderer = DiagnosticRenderer()
  switch session.run(source, isInput: true) {
  case .finished, .interrupted: break
  case .rejected(let diagnostics):
    for diagnostic in diagnostics {
      let span = diagnostic.span
      precondition(0 <= span.start && span.start <= span.end)
      precondition(span.end <= diagnostic.source.bytes.count, "a place behind the end")
    }
    _ = renderer.render(diagnostics)
  case .failed(let problem):
    guard let place = problem.place else { fatalError("\(problem.rule.id) has no place") }
    precondition(place.span.end <= place.source.bytes.count, "a place behind the end")
    _ = renderer.render(problem)
  }
  _ = session.completions(of: source.text)
}

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = runFuzzer(&count, &arguments) { data, size in
  tryOne(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}
if status != 0 { fatalError("the fuzzer ended with \(status)") }
