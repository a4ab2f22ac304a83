"""Times a grid of runs with one `sweep` of tl and with Hugging Face Trainer in a loop.

usage: run.py --python PYTHON --donor DIR [--shared DIR] [--sizes 100,300] [--strategies a,b]
              [--seeds N] [--epochs N]

PYTHON has torch, transformers, peft and adapters; the peer's program is hf_train.py of SHARED/peers,
started for each cell. Both sides train on the same rows with the same settings and test on the same
150 others, with 2 threads. A loop inside one Python process would import its libraries once: the
second ratio leaves every import of the peer out. A third number is the second call of tl's script,
which finds the cells in its store.
"""
import argparse
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import measure  # noqa: E402

RATES = {"full": 5e-5, "layerwise": 5e-5, "adapters": 1e-3, "lora": 1e-3, "feature_extraction": 1e-3}
TEST_ROWS = 150
GOAL = 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--donor", required=True)
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    parser.add_argument("--sizes", default="100,300")
    parser.add_argument("--strategies", default=",".join(RATES))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    donor = os.path.abspath(arguments.donor)
    sizes = [int(size) for size in arguments.sizes.split(",")]
    strategies = arguments.strategies.split(",")
    seeds = list(range(1, arguments.seeds + 1))
    cells = [(s, n, seed) for s in strategies for n in sizes for seed in seeds]
    print(f"{len(cells)} cells: {os.path.basename(donor)}, {len(strategies)} strategies × sizes "
          f"{sizes} × {len(seeds)} seeds, {arguments.epochs} epochs, batch 16, 2 threads")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(arguments.shared, "data/sentiment.jsonl"), encoding="utf-8") as file:
            rows = [line for line in file if line.strip()]
        train, test = rows[: max(sizes)], rows[max(sizes): max(sizes) + TEST_ROWS]
        paths = [os.path.join(folder, name) for name in ("train.jsonl", "test.jsonl")]
        for path, part in zip(paths, (train, test)):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(part)
        settings = {
            "train_file": paths[0], "test_file": paths[1], "donor_name": donor, "sizes": sizes,
            "strategy_names": strategies, "rates": [RATES[name] for name in strategies],
            "seeds": seeds, "epochs": arguments.epochs}
        command = [arguments.tl, "run", os.path.join(HERE, "sweep.tl")]
        for name, value in settings.items():
            command += ["--set", f"{name}={value if isinstance(value, str) else json.dumps(value)}"]
        environment = {"TL_STORE": os.path.join(folder, "store"), "TL_THREADS": "2"}
        first = measure(command, environment)
        second = measure(command, environment)
        found = json.loads(first.last_line)
        if found != {"finished": len(cells), "failed": 0}:
            sys.exit(f"bench: the sweep ended with {found}\n{first.errors[-2000:]}")
        print(f"tl      {first.seconds:8.1f} s, {first.memory:.0f} MB; "
              f"again, from its store: {second.seconds:.1f} s", flush=True)
        total, without_imports, memory = 0.0, 0.0, 0.0
        for strategy, size, seed in cells:
            run = measure([
                arguments.python, os.path.join(arguments.shared, "peers/hf_train.py"),
                "--model", donor, "--train", paths[0], "--test", paths[1], "--strategy", strategy,
                "--limit", str(size), "--epochs", str(arguments.epochs), "--batch-size", "16",
                "--learning-rate", str(RATES[strategy]), "--max-length", "256",
                "--seed", str(seed), "--threads", "2"])
            line = json.loads(run.last_line)
            total += run.seconds
            without_imports += line["total_s"] - line["import_s"]
            memory = max(memory, run.memory)
        print(f"Trainer {total:8.1f} s, {memory:.0f} MB; without its imports {without_imports:.1f} s")
        print(f"    {total / first.seconds:.2f} times as fast; against a loop in one process "
              f"{without_imports / first.seconds:.2f} of the goal {GOAL}")


main()
