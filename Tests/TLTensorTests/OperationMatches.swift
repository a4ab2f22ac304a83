// The one helper that tests any operation: forward against a naive twin in double precision,
// backward against central differences of that twin.

import TLTensor
import Testing

/// Test values that look random and are the same every time.
func testTensor(_ shape: [Int], _ stream: UInt64, scale: Float = 1) -> Tensor {
  Tensor.normal(shape, standardDeviation: scale, seed: 7, stream: stream)
}

/// Checks an operation with differentiable inputs and trainable parameters.
///
/// - Parameters:
///   - forward: the operation under test.
///   - naive: its twin, from the values of the inputs and then the parameters.
func expectOperationMatches(
  inputs: [Tensor] = [], parameters: [Parameter] = [], tolerance: Double = 2e-4,
  sourceLocation: SourceLocation = #_sourceLocation,
  forward: (Tape, [Variable]) -> Variable, naive: ([[Double]]) -> [Double]
) {
  let layout = GradientLayout(parameters)
  let gradients = GradientBuffers(layout)
  let tape = Tape(gradients: gradients)
  tape.begin(recording: true)
  let variables = inputs.map { tape.value($0, gradient: true) }
  let y = forward(tape, variables)
  var arguments = (inputs + parameters.map(\.tensor)).map { $0.values.map(Double.init) }
  let expected = naive(arguments)
  let found = y.tensor.values.map(Double.init)
  expectClose(found, expected, tolerance, "forward", sourceLocation)

  let upstream = testTensor([y.rows, y.columns], 99)
  tape.seed(y, gradient: upstream)
  tape.backward()
  let weights = upstream.values.map(Double.init)
  for index in arguments.indices {
    let analytic: [Double]
    if index < inputs.count {
      guard let pointer = tape.gradient(of: variables[index]) else {
        Issue.record("input \(index) has no gradient", sourceLocation: sourceLocation)
        continue
      }
      analytic = (0..<inputs[index].count).map { Double(pointer[$0]) }
    } else {
      let parameter = parameters[index - inputs.count]
      guard let gradient = gradients.gradient(of: parameter) else {
        Issue.record("\(parameter.name) has no gradient", sourceLocation: sourceLocation)
        continue
      }
      analytic = gradient.values.map(Double.init)
    }
    var numeric: [Double] = []
    for element in arguments[index].indices {
      let value = arguments[index][element]
      let step = 1e-5
      arguments[index][element] = value + step
      let above = zip(naive(arguments), weights).reduce(0) { $0 + $1.0 * $1.1 }
      arguments[index][element] = value - step
      let below = zip(naive(arguments), weights).reduce(0) { $0 + $1.0 * $1.1 }
      arguments[index][element] = value
      numeric.append((above - below) / (2 * step))
    }
    expectClose(analytic, numeric, tolerance, "gradient of argument \(index)", sourceLocation)
  }
}

func expectClose(
  _ found: [Double], _ expected: [Double], _ tolerance: Double, _ what: String,
  _ sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) values for \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var worst = 0.0
  var place = 0
  for (index, pair) in zip(found, expected).enumerated() {
    let difference = abs(pair.0 - pair.1) / max(1, abs(pair.1))
    if difference > worst || difference.isNaN {
      worst = difference
      place = index
      if difference.isNaN { break }
    }
  }
  #expect(
    worst <= tolerance,
    "\(what): value \(place) is \(found[place]), expected \(expected[place])",
    sourceLocation: sourceLocation)
}
