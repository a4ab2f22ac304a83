// Marian (Junczys-Dowmunt et al., 2018), the translation models of OPUS: BART's blocks on positions that
// are not learned: the sines of all frequencies, then the cosines of all.

import Glibc
import TLTensor

/// What Marian has that BART has not.
public enum Marian {
  /// Sines in the first half of the columns, cosines in the second: [count, size].
  public static func positions(_ count: Int, _ size: Int) -> Parameter {
    let table = Tensor(zeros: [count, size])
    let half = (size + 1) / 2
    for position in 0..<count {
      for column in 0..<size {
        let index = column < half ? column : column - half
        let angle = Double(position) / pow(10_000, 2 * Double(index) / Double(size))
        table.pointer[position * size + column] = Float(column < half ? sin(angle) : cos(angle))
      }
    }
    return Parameter("embed_positions.weight", table, isTrainable: false)
  }
}
