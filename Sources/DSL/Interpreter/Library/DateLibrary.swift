// Dates of the Gregorian calendar, with or without a time of day, without time zones.

import Glibc
import TLSyntax

enum DateLibrary {
  static let functions: [LibraryFunction] = [
    date, today, addDays, addMonths, daysBetween, formatDate, parseDate,
  ]

  private static let date0 = ParameterDeclaration("date", .date, "a date")

  static let date = LibraryFunction(
    "date", .dates, "a date from a text, or from year, month and day",
    [
      ParameterDeclaration(
        "value", [.text, .integer],
        "\"2026-11-23\", \"23.11.2026\" or \"2026-11-23 14:05:09\"; or the year"),
      ParameterDeclaration("month", .integer, "1 to 12", default: .none, in: 1...12),
      ParameterDeclaration("day", .integer, "1 to 31", default: .none, in: 1...31),
    ],
    result: .date,
    examples: [
      .init("date(\"23.11.2026\") + 10", "2026-12-03"),
      .init("date(2026, 11, 23).weekday", "1"),
      .init("date(\"2026-03-01\") - date(\"2026-02-01\")", "28"),
    ],
    details: "A date has the fields \(DateObject.fieldNames.joined(separator: ", ")); weekday is 1 "
      + "for Monday to 7 for Sunday. `date + days` and `date - date` work on days; dates compare "
      + "with `<`. A time with an offset from UTC, such as \"2026-11-23T14:05:09+03:00\", becomes "
      + "the time in UTC."
  ) { call in
    if let text = call[0].asText?.string {
      if let date = DateObject(parsing: text) { return .object(date) }
      throw call.problem(
        RuntimeRules.notReadable,
        "\(brief(call[0])) is not a date such as \"2026-11-23\" or \"23.11.2026\"")
    }
    let year = try call.integer(0)
    guard !call.isNone(1), !call.isNone(2) else {
      throw call.bad(1, "a year needs `month` and `day` with it")
    }
    let (month, day) = (try call.integer(1), try call.integer(2))
    guard let date = DateObject(year: year, month: month, day: day) else {
      throw call.bad(0, "there is no day \(day) in month \(month) of \(year)")
    }
    return .object(date)
  }

