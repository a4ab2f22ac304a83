"""Compares what tl and Hugging Face Trainer + PEFT / AdapterHub reach at equal settings, over seeds.

usage: quality.py run --donors DIR --out FILE.jsonl [--shared DIR] [--python PYTHON] [--cases a,b]
                      [--donor NAME] [--strategies a,b] [--seeds N] [--parallel N] [--gpu]
                      [--programs tl,peer]
       quality.py report [--programs A,B] FILE.jsonl …

`run` does every run that FILE.jsonl does not have yet and adds a line for each; it can be stopped
and started again. `report` prints the table of docs/results.md. The programs are tl, tl-bf16 (tl with
precision bf16) and peer; a report compares two of them. With --gpu the peer's script runs on a GPU
(its use_cpu=True is taken out); tl always runs on the processor, a thread for each job. bf16 against
float32:
    quality.py run --donors DIR --out FILE --cases sentiment_1k --donor rubert-tiny2
                   --strategies full --programs tl,tl-bf16
    quality.py report --programs tl-bf16,tl FILE
"""
import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STRATEGIES = ["feature_extraction", "full", "layerwise", "adapters", "lora"]
CASES = ["sentiment_1k", "sentiment_4k", "entities_1k"]
# Learning rates by donor; three epochs, batches of 16, at most 256 tokens, linear schedule.
RATES = {
    "rubert-tiny2": {"feature_extraction": 5e-3, "full": 2e-4, "layerwise": 2e-4, "adapters": 2e-3,
                     "lora": 2e-3},
    "multilingual-e5-small": {"feature_extraction": 5e-3, "full": 5e-5, "layerwise": 5e-5,
                              "adapters": 1e-3, "lora": 1e-3},
}


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def cases(shared):
    """Train and test rows of each case; the test rows are of other documents or other texts."""
    data = os.path.join(shared, "data")
    news = read(os.path.join(data, "sentiment_news_1k.jsonl"))
    known = {row["id"] for row in news}
    everything = read(os.path.join(data, "sentiment.jsonl"))
    others = [row for row in everything if row["domain"] == "news" and row["id"] not in known]
    random.Random(7).shuffle(everything)
    entities = read(os.path.join(data, "ner.jsonl"))
    documents = sorted({row["doc"] for row in entities})
    random.Random(7).shuffle(documents)
    order = {name: place for place, name in enumerate(documents)}
    entities.sort(key=lambda row: order[row["doc"]])
    tokens = [{"tokens": row["tokens"], "ner_tags": row["ner_tags"]} for row in entities]
    last = tokens[-1000:]
    return {
        "sentiment_1k": (news, others),
        "sentiment_4k": (everything[:4000], everything[4000:5000]),
        "entities_1k": (tokens[:1000], last),
    }


