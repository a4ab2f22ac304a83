// Attention over a packed batch: for each sequence and head on its own, without any padding. Plain
// scaled dot products (Vaswani et al., 2017), and the disentangled form of DeBERTa (He et al., 2021,
// equation 4), where each score also has a content-to-position and a position-to-content part.

import CKernels
import COpenBLAS
import Glibc

/// What an attention is made of besides queries, keys and values.
public struct AttentionShape {
  /// The extent of the queries.
  public var sequences: Sequences
  /// The extent of the keys and values: the same sequences but for attention from another text.
  public var keySequences: Sequences
  public var heads: Int
  /// Of the products of queries and keys; 1 / √D in BERT.
  public var scale: Float
  /// Query i sees the keys up to i alone.
  public var isCausal = false
  /// The probability of dropout of attention weights.
  public var dropout: Float = 0

  /// Attention with the usual scale 1 / √D; self-attention unless the keys are other rows.
  public init(
    _ sequences: Sequences, keys: Sequences? = nil, heads: Int, headSize: Int, dropout: Float = 0
  ) {
    self.sequences = sequences
    keySequences = keys ?? sequences
    self.heads = heads
    scale = 1 / Float(headSize).squareRoot()
    self.dropout = dropout
  }
}

/// The position parts of disentangled attention; distances are numbered by `bucket`.
public struct RelativePositions {
  /// Keys of relative positions [2 span, C]: content-to-position; nil without that part.
  public var keys: Variable?
  /// Queries of relative positions [2 span, C]: position-to-content; nil without that part.
  public var queries: Variable?
  /// For distances -longest + 1 ... longest - 1 (query minus key), the row of the two above.
  public var buckets: UnsafePointer<Int32>
  /// The index of distance 0 in `buckets`.
  public var center: Int

  public init(keys: Variable?, queries: Variable?, buckets: UnsafePointer<Int32>, center: Int) {
    self.keys = keys
    self.queries = queries
    self.buckets = buckets
    self.center = center
  }
}

/// Scores that depend on head and distance alone (Raffel et al., 2020), shared by many layers.
public struct DistanceBias {
  /// [H, D]: column `center` + key - query holds what is added to the score of query and key.
  public var values: Variable
  public var center: Int

  /// The value of the first key for a query at a position, after which the other keys follow.
  public func row(_ head: Int, query: Int) -> UnsafePointer<Float> {
    UnsafePointer(values.data + head * values.columns + center - query)
  }
}

/// Where attention maps of one layer go, for whoever looks at them.
public final class AttentionMaps {
  /// For each sequence a tensor [H, T, T] of probabilities [head, query, key].
  public fileprivate(set) var maps: [Tensor] = []
  public init() {}
}

extension Tape {
  /// softmax(scale * Q Kᵀ + positions) V for each sequence and head: [N, C] each.
  public func attention(
    _ q: Variable, _ k: Variable, _ v: Variable, _ shape: AttentionShape,
    relative: RelativePositions? = nil, bias distances: DistanceBias? = nil,
    maps: AttentionMaps? = nil
  ) -> Variable {
    let hasGradient =
      q.hasGradient || k.hasGradient || v.hasGradient || relative?.keys?.hasGradient == true
      || relative?.queries?.hasGradient == true || distances?.values.hasGradient == true
    let y = output(rows: q.rows, columns: v.columns, hasGradient)
    let mask = nextMask(shape.dropout)
    let logSumExp: UnsafeMutablePointer<Float>? =
      hasGradient ? arena.floats(shape.heads * q.rows) : nil
    let mark = arena.mark
    let work = AttentionWork(q, k, shape, relative, arena)
    for sequence in 0..<shape.sequences.count {
      let start = shape.sequences.start(sequence)
      let keyStart = shape.keySequences.start(sequence)
      var map: Tensor?
      if let maps {
        let (t, s) = (shape.sequences.length(sequence), shape.keySequences.length(sequence))
        let tensor = Tensor(zeros: [shape.heads, t, s])
        maps.maps.append(tensor)
        map = tensor
      }
      for head in 0..<shape.heads {
        var kernel = work.kernel(sequence, head, mask)
        let column = head * work.headSize
        var bias = work.positions(sequence, head)
        if let distances {
          bias = distances.row(head, query: 0)
          kernel.bias_stride = -1
        }
        tl_attention_forward(
          &kernel, q.data + start * q.columns + column, k.data + keyStart * k.columns + column,
          v.data + keyStart * v.columns + column, bias, y.data + start * y.columns + column,
          logSumExp.map { $0 + head * q.rows + start },
          map.map { $0.pointer + head * kernel.queries * kernel.keys }, work.scratch)
      }
    }
    arena.release(to: mark)
    if hasGradient, let logSumExp {
      operations.append(
        .attention(
          AttentionRecord(
            q: q, k: k, v: v, y: y, shape: shape, relative: relative, bias: distances,
            logSumExp: logSumExp, mask: mask)))
    }
    return y
  }

