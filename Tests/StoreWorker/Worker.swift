// What the worker does; its last line of output is what the test looks at.

import Glibc
import TLStore
import TLText

func say(_ text: String) {
  print(text)
  fflush(nil)
}

func runWorker(_ arguments: [String]) {
  guard arguments.count >= 3 else { return say("expected a command, a folder and a key") }
  let (command, folder, key) = (arguments[0], arguments[1], arguments[2])
  let numbers = arguments.dropFirst(3).compactMap { Int($0) }
  do {
    switch (command, numbers.count) {
    case ("hold", 0): try hold(folder, key)
    case ("train", 2): say(try train(RunStore(folder: folder), key, numbers[0], numbers[1]))
    case ("sweep", 1): try sweep(folder, Int(key) ?? 0, numbers[0])
    case ("limited", 1):
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: rlim_t(numbers[0]), rlim_max: rlim_t(numbers[0]))
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      try fill(folder, key)
    case ("unprivileged", 0):
      if getuid() == 0 { setuid(65_534) }
      let store = try RunStore(folder: folder)
      say("read-only \(store.isReadOnly), \(try store.runs().count) runs")
      _ = try store.claim(RunRequest(key: key, kind: "test"))
      say("claimed")
    default: say("unknown command")
    }
  } catch {
    say("error: \(error)")
  }
}

func hold(_ folder: String, _ key: String) throws {
  let store = try RunStore(folder: folder)
  let claim = try store.claim(RunRequest(key: key, kind: "test"))
  switch claim {
  case .mine: say("mine")
  case .stored(let run): say("stored \(run.id)")
  case .busy(let owner): say("busy \(owner.process)")
  }
  while readLine() != nil {}
  withExtendedLifetime(claim) {}
}

/// A run whose result depends on every step: the state is a chain of hashes.
func train(_ store: RunStore, _ key: String, _ steps: Int, _ every: Int) throws -> String {
  let request = RunRequest(key: key, kind: "train", title: "chain \(key)", seeds: [1])
  switch try store.claim(request) {
  case .stored(let run): return "stored \(run.metrics["state"]?.string ?? "")"
  case .busy(let owner): return "busy \(owner.process)"
  case .mine(let writer, let checkpoint):
    var step = 0
    var state = "start"
    if let checkpoint {
      let saved = try JSON.parse(FileBytes.readText(checkpoint + "/state.json"))
      step = saved["step"]?.int ?? 0
      state = saved["state"]?.string ?? ""
    }
    say("from \(step)")
    while step < steps {
      step += 1
      state = ContentKey.of(Array("\(state)/\(step)".utf8))
      try writer.log("loss", step: step, 1 / Double(step))
      if step % every == 0 {
        try writer.checkpoint(step: step) { folder in
          let json = JSON.object([
            JSONField("step", .int(step)), JSONField("state", .string(state)),
          ])
          try AtomicFile.write(folder + "/state.json", text: json.serialized())
          try AtomicFile.write(folder + "/ballast", text: String(repeating: state, count: 500))
        }
      } else {
        usleep(200)
      }
    }
    try writer.artifact("weights.txt") { try AtomicFile.write($0, text: state) }
    try writer.finish(metrics: .object([JSONField("state", .string(state))]))
    return "finished \(state)"
  }
}

func sweep(_ folder: String, _ count: Int, _ first: Int) throws {
  let store = try RunStore(folder: folder)
  var open = Set(0..<count)
  while !open.isEmpty {
    for offset in 0..<count {
      let cell = (first + offset) % count
      guard open.contains(cell) else { continue }
      let outcome = try train(store, "cell \(cell)", 12, 4)
      if outcome.hasPrefix("busy") { usleep(2_000) } else { open.remove(cell) }
    }
  }
  say("done \(count)")
}

func fill(_ folder: String, _ key: String) throws {
  let store = try RunStore(folder: folder)
  guard case .mine(let writer, _) = try store.claim(RunRequest(key: key, kind: "test")) else {
    return say("not mine")
  }
  do {
    try writer.artifact("large") { path in
      try AtomicFile.write(path, text: String(repeating: "x", count: 3_000_000))
    }
    say("written")
  } catch {
    say("artifact: \(error)")
  }
  var step = 0
  do {
    while step < 10_000_000 {
      step += 1
      try writer.log("loss", step: step, Double(step))
    }
    say("logged")
  } catch {
    say("log: \(error)")
  }
}
