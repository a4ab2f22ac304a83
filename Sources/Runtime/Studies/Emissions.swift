// Emissions: what runs have cost in energy, CO2 and money, with a file that CodeCarbon's tools read
// (emissions.csv, 38 columns of version 3).

import Glibc
import TLStore
import TLText

/// Grams of CO2 for a kilowatt-hour, by country.
public enum CarbonIntensity {
  public struct Country: Sendable {
    public let code: String
    public let short: String
    public let name: String
    /// kg of CO2-equivalent for a kWh.
    public let intensity: Double

    public init(code: String, short: String, name: String, intensity: Double) {
      self.code = code
      self.short = short
      self.name = name
      self.intensity = intensity
    }
  }

  /// Figures of Ember by Our World in Data as CodeCarbon 3.3 has them, rounded to a gram: of 2023,
  /// of Belarus and Armenia of 2022.
  public static let countries: [Country] = [
    ("RUS", "RU", "Russia", 0.441), ("BLR", "BY", "Belarus", 0.442),
    ("KAZ", "KZ", "Kazakhstan", 0.821), ("ARM", "AM", "Armenia", 0.265),
    ("USA", "US", "United States", 0.369), ("CAN", "CA", "Canada", 0.170),
    ("BRA", "BR", "Brazil", 0.098), ("CHN", "CN", "China", 0.582), ("IND", "IN", "India", 0.713),
    ("JPN", "JP", "Japan", 0.485), ("KOR", "KR", "South Korea", 0.431),
    ("AUS", "AU", "Australia", 0.549), ("TUR", "TR", "Turkey", 0.465),
    ("DEU", "DE", "Germany", 0.381), ("FRA", "FR", "France", 0.056),
    ("GBR", "GB", "United Kingdom", 0.238), ("POL", "PL", "Poland", 0.662),
    ("SWE", "SE", "Sweden", 0.041), ("NOR", "NO", "Norway", 0.030), ("FIN", "FI", "Finland", 0.079),
    ("CHE", "CH", "Switzerland", 0.035), ("ESP", "ES", "Spain", 0.174),
    ("ITA", "IT", "Italy", 0.331),
    ("NLD", "NL", "Netherlands", 0.268), ("WLD", "", "World", 0.481),
  ].map { Country(code: $0.0, short: $0.1, name: $0.2, intensity: $0.3) }

  /// By code of three or two letters, or by name; in any case of letters.
  public static func country(_ name: String) -> Country? {
    let wanted = name.lowercased()
    return countries.first {
      [$0.code, $0.short, $0.name].contains { !$0.isEmpty && $0.lowercased() == wanted }
    }
  }
}

extension StudyCell {
  /// Counts the CO2 of the cell's energy, at kg for a kWh.
  public mutating func emit(_ intensity: Double) {
    guard let energy = field("energy_kwh")?.asNumber,
      CellResult.fields(result).allSatisfy({ $0.name != "co2_kg" })
    else { return }
    fields.removeAll { $0.name == "co2_kg" }
    fields.append(CellField("co2_kg", .number(energy * intensity)))
  }
}

extension Study {
  /// The study with its CO2 at another number of kg for a kWh.
  public func emitting(_ intensity: Double) -> Study {
    var study = self
    for index in study.cells.indices where study.cells[index].state == .finished {
      study.cells[index].emit(intensity)
    }
    return study
  }
}

/// One run's energy.
public struct RunEnergy: Sendable {
  public var id: String
  public var title: String
  /// When it ended, Unix time.
  public var ended: Double
  public var use: EnergyUse
  public var processor: String
  public var cores: Int

  public init(
    id: String, title: String, ended: Double, use: EnergyUse, processor: String, cores: Int
  ) {
    self.id = id
    self.title = title
    self.ended = ended
    self.use = use
    self.processor = processor
    self.cores = cores
  }
}

/// The emissions of runs.
public struct Emissions: Sendable {
  public let runs: [RunEnergy]
  public let country: CarbonIntensity.Country
  /// Money for a kWh; nil: no cost is said.
  public let tariff: Double?
  public let currency: String

  public init(
    _ runs: [RunEnergy], country: CarbonIntensity.Country, tariff: Double?, currency: String
  ) {
    self.runs = runs
    self.country = country
    self.tariff = tariff
    self.currency = currency
  }

