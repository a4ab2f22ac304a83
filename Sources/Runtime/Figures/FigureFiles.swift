// Figures as files: the picture, and beside it the data of each panel as CSV.

import TLText

extension Figure {
  /// A file format that a figure can be saved as.
  public enum Format: String, Sendable, CaseIterable {
    case pdf, svg, png
  }

  /// The canvas of a file: the figure's natural size, or `size`, in millimetres.
  public func canvas(_ format: Format, dpi: Double = 200) -> Canvas {
    switch format {
    case .pdf: .pdf(naturalSize)
    case .svg: .svg(naturalSize)
    case .png: .png(naturalSize, dpi: dpi)
    }
  }

  /// The format that a path's ending names. Throws `invalid`.
  public static func format(of path: String) throws(FigureError) -> Format {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let dot = name.lastIndex(of: ".")
    let ending = dot.map { name[name.index(after: $0)...].lowercased() } ?? ""
    guard dot != name.startIndex, let format = Format(rawValue: ending) else {
      throw .invalid(
        "a figure's file ends in .pdf, .svg or .png, found \""
          + GnuplotScript.plain(String(name), limit: 60) + "\"")
    }
    return format
  }

  /// The CSV files beside a picture: one for a figure of one panel, else numbered.
  public func dataPaths(beside path: String) -> [String] {
    var base = path
    if let dot = base.lastIndex(of: "."), !base[dot...].contains("/") {
      base = String(base[..<dot])
    }
    if panels.count == 1 { return ["\(base).csv"] }
    return panels.indices.map { "\(base)-\($0 + 1).csv" }
  }

  /// Writes the data of the panels as CSV beside a picture; returns the files' paths.
  public func writeData(beside path: String) throws -> [String] {
    let paths = dataPaths(beside: path)
    for (panel, path) in zip(panels, paths) { try panel.table().writeDelimited(to: path) }
    return paths
  }

  /// Writes the picture.
  public func write(
    to path: String, _ renderer: FigureRenderer, dpi: Double = 200,
    isCancelled: () -> Bool = { false }
  ) throws {
    let canvas = canvas(try Figure.format(of: path), dpi: dpi)
    try AtomicFile.write(path, bytes: renderer.draw(self, canvas, isCancelled: isCancelled))
  }
}
