// Products of a sparse matrix and of its transpose with dense ones, on all processors. Each output
// is summed in one order, so results are the same at any number of threads.

import TLTensor

final class SparseProducts {
  let rows: SparseRows
  /// The entries by columns: row numbers, and values unless all are 1.
  private let columnStarts: [Int]
  private let rowNumbers: [Int32]
  private let columnValues: [Double]
  private let pool: ThreadPool?
  /// Rows and columns cut into a share of the entries for each thread.
  private let rowCuts: [Int]
  private let columnCuts: [Int]

  /// - Parameter transposes: false for products with the matrix as it is only.
  init(_ rows: SparseRows, transposes: Bool = true) {
    self.rows = rows
    let count = transposes ? rows.columns.count : 0
    var starts = [Int](repeating: 0, count: rows.width + 1)
    if transposes {
      for column in rows.columns { starts[Int(column) + 1] += 1 }
      for column in 0..<rows.width { starts[column + 1] += starts[column] }
    }
    var next = starts
    var numbers = [Int32](repeating: 0, count: count)
    var values = [Double](repeating: 0, count: rows.isBinary ? 0 : count)
    for row in 0..<(transposes ? rows.count : 0) {
      for entry in rows.starts[row]..<rows.starts[row + 1] {
        let column = Int(rows.columns[entry])
        numbers[next[column]] = Int32(row)
        if !rows.isBinary { values[next[column]] = rows.values[entry] }
        next[column] += 1
      }
    }
    columnStarts = starts
    rowNumbers = numbers
    columnValues = values
    // Below this a thread costs more than it saves.
    let threads = rows.columns.count > 100_000 ? ThreadPool.processors : 1
    pool = threads > 1 ? ThreadPool(count: threads) : nil
    rowCuts = Self.cuts(rows.starts, pool?.count ?? 1)
    columnCuts = Self.cuts(starts, pool?.count ?? 1)
  }

  /// Numbers that cut `0..<starts.count - 1` into ranges with about as many entries.
  private static func cuts(_ starts: [Int], _ parts: Int) -> [Int] {
    let total = starts[starts.count - 1]
    var cuts = [0]
    for part in 1..<max(1, parts) + 1 where part < parts {
      let wanted = total * part / parts
      cuts.append(starts.firstIndex { $0 >= wanted } ?? starts.count - 1)
    }
    return cuts + [starts.count - 1]
  }

  private func run(_ cuts: [Int], _ body: (Range<Int>) -> Void) {
    guard let pool else { return body(0..<cuts[cuts.count - 1]) }
    pool.run { worker in
      let (first, last) = (cuts[worker], cuts[worker + 1])
      if first < last { body(first..<last) }
    }
  }

  /// rows · weights + intercepts, which are the last of the weights [width + 1, outputs].
  func scores(_ weights: [Double], outputs: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rows.count * outputs)
    let intercepts = weights.suffix(outputs)
    weights.withUnsafeBufferPointer { weights in
      result.withUnsafeMutableBufferPointer { result in
        guard let weights = weights.baseAddress, let base = result.baseAddress else { return }
        product(weights, outputs: outputs, into: base)
        var place = 0
        while place < result.count {
          for intercept in intercepts {
            result[place] += intercept
            place += 1
          }
        }
      }
    }
    return result
  }

  /// rowsᵀ · residuals, and their sums for the intercepts: [width + 1, outputs].
  func transposedScores(_ residuals: [Double], outputs: Int) -> [Double] {
    var result = [Double](repeating: 0, count: (rows.width + 1) * outputs)
    residuals.withUnsafeBufferPointer { residuals in
      result.withUnsafeMutableBufferPointer { result in
        guard let source = residuals.baseAddress, let base = result.baseAddress else { return }
        transposedProduct(source, outputs: outputs, into: base)
        let intercepts = rows.width * outputs
        for place in 0..<residuals.count {
          result[intercepts + place % outputs] += residuals[place]
        }
      }
    }
    return result
  }

  /// The sum of products, in an order of its own that does not change.
  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var sums = SIMD8<Double>()
        let count = min(a.count, b.count)
        var index = 0
        while index + 8 <= count {
          for lane in 0..<8 { sums[lane] += a[index + lane] * b[index + lane] }
          index += 8
        }
        var sum = sums.sum()
        while index < count {
          sum += a[index] * b[index]
          index += 1
        }
        return sum
      }
    }
  }

  /// rows · weights: [rows, outputs] from [width, outputs].
  func product(
    _ weights: UnsafePointer<Double>, outputs: Int, into result: UnsafeMutablePointer<Double>
  ) {
    run(rowCuts) { range in
      Self.multiply(
        rows.starts, rows.columns, rows.values, range, weights, outputs: outputs, into: result)
    }
  }

  /// rowsᵀ · residuals: [width, outputs] from [rows, outputs].
  func transposedProduct(
    _ residuals: UnsafePointer<Double>, outputs: Int, into result: UnsafeMutablePointer<Double>
  ) {
    run(columnCuts) { range in
      Self.multiply(
        columnStarts, rowNumbers, columnValues, range, residuals, outputs: outputs, into: result)
    }
  }

  private static func multiply(
    _ starts: [Int], _ places: [Int32], _ values: [Double], _ range: Range<Int>,
    _ dense: UnsafePointer<Double>, outputs: Int, into result: UnsafeMutablePointer<Double>
  ) {
    starts.withUnsafeBufferPointer { starts in
      places.withUnsafeBufferPointer { places in
        values.withUnsafeBufferPointer { values in
          if outputs == 1 {
            for line in range {
              var sum = 0.0
              if values.isEmpty {
                for entry in starts[line]..<starts[line + 1] { sum += dense[Int(places[entry])] }
              } else {
                for entry in starts[line]..<starts[line + 1] {
                  sum += values[entry] * dense[Int(places[entry])]
                }
              }
              result[line] = sum
            }
            return
          }
          for line in range {
            let sums = result + line * outputs
            for k in 0..<outputs { sums[k] = 0 }
            for entry in starts[line]..<starts[line + 1] {
              let source = dense + Int(places[entry]) * outputs
              if values.isEmpty {
                for k in 0..<outputs { sums[k] += source[k] }
              } else {
                let value = values[entry]
                for k in 0..<outputs { sums[k] += value * source[k] }
              }
            }
          }
        }
      }
    }
  }
}
