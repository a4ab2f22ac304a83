import TLAnalysis
import TLText
import Testing

/// Scores of classes, entities and texts against the reference libraries.
@Suite struct MetricFixtureTests {
  @Test func scoresOfClassesAreThoseOfTheReference() throws {
    let cases = try fixtureCases("f1.json")
    #expect(cases.count == 18)
    for c in cases {
      let labels = c.input["labels"]?.array ?? []
      let gold = c.input["gold"]?.array ?? []
      let pred = c.input["pred"]?.array ?? []
      // The classes of the list come first, others that occur after them.
      var names = labels
      for name in gold + pred where !names.contains(name) { names.append(name) }
      let number: (JSON) -> Int = { name in names.firstIndex(of: name) ?? -1 }
      let predictions = try ClassPredictions(
        gold: gold.map(number), predicted: pred.map(number), classes: names.count)
      let matrix = ConfusionMatrix(predictions)
      let chosen = Array(labels.indices)
      let value: (String) throws -> Double = {
        try MetricRegistry.named($0, for: .classification).value(.classes(predictions))
      }
      c.expect("accuracy", try value("accuracy"))
      c.expect("balanced_accuracy", try value("balanced_accuracy"))
      c.expect("mcc", try value("matthews_correlation"))
      c.expect("cohen_kappa", try value("cohen_kappa"))
      if names.count == labels.count {
        c.expect("macro_f1", try value("macro_f1"))
        c.expect("micro_f1", try value("micro_f1"))
        c.expect("weighted_f1", try value("weighted_f1"))
        c.expect("macro_precision", try value("macro_precision"))
        c.expect("macro_recall", try value("macro_recall"))
      }
      for (name, scores) in [
        ("macro", matrix.macro(chosen)), ("micro", matrix.micro(chosen)),
        ("weighted", matrix.weighted(chosen)),
      ] {
        c.expect(name + "_precision", scores.precision)
        c.expect(name + "_recall", scores.recall)
        c.expect(name + "_f1", scores.f1)
      }
      let perClass = chosen.map { matrix.perClass[$0] }
      c.expect("per_class_precision", perClass.map(\.precision))
      c.expect("per_class_recall", perClass.map(\.recall))
      c.expect("per_class_f1", perClass.map(\.f1))
      c.expect("per_class_support", perClass.map(\.support))
      c.expect("confusion_matrix", chosen.flatMap { row in chosen.map { matrix[row, $0] } })
    }
  }

  @Test func entitiesAreThoseOfSeqevalAndConlleval() throws {
    let cases = try fixtureCases("seqeval.json")
    #expect(cases.count == 25)
    for c in cases {
      let gold = (c.input["gold"]?.array ?? []).map(\.texts)
      let pred = (c.input["pred"]?.array ?? []).map(\.texts)
      let predictions = try TagPredictions(gold: gold, predicted: pred)
      for (key, side) in [
        ("gold_entities", predictions.gold), ("pred_entities", predictions.predicted),
      ] {
        let wanted = (c.expected(key)?.array ?? []).map { sentence in
          (sentence.array ?? []).map { entity in
            "\(entity[0]?.string ?? "") \(entity[1]?.int ?? -1) \(entity[2]?.int ?? -1)"
          }
        }
        let found = side.map { tags in
          TagSequence.entities(tags).map { "\(predictions.kinds[$0.kind]) \($0.first) \($0.last)" }
        }
        #expect(found == wanted, "\(c.name) \(key)")
      }
      let value: (String) throws -> Double = {
        try MetricRegistry.named($0, for: .tagging).value(.tags(predictions))
      }
      let scores = EntityScores(predictions)
      c.expect(
        "counts_gold_found_correct",
        [scores.goldCount, scores.predictedCount, scores.correctCount].map(Double.init))
      c.expect("f1", try value("entity_f1"))
      c.expect("precision", try value("entity_precision"))
      c.expect("recall", try value("entity_recall"))
      c.expect("macro_f1", try value("entity_macro_f1"))
      c.expect("weighted_f1", scores.weighted.f1)
      c.expect("strict_iob2_f1", try value("entity_f1_strict"))
      c.expect("token_accuracy", try value("token_accuracy"))
      c.expect(
        "conlleval_percent_acc_p_r_f",
        [try value("token_accuracy"), scores.micro.precision, scores.micro.recall, scores.micro.f1]
          .map { $0 * 100 })
      let perType = c.expected("per_type")?.object ?? []
      #expect(perType.map(\.key).sorted() == scores.byKind.map(\.kind).sorted(), "\(c.name)")
      for (kind, scores) in scores.byKind {
        let wanted = (perType.first { $0.key == kind }?.value.flattened) ?? []
        let found = [scores.precision, scores.recall, scores.f1, scores.support]
        #expect(
          zip(wanted, found).allSatisfy { abs($0 - $1) <= 1e-12 } && wanted.count == 4,
          "\(c.name) \(kind)")
      }
    }
  }

  @Test func rougeIsThatOfTheReferenceOnUnicodeWords() throws {
    let cases = try fixtureCases("rouge_ru.json")
    #expect(cases.count == 35)
    var references: [String] = []
    var hypotheses: [String] = []
    for c in cases {
      guard let reference = c.input["reference"]?.string,
        let hypothesis = c.input["hypothesis"]?.string
      else {
        let texts = Predictions.texts(
          try TextPredictions(references: references, hypotheses: hypotheses))
        for (key, name) in [
          ("rouge1", "rouge_1"), ("rouge2", "rouge_2"), ("rougeL", "rouge_l"),
          ("rougeLsum", "rouge_lsum"),
        ] {
          c.expect(key, try MetricRegistry.named(name, for: .summarization).value(texts))
        }
        continue
      }
      references.append(reference)
      hypotheses.append(hypothesis)
      #expect(Words.of(reference) == c.expected("ref_tokens")?.texts, "\(c.name)")
      #expect(Words.of(hypothesis) == c.expected("hyp_tokens")?.texts, "\(c.name)")
      for (key, scores) in [
        ("rouge1", ROUGE.ngrams(1, reference: reference, hypothesis: hypothesis)),
        ("rouge2", ROUGE.ngrams(2, reference: reference, hypothesis: hypothesis)),
        ("rougeL", ROUGE.longest(reference: reference, hypothesis: hypothesis)),
        ("rougeLsum", ROUGE.longestByLines(reference: reference, hypothesis: hypothesis)),
      ] {
        c.expect(key, [scores.precision, scores.recall, scores.f1])
      }
    }
  }
}

