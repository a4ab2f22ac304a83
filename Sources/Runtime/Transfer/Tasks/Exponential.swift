// Exponential: the one function of the C library that this module needs.

import Glibc

enum Exponential {
  static func of(_ x: Double) -> Double { exp(x) }
}
