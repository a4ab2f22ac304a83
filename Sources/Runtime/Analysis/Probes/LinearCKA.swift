// LinearCKA: how alike two representations of the same examples are, whatever their rotation and scale:
// linear centered kernel alignment (Kornblith, Norouzi, Lee, Hinton, 2019, equation 5),
// ‖Yᵀ X‖² / (‖Xᵀ X‖ ‖Yᵀ Y‖) of centered columns. With fewer examples than columns it is high by nature.

import TLTensor

public enum LinearCKA {
  /// Up to so many examples the products of rows are used, above that those of columns.
  static let mostRowProducts = 3_000

  /// The similarity of each of some representations [N, C] to each of others; NaN for one that is the
  /// same for all examples.
  ///
  /// Throws `invalid` for representations of other examples, fewer than three, or numbers that are not
  /// finite, and `cancelled` after `isCancelled` has said so.
  public static func matrix(
    _ first: [Tensor], _ second: [Tensor], pool: ThreadPool, usesRows: Bool? = nil,
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> [[Double]] {
    let all = first + second
    let count = all.first?.rows ?? 0
    guard all.allSatisfy({ $0.rows == count }), count >= 3 else {
      throw .invalid("CKA compares representations of the same examples, three or more")
    }
    guard all.allSatisfy(\.isFinite) else {
      throw .invalid("the representations hold numbers that are not finite")
    }
    let usesRows = usesRows ?? (count <= mostRowProducts)
    var centered = [CenteredRows?](repeating: nil, count: all.count)
    var products = [Tensor?](repeating: nil, count: all.count)
    var norms = [Double](repeating: 0, count: all.count)
    parallel(all.count, pool, &centered) { isCancelled() ? nil : CenteredRows(all[$0]) }
    let rows = centered
    if usesRows {
      parallel(all.count, pool, &products) { isCancelled() ? nil : rows[$0]?.rowProducts }
    }
    let kernels = products
    parallel(all.count, pool, &norms) { index in
      if isCancelled() { return 0 }
      guard let own = kernels[index] ?? rows[index].map({ $0.columnProducts($0) }) else { return 0 }
      return own.dot(own).squareRoot()
    }
    let lengths = norms
    var values = [Double](repeating: .nan, count: first.count * second.count)
    parallel(values.count, pool, &values) { index in
      let (i, j) = (index / second.count, first.count + index % second.count)
      guard lengths[i] > 0, lengths[j] > 0, !isCancelled() else { return .nan }
      var shared = Double.nan
      if let a = kernels[i], let b = kernels[j] {
        shared = a.dot(b)
      } else if let a = rows[i], let b = rows[j] {
        let cross = a.columnProducts(b)
        shared = cross.dot(cross)
      }
      return min(1, max(0, shared / (lengths[i] * lengths[j])))
    }
    if isCancelled() { throw .cancelled }
    return first.indices.map { Array(values[$0 * second.count..<($0 + 1) * second.count]) }
  }

  private static func parallel<Element>(
    _ count: Int, _ pool: ThreadPool, _ results: inout [Element], _ body: (Int) -> Element
  ) {
    results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      pool.forEachBlock(of: count, size: 1) { index, _, _ in results[index] = body(index) }
    }
  }
}