@Suite struct MetricRegistryTests {
  @Test func namesAreDistinctAndEachHasAPurpose() {
    let names = MetricRegistry.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(MetricRegistry.all.allSatisfy { !$0.purpose.isEmpty && !$0.tasks.isEmpty })
    for task in TaskKind.allCases {
      #expect(MetricRegistry.headline(for: task).tasks.contains(task))
    }
  }

  @Test(arguments: [
    ("makro_f1", "no metric `makro_f1`; did you mean `macro_f1`?"),
    ("MacroF1", "no metric `MacroF1`; did you mean `macro_f1`?"),
    ("acuracy", "no metric `acuracy`; did you mean `accuracy`?"),
    (
      "entity_f1",
      "metric `entity_f1` is not defined for classification; that has `accuracy`, "
        + "`balanced_accuracy`, `macro_f1`, `micro_f1`, `weighted_f1`, `macro_precision`, "
        + "`macro_recall`, `matthews_correlation`, `cohen_kappa`, `nll`, `brier`, `ece`, "
        + "`ece_equal_mass`, `mce`"
    ),
  ])
  func aMisspeltNameIsFoundWithASuggestion(name: String, message: String) {
    #expect {
      try MetricRegistry.named(name, for: .classification)
    } throws: { "\($0)" == message }
  }

  @Test func aMetricOfNothingOrWithoutProbabilitiesIsAnError() throws {
    let none = Predictions.classes(try ClassPredictions(gold: [], predicted: [], classes: 2))
    #expect(throws: AnalysisError.self) { try MetricRegistry.named("accuracy").value(none) }
    let hard = Predictions.classes(try ClassPredictions(gold: [0], predicted: [1], classes: 2))
    for name in ["nll", "brier", "ece", "mce", "ece_equal_mass"] {
      #expect(throws: AnalysisError.self) { try MetricRegistry.named(name).value(hard) }
    }
    #expect(throws: AnalysisError.self) {
      try ClassPredictions(gold: [0], probabilities: [0.5, .nan], classes: 2)
    }
    #expect(throws: AnalysisError.self) {
      try ClassPredictions(gold: [2], predicted: [0], classes: 2)
    }
  }

  @Test func aWeightCountsLikeARepeatedExample() throws {
    let gold = [0, 1, 2, 1, 0, 2]
    let probabilities = gold.indices.flatMap { row -> [Double] in
      let p = 0.4 + 0.09 * Double(row)
      return row % 2 == 0 ? [p, 1 - p, 0] : [0, p, 1 - p]
    }
    let weights: [Int32] = [2, 0, 1, 3, 1, 1]
    let repeated = weights.indices.flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
    let plain = try ClassPredictions(gold: gold, probabilities: probabilities, classes: 3)
    let longer = try ClassPredictions(
      gold: repeated.map { gold[$0] },
      probabilities: repeated.flatMap { probabilities[3 * $0..<3 * $0 + 3] }, classes: 3)
    for metric in MetricRegistry.all where metric.tasks == [.classification] {
      let weighted = try metric.scorer(.classes(plain))(weights)
      let direct = try metric.value(.classes(longer))
      #expect(abs(weighted - direct) < 1e-12, "\(metric.name)")
    }
  }
}