  public var seconds: Double { runs.reduce(0) { $0 + $1.use.seconds } }
  public var cpuSeconds: Double { runs.reduce(0) { $0 + $1.use.cpuSeconds } }
  public var kWh: Double { runs.reduce(0) { $0 + $1.use.kWh($1.processor) } }
  public var kilograms: Double { kWh * country.intensity }
  public var cost: Double? { tariff.map { $0 * kWh } }
  /// Whether every run was measured by the processor's counters.
  public var isMeasured: Bool { !runs.isEmpty && runs.allSatisfy(\.use.isMeasured) }

  /// Where the numbers are from, in a sentence.
  public var basis: String {
    let measured = runs.count { $0.use.isMeasured }
    if measured == runs.count { return "measured by the processor's counters (RAPL)" }
    let names = Set(runs.filter { !$0.use.isMeasured }.map(\.processor)).sorted()
    let watts = names.map {
      "\(EnergyUse.wattsPerCore($0)) W a busy core of \($0)"
    }.joined(separator: ", ")
    let part = measured == 0 ? "an estimate" : "\(measured) runs measured, the others an estimate"
    return "\(part): processor time at \(watts), and 0.375 W a gigabyte of memory"
  }

  public static let columns = [
    "timestamp", "project_name", "run_id", "experiment_id", "duration", "emissions",
    "emissions_rate", "cpu_power", "gpu_power", "ram_power", "cpu_energy", "gpu_energy",
    "ram_energy", "energy_consumed", "water_consumed", "country_name", "country_iso_code", "region",
    "cloud_provider", "cloud_region", "os", "python_version", "codecarbon_version", "cpu_count",
    "cpu_model", "gpu_count", "gpu_model", "longitude", "latitude", "ram_total_size",
    "tracking_mode", "cpu_utilization_percent", "gpu_utilization_percent",
    "ram_utilization_percent", "ram_used_gb", "on_cloud", "pue", "wue",
  ]

  /// CodeCarbon's table: a row for each run. Seconds, kg, kg/s, W, kWh.
  public func table() throws -> Table {
    let memory = Double(MachineFacts.current["memory"]?.int ?? 0) / 1e9
    let system = MachineFacts.current["system"]?.string ?? "Linux"
    var values = Self.columns.map { _ in [DataValue]() }
    for run in runs {
      let seconds = max(1e-9, run.use.seconds)
      let (processor, ram) = (run.use.processorKWh(run.processor), run.use.memoryKWh)
      let kilograms = (processor + ram) * country.intensity
      let load = 100 * run.use.cpuSeconds / (seconds * Double(max(1, run.cores)))
      let row: [String: DataValue] = [
        "timestamp": .text(Self.timestamp(run.ended)), "project_name": .text("tl"),
        "run_id": .text(run.id), "experiment_id": .text(run.title),
        "duration": .number(run.use.seconds), "emissions": .number(kilograms),
        "emissions_rate": .number(kilograms / seconds),
        "cpu_power": .number(processor * 3.6e6 / seconds), "gpu_power": .number(0),
        "ram_power": .number(EnergyUse.memoryWatts(run.use.memory)),
        "cpu_energy": .number(processor), "gpu_energy": .number(0), "ram_energy": .number(ram),
        "energy_consumed": .number(processor + ram), "water_consumed": .number(0),
        "country_name": .text(country.name), "country_iso_code": .text(country.code),
        "os": .text(system), "cpu_count": .int(run.cores), "cpu_model": .text(run.processor),
        "gpu_count": .int(0), "ram_total_size": .number(memory),
        "tracking_mode": .text("process"),
        "cpu_utilization_percent": .number(min(100, load)), "gpu_utilization_percent": .number(0),
        "ram_used_gb": .number(Double(run.use.memory) / 1e9),
        "ram_utilization_percent": .number(
          memory > 0 ? Double(run.use.memory) / 1e7 / memory : 0),
        "on_cloud": .text("N"), "pue": .number(1), "wue": .number(0),
      ]
      for (index, name) in Self.columns.enumerated() {
        values[index].append(row[name] ?? .text(""))
      }
    }
    return try Table(zip(Self.columns, values).map { ($0, $1) })
  }

  /// `2026-11-23T12:05:41`, UTC.
  static func timestamp(_ unix: Double) -> String {
    var time = time_t(unix)
    var parts = tm()
    gmtime_r(&time, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
