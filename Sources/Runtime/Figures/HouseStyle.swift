// The one style of all figures. Colours: Okabe and Ito 2008, told apart by colour-blind people too,
// in an order whose neighbours differ in lightness; shapes and dashes repeat the difference for grey
// print.

enum HouseStyle {
  static let family = "DejaVu Sans"
  static let fontSize = 9.0
  static let font = "\(family),9"
  static let titleFont = "\(family):Bold,10"
  static let legendFont = "\(family),8.5"
  static let smallFont = "\(family),7.5"

  static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#555555", "#B8A000",
  ]
  static let shapes = [7, 5, 9, 13, 11, 6, 4, 8]
  static let ink = "#333333"
  static let axis = "#666666"
  static let grid = "#E6E6E6"
  /// What is drawn in place of a value that is missing.
  static let absent = "#EFEFEF"

  static func color(_ index: Int) -> String { colors[index % colors.count] }
  static func shape(_ index: Int) -> Int { shapes[(index + index / colors.count) % shapes.count] }
  /// Dashes tell series apart once the colours repeat.
  static func dash(_ index: Int) -> Int { 1 + index / colors.count % 4 }

  /// The colour with so much of the background showing through, 0 to 1, as gnuplot writes it.
  static func color(_ index: Int, transparency: Double) -> String {
    let alpha = Int((255 * min(1, max(0, transparency))).rounded())
    let digits = String(alpha, radix: 16, uppercase: true)
    return "#" + (digits.count < 2 ? "0" : "") + digits + color(index).dropFirst()
  }

  /// From white to dark blue, even in lightness.
  static let sequential =
    "0 '#FFFFFF', 1 '#DCEAF5', 2 '#A9CEE6', 3 '#65A9D3', 4 '#2B7DB8', 5 '#0B4F8A', 6 '#06305A'"
  /// From dark blue to yellow, for points: no colour fades into the paper (cividis, Nuñez and
  /// others 2018).
  static let points =
    "0 '#00224E', 1 '#35456C', 2 '#666970', 3 '#948E77', 4 '#C8B866', 5 '#F2DC3E'"
  /// From blue over white to vermillion.
  static let diverging =
    "0 '#06457A', 1 '#2B7DB8', 2 '#A9CEE6', 3 '#FFFFFF', 4 '#F5BE9B', 5 '#D55E00', 6 '#863B00'"

  /// The height of a line in millimetres.
  static func lineHeight(fontSize: Double = HouseStyle.fontSize) -> Double {
    1.25 * fontSize * 25.4 / 72
  }
}
