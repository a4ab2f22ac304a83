// What transformers, peft and adapters make of the folders that are written here.

import Glibc
import TLModels
import TLTestSupport
import TLText
import Testing

/// The Python with the three libraries, named by TL_PYTHON.
private let python = getenv("TL_PYTHON").map { String(cString: $0) }

@Suite(
  .enabled(if: python != nil, "needs TL_PYTHON, a python3 with transformers, peft and adapters"),
  .enabled(if: Shared.isPresent, "needs ../shared"))
struct ExportPythonTests {
  @Test func theReferenceLibrariesLoadEveryFolderWithTheSameLogits() throws {
    let scratch = TemporaryFolder()
    for name in ExportCase.families + ExportCase.bases {
      let source = try ExportCase(name)
      for kind in source.kinds {
        let (model, _) = try source.adapted(kind)
        let folder = "\(scratch.path)/\(name)-\(kind)"
        try source.write(model, kind, to: folder)
        try AtomicFile.write(
          folder + "/probe.json", text: try source.probe(model, kind).serialized())
      }
    }
    for name in encoderDecoderFixtures {
      for kind in WriterExport.kinds(name) {
        try WriterExport.write(name, kind, to: "\(scratch.path)/writer-\(name)-\(kind)")
      }
    }
    let script = "\(packageFolder)/scripts/interop/exports.py"
    #expect(system("'\(python ?? "python3")' '\(script)' '\(scratch.path)'") == 0)
  }
}
