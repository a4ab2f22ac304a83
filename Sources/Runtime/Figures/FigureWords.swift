// The words that figures add by themselves, in both languages.

/// A word of a figure.
public enum FigureWord: String, Sendable, CaseIterable {
  case accuracy, actual, after, attentionWeight, before, best, bestEpoch, confidence, count
  case difference, epoch, examples, gradientNorm, head, interval, layer, learningRate, loss
  case metric, noData, normalization, perfect, predicted, probability, quality, rows, selectivity
  case share, step, trainLoss, smoothed, trainingRows, validation, validationLoss, value, worst
  case key, query, gap, meanOfHeads, meanOfLayers

  public func callAsFunction(_ language: FigureLanguage) -> String {
    language == .russian ? russian : english
  }

  private var english: String {
    switch self {
    case .accuracy: "accuracy"
    case .actual: "true class"
    case .after: "after"
    case .attentionWeight: "attention weight"
    case .before: "before"
    case .best: "best"
    case .bestEpoch: "best epoch"
    case .confidence: "confidence"
    case .count: "count"
    case .difference: "difference"
    case .epoch: "epoch"
    case .examples: "examples"
    case .gap: "gap"
    case .gradientNorm: "gradient norm"
    case .head: "head"
    case .interval: "95% interval"
    case .key: "attends to"
    case .layer: "layer"
    case .learningRate: "learning rate"
    case .loss: "loss, nats"
    case .meanOfHeads: "mean of the heads"
    case .meanOfLayers: "mean of the layers"
    case .metric: "metric"
    case .noData: "no finite values"
    case .normalization: "centre: worst, rim: best of those compared"
    case .perfect: "perfectly calibrated"
    case .predicted: "predicted class"
    case .probability: "probability"
    case .quality: "quality"
    case .query: "token"
    case .rows: "rows"
    case .selectivity: "selectivity"
    case .share: "share of the true class"
    case .smoothed: "training, mean of neighbours"
    case .step: "step"
    case .trainLoss: "training"
    case .trainingRows: "training examples"
    case .validation: "validation"
    case .validationLoss: "validation"
    case .value: "value"
    case .worst: "worst"
    }
  }

  private var russian: String {
    switch self {
    case .accuracy: "доля верных"
    case .actual: "верный класс"
    case .after: "после"
    case .attentionWeight: "вес внимания"
    case .before: "до"
    case .best: "лучшее"
    case .bestEpoch: "лучшая эпоха"
    case .confidence: "уверенность"
    case .count: "число"
    case .difference: "разность"
    case .epoch: "эпоха"
    case .examples: "примеры"
    case .gap: "разрыв"
    case .gradientNorm: "норма градиента"
    case .head: "голова"
    case .interval: "95%-й интервал"
    case .key: "куда смотрит"
    case .layer: "слой"
    case .learningRate: "скорость обучения"
    case .loss: "потери, нат"
    case .meanOfHeads: "среднее по головам"
    case .meanOfLayers: "среднее по слоям"
    case .metric: "метрика"
    case .noData: "нет конечных значений"
    case .normalization: "центр — худшее, край — лучшее из сравниваемых"
    case .perfect: "идеальная калибровка"
    case .predicted: "предсказанный класс"
    case .probability: "вероятность"
    case .quality: "качество"
    case .query: "токен"
    case .rows: "строки"
    case .selectivity: "селективность"
    case .share: "доля верного класса"
    case .smoothed: "обучение, среднее соседних"
    case .step: "шаг"
    case .trainLoss: "обучение"
    case .trainingRows: "обучающие примеры"
    case .validation: "проверка"
    case .validationLoss: "проверка"
    case .value: "значение"
    case .worst: "худшее"
    }
  }
}
