"""Trains the same runs with tl and with Hugging Face Trainer + PEFT / AdapterHub, in turns.

usage: run.py --python PYTHON --donor DIR [--shared DIR] [--task classification|tagging]
              [--rows N] [--rounds N] [--epochs N] [--strategies a,b] [--tuned] [--bf16]

PYTHON has torch, transformers, peft, adapters and seqeval; the peer's program is hf_train.py of
SHARED/peers. For each strategy and round one run of each program, on the same files with the same
settings. Printed are medians: seconds of training, of the whole command, peak memory, quality, and
the ratio of the peer's number to that of tl (above 1: tl needs less).
"""
import argparse
import json
import os
import statistics
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import measure, median  # noqa: E402

RATES = {"feature_extraction": 1e-3, "full": 5e-5, "layerwise": 5e-5, "adapters": 1e-3, "lora": 1e-3}
# Times faster than the peer's train(): float32, bf16; the goals.
GOALS = {"feature_extraction": (15, 15)}
GOAL = (5, 8)


def result(run):
    """What a run took, with what its last line says as JSON."""
    return {"seconds": run.seconds, "memory": run.memory, **json.loads(run.last_line)}


def prepare(arguments, folder):
    """The files of the train and the test part: the rows in the order of the data."""
    shared = os.path.join(arguments.shared, "data")
    name = "ner.jsonl" if arguments.task == "tagging" else "sentiment_news_1k.jsonl"
    with open(os.path.join(shared, name), encoding="utf-8") as file:
        rows = [line for line in file if line.strip()]
    train, test = rows[: arguments.rows], rows[arguments.rows: arguments.rows + 150]
    paths = [os.path.join(folder, "train.jsonl"), os.path.join(folder, "test.jsonl")]
    for path, part in zip(paths, (train, test)):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(part)
    return paths


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--donor", required=True)
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    parser.add_argument("--task", choices=["classification", "tagging"], default="classification")
    parser.add_argument("--rows", type=int, default=850)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--strategies", default="full,layerwise,adapters,lora,feature_extraction")
    parser.add_argument("--tuned", action="store_true",
                        help="also the peer's --bf16 --group-by-length")
    parser.add_argument("--bf16", action="store_true", help="also tl with precision bf16")
    arguments = parser.parse_args()
    donor = os.path.abspath(arguments.donor)
    print(f"tl against hf_train.py: {os.path.basename(donor)}, {arguments.task}, {arguments.rows} rows, "
          f"{arguments.epochs} epochs, batch 16, 2 threads; medians of {arguments.rounds} rounds in turns")
    print(f"{'':34}{'train s':>9}{'×':>7}{'command s':>11}{'×':>7}{'MB':>7}{'×':>7}  quality")
    with tempfile.TemporaryDirectory() as folder:
        train, test = prepare(arguments, folder)
        for strategy in arguments.strategies.split(","):
            rate = RATES[strategy]

            def ours(precision, seed):
                settings = {
                    "train_file": train, "test_file": test, "donor_name": donor,
                    "task_kind": arguments.task, "strategy_name": strategy,
                    "epochs": arguments.epochs, "rate": rate, "seed": seed, "precision": precision}
                command = [arguments.tl, "run", os.path.join(HERE, "adapt.tl")]
                for name, value in settings.items():
                    command += ["--set", f"{name}={value}"]
                store = tempfile.mkdtemp(dir=folder)
                return result(measure(command, {"TL_STORE": store, "TL_THREADS": "2"}))

            def theirs(extra, seed):
                command = [arguments.python, os.path.join(arguments.shared, "peers/hf_train.py"),
                           "--model", donor, "--train", train, "--test", test,
                           "--task", arguments.task, "--strategy", strategy,
                           "--epochs", str(arguments.epochs), "--batch-size", "16",
                           "--learning-rate", str(rate), "--max-length", "256",
                           "--seed", str(seed), "--threads", "2"] + extra
                return result(measure(command))

            programs = {"tl": lambda seed: ours("float32", seed)}
            if arguments.bf16:
                programs["tl bf16"] = lambda seed: ours("bf16", seed)
            programs["peer"] = lambda seed: theirs([], seed)
            if arguments.tuned:
                programs["peer tuned"] = lambda seed: theirs(["--bf16", "--group-by-length"], seed)
            results = {name: [] for name in programs}
            for round_number in range(arguments.rounds):
                for name, program in programs.items():
                    results[name].append(program(round_number + 1))

            key = "entity_f1" if arguments.task == "tagging" else "macro_f1"
            for name in programs:
                line = f"{strategy + ', ' + name:34}"
                for column, width in (("train_s", 9), ("seconds", 11), ("memory", 7)):
                    value = median(results[name], column)
                    ratio = median(results["peer"], column) / value
                    line += f"{value:{width}.0f}" if column == "memory" else f"{value:{width}.2f}"
                    line += f"{ratio:7.2f}"
                quality = statistics.mean(
                    result.get("quality", result).get(key, float("nan")) for result in results[name])
                print(f"{line}  {key} {quality:.3f}", flush=True)
            goals = GOALS.get(strategy, GOAL)
            peer = median(results["peer"], "train_s")
            found = peer / median(results["tl"], "train_s")
            text = f"    float32: {found:.2f} of the goal {goals[0]}"
            if arguments.bf16:
                text += f"; bf16: {peer / median(results['tl bf16'], 'train_s'):.2f} of {goals[1]}"
            if arguments.tuned:
                best = "tl bf16" if arguments.bf16 else "tl"
                text += f"; {best} against the tuned peer: " \
                        f"{median(results['peer tuned'], 'train_s') / median(results[best], 'train_s'):.2f} of 2"
            print(text, flush=True)


main()
