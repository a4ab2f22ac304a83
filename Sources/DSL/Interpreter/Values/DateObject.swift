// A day of the calendar with an optional time of day, in the proleptic Gregorian calendar and
// without a time zone. The arithmetic on days is that of Howard Hinnant, "chrono-compatible
// low-level date algorithms" (2014).

import TLSyntax

public final class DateObject: Object {
  /// Days since 1970-01-01.
  public let days: Int
  /// Seconds since midnight, or nil for a day without a time.
  public let seconds: Int?

  public init(days: Int, seconds: Int? = nil) {
    self.days = days
    self.seconds = seconds
    super.init(tag: .date)
  }

  /// - Returns: nil when there is no such day.
  public convenience init?(year: Int, month: Int, day: Int, seconds: Int? = nil) {
    guard (1...12).contains(month), day >= 1, day <= DateObject.length(ofMonth: month, year),
      (-9999...9999).contains(year)
    else { return nil }
    self.init(days: DateObject.days(year, month, day), seconds: seconds)
  }

  /// Reads `2026-11-23`, `2026-11-23 14:05`, `2026-11-23T14:05:09` and `23.11.2026`. A time with an
  /// offset, such as `14:05:09+03:00`, becomes the time in UTC; parts of a second are dropped.
  public convenience init?(parsing text: String) {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" })
    guard let date = parts.first, parts.count <= 2 else { return nil }
    var seconds: Int?
    var offset = 0
    if parts.count == 2 {
      var time = parts[1]
      if time.hasSuffix("Z") {
        time = time.dropLast()
      } else if let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) {
        guard let minutes = DateObject.minutes(ofOffset: time[time.index(after: sign)...]) else {
          return nil
        }
        offset = (time[sign] == "+" ? 1 : -1) * minutes * 60
        time = time[..<sign]
      }
      if let point = time.firstIndex(of: "."), time.filter({ $0 == ":" }).count == 2 {
        let fraction = time[time.index(after: point)...]
        guard !fraction.isEmpty, fraction.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
          return nil
        }
        time = time[..<point]
      }
      let numbers = time.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2 || numbers.count == 3, let hour = numbers[0],
        let minute = numbers[1], (0...23).contains(hour), (0...59).contains(minute)
      else { return nil }
      var second = 0
      if numbers.count == 3 {
        guard let given = numbers[2], (0...59).contains(given) else { return nil }
        second = given
      }
      seconds = hour * 3600 + minute * 60 + second
    }
    let isDotted = date.contains(".")
    let numbers = date.split(separator: isDotted ? "." : "-", omittingEmptySubsequences: false)
      .map { Int($0) }
    guard numbers.count == 3, let first = numbers[0], let second = numbers[1],
      let third = numbers[2]
    else { return nil }
    let (year, day) = isDotted ? (third, first) : (first, third)
    guard (1...12).contains(second), day >= 1, day <= DateObject.length(ofMonth: second, year),
      (-9999...9999).contains(year)
    else { return nil }
    var days = DateObject.days(year, second, day)
    if let time = seconds, offset != 0 {
      let utc = time - offset
      days += utc < 0 ? -1 : utc >= 86_400 ? 1 : 0
      seconds = (utc + 86_400) % 86_400
    }
    self.init(days: days, seconds: seconds)
  }

  /// The minutes of `03:00`, `0300` or `03`.
  private static func minutes(ofOffset text: Substring) -> Int? {
    let digits = text.filter { $0 != ":" }
    guard digits.count == 2 || digits.count == 4,
      digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int(digits)
    else { return nil }
    let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
    return hours < 24 && minutes < 60 ? hours * 60 + minutes : nil
  }

  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func length(ofMonth month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Year, month and day.
  public var civil: (year: Int, month: Int, day: Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthPart = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthPart + 2) / 5 + 1
    let month = monthPart < 10 ? monthPart + 3 : monthPart - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// 1 for Monday to 7 for Sunday.
  public var weekday: Int { ((days + 3) % 7 + 7) % 7 + 1 }

  func adding(days count: Int, _ place: Place) throws -> Value {
    let (sum, overflow) = days.addingReportingOverflow(count)
    guard !overflow, abs(sum) < 3_700_000 else {
      throw Problem(
        RuntimeRules.badArgument, "the date would be outside the years -9999 to 9999", at: place)
    }
    return .object(DateObject(days: sum, seconds: seconds))
  }

  static let fieldNames = ["year", "month", "day", "hour", "minute", "second", "weekday"]

  func field(_ name: String) -> Value? {
    let time = seconds ?? 0
    switch name {
    case "year": return .integer(civil.year)
    case "month": return .integer(civil.month)
    case "day": return .integer(civil.day)
    case "hour": return .integer(time / 3600)
    case "minute": return .integer(time / 60 % 60)
    case "second": return .integer(time % 60)
    case "weekday": return .integer(weekday)
    default: return nil
    }
  }

  static func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(abs(number))
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
  }

  /// `2026-11-23` or `2026-11-23 14:05:09`.
  public var description: String {
    let (year, month, day) = civil
    let date =
      "\(DateObject.padded(year, 4))-\(DateObject.padded(month))-\(DateObject.padded(day))"
    guard let seconds else { return date }
    return date
      + " \(DateObject.padded(seconds / 3600)):\(DateObject.padded(seconds / 60 % 60)):"
      + DateObject.padded(seconds % 60)
  }

  static func == (left: DateObject, right: DateObject) -> Bool {
    left.days == right.days && left.seconds ?? 0 == right.seconds ?? 0
  }

  static func < (left: DateObject, right: DateObject) -> Bool {
    (left.days, left.seconds ?? 0) < (right.days, right.seconds ?? 0)
  }
}

extension Value {
  var asDate: DateObject? {
    if case .object(let object) = self, object.tag == .date {
      return unsafeDowncast(object, to: DateObject.self)
    }
    return nil
  }
}