  /// The backward rule of attention.
  func attentionBackward(_ record: AttentionRecord) {
    guard let dy = gradient(of: record.y) else { return }
    let (q, k, v, shape) = (record.q, record.k, record.v, record.shape)
    let mark = arena.mark
    let work = AttentionWork(q, k, shape, record.relative, arena)
    // The kernel overwrites dq, dk and dv: an input that has a gradient already gets them added.
    let (dq, dk, dv) = (fresh(q), fresh(k), fresh(v))
    let dKeys = record.relative?.keys.flatMap { accumulated($0) }
    let dQueries = record.relative?.queries.flatMap { accumulated($0) }
    let dDistances = record.bias.flatMap { accumulated($0.values) }
    for sequence in 0..<shape.sequences.count {
      let start = shape.sequences.start(sequence)
      let keyStart = shape.keySequences.start(sequence)
      for head in 0..<shape.heads {
        var kernel = work.kernel(sequence, head, record.mask)
        let column = head * work.headSize
        var bias = work.positions(sequence, head)
        var dBias = work.clearedPositionGradient(sequence)
        if let distances = record.bias {
          bias = distances.row(head, query: 0)
          dBias = dDistances.map { $0 + head * distances.values.columns + distances.center }
          kernel.bias_stride = -1
        }
        let (qStart, kStart) = (start * q.columns + column, keyStart * k.columns + column)
        let vStart = keyStart * v.columns + column
        tl_attention_backward(
          &kernel, q.data + qStart, k.data + kStart, v.data + vStart, bias,
          record.logSumExp + head * q.rows + start, dy + start * record.y.columns + column,
          dq + qStart, dk + kStart, dv + vStart, dBias, work.scratch)
        work.positionsBackward(sequence, head, dq: dq, dk: dk, dKeys: dKeys, dQueries: dQueries)
      }
    }
    settle(q, dq)
    settle(k, dk)
    settle(v, dv)
    arena.release(to: mark)
    release(record.y)
  }

  /// Memory that a kernel may overwrite for the gradient of an input: the gradient itself where the
  /// input has none yet, else scratch that `settle` adds.
  private func fresh(_ value: Variable) -> UnsafeMutablePointer<Float> {
    if gradient(of: value) == nil, let (pointer, _) = target(value) { return pointer }
    return arena.floats(value.count)
  }

  private func settle(_ value: Variable, _ pointer: UnsafeMutablePointer<Float>) {
    if let gradient = gradient(of: value), gradient != pointer { pass(pointer, to: value) }
  }

  /// The gradient of an input, zeros where it had none.
  func accumulated(_ value: Variable) -> UnsafeMutablePointer<Float>? {
    guard let (pointer, accumulate) = target(value) else { return nil }
    if !accumulate { memset(pointer, 0, value.count * MemoryLayout<Float>.stride) }
    return pointer
  }
}

/// The scratch of one attention call and the position parts of its scores.
private struct AttentionWork {
  let q: Variable
  let k: Variable
  let shape: AttentionShape
  let relative: RelativePositions?
  let headSize: Int
  let scratch: UnsafeMutablePointer<Float>
  /// Scores by position [T, T], their gradient, and both by bucket [T, buckets].
  private let bias: UnsafeMutablePointer<Float>
  private let dBias: UnsafeMutablePointer<Float>
  private let byKey: UnsafeMutablePointer<Float>
  private let byQuery: UnsafeMutablePointer<Float>

  init(
    _ q: Variable, _ k: Variable, _ shape: AttentionShape, _ relative: RelativePositions?,
    _ arena: Arena
  ) {
    self.q = q
    self.k = k
    self.shape = shape
    self.relative = relative
    headSize = q.columns / max(1, shape.heads)
    var largest = tl_attention()
    largest.queries = shape.sequences.longest
    largest.keys = shape.keySequences.longest
    largest.head_size = headSize
    largest.causal = shape.isCausal
    scratch = arena.floats(tl_attention_scratch_size(&largest))
    let longest = max(shape.sequences.longest, shape.keySequences.longest)
    let square = relative == nil ? 0 : longest * longest
    let buckets = longest * (relative?.keys?.rows ?? relative?.queries?.rows ?? 0)
    bias = arena.floats(square)
    dBias = arena.floats(square)
    byKey = arena.floats(buckets)
    byQuery = arena.floats(buckets)
  }