def run(arguments):
    done = set()
    if os.path.exists(arguments.out):
        done = {(r["donor"], r["case"], r["strategy"], r["seed"], r["program"])
                for r in read(arguments.out)}
    folder = tempfile.mkdtemp()
    peer = os.path.join(arguments.shared, "peers/hf_train.py")
    if arguments.gpu:
        with open(peer, encoding="utf-8") as file:
            text = file.read().replace("use_cpu=True", "use_cpu=False")
        peer = os.path.join(folder, "hf_train.py")
        with open(peer, "w", encoding="utf-8") as file:
            file.write(text)
    jobs = []
    found = cases(arguments.shared)
    for case in arguments.cases.split(","):
        train, test = found[case]
        paths = []
        for part, rows in (("train", train), ("test", test)):
            paths.append(os.path.join(folder, f"{case}_{part}.jsonl"))
            with open(paths[-1], "w", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        for donor in arguments.donor.split(","):
            for seed in range(1, arguments.seeds + 1):
                for strategy in arguments.strategies.split(","):
                    for program in arguments.programs.split(","):
                        if (donor, case, strategy, seed, program) not in done:
                            jobs.append((donor, case, paths, strategy, seed, program))
    # Seed by seed, so that what there is when it is stopped can be compared.
    jobs.sort(key=lambda job: job[4])
    lock = threading.Lock()
    processors = sorted(os.sched_getaffinity(0))

    def work(place):
        processor = processors[place % len(processors)]
        while True:
            with lock:
                if not jobs:
                    return
                job = jobs.pop(0)
            donor, case, (train, test), strategy, seed, program = job
            directory = os.path.join(arguments.donors, donor)
            rate = RATES[donor][strategy]
            task = "tagging" if case.startswith("entities") else "classification"
            if program.startswith("tl"):
                settings = {
                    "train_file": train, "test_file": test, "donor_name": directory,
                    "task_kind": task, "strategy_name": strategy, "epochs": 3, "rate": rate,
                    "seed": seed, "precision": "bf16" if program == "tl-bf16" else "float32"}
                command = [arguments.tl, "run", os.path.join(HERE, "adapt.tl")]
                for name, value in settings.items():
                    command += ["--set", f"{name}={value}"]
            else:
                command = [arguments.python, peer, "--model", directory, "--train", train,
                           "--test", test, "--task", task, "--strategy", strategy, "--epochs", "3",
                           "--batch-size", "16", "--learning-rate", str(rate),
                           "--max-length", "256", "--seed", str(seed), "--threads", "1"]
            store = tempfile.mkdtemp(dir=folder)
            result = subprocess.run(
                command, capture_output=True, text=True,
                env={**os.environ, "TL_STORE": store},
                preexec_fn=lambda: os.sched_setaffinity(0, {processor}))
            if result.returncode != 0:
                print(f"failed: {job}\n{result.stdout[-300:]}{result.stderr[-1500:]}", flush=True)
                continue
            line = json.loads(result.stdout.strip().splitlines()[-1])
            metrics = line.get("quality", line)
            key = "entity_f1" if task == "tagging" else "macro_f1"
            record = {"donor": donor, "case": case, "strategy": strategy, "seed": seed,
                      "program": program, "metric": key, "value": metrics[key],
                      "train_s": line["train_s"], "trainable": line["trainable"]}
            with lock:
                with open(arguments.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")
                print(f"{len(jobs)} left  {donor} {case} {strategy} {seed} {program}: "
                      f"{record['value']:.4f} in {record['train_s']:.0f} s", flush=True)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(arguments.parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(paths, programs):
    values = {}
    for path in paths:
        for r in read(path):
            key = (r["donor"], r["case"], r["strategy"])
            values.setdefault(key, {}).setdefault(r["program"], {})[r["seed"]] = r
    better, within, worse = 0, 0, 0
    one, two = programs
    print(f"| donor | data | strategy | metric | {one} | {two} | {one} − {two} | seeds | |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (donor, case, strategy), found in sorted(
            values.items(), key=lambda item: (item[0][0], CASES.index(item[0][1]),
                                              STRATEGIES.index(item[0][2]))):
        if any(program not in found for program in programs):
            continue
        columns, statistics = [], []
        for program in programs:
            numbers = [r["value"] for r in found[program].values()]
            mean = sum(numbers) / len(numbers)
            spread = math.sqrt(sum((x - mean) ** 2 for x in numbers) / max(1, len(numbers) - 1))
            error = spread / math.sqrt(len(numbers))
            columns.append(f"{mean:.3f} ± {error:.3f}" if len(numbers) > 1 else f"{mean:.3f}")
            statistics.append((mean, error, len(numbers)))
        difference = statistics[0][0] - statistics[1][0]
        error = math.hypot(statistics[0][1], statistics[1][1])
        verdict = "better" if difference > error else "equal" if difference >= -error else "worse"
        if min(count for _, _, count in statistics) < 2:
            verdict = "one seed"
        better += verdict == "better"
        within += verdict == "equal"
        worse += verdict == "worse"
        metric = next(iter(found[one].values()))["metric"]
        print(f"| {donor} | {case} | {strategy} | {metric} | {columns[0]} | {columns[1]} | "
              f"{difference:+.3f} | {statistics[0][2]} / {statistics[1][2]} | {verdict} |")
    print(f"\nmean ± standard error over seeds; better or worse by more than the standard error of "
          f"the difference, else equal; one seed decides nothing: {better} better, {within} equal, {worse} worse")


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run")
    one.add_argument("--donors", default=os.environ.get("TL_DONORS"), required="TL_DONORS" not in os.environ)
    one.add_argument("--out", required=True)
    one.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    one.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    one.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    one.add_argument("--cases", default=",".join(CASES))
    one.add_argument("--donor", default=",".join(RATES))
    one.add_argument("--strategies", default=",".join(STRATEGIES))
    one.add_argument("--programs", default="tl,peer")
    one.add_argument("--seeds", type=int, default=5)
    one.add_argument("--parallel", type=int, default=2)
    one.add_argument("--gpu", action="store_true")
    two = commands.add_parser("report")
    two.add_argument("--programs", default="tl,peer")
    two.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    if arguments.command == "run":
        run(arguments)
    else:
        programs = arguments.programs.split(",")
        if len(programs) != 2:
            sys.exit("bench: a report compares two programs, e.g. --programs tl-bf16,tl")
        report(arguments.files, programs)


main()
