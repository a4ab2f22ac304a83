// One figure of each kind, small, large, with one point, with nothing, and with hostile texts.

import TLFigures
import TLText

/// Numbers that look random and are the same everywhere.
struct Sequence {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func uniform() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(state >> 11) / Double(1 << 53)
  }

  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + uniform() }
  }
}

enum Samples {
  static let hostile = [
    "a'b\"c", "_x_^2{y}@z", "`touch /tmp/tl-figure-was-here`", "строка\nс переводом", "50% d %s",
    "'; !touch /tmp/tl-figure-was-here; '", "$d1 EOD\nEOD\nquit", "<b>&amp;</b> \\n \\",
    "日本語 🙂 e\u{301}",
  ]

  static func curves(_ count: Int, _ language: FigureLanguage = .russian) -> Figure {
    var random = Sequence(1)
    let x = (1...max(1, count)).map { Double($0) }
    let loss = x.map { 0.7 / (1 + $0 / Double(count) * 4) + 0.05 * random.normal() }
    let smooth = x.map { 0.7 / (1 + $0 / Double(count) * 4) }
    let epochs = stride(from: 1, through: Double(max(1, count)), by: Double(max(1, count / 5)))
    let w = FigureWord.self
    return Figure(
      [
        CurvePanel(
          title: language == .russian ? "Потери по шагам" : "Loss by step",
          x: Axis(w.step(language)), y: Axis(w.loss(language)),
          curves: [
            .init("", x: x, y: loss, style: .pale, color: 0),
            .init(w.smoothed(language), x: x, y: smooth, style: .line, color: 0),
            .init(
              w.validation(language), x: Array(epochs),
              y: epochs.map { 0.75 / (1 + $0 / Double(count) * 3) }, color: 1),
          ], marks: [.init(Double(count) * 0.8, w.bestEpoch(language))])
      ], language: language)
  }

  static func learning(_ language: FigureLanguage = .russian) -> Figure {
    let sizes = [100.0, 300, 1_000, 3_000, 10_000]
    let names = ["LoRA, r = 8", "full_fine_tuning", "адаптеры", "linear_probe"]
    return Figure(
      [
        CurvePanel(
          title: "macro-F1", x: Axis(FigureWord.trainingRows(language), isLogarithmic: true),
          y: Axis("macro-F1"),
          curves: names.enumerated().map { index, name in
            let y = sizes.enumerated().map { 0.6 + 0.07 * Double($0.offset) - 0.03 * Double(index) }
            return .init(
              name, x: sizes, y: y, lower: y.map { $0 - 0.04 }, upper: y.map { $0 + 0.03 })
          })
      ], language: language)
  }

  static func scatter(_ count: Int, _ language: FigureLanguage = .russian) -> Figure {
    var random = Sequence(2)
    let groups = (0..<count).map { $0 % 3 }
    let xs = groups.map { random.normal() + 3 * Double($0) }
    let ys = groups.map { random.normal() + 2 * Double($0 % 2) }
    let names = ["положительный", "отрицательный", "нейтральный", "класс без точек"]
    return Figure(
      [
        ScatterPanel(
          title: "UMAP, [CLS], слой 3", x: Axis(showsTicks: false), y: Axis(showsTicks: false),
          xs: xs, ys: ys, color: .groups(groups, names: names),
          labels: count <= 40 ? (0..<count).map { "текст \($0)" } : [], hasEqualUnits: true)
      ], language: language)
  }

  static func colored(_ count: Int) -> Figure {
    var random = Sequence(3)
    let xs = (0..<count).map { _ in random.uniform() * 40 }
    let ys = xs.map { $0 * 0.5 + 3 * random.normal() }
    return Figure(
      [
        ScatterPanel(
          title: "length and loss", x: Axis("length, tokens"), y: Axis("loss, nats"), xs: xs,
          ys: ys,
          color: .values(xs.map { 40 - $0 }, label: "confidence, %"))
      ], language: .english)
  }

  static func bars() -> Figure {
    let names = [
      "feature_extraction", "linear_probe", "adapters", "lora", "layerwise", "full_fine_tuning",
    ]
    return Figure(
      [
        BarPanel(
          title: "Стратегии на тестовой части", categories: names, value: Axis("macro-F1"),
          series: [
            .init(
              "настроения", [0.81, 0.83, 0.86, 0.88, 0.89, 0.87],
              lower: [0.78, 0.8, 0.83, 0.86, 0.87, 0.85],
              upper: [0.84, 0.86, 0.88, 0.9, 0.91, 0.89]),
            .init("сущности", [0.61, 0.63, 0.76, .nan, 0.79, 0.77]),
          ])
      ], language: .russian)
  }

