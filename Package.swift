// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// `scripts/fuzz` sets it: the parts that are fuzzed count what they run, and there is `tl-fuzz`.
let isFuzzing = ProcessInfo.processInfo.environment["TL_FUZZ"] != nil

/// `scripts/bench` sets it: there is `encoder-benchmark`.
let isBenchmarking = ProcessInfo.processInfo.environment["TL_BENCHMARK"] != nil

/// Library targets are optimized across modules in release: a generic loop over another module's
/// type is 30 times slower without it.
let library: [SwiftSetting] =
  [
    .unsafeFlags(
      ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
      .when(configuration: .release))
  ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

let package = Package(
  name: "tl",
  products: [.executable(name: "tl", targets: ["tl"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    // Runtime
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/Runtime/Tensor/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "CKernels", path: "Sources/Runtime/Tensor/CKernels",
      cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "TLTensor", dependencies: ["COpenBLAS", "CKernels"], path: "Sources/Runtime/Tensor",
      exclude: ["COpenBLAS", "CKernels"], swiftSettings: library),
    .target(
      name: "CTextLibraries", path: "Sources/Runtime/Text/CTextLibraries",
      cxxSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("pcre2-8")]),
    .target(
      name: "TLText", dependencies: ["CTextLibraries"], path: "Sources/Runtime/Text",
      exclude: ["CTextLibraries"], swiftSettings: library),
    .target(
      name: "TLAnalysis", dependencies: ["TLTensor", "TLText"], path: "Sources/Runtime/Analysis",
      swiftSettings: library),
    .target(
      name: "CModelFiles", path: "Sources/Runtime/Models/CModelFiles",
      cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "TLModels", dependencies: ["CModelFiles", "TLTensor", "TLText"],
      path: "Sources/Runtime/Models", exclude: ["CModelFiles"], swiftSettings: library),
    .target(
      name: "CStore", path: "Sources/Runtime/Store/CStore", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "TLStore", dependencies: ["CStore", "TLText"], path: "Sources/Runtime/Store",
      exclude: ["CStore"], swiftSettings: library),
    .target(
      name: "TLTransfer",
      dependencies: ["TLAnalysis", "TLModels", "TLStore", "TLTensor", "TLText"],
      path: "Sources/Runtime/Transfer", swiftSettings: library),

    .target(
      name: "CProcesses", path: "Sources/Runtime/Studies/CProcesses",
      cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "TLStudies",
      dependencies: ["CProcesses", "TLAnalysis", "TLStore", "TLTensor", "TLText"],
      path: "Sources/Runtime/Studies", exclude: ["CProcesses"], swiftSettings: library),

    .target(
      name: "CGnuplot", path: "Sources/Runtime/Figures/CGnuplot",
      linkerSettings: [.linkedLibrary("boost_iostreams")]),
    .target(
      name: "TLFigures", dependencies: ["CGnuplot", "TLText"], path: "Sources/Runtime/Figures",
      exclude: ["CGnuplot"], swiftSettings: library),

    // DSL
    .target(name: "TLSyntax", path: "Sources/DSL/Syntax", swiftSettings: library),
    .target(name: "CStack", path: "Sources/DSL/Interpreter/CStack"),
    .target(
      name: "TLInterpreter",
      dependencies: [
        "TLSyntax", "TLText", "TLTensor", "TLModels", "TLAnalysis", "TLStore", "TLTransfer",
        "TLStudies", "TLFigures", "CStack",
      ],
      path: "Sources/DSL/Interpreter", exclude: ["CStack"], swiftSettings: library),

    // Shell
    .target(
      name: "CEditLine", path: "Sources/Shell/CEditLine",
      linkerSettings: [.linkedLibrary("edit")]),
    .target(
      name: "TLShell",
      dependencies: [
        "TLInterpreter", "TLSyntax", "TLText", "TLFigures", "TLStore", "TLStudies", "CEditLine",
        "CProcesses",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Sources/Shell", exclude: ["CEditLine", "Command"], swiftSettings: library),
    .executableTarget(name: "tl", dependencies: ["TLShell"], path: "Sources/Shell/Command"),

    // Tests
    .target(name: "TLTestSupport", path: "Tests/Support"),
    .testTarget(name: "TLTensorTests", dependencies: ["TLTensor", "TLText", "TLTestSupport"]),
    .testTarget(name: "TLTextTests", dependencies: ["TLText", "TLTestSupport"]),
    .testTarget(
      name: "TLAnalysisTests", dependencies: ["TLAnalysis", "TLTensor", "TLText", "TLTestSupport"]),
    .testTarget(
      name: "TLFiguresTests", dependencies: ["TLFigures", "TLText"], exclude: ["Snapshots"]),
    .testTarget(
      name: "TLModelsTests", dependencies: ["TLModels", "TLTensor", "TLText", "TLTestSupport"]),
    .testTarget(
      name: "TLStudiesTests",
      dependencies: ["TLStudies", "TLAnalysis", "TLStore", "TLTensor", "TLText", "TLTestSupport"]),
    .testTarget(
      name: "TLTransferTests",
      dependencies: ["TLTransfer", "TLModels", "TLTensor", "TLText", "TLTestSupport"]),
    .executableTarget(
      name: "store-worker", dependencies: ["TLStore", "TLText"], path: "Tests/StoreWorker"),
    .testTarget(
      name: "TLStoreTests", dependencies: ["TLStore", "TLText", "store-worker", "TLTestSupport"]),
    .testTarget(name: "TLSyntaxTests", dependencies: ["TLSyntax"]),
    .testTarget(name: "TLInterpreterTests", dependencies: ["TLInterpreter", "TLTestSupport"]),
    .testTarget(name: "TLShellTests", dependencies: ["TLShell", "CEditLine", "TLTestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

if isFuzzing {
  package.targets.append(
    .executableTarget(
      name: "tl-fuzz", dependencies: ["TLInterpreter", "TLSyntax"], path: "Tests/Fuzz",
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}

if isBenchmarking {
  package.targets.append(
    .executableTarget(
      name: "encoder-benchmark", dependencies: ["TLModels", "TLTensor", "TLText"],
      path: "Tests/EncoderBenchmark"))
}
