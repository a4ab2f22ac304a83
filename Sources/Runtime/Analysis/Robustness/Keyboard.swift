// The keys beside a key on the two keyboards that Russian and English texts are written on, the ЙЦУКЕН
// and the QWERTY layout: where a finger that slips lands.

/// Neighbours of letters on a keyboard.
enum Keyboard {
  private static let rows = [
    ["ёйцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"], ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
  ]

  private static let table: [Unicode.Scalar: [Unicode.Scalar]] = {
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for layout in rows {
      let keys = layout.map { Array($0.unicodeScalars) }
      // Ё stands left of Й, a place further than the rows below begin.
      let shifts = keys[0].first == "ё" ? [-1.0, 0.25, 0.75] : [0, 0.25, 0.75]
      func place(_ row: Int, _ column: Int) -> (x: Double, y: Double) {
        (Double(column) + shifts[row], Double(row))
      }
      for row in keys.indices {
        for column in keys[row].indices {
          let here = place(row, column)
          for other in keys.indices {
            for key in keys[other].indices where (other, key) != (row, column) {
              let there = place(other, key)
              guard abs(here.x - there.x) <= 1, abs(here.y - there.y) <= 1 else { continue }
              table[keys[row][column], default: []].append(keys[other][key])
            }
          }
        }
      }
    }
    return table
  }()

  /// The letters beside a small letter; empty for what is on neither keyboard.
  static func neighbors(of letter: Unicode.Scalar) -> [Unicode.Scalar] { table[letter] ?? [] }
}