  static func histogram(_ count: Int) -> Figure {
    var random = Sequence(4)
    let first = (0..<count).map { _ in (30 + 8 * random.normal()).rounded() }
    let second = (0..<count).map { _ in (22 + 5 * random.normal()).rounded() }
    return Figure(
      [
        HistogramPanel(
          title: "Длина текста", x: Axis("токены"), groups: [("новости", first)],
          countLabel: "тексты"),
        HistogramPanel(
          title: "Две группы", x: Axis("токены"), groups: [("новости", first), ("отзывы", second)],
          countLabel: "тексты"),
      ], language: .russian)
  }

  static func boxes(_ count: Int) -> Figure {
    var random = Sequence(5)
    let names = ["LoRA", "адаптеры", "полное дообучение", "проба"]
    return Figure(
      [
        BoxPanel(
          title: "Разброс по зёрнам", value: Axis("macro-F1"),
          groups: names.enumerated().map { index, name in
            (
              name,
              (0..<(index == 3 ? 1 : count)).map { _ in
                0.8 + 0.02 * Double(index) + 0.01 * random.normal()
              }
            )
          })
      ], language: .russian)
  }

  static func attention(_ language: FigureLanguage = .russian) -> Figure {
    let tokens = ["[CLS]", "Банк", "рос", "##сии", "повысил", "ключевую", "ставку", ".", "[SEP]"]
    var random = Sequence(6)
    func weights() -> [[Double]] {
      tokens.map { _ in
        let row = tokens.map { _ in random.uniform() * random.uniform() * random.uniform() }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      }
    }
    let (before, after) = (weights(), weights())
    let difference = zip(before, after).map { zip($0, $1).map { $1 - $0 } }
    let w = FigureWord.self
    func map(_ title: String, _ values: [[Double]], _ scale: ColorScale = .sequential)
      -> HeatMapPanel
    {
      HeatMapPanel(
        title: title, rowLabel: w.query(language), columnLabel: w.key(language), rows: tokens,
        columns: tokens, values: values, scale: scale, range: scale == .sequential ? 0...0.6 : nil,
        scaleLabel: scale == .sequential ? w.attentionWeight(language) : w.difference(language))
    }
    return Figure(
      [
        map(w.before(language), before), map(w.after(language), after),
        map(w.difference(language), difference, .diverging),
      ], title: language == .russian ? "Внимание, слой 2, голова 5" : "Attention, layer 2, head 5",
      language: language)
  }

  static func confusion() -> Figure {
    Figure(
      [
        HeatMapPanel(
          title: "Путаница классов", rowLabel: "верный класс", columnLabel: "предсказанный класс",
          rows: ["negative", "neutral", "positive"], columns: ["negative", "neutral", "positive"],
          values: [[0.9, 0.1, 0], [.nan, .nan, .nan], [0.2, 0.05, 0.75]], range: 0...1,
          scaleLabel: "доля верного класса",
          texts: [["90", "10", "0"], ["0", "0", "0"], ["40", "10", "150"]])
      ], language: .russian)
  }

  static func large() -> Figure {
    Figure([
      HeatMapPanel(
        title: "100 × 100", rows: (0..<100).map { "r\($0)" }, columns: (0..<100).map { "c\($0)" },
        values: (0..<100).map { row in (0..<100).map { Double(row * $0) / 100 } },
        scaleLabel: "value")
    ])
  }

  static func radar(_ language: FigureLanguage = .russian) -> Figure {
    Figure(
      [
        RadarPanel(
          title: "Качество, ресурсы, скорость",
          spokes: [
            .init("macro-F1"), .init("доля обучаемых", lowerIsBetter: true),
            .init("обучение, с", lowerIsBetter: true), .init("память, МБ", lowerIsBetter: true),
            .init("тексты/с"),
          ],
          series: [
            ("LoRA", [0.88, 0.001, 20, 800, 300]),
            ("полное дообучение", [0.89, 1, 45, 1_100, 290]),
            ("проба", [0.81, 0.0001, 4, 610, .nan]),
          ])
      ], language: language)
  }