  func kernel(_ sequence: Int, _ head: Int, _ mask: tl_dropout_mask?) -> tl_attention {
    let queries = shape.sequences.length(sequence)
    let keys = shape.keySequences.length(sequence)
    var mask =
      mask ?? tl_dropout_mask(probability: 0, seed: 0, stream: 0, first_index: 0)
    // Up to 2^34 numbers for a sequence and up to 2^28 for one head of it.
    mask.first_index =
      UInt64(UInt32(bitPattern: shape.sequences.sequenceNumbers[sequence])) << 34
      | UInt64(head) << 28
    return tl_attention(
      queries: queries, keys: keys, head_size: headSize, q_stride: q.columns,
      k_stride: k.columns, v_stride: k.columns, out_stride: q.columns, bias_stride: keys,
      scale: shape.scale, causal: shape.isCausal, dropout: mask)
  }

  /// The first and the number of buckets that distances within a sequence reach.
  private func range(_ relative: RelativePositions, _ length: Int) -> (first: Int, count: Int) {
    let first = Int(relative.buckets[relative.center - length + 1])
    let last = Int(relative.buckets[relative.center + length - 1])
    return (first, last - first + 1)
  }

  /// bias[i, j] = scale * (Q[i] · keys[δ] + K[j] · queries[δ]), δ the bucket of i - j; nil for plain
  /// attention.
  func positions(_ sequence: Int, _ head: Int) -> UnsafePointer<Float>? {
    guard let relative else { return nil }
    let length = shape.sequences.length(sequence)
    if length == 0 { return UnsafePointer(bias) }
    let start = shape.sequences.start(sequence)
    let (first, count) = range(relative, length)
    let offset = start * q.columns + head * headSize
    if let keys = relative.keys {
      product(q.data + offset, length, keys, first, count, head, into: byKey)
    }
    if let queries = relative.queries {
      product(k.data + offset, length, queries, first, count, head, into: byQuery)
    }
    for i in 0..<length {
      for j in 0..<length {
        let bucket = Int(relative.buckets[relative.center + i - j]) - first
        var score: Float = 0
        if relative.keys != nil { score += byKey[i * count + bucket] }
        if relative.queries != nil { score += byQuery[j * count + bucket] }
        bias[i * length + j] = score
      }
    }
    return UnsafePointer(bias)
  }

  /// into [length, count] = scale * x [length, D] rows[first ..< first + count]ᵀ.
  private func product(
    _ x: UnsafePointer<Float>, _ length: Int, _ rows: Variable, _ first: Int, _ count: Int,
    _ head: Int, into result: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(length), Int32(count), Int32(headSize),
      shape.scale, x, Int32(q.columns), rows.data + first * rows.columns + head * headSize,
      Int32(rows.columns), 0, result, Int32(count))
  }

  /// Zeros for the gradient of the bias; nil for plain attention.
  func clearedPositionGradient(_ sequence: Int) -> UnsafeMutablePointer<Float>? {
    guard relative != nil else { return nil }
    let length = shape.sequences.length(sequence)
    memset(dBias, 0, length * length * MemoryLayout<Float>.stride)
    return dBias
  }

  /// Carries the gradient of the bias on to queries, keys and the position rows.
  func positionsBackward(
    _ sequence: Int, _ head: Int, dq: UnsafeMutablePointer<Float>,
    dk: UnsafeMutablePointer<Float>, dKeys: UnsafeMutablePointer<Float>?,
    dQueries: UnsafeMutablePointer<Float>?
  ) {
    guard let relative else { return }
    let length = shape.sequences.length(sequence)
    if length == 0 { return }
    let (first, count) = range(relative, length)
    let bytes = length * count * MemoryLayout<Float>.stride
    memset(byKey, 0, bytes)
    memset(byQuery, 0, bytes)
    for i in 0..<length {
      for j in 0..<length {
        let bucket = Int(relative.buckets[relative.center + i - j]) - first
        byKey[i * count + bucket] += dBias[i * length + j]
        byQuery[j * count + bucket] += dBias[i * length + j]
      }
    }
    let offset = shape.sequences.start(sequence) * q.columns + head * headSize
    if let keys = relative.keys {
      productBackward(
        byKey, length, q.data + offset, dq + offset, keys, dKeys, first, count, head)
    }
    if let queries = relative.queries {
      productBackward(
        byQuery, length, k.data + offset, dk + offset, queries, dQueries, first, count, head)
    }
  }

  /// dx += scale * d rows, drows += scale * dᵀ x.
  private func productBackward(
    _ d: UnsafePointer<Float>, _ length: Int, _ x: UnsafePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>, _ rows: Variable, _ dRows: UnsafeMutablePointer<Float>?,
    _ first: Int, _ count: Int, _ head: Int
  ) {
    let start = first * rows.columns + head * headSize
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(length), Int32(headSize), Int32(count),
      shape.scale, d, Int32(count), rows.data + start, Int32(rows.columns), 1, dx,
      Int32(q.columns))
    guard let dRows else { return }
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(count), Int32(headSize), Int32(length),
      shape.scale, d, Int32(count), x, Int32(q.columns), 1, dRows + start, Int32(rows.columns))
  }
}
