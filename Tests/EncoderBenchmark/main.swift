// encoder-benchmark: what peers/hf_encode.py measures, with tl's encoders: the same options, the same
// line of JSON. scripts/bench encoder builds it and runs the two in turns; with --writer it measures an
// encoder-decoder for scripts/bench generate.

import Glibc
import TLModels
import TLTensor
import TLText

/// `--name value` or `--name` from the command line.
func option(_ name: String) -> String? {
  guard let index = CommandLine.arguments.firstIndex(of: "--" + name) else { return nil }
  let next = index + 1
  let value = next < CommandLine.arguments.count ? CommandLine.arguments[next] : ""
  return value.hasPrefix("--") ? "" : value
}

func number(_ name: String, _ usual: Int) -> Int { option(name).flatMap { Int($0) } ?? usual }

func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

guard let directory = option("model"), let path = option("texts") else {
  print("usage: encoder-benchmark --model DIR --texts FILE.jsonl [options of hf_encode.py]")
  exit(64)
}
do {
  if option("writer") != nil {
    print(try WriterBenchmark.run(directory, path).serialized())
    exit(0)
  }
  let lines = try FileBytes.readText(path).split(separator: "\n").prefix(number("limit", 500))
  let texts = try lines.map { line in
    path.hasSuffix("jsonl")
      ? try JSON.parse(String(line))["text"]?.string ?? "" : String(line)
  }
  let steps = option("step") != nil
  var start = now()
  let tokenizer = try Tokenizer(directory: directory)
  let model = try EncoderModel(
    directory: directory, task: steps ? .sequenceClassification(classes: 2) : .features)
  let loadSeconds = now() - start
  let options = EncodeOptions(
    truncation: Truncation(maxLength: number("max-length", 256)), offsets: false)
  start = now()
  let encodings = try tokenizer.encodeBatch(texts, options: options, threads: 1)
  let tokenizeSeconds = now() - start
  let length = number("equal-length", 0)
  let encoded = encodings.map { encoding in
    var ids = encoding.ids
    if length > 0 {
      while ids.count < length { ids += encoding.ids }
      ids = Array(ids.prefix(length))
    }
    return EncodedText(ids: ids)
  }
  var benchmark = EncoderBenchmark(
    texts: encoded, threads: number("threads", 2),
    precision: option("bf16") != nil ? .bf16 : .float32)
  benchmark.repetitions = number("repeat", 3)
  benchmark.chunkTokens = number("chunk-tokens", benchmark.chunkTokens)
  let name = steps ? "step" : "forward"
  var fields = [
    JSONField("peer", .string(option("bf16") != nil ? "tl bf16" : "tl")),
    JSONField("texts", .int(texts.count)),
    JSONField("tokens", .int(encoded.reduce(0) { $0 + $1.ids.count })),
    JSONField("load_s", .number(loadSeconds)), JSONField("tokenize_s", .number(tokenizeSeconds)),
  ]
  for sorted in [false, true] {
    let result =
      steps
      ? try benchmark.step(model, batchSize: number("batch-size", 32), sorted: sorted)
      : try benchmark.forward(model, sorted: sorted)
    let order = "\(name)_\(sorted ? "sorted" : "given")"
    fields += [
      JSONField("\(order)_s", .number(result.medianSeconds)),
      JSONField("\(order)_texts_per_s", .number(result.textsPerSecond)),
      JSONField("\(order)_gigaflops", .number(result.gigaflops)),
    ]
    if sorted { fields.append(JSONField("peak_rss_mb", .int(result.peakMemory))) }
  }
  print(JSON.object(fields).serialized())
} catch {
  print("encoder-benchmark: \(error)")
  exit(70)
}