  static func reliability(_ language: FigureLanguage = .russian) -> Figure {
    let lower = (0..<15).map { Double($0) / 15 }
    let upper = (1...15).map { Double($0) / 15 }
    let middle = zip(lower, upper).map { ($0 + $1) / 2 }
    let counts = (0..<15).map { $0 < 6 ? 0 : 4 + ($0 - 5) * ($0 - 5) * 2 }
    let w = FigureWord.self
    return Figure(
      [
        ReliabilityPanel(
          title: language == .russian ? "Надёжность" : "Reliability",
          series: [
            .init(
              w.before(language), lower: lower, upper: upper, counts: counts, confidence: middle,
              accuracy: middle.map { $0 * 0.85 }, error: 0.0712),
            .init(
              w.after(language), lower: lower, upper: upper, counts: counts.map { $0 + 3 },
              confidence: middle,
              accuracy: middle.map { min(1, $0 * 0.97) }, error: 0.0213),
          ])
      ], language: language)
  }

  static func probe(_ language: FigureLanguage = .russian) -> Figure {
    let layers = (0...12).map { Double($0) }
    let w = FigureWord.self
    let before = layers.map { 0.6 + 0.02 * $0 - 0.0015 * $0 * $0 }
    let after = layers.map { 0.6 + 0.025 * $0 }
    return Figure(
      [
        CurvePanel(
          title: language == .russian ? "Линейная проба по слоям" : "Linear probe by layer",
          x: Axis(w.layer(language)), y: Axis(w.accuracy(language)),
          curves: [
            .init(
              w.before(language), x: layers, y: before, lower: before.map { $0 - 0.02 },
              upper: before.map { $0 + 0.02 }),
            .init(
              w.after(language), x: layers, y: after, lower: after.map { $0 - 0.02 },
              upper: after.map { $0 + 0.02 }),
          ])
      ], language: language)
  }

  static let sentence = [
    "[CLS]", "Город", "с", "радостью", "встретил", "открытие", "новой", "станции", "метро", "после",
    "долгого", "ремонта", ".", "[SEP]",
  ]

  /// Attention as a model's heads give it, with tiny weights that are not zero.
  static func weights(_ seed: UInt64, _ size: Int) -> [[Double]] {
    var random = Sequence(seed)
    return (0..<size).map { _ in
      let row = (0..<size).map { _ in random.uniform() * random.uniform() * random.uniform() + 1e-5
      }
      let sum = row.reduce(0, +)
      return row.map { $0 / sum }
    }
  }

  /// Maps of so many heads or layers.
  static func maps(_ count: Int, _ language: FigureLanguage = .russian) -> Figure {
    let w = FigureWord.self
    return Figure(
      [
        MapsPanel(
          title: "rubert-tiny2", rowLabel: w.query(language), columnLabel: w.key(language),
          rows: sentence, columns: sentence,
          maps: (1...count).map { head in
            .init("\(w.head(language)) \(head)", weights(UInt64(head), sentence.count))
          }, scaleLabel: w.attentionWeight(language))
      ], language: language)
  }

  /// Before, after, and the difference.
  static func pair(_ language: FigureLanguage = .russian) -> Figure {
    let (before, after) = (weights(1, sentence.count), weights(2, sentence.count))
    let w = FigureWord.self
    return Figure(
      [
        MapsPanel(
          title: "слой 3, среднее по головам", rowLabel: w.query(language),
          columnLabel: w.key(language), rows: sentence, columns: sentence,
          maps: [
            .init(w.before(language), before, range: 0...0.5),
            .init(w.after(language), after, range: 0...0.5),
            .init(
              w.difference(language), zip(before, after).map { zip($0, $1).map { $1 - $0 } },
              scale: .diverging),
          ])
      ], language: language)
  }

  /// Entropy and distance by layer and head: two maps of other scales.
  static func heads(_ layers: Int, _ language: FigureLanguage = .russian) -> Figure {
    var random = Sequence(8)
    let w = FigureWord.self
    let entropy = (0..<layers).map { _ in (0..<12).map { _ in 2.4 * random.uniform() } }
    let distance = entropy.map { $0.map { 3 * $0 + random.uniform() } }
    return Figure(
      [
        MapsPanel(
          title: "rubert-tiny2", rowLabel: w.layer(language), columnLabel: w.head(language),
          rows: (1...layers).map { "\($0)" }, columns: (1...12).map { "\($0)" },
          maps: [.init("энтропия, нат", entropy), .init("расстояние, токены", distance)])
      ], language: language)
  }

  static func similarity(_ language: FigureLanguage = .russian) -> Figure {
    let layer = FigureWord.layer(language)
    return Figure(
      [
        HeatMapPanel(
          title: "CKA", rowLabel: "\(layer), multilingual-e5-small",
          columnLabel: "\(layer), rubert-tiny2", rows: (0...12).map { "\($0)" },
          columns: (0...3).map { "\($0)" },
          values: (0...12).map { row in
            (0...3).map { 0.8 - 0.02 * Double(abs(row - 4 * $0)) }
          }, range: 0...1, scaleLabel: "CKA")
      ], language: language)
  }

