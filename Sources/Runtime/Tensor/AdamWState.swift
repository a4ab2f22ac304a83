// AdamWState: what an optimizer must remember for a run to go on as if it had never stopped. The
// weights themselves are saved beside it as they are stored (`Parameter.tensor`, not `current`): the
// pending decay of table rows is part of this state.

/// The memory of an AdamW optimizer at one step.
public struct AdamWState: Sendable {
  /// Of one parameter.
  public struct Moments: Sendable {
    /// The parameter's name.
    public var name: String
    /// For dense parameters all numbers, for tables one row for each of `touched`.
    public var first: Tensor
    public var second: Tensor
    /// The rows of a table that have moments, in the order of their first gradient; nil if dense.
    public var touched: [Int32]?
    /// The decay that the other rows of a table have still to receive.
    public var pendingDecay: Double

    public init(
      name: String, first: Tensor, second: Tensor, touched: [Int32]?, pendingDecay: Double
    ) {
      self.name = name
      self.first = first
      self.second = second
      self.touched = touched
      self.pendingDecay = pendingDecay
    }
  }

  public var steps: Int
  /// In the order of the layout.
  public var moments: [Moments]

  public init(steps: Int, moments: [Moments]) {
    self.steps = steps
    self.moments = moments
  }
}

/// Why a saved optimizer does not fit the run that it was given to.
public struct AdamWStateError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
}

extension AdamW {
  /// A copy of the optimizer's memory.
  public var state: AdamWState {
    var moments: [AdamWState.Moments] = []
    for (slot, parameter) in layout.parameters.enumerated() {
      guard let table = tableMoments[slot] else {
        let start = layout.starts[slot]
        moments.append(
          AdamWState.Moments(
            name: parameter.name,
            first: copy(firstMoments.pointer + start, shape: parameter.shape),
            second: copy(secondMoments.pointer + start, shape: parameter.shape),
            touched: nil, pendingDecay: 1))
        continue
      }
      parameter.lazyDecay?.catchUpAll()
      let touched = parameter.lazyDecay?.touched ?? []
      let columns = parameter.columns
      let first = Tensor(zeros: [touched.count, columns])
      let second = Tensor(zeros: [touched.count, columns])
      for (index, row) in touched.enumerated() {
        let start = Int(row) * columns
        (first.pointer + index * columns).update(from: table.first.pointer + start, count: columns)
        (second.pointer + index * columns)
          .update(from: table.second.pointer + start, count: columns)
      }
      moments.append(
        AdamWState.Moments(
          name: parameter.name, first: first, second: second, touched: touched,
          pendingDecay: parameter.lazyDecay?.product ?? 1))
    }
    return AdamWState(steps: steps, moments: moments)
  }

  /// Goes on from a saved memory; the weights must be put back by the caller.
  ///
  /// Throws, and changes nothing, where names, shapes or rows are not those of this run.
  public func restore(_ state: AdamWState) throws {
    guard state.moments.count == layout.parameters.count else {
      throw AdamWStateError(
        description: "the saved optimizer has \(state.moments.count) parameters, "
          + "the run trains \(layout.parameters.count)")
    }
    for (slot, (parameter, saved)) in zip(layout.parameters, state.moments).enumerated() {
      let rows = saved.touched?.count ?? parameter.rows
      guard saved.name == parameter.name, (saved.touched == nil) == (tableMoments[slot] == nil),
        saved.first.count == rows * parameter.columns, saved.second.count == saved.first.count,
        (saved.touched ?? []).allSatisfy({ $0 >= 0 && Int($0) < parameter.rows })
      else {
        throw AdamWStateError(
          description: "the saved optimizer has \(saved.name) \(saved.first.shape), "
            + "the run trains \(parameter.name) \(parameter.shape)")
      }
    }
    for (slot, (parameter, saved)) in zip(layout.parameters, state.moments).enumerated() {
      guard let table = tableMoments[slot], let touched = saved.touched else {
        let start = layout.starts[slot]
        (firstMoments.pointer + start).update(from: saved.first.pointer, count: parameter.count)
        (secondMoments.pointer + start).update(from: saved.second.pointer, count: parameter.count)
        continue
      }
      let lazy = LazyDecay(parameter, moments: table)
      lazy.product = saved.pendingDecay
      let columns = parameter.columns
      for (index, row) in touched.enumerated() {
        lazy.touch(row)
        let start = Int(row) * columns
        (table.first.pointer + start)
          .update(from: saved.first.pointer + index * columns, count: columns)
        (table.second.pointer + start)
          .update(from: saved.second.pointer + index * columns, count: columns)
      }
      parameter.lazyDecay = lazy
    }
    restoreSteps(state.steps)
    for parameter in layout.parameters { parameter.weightsChanged() }
  }

  private func copy(_ pointer: UnsafePointer<Float>, shape: [Int]) -> Tensor {
    let tensor = Tensor(zeros: shape)
    tensor.pointer.update(from: pointer, count: tensor.count)
    return tensor
  }
}
