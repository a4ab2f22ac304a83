// A matrix in a .npy file as NumPy saves it (format versions 1 to 3): float32 or float64, little
// endian, one or two dimensions, rows together. No pickled objects, no .npz.

import Glibc
import TLTensor
import TLText

public enum NumPyFile {
  /// Reads a matrix [rows, columns]; one dimension becomes one column. Throws `noSuchFile`, or
  /// `unreadable` with the reason.
  public static func read(_ path: String) throws(TextError) -> Tensor {
    guard let file = fopen(path, "rb") else {
      throw errno == ENOENT
        ? .noSuchFile(path: path)
        : .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    func fail(_ reason: String) -> TextError { .unreadable(path: path, reason: reason) }
    var lead = [UInt8](repeating: 0, count: 8)
    guard fread(&lead, 1, 8, file) == 8, lead.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw fail("it does not begin as a .npy file does")
    }
    guard (1...3).contains(lead[6]) else {
      throw fail("its format has version \(lead[6]), known are 1 to 3")
    }
    let width = lead[6] == 1 ? 2 : 4
    var size = [UInt8](repeating: 0, count: width)
    guard fread(&size, 1, width, file) == width else { throw fail("it ends within its header") }
    let length = size.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= 65_536 else { throw fail("its header has \(length) bytes, at most 65536") }
    var header = [UInt8](repeating: 0, count: length)
    guard fread(&header, 1, length, file) == length else { throw fail("it ends within its header") }
    let text = String(decoding: header, as: UTF8.self)
    let isWide = text.contains("'<f8'")
    guard isWide || text.contains("'<f4'") else {
      throw fail("it holds other numbers than little-endian float32 or float64")
    }
    guard text.contains("'fortran_order': False") else {
      throw fail("its columns stand together, not its rows; save a contiguous copy")
    }
    guard let shape = shape(in: text), (1...2).contains(shape.count) else {
      throw fail("it is no matrix of one or two dimensions")
    }
    let (rows, columns) = (shape[0], shape.count == 2 ? shape[1] : 1)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let start = ftell(file)
    var status = stat()
    guard !overflow, count < 1 << 40, fstat(fileno(file), &status) == 0,
      Int(status.st_size) - start >= count * (isWide ? 8 : 4)
    else { throw fail("it is shorter than its \(rows) × \(columns) numbers") }
    let tensor = Tensor(zeros: [rows, columns])
    guard isWide else {
      guard fread(tensor.pointer, 4, count, file) == count else { throw fail("it ended early") }
      return tensor
    }
    var block = [Double](repeating: 0, count: min(max(1, count), 8192))
    var done = 0
    while done < count {
      let step = min(block.count, count - done)
      guard fread(&block, 8, step, file) == step else { throw fail("it ended early") }
      for index in 0..<step { tensor.pointer[done + index] = Float(block[index]) }
      done += step
    }
    return tensor
  }

  /// The numbers in `'shape': (3, 4)`.
  private static func shape(in header: String) -> [Int]? {
    guard let key = header.range(of: "'shape': ("),
      let end = header[key.upperBound...].firstIndex(of: ")")
    else { return nil }
    var numbers: [Int] = []
    for part in header[key.upperBound..<end].split(separator: ",") {
      let digits = part.filter { $0 != " " }
      if digits.isEmpty { continue }
      guard let number = Int(digits), number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<Index>? {
    ranges(of: part).first
  }
}