  static func forgetting(_ language: FigureLanguage = .russian) -> Figure {
    Figure(
      [
        BarPanel(
          title: "full_fine_tuning on rubert-tiny2, seed 1",
          categories: [FigureWord.before(language), FigureWord.after(language)],
          value: Axis(FigureWord.loss(language)),
          series: [.init("", [3.1, 4.62], lower: [2.9, 4.4], upper: [3.3, 4.85])])
      ], language: language)
  }

  /// What a model's layers know, with the scores of control labels.
  static func selectivity(_ language: FigureLanguage = .russian) -> Figure {
    let layers = (0...12).map { Double($0) }
    let w = FigureWord.self
    return Figure(
      [
        CurvePanel(
          title: "rubert-base, сущности", x: Axis(w.layer(language)), y: Axis(w.accuracy(language)),
          curves: [
            .init(
              "проба", x: layers, y: layers.map { 0.7 + 0.02 * $0 },
              lower: layers.map { 0.68 + 0.02 * $0 }, upper: layers.map { 0.72 + 0.02 * $0 }),
            .init(
              "случайные метки", x: layers, y: layers.map { 0.4 + 0.01 * $0 }, style: .dashed,
              color: 0),
          ])
      ], language: language)
  }

  static let longNames = [
    "Политика и общественная жизнь", "Экономика и финансовые рынки", "Спорт",
    "Происшествия и чрезвычайные ситуации", "Наука и технологии", "Культура, искусство и кино",
    "Здоровье", "Образование и молодёжная политика",
  ]

  /// Names as data sets have them, in every place where a name can stand.
  static func long() -> Figure {
    let count = longNames.count
    var random = Sequence(9)
    let values = longNames.indices.map { row in
      longNames.indices.map { row == $0 ? 0.8 : row == 6 ? Double.nan : 0.2 * random.uniform() }
    }
    return Figure(
      [
        HeatMapPanel(
          title: "Путаница рубрик новостей на тестовой части", rowLabel: "верный класс",
          columnLabel: "предсказанный класс", rows: longNames, columns: longNames, values: values,
          range: 0...1, scaleLabel: "доля верного класса")
      ] as [any Panel], language: .russian
    ).adding([
      BarPanel(
        title: "F1 по рубрикам", categoryLabel: "рубрика", categories: longNames,
        value: Axis("F1"),
        series: [
          .init("точность", longNames.indices.map { 0.9 - 0.05 * Double($0) }),
          .init("полнота", longNames.indices.map { 0.8 - 0.02 * Double($0) }),
        ]),
      ScatterPanel(
        title: "UMAP, [CLS]", x: Axis(showsTicks: false), y: Axis(showsTicks: false),
        xs: (0..<400).map { Double($0 % count) + 0.2 * random.normal() },
        ys: (0..<400).map { Double($0 % 3) + 0.2 * random.normal() },
        color: .groups((0..<400).map { $0 % count == 6 ? 5 : $0 % count }, names: longNames),
        hasEqualUnits: true),
      BoxPanel(
        title: "Длина текстов", groupLabel: "рубрика", value: Axis("токены"),
        groups: longNames.map { name in (name, (0..<30).map { _ in 40 + 10 * random.normal() }) }),
    ])
  }

  /// A projection whose axes have numbers.
  static func components(_ count: Int, _ language: FigureLanguage = .russian) -> Figure {
    var random = Sequence(10)
    let xs = (0..<count).map { _ in 30 * random.normal() }
    return Figure(
      [
        ScatterPanel(
          title: "PCA", x: Axis("компонента 1, 62,1 %"), y: Axis("компонента 2, 20,4 %"), xs: xs,
          ys: xs.map { _ in 5 * random.normal() },
          color: .groups(xs.map { $0 < 0 ? 0 : 1 }, names: ["отрицательный", "положительный"]),
          hasEqualUnits: true)
      ], language: language)
  }