  static let today = LibraryFunction(
    "today", .dates, "the current date in local time", [], result: .date,
    examples: [.init("today() > date(\"2020-01-01\")", "true")],
    details: "A script that calls it gives other results on another day."
  ) { _ in
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    return .object(
      DateObject(
        days: DateObject.days(Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)))
    )
  }

  static let addDays = LibraryFunction(
    "add_days", .dates, "the date so many days later, or earlier when negative",
    [date0, ParameterDeclaration("days", .integer, "how many")], result: .date,
    examples: [.init("add_days(date(\"2026-02-28\"), 1)", "2026-03-01")]
  ) { call in
    guard let date = call[0].asDate else { return .none }
    return try date.adding(days: try call.integer(1), call.place)
  }

  static let addMonths = LibraryFunction(
    "add_months", .dates, "the date so many months later; in a shorter month its last day",
    [date0, ParameterDeclaration("months", .integer, "how many", in: -1e6...1e6)], result: .date,
    examples: [.init("add_months(date(\"2026-01-31\"), 1)", "2026-02-28")]
  ) { call in
    guard let date = call[0].asDate else { return .none }
    let (year, month, day) = date.civil
    let months = year * 12 + month - 1 + (try call.integer(1))
    let newYear = months >= 0 ? months / 12 : (months - 11) / 12
    let newMonth = months - newYear * 12 + 1
    let newDay = min(day, DateObject.length(ofMonth: newMonth, newYear))
    guard
      let result = DateObject(
        year: newYear, month: newMonth, day: newDay, seconds: date.seconds)
    else { throw call.bad(1, "the date would be outside the years -9999 to 9999") }
    return .object(result)
  }

  static let daysBetween = LibraryFunction(
    "days_between", .dates,
    "how many days lie between two dates; negative when the second is earlier",
    [
      ParameterDeclaration("start", .date, "a date"),
      ParameterDeclaration("end", .date, "another date"),
    ],
    result: .integer,
    examples: [.init("days_between(date(\"2026-01-01\"), date(\"2026-12-31\"))", "364")]
  ) { call in
    guard let start = call[0].asDate, let end = call[1].asDate else { return .none }
    return .integer(end.days - start.days)
  }

  private static let pattern = ParameterDeclaration(
    "pattern", .text, "for instance \"DD.MM.YYYY\" or \"D MMMM YYYY, HH:mm\"",
    default: .text("YYYY-MM-DD"))

  static let formatDate = LibraryFunction(
    "format_date", .dates, "a date as a text after a pattern",
    [
      date0, pattern,
      ParameterDeclaration(
        "language", .text, "of the names of months and days", default: .text("en"),
        choices: ["en", "ru"]),
    ],
    result: .text,
    examples: [
      .init("format_date(date(\"2026-11-03\"), \"DD.MM.YY\")", "03.11.26"),
      .init(
        "format_date(date(\"2026-11-23\"), \"dddd, D MMMM\", language: \"ru\")",
        "понедельник, 23 ноября"),
    ],
    details: "YYYY YY year; MMMM MMM month's name, MM M its number; DD D day; dddd ddd weekday's "
      + "name; HH H hour; mm minute; ss second. Other characters stand for themselves; Russian "
      + "months beside a day are in the genitive."
  ) { call in
    guard let date = call[0].asDate else { return .none }
    let pattern = try call.text(1)
    let names = DateNames.of(try call.text(2))
    let (year, month, day) = date.civil
    let seconds = date.seconds ?? 0
    var result = ""
    for token in DatePattern.tokens(pattern) {
      switch token {
      case "YYYY": result += DateObject.padded(year, 4)
      case "YY": result += DateObject.padded(abs(year) % 100)
      case "MMMM":
        result += pattern.contains("D") ? names.monthsOfDay[month - 1] : names.months[month - 1]
      case "MMM": result += names.shortMonths[month - 1]
      case "MM": result += DateObject.padded(month)
      case "M": result += String(month)
      case "DD": result += DateObject.padded(day)
      case "D": result += String(day)
      case "dddd": result += names.days[date.weekday - 1]
      case "ddd": result += names.shortDays[date.weekday - 1]
      case "HH": result += DateObject.padded(seconds / 3600)
      case "H": result += String(seconds / 3600)
      case "mm": result += DateObject.padded(seconds / 60 % 60)
      case "ss": result += DateObject.padded(seconds % 60)
      default: result += token
      }
    }
    return .text(result)
  }

  static let parseDate = LibraryFunction(
    "parse_date", .dates, "the date that a text gives after a pattern",
    [ParameterDeclaration("text", .text, "the text"), pattern], result: .date,
    examples: [.init("parse_date(\"11/23/2026\", \"MM/DD/YYYY\")", "2026-11-23")],
    details: "The pattern is as for `format_date`, with numbers only."
  ) { call in
    var rest = Substring(try call.text(0))
    var parts: [Character: Int] = [:]
    func unreadable() throws -> Problem {
      call.problem(
        RuntimeRules.notReadable, "\(brief(call[0])) is not a date after \(brief(call[1]))")
    }
    for token in DatePattern.tokens(try call.text(1)) {
      guard let letter = token.first, DatePattern.letters.contains(letter) else {
        guard rest.hasPrefix(token) else { throw try unreadable() }
        rest = rest.dropFirst(token.count)
        continue
      }
      guard token.count <= 2 || token == "YYYY" else {
        throw call.bad(1, "`\(token)` is for writing; only numbers are read")
      }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
        .prefix(token == "YYYY" ? 4 : 2)
      guard var value = Int(digits) else { throw try unreadable() }
      if token == "YY" { value += value < 70 ? 2000 : 1900 }
      parts[letter] = value
      rest = rest.dropFirst(digits.count)
    }
    guard rest.isEmpty, let year = parts["Y"], let month = parts["M"], let day = parts["D"] else {
      throw try unreadable()
    }
    var seconds: Int?
    if let hour = parts["H"] {
      let (minute, second) = (parts["m"] ?? 0, parts["s"] ?? 0)
      guard hour < 24, minute < 60, second < 60 else { throw try unreadable() }
      seconds = hour * 3600 + minute * 60 + second
    }
    guard let date = DateObject(year: year, month: month, day: day, seconds: seconds) else {
      throw try unreadable()
    }
    return .object(date)
  }
}

enum DatePattern {
  static let letters: Set<Character> = ["Y", "M", "D", "d", "H", "m", "s"]
  private static let known: Set<String> = [
    "YYYY", "YY", "MMMM", "MMM", "MM", "M", "DD", "D", "dddd", "ddd", "HH", "H", "mm", "ss",
  ]

  /// The runs of pattern letters, and every other character by itself.
  static func tokens(_ pattern: String) -> [String] {
    var tokens: [String] = []
    for character in pattern {
      if let last = tokens.last, last.first == character, letters.contains(character),
        known.contains(where: { $0.hasPrefix(last + String(character)) })
      {
        tokens[tokens.count - 1].append(character)
      } else {
        tokens.append(String(character))
      }
    }
    return tokens
  }
}

struct DateNames {
  let months: [String]
  /// As they stand beside a day.
  let monthsOfDay: [String]
  let shortMonths: [String]
  let days: [String]
  let shortDays: [String]

  static func of(_ language: String) -> DateNames { language == "ru" ? russian : english }

  private static let englishMonths = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  private static let english = DateNames(
    months: englishMonths, monthsOfDay: englishMonths,
    shortMonths: englishMonths.map { String($0.prefix(3)) },
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    shortDays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])

  private static let russian = DateNames(
    months: [
      "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь",
      "октябрь", "ноябрь", "декабрь",
    ],
    monthsOfDay: [
      "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
      "октября", "ноября", "декабря",
    ],
    shortMonths: [
      "янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
    ],
    days: [
      "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
    ],
    shortDays: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"])
}
