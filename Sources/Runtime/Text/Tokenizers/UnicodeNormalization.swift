// The four normalization forms of Unicode Standard Annex 15, with the place of every scalar kept.
// The decomposition is sorted stably by combining class; composition follows D117 of the standard.

enum UnicodeForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  private var isCompatible: Bool { self == .nfkc || self == .nfkd }
  private var composes: Bool { self == .nfc || self == .nfkc }

  /// A scalar of these classes may change; a text without any is in the form already.
  private var suspects: ScalarClass {
    switch self {
    case .nfc: return [.mayCompose, .reorders]
    case .nfd: return [.decomposes, .reorders]
    case .nfkc: return [.mayCompose, .reorders, .decomposesCompatibly]
    case .nfkd: return [.decomposesCompatibly, .reorders]
    }
  }

  func apply(to text: inout AlignedText, scratch: inout AlignedText) {
    let suspects = suspects
    guard
      text.contains(
        ascii: { _ in false },
        other: { !UnicodeData.classes($0).isDisjoint(with: suspects) })
    else { return }
    var items = decomposed(text)
    if composes { items = UnicodeForm.composed(items) }
    text.rewrite(with: &scratch) { writer in
      for item in items { writer.push(item.scalar, item.change) }
    }
  }

  private struct Item {
    var scalar: UInt32
    var change: Int
    var order: UInt16
  }

  private func decomposed(_ text: AlignedText) -> [Item] {
    var items: [Item] = []
    items.reserveCapacity(text.bytes.count)
    var unsorted = 0
    func settle() {
      if items.count - unsorted > 32 {
        let sorted = items[unsorted...].enumerated().sorted {
          ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }
        items.replaceSubrange(unsorted..., with: sorted.map(\.element))
        unsorted = items.count
        return
      }
      // Marks are few: insertion keeps equal classes in their order.
      for index in stride(from: unsorted + 1, to: items.count, by: 1) {
        var place = index
        while place > unsorted, items[place - 1].order > items[place].order {
          items.swapAt(place - 1, place)
          place -= 1
        }
      }
      unsorted = items.count
    }
    func push(_ scalar: UInt32, first: Bool) {
      let order = scalar < 0x300 ? 0 : UnicodeData.combiningClass(scalar)
      if order == 0 { settle() }
      items.append(Item(scalar: scalar, change: first ? 0 : 1, order: order))
    }
    text.bytes.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let (scalar, length) = UTF8Scalar.decode(bytes, position)
        position += length
        if scalar < 0x80 {
          push(scalar, first: true)
        } else if scalar >= 0xAC00, scalar <= 0xD7A3 {
          let index = scalar - 0xAC00
          push(0x1100 + index / 588, first: true)
          push(0x1161 + index % 588 / 28, first: false)
          if index % 28 > 0 { push(0x11A7 + index % 28, first: false) }
        } else if let parts = (isCompatible ? UnicodeData.compatibility(scalar) : nil)
          ?? UnicodeData.canonical(scalar)
        {
          for (index, part) in parts.enumerated() { push(part, first: index == 0) }
        } else {
          push(scalar, first: true)
        }
      }
    }
    settle()
    return items
  }

  private static func composed(_ items: [Item]) -> [Item] {
    var result: [Item] = []
    result.reserveCapacity(items.count)
    var starter: Int?
    var lastClass: UInt16?
    for item in items {
      guard let place = starter else {
        if item.order == 0 { starter = result.count }
        result.append(item)
        continue
      }
      let isBlocked = lastClass.map { $0 >= item.order } ?? false
      if !isBlocked, let scalar = UnicodeData.composition(result[place].scalar, item.scalar) {
        result[place].scalar = scalar
        result[place].change += item.change - 1
        continue
      }
      if item.order == 0 {
        starter = result.count
        lastClass = nil
      } else {
        lastClass = item.order
      }
      result.append(item)
    }
    return result
  }
}