  /// Texts that try to be commands, in every place where a text can stand.
  static func hostileFigure() -> Figure {
    let h = hostile
    return Figure(
      [
        CurvePanel(
          title: h[1], x: Axis(h[0]), y: Axis(h[2]),
          curves: h.enumerated().map { .init($1, x: [0, 1], y: [Double($0), 1]) },
          marks: [.init(0.5, h[5])]),
        ScatterPanel(
          title: h[2], x: Axis(h[3]), y: Axis(h[4]), xs: h.indices.map { Double($0) },
          ys: h.indices.map { Double($0 % 4) }, color: .groups(h.indices.map { $0 }, names: h),
          labels: h),
        BarPanel(
          title: h[5], categories: h, value: Axis(h[6]),
          series: h.map { .init($0, h.indices.map { Double($0) }) }),
        HistogramPanel(title: h[6], x: Axis(h[1]), groups: [(h[2], [1, 2, 3])], countLabel: h[3]),
        BoxPanel(title: h[3], value: Axis(h[7]), groups: h.map { ($0, [1, 2, 3, 4, 5, 9]) }),
        HeatMapPanel(
          title: h[7], rowLabel: h[0], columnLabel: h[1], rows: h, columns: h,
          values: h.indices.map { row in h.indices.map { Double(row * $0) } }, scaleLabel: h[2],
          texts: h.map { _ in h }),
        RadarPanel(
          title: h[8], spokes: h.map { .init($0) },
          series: h.prefix(3).enumerated().map { index, name in
            (name, h.indices.map { Double(($0 + index) % 5) })
          }),
        ReliabilityPanel(
          title: h[4],
          series: [
            .init(
              h[5], lower: [0, 0.5], upper: [0.5, 1], counts: [3, 4], confidence: [0.3, 0.8],
              accuracy: [0.2, 0.9])
          ]),
      ], title: h[2] + h[5], columns: 2, size: FigureSize(240, 340))
  }

  /// No value, or none that can be drawn.
  static let empty: [Figure] = [
    Figure([CurvePanel(x: Axis("x"), y: Axis("y"), curves: [])]),
    Figure([
      CurvePanel(
        x: Axis("x"), y: Axis("y", isLogarithmic: true),
        curves: [.init("a", x: [.nan, 1, 2], y: [1, .infinity, -3])])
    ]),
    Figure([ScatterPanel(x: Axis("x"), y: Axis("y"), xs: [.nan], ys: [1])]),
    Figure([BarPanel(categories: [], value: Axis("y"), series: [])]),
    Figure([BarPanel(categories: ["a"], value: Axis("y"), series: [.init("s", [.nan])])]),
    Figure([HistogramPanel(x: Axis("x"), groups: [("a", [.nan])], countLabel: "n")]),
    Figure([BoxPanel(value: Axis("y"), groups: [("a", []), ("b", [.nan])])]),
    Figure([HeatMapPanel(rows: [], columns: [], values: [])]),
    Figure([HeatMapPanel(rows: ["a"], columns: ["b"], values: [[.nan]])]),
    Figure([RadarPanel(spokes: [], series: [])]),
    Figure([ReliabilityPanel(series: [])]),
    Figure([MapsPanel(rows: [], columns: [], maps: [])]),
    Figure([MapsPanel(rows: ["a"], columns: ["b"], maps: [.init("m", [[.nan]])])]),
  ]

  /// Every kind by name.
  static let all: [(name: String, figure: Figure)] = [
    ("curves", curves(200)), ("curves-1", curves(1)), ("curves-10000", curves(10_000)),
    ("curves-en", curves(200, .english)), ("learning", learning()),
    ("learning-en", learning(.english)),
    ("scatter", scatter(30)), ("scatter-1", scatter(1)), ("scatter-10000", scatter(10_000)),
    ("scatter-en", scatter(300, .english)), ("colored", colored(400)),
    ("colored-10000", colored(10_000)),
    ("bars", bars()), ("histogram", histogram(400)), ("histogram-1", histogram(1)),
    ("histogram-10000", histogram(10_000)), ("boxes", boxes(12)), ("boxes-1", boxes(1)),
    ("boxes-10000", boxes(10_000)), ("attention", attention()),
    ("attention-en", attention(.english)),
    ("confusion", confusion()), ("large", large()), ("radar", radar()),
    ("radar-en", radar(.english)),
    ("reliability", reliability()), ("reliability-en", reliability(.english)), ("probe", probe()),
    ("probe-en", probe(.english)), ("maps-3", maps(3)), ("maps-12", maps(12)),
    ("maps-en", maps(1, .english)), ("pair", pair()), ("heads-3", heads(3)),
    ("heads-12", heads(12, .english)), ("similarity", similarity()), ("forgetting", forgetting()),
    ("selectivity", selectivity()), ("long", long()), ("components", components(300)),
    ("components-1", components(1)), ("components-10000", components(10_000, .english)),
    ("hostile", hostileFigure()),
  ]
}

extension Figure {
  func adding(_ more: [any Panel]) -> Figure {
    var figure = self
    figure.panels += more
    return figure
  }
}
