// Merging: a low-rank update as part of the weight itself, W + scale * B A, and back. The weight from
// before is kept, so the way back restores it to the last bit; subtracting would not.

import TLTensor

/// A low-rank update that was merged, with the weight from before.
public final class MergedUpdate {
  public let update: LowRankUpdate
  let original: Tensor

  init(_ update: LowRankUpdate, original: Tensor) {
    self.update = update
    self.original = original
  }
}

extension Linear {
  /// The weight with the low-rank update in it, if there is one: W + scale * B A.
  var effectiveWeight: Tensor {
    guard let lowRank else { return weight.current }
    let sum = weight.current.copy()
    let inputs = sum.columns
    for row in 0..<sum.rows {
      let target = sum.pointer + row * inputs
      for inner in 0..<lowRank.a.rows {
        let factor = lowRank.scale * lowRank.b.pointer[row * lowRank.b.columns + inner]
        let source = lowRank.a.pointer + inner * inputs
        for column in 0..<inputs { target[column] += factor * source[column] }
      }
    }
    return sum
  }

  /// Makes the low-rank update part of the weight: the layer then costs what it did without it.
  public func merge() {
    guard let lowRank, merged == nil else { return }
    let sum = effectiveWeight
    merged = MergedUpdate(lowRank, original: weight.current.copy())
    weight.pointer.update(from: sum.pointer, count: sum.count)
    weight.weightsChanged()
    self.lowRank = nil
  }

  /// Undoes `merge`: the weight is what it was, bit by bit, and the update is beside it again.
  public func unmerge() {
    guard let merged else { return }
    weight.pointer.update(from: merged.original.pointer, count: merged.original.count)
    weight.weightsChanged()
    lowRank = merged.update
    self.merged = nil
  }
}

extension EncoderModel {
  /// Merges all low-rank updates into their weights; no pass through the model may be under way.
  public func merge() { for (_, layer) in linears { layer.merge() } }

  /// Takes all merged updates out again; the weights are those from before, bit by bit.
  public func unmerge() { for (_, layer) in linears { layer.unmerge() } }
}
