// Principal components (Pearson 1901; Hotelling 1933) from the eigenvectors of the covariance, or of
// the products of rows where there are fewer rows than columns; in float64.

import TLTensor

/// A fitted principal component analysis.
public struct PCA: Sendable {
  /// [columns]
  public let mean: [Double]
  /// Unit vectors [components, columns], the largest variance first; the entry of largest magnitude
  /// is positive, as in scikit-learn. Zeros where the data has no further direction.
  public let components: [Double]
  /// With n - 1 in the denominator.
  public let explainedVariance: [Double]
  public let explainedVarianceRatio: [Double]

  public var count: Int { explainedVariance.count }

  /// Fits points [rows, columns]. Throws `invalid` for what `ProjectionInput.check` refuses and for
  /// more components than rows or columns.
  public static func fit(
    _ points: Tensor, components: Int = 2, pool: ThreadPool = ThreadPool()
  ) throws(AnalysisError) -> PCA {
    try ProjectionInput.check(points, for: "pca")
    return try fit(RowSource(points), components: components, pool: pool)
  }

  /// The same for rows of float64 numbers, which are not checked.
  public static func fit(
    _ source: RowSource, components: Int, pool: ThreadPool
  ) throws(AnalysisError) -> PCA {
    let (rows, columns) = (source.rows, source.columns)
    guard components >= 1, components <= min(rows, columns) else {
      throw .invalid(
        "pca of \(rows) points with \(columns) columns has 1 to \(min(rows, columns)) components, "
          + "found \(components)")
    }
    let mean = source.means
    let isWide = rows < columns
    let products =
      isWide
      ? source.rowProducts(less: mean) : source.columnProducts(less: mean, pool: pool)
    let order = isWide ? rows : columns
    var total = 0.0
    for index in 0..<order { total += products[index * order + index] }
    guard let eigen = SymmetricEigen(products, n: order, largest: components) else {
      throw .invalid("the covariance of the points has no eigenvectors: numbers are too large")
    }
    let values = eigen.values.map { max(0, $0) }
    var vectors = eigen.vectors
    if isWide {
      vectors = [Double](repeating: 0, count: components * columns)
      source.forEachBlock(less: mean) { first, count, block in
        for component in 0..<components where values[component] > 1e-14 * values[0] {
          let scale = 1 / values[component].squareRoot()
          for row in 0..<count {
            let factor = scale * eigen.vectors[component * rows + first + row]
            for column in 0..<columns {
              vectors[component * columns + column] += factor * block[row * columns + column]
            }
          }
        }
      }
    }
    for component in 0..<components {
      let range = component * columns..<(component + 1) * columns
      let largest = range.max { abs(vectors[$0]) < abs(vectors[$1]) } ?? range.lowerBound
      if vectors[largest] < 0 { for index in range { vectors[index] = -vectors[index] } }
    }
    let variances = values.map { $0 / Double(rows - 1) }
    return PCA(
      mean: mean, components: vectors, explainedVariance: variances,
      explainedVarianceRatio: values.map { total > 0 ? $0 / total : 0 })
  }

  /// Coordinates [rows, components] of rows of as many columns.
  public func transform(_ source: RowSource) -> [Double] {
    source.coordinates(less: mean, along: components)
  }

  /// Coordinates [rows, components]. Throws `invalid` for another number of columns.
  public func transform(_ points: Tensor) throws(AnalysisError) -> Tensor {
    guard points.columns == mean.count else {
      throw .invalid("the points have \(points.columns) columns, the pca has \(mean.count)")
    }
    try ProjectionInput.checkFinite(points, for: "pca")
    let values = transform(RowSource(points))
    return Tensor(values.map(Float.init), shape: [points.rows, count])
  }
}
