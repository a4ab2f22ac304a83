// Decoding: what a decoder keeps while it writes, one token of each row at a time: keys and values of
// the tokens so far, and of the sources. Rows that are chosen anew or leave are moved by number alone;
// no key is copied.

import CKernels
import Glibc

/// Keys and values of one layer, in the order they were written.
struct LayerCache {
  var keys: Storage
  var values: Storage
  /// Of the sources: [tokens of all sources, C].
  var sourceKeys: Tensor?
  var sourceValues: Tensor?
}

/// The memory of one decoding: for each layer and row the keys and values of all positions so far.
public final class DecodingCache: @unchecked Sendable {
  /// The source of each row.
  public private(set) var sources: [Int]
  /// The number of tokens that the rows have.
  public private(set) var position = 0
  public let capacity: Int
  public var rows: Int { sources.count }
  /// Where the tokens of each source begin.
  private let sourceStarts: [Int]
  private let slots: Int
  private let columns: Int
  private var layers: [LayerCache?]
  /// For each row and position the place of its keys, capacity to a row.
  private var places: [Int32]
  private var otherPlaces: [Int32]

  /// - Parameters:
  ///   - sources: the source of each row at the beginning.
  ///   - slots: the most rows that there will be; nil: as many as there are now.
  ///   - sourceLengths: the tokens of each source.
  ///   - columns: of keys and values.
  ///   - capacity: the most tokens that a row will have.
  public init(
    layers: Int, sources: [Int], slots: Int? = nil, sourceLengths: [Int], columns: Int,
    capacity: Int
  ) {
    self.sources = sources
    self.columns = columns
    self.capacity = capacity
    let slots = max(slots ?? 0, sources.count)
    self.slots = slots
    var starts = [0]
    for length in sourceLengths { starts.append((starts.last ?? 0) + length) }
    sourceStarts = starts
    self.layers = Array(repeating: nil, count: layers)
    places = Array(repeating: 0, count: slots * capacity)
    otherPlaces = places
  }

  private func layer(_ index: Int) -> LayerCache {
    if let known = layers[index] { return known }
    let count = capacity * slots * columns
    let made = LayerCache(keys: Storage(count: count), values: Storage(count: count))
    layers[index] = made
    return made
  }

  /// Keeps the keys and values that a layer's attention to the sources has: computed once for all steps.
  public func keepSources(_ layer: Int, keys: Tensor, values: Tensor) {
    var cache = self.layer(layer)
    (cache.sourceKeys, cache.sourceValues) = (keys, values)
    layers[layer] = cache
  }

  /// Makes room for one more token of every row.
  public func beginToken() {
    for row in 0..<rows { places[row * capacity + position] = Int32(position * slots + row) }
    position += 1
  }

  /// Goes on with other rows: row i continues what was row `parents[i]`.
  public func select(_ parents: [Int]) {
    for (row, parent) in parents.enumerated() {
      for index in 0..<position {
        otherPlaces[row * capacity + index] = places[parent * capacity + index]
      }
    }
    swap(&places, &otherPlaces)
    sources = parents.map { sources[$0] }
  }
}

extension Tape {
  /// Attention of each row's newest token over all tokens of the row: [R, C] each, kept in the cache.
  ///
  /// - Parameter bias: scores by distance.
  public func attentionStep(
    _ q: Variable, _ k: Variable, _ v: Variable, heads: Int, scale: Float, layer: Int,
    bias: DistanceBias? = nil, _ cache: DecodingCache
  ) -> Variable {
    let y = constant(rows: q.rows, columns: q.columns)
    cache.attendToSelf(q, k, v, y, heads: heads, scale: scale, layer, bias, arena)
    return y
  }

  /// Attention of each row's newest token over its source: [R, C].
  public func sourceAttentionStep(
    _ q: Variable, heads: Int, scale: Float, layer: Int, _ cache: DecodingCache
  ) -> Variable {
    let y = constant(rows: q.rows, columns: q.columns)
    cache.attendToSources(q, y, heads: heads, scale: scale, layer, arena)
    return y
  }
}

extension DecodingCache {
  fileprivate func attendToSelf(
    _ q: Variable, _ k: Variable, _ v: Variable, _ y: Variable, heads: Int, scale: Float,
    _ index: Int, _ bias: DistanceBias?, _ arena: Arena
  ) {
    let cache = layer(index)
    let newest = position - 1
    // The newest token's places are those of the rows, one after the other.
    let start = newest * slots * columns
    (cache.keys.pointer + start).update(from: k.data, count: k.count)
    (cache.values.pointer + start).update(from: v.data, count: v.count)
    var shape = tl_attention_step(
      queries: 1, keys: position, heads: heads, head_size: columns / heads, q_stride: q.columns,
      out_stride: y.columns, k_stride: columns, bias_stride: bias?.values.columns ?? 0,
      scale: scale)
    let mark = arena.mark
    let scratch = arena.floats(position)
    let row0 = bias?.row(0, query: newest)
    places.withUnsafeBufferPointer { places in
      guard let base = places.baseAddress else { return }
      for row in 0..<q.rows {
        tl_attention_step_forward(
          &shape, q.data + row * q.columns, cache.keys.pointer, cache.values.pointer,
          base + row * capacity, row0, y.data + row * y.columns, scratch)
      }
    }
    arena.release(to: mark)
  }

  fileprivate func attendToSources(
    _ q: Variable, _ y: Variable, heads: Int, scale: Float, _ index: Int, _ arena: Arena
  ) {
    guard let cache = layers[index], let keys = cache.sourceKeys, let values = cache.sourceValues
    else { return }
    let mark = arena.mark
    let longest = (1..<sourceStarts.count).map { sourceStarts[$0] - sourceStarts[$0 - 1] }.max()
    let scratch = arena.floats(longest ?? 0)
    var row = 0
    while row < q.rows {
      // Neighbouring rows of one source go together.
      var end = row + 1
      while end < q.rows && sources[end] == sources[row] { end += 1 }
      let start = sourceStarts[sources[row]]
      var shape = tl_attention_step(
        queries: end - row, keys: sourceStarts[sources[row] + 1] - start, heads: heads,
        head_size: columns / heads, q_stride: q.columns, out_stride: y.columns, k_stride: columns,
        bias_stride: 0, scale: scale)
      tl_attention_step_forward(
        &shape, q.data + row * q.columns, keys.pointer + start * columns,
        values.pointer + start * columns, nil, nil, y.data + row * y.columns, scratch)
      row = end
    }
    arena.release(to: mark)
  }
}

extension Tape {
  /// Logarithms of the probabilities of each row, in place.
  public func logSoftmax(_ logits: Variable) {
    tl_log_softmax_forward(logits.data, logits.data, logits.rows, logits.columns)
  }
}
