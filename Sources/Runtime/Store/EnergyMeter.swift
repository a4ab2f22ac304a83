// EnergyMeter: what a stretch of work takes from the socket. Where the processor's own counters can be
// read (RAPL, in the powercap folder of Linux) they are; else the energy is estimated from the seconds of
// processor time and says so: a watt figure for one busy logical core, and 0.375 W for each gigabyte of
// memory, as CodeCarbon has it.

import Glibc
import TLText

/// Measures from its making on.
public struct EnergyMeter: Sendable {
  private let counters: [(path: String, start: Double, range: Double)]
  private let cpuStart: Double
  private let start: Double

  public init() {
    counters = EnergyMeter.packages.compactMap { folder in
      guard let start = EnergyMeter.number(folder + "/energy_uj") else { return nil }
      return (
        folder + "/energy_uj", start, EnergyMeter.number(folder + "/max_energy_range_uj") ?? 0
      )
    }
    cpuStart = EnergyMeter.cpuSeconds
    start = StoreClock.now
  }

  /// What was used until now.
  /// - Parameter memory: the most bytes that the work has held.
  public func use(memory: Int) -> EnergyUse {
    var joules: Double?
    for counter in counters {
      guard let now = EnergyMeter.number(counter.path) else { continue }
      var used = now - counter.start
      // The counter turns over.
      if used < 0 { used += counter.range }
      joules = (joules ?? 0) + max(0, used) * 1e-6
    }
    return EnergyUse(
      seconds: max(0, StoreClock.now - start),
      cpuSeconds: max(0, EnergyMeter.cpuSeconds - cpuStart), measuredJoules: joules,
      memory: memory)
  }

  /// Whether the processor's counters can be read here.
  public static var isMeasured: Bool { packages.contains { number($0 + "/energy_uj") != nil } }

  private static let packages: [String] = {
    let root = "/sys/class/powercap"
    return StoreFiles.names(in: root).filter { name in
      // Packages alone: cores and memory controllers are parts of them, with a second colon.
      name.hasPrefix("intel-rapl:") && name.count { $0 == ":" } == 1
    }.map { root + "/" + $0 }
  }()

  private static func number(_ path: String) -> Double? {
    guard let text = try? FileBytes.readText(path) else { return nil }
    return Double(text.filter { ("0"..."9").contains($0) })
  }

  /// Seconds that all threads of this process have computed.
  private static var cpuSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

/// The energy of a stretch of work.
public struct EnergyUse: Sendable, Equatable {
  public var seconds: Double
  /// Of all threads together.
  public var cpuSeconds: Double
  /// By the processor's counters, for the whole machine; nil where they cannot be read.
  public var measuredJoules: Double?
  /// The most bytes held.
  public var memory: Int

  public init(seconds: Double, cpuSeconds: Double, measuredJoules: Double?, memory: Int) {
    self.seconds = seconds
    self.cpuSeconds = cpuSeconds
    self.measuredJoules = measuredJoules
    self.memory = memory
  }

  public var isMeasured: Bool { measuredJoules != nil }

  /// kWh of the processor: measured, or watts of a busy core times processor time.
  public func processorKWh(_ processor: String) -> Double {
    (measuredJoules ?? cpuSeconds * Self.wattsPerCore(processor)) / 3.6e6
  }

  /// kWh of the memory at 0.375 W for each gigabyte.
  public var memoryKWh: Double { Self.memoryWatts(memory) * seconds / 3.6e6 }

  public static func memoryWatts(_ bytes: Int) -> Double { 0.375 * Double(bytes) / 1e9 }

  public func kWh(_ processor: String) -> Double { processorKWh(processor) + memoryKWh }

  /// Watts of one busy logical core: the thermal design power of the kind of processor, divided by its
  /// threads. Server parts by their makers' data sheets, rounded; 5 W for what is not known.
  public static func wattsPerCore(_ processor: String) -> Double {
    let name = processor.lowercased()
    let known: [(String, Double)] = [
      ("xeon(r) platinum 84", 3.1), ("xeon(r) platinum 85", 2.7), ("xeon(r) platinum 83", 3.4),
      ("xeon(r) platinum 82", 3.7), ("xeon(r) platinum 81", 3.7), ("xeon(r) gold", 3.7),
      ("xeon", 3.7), ("epyc 9", 2.0), ("epyc 7", 1.9), ("epyc", 2.0), ("threadripper", 2.2),
      ("ryzen", 5.3), ("core(tm) i", 5.9), ("core(tm) ultra", 4.1), ("neoverse", 1.8),
      ("graviton", 1.8), ("apple m", 3.0),
    ]
    return known.first { name.contains($0.0) }?.1 ?? 5
  }
}
