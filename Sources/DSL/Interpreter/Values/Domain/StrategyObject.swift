// A strategy as a value.

import TLText
import TLTransfer

/// How a donor is adapted: `lora(rank: 8)`.
public final class StrategyObject: DomainObject {
  public let strategy: any TransferAdaptor

  public init(_ strategy: any TransferAdaptor) {
    self.strategy = strategy
    super.init()
  }

  override public var kind: KindSet { .strategy }

  override public var fieldNames: [String] {
    ["name", "learning_rate"] + strategy.settings.map(\.key)
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "name": return .text(strategy.name)
    case "learning_rate": return .number(strategy.defaultLearningRate)
    default:
      return strategy.settings.first { $0.key == name }
        .map { Value(DataValue($0.value), machine.symbols) }
    }
  }

  override public func display(_ style: DisplayStyle) -> String { strategy.call }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? StrategyObject else { return false }
    return other.strategy.name == strategy.name && other.strategy.settings == strategy.settings
  }
}

extension Arguments {
  func strategy(_ index: Int) throws -> any TransferAdaptor {
    if let object = self[index].asDomain as? StrategyObject { return object.strategy }
    throw wrongKind(index, expected: .strategy)
  }
}
