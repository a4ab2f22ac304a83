// Scalar functions of the C library under plain names, for code away from the hot loops.

import Glibc

func logarithm(_ x: Double) -> Double { log(x) }

func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) { (sin(angle), cos(angle)) }
