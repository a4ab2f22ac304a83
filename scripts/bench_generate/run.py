"""Runs encoder-decoders with tl and with PyTorch + Hugging Face Transformers, in turns.

usage: run.py [--python PYTHON] [--shared DIR] [--rounds N] [--cases a,b]

PYTHON has torch and transformers. Models have the shapes of t5-small and mt5-small with random
weights; lengths are those of SHARED/data/summ.jsonl, at three characters to a token, sources cut at
256 and targets at 64 tokens. Steps are training steps in batches of 16, in the order given;
generation is beam search with 4 beams to 64 tokens. Printed are medians in texts per second, how
many times faster tl is, and the peak memory of both.
"""
import argparse
import json
import os
import random
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import measure, median  # noqa: E402

# Name: shape, options for both, options for tl alone, the goal.
CASES = {
    "t5-step": ("t5-small", ["--limit", "48", "--step"], [], 2),
    "t5-generate": ("t5-small", ["--limit", "16"], [], 3),
    "t5-generate-bf16": ("t5-small", ["--limit", "16"], ["--bf16"], None),
    "mt5-step": ("mt5-small", ["--limit", "16", "--step"], [], 2),
    "mt5-generate": ("mt5-small", ["--limit", "16"], [], 3),
}


def write_texts(shared, path):
    chosen = random.Random(1)
    with open(os.path.join(shared, "data/summ.jsonl")) as lines, open(path, "w") as out:
        for _, line in zip(range(128), lines):
            row = json.loads(line)
            lengths = {
                "source": min(256, max(8, len(row["text"]) // 3)),
                "target": min(64, max(4, len(row["summary"]) // 3)),
            }
            ids = {key: [chosen.randrange(3, 32_000) for _ in range(length - 1)] + [1]
                   for key, length in lengths.items()}
            out.write(json.dumps(ids) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/encoder-benchmark"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    arguments = parser.parse_args()
    peer = os.path.join(HERE, "peer.py")
    print(f"tl against transformers, 2 threads, medians of {arguments.rounds} rounds in turns; "
          "texts per second")
    with tempfile.TemporaryDirectory() as folder:
        texts = os.path.join(folder, "ids.jsonl")
        write_texts(arguments.shared, texts)
        for name in arguments.cases.split(","):
            shape, options, own, goal = CASES[name]
            directory = os.path.join(folder, shape)
            if not os.path.exists(directory):
                measure([arguments.python, peer, "--make", shape, directory])
            common = ["--writer", "--model", directory, "--texts", texts] + options
            ours, theirs = [], []
            for _ in range(arguments.rounds):
                ours.append(json.loads(
                    measure([arguments.program] + common + own).last_line))
                theirs.append(json.loads(
                    measure([arguments.python, peer] + common).last_line))
            mine, other = median(ours, "texts_per_s"), median(theirs, "texts_per_s")
            memory = [median(results, "peak_rss_mb") for results in (ours, theirs)]
            target = "" if goal is None else f" (goal {goal})"
            print(f"{name:18} {mine:.2f} / {other:.2f} = {mine / other:.2f}{target}  "
                  f"MB {memory[0]:.0f} / {memory[1]:.0f} = {memory[0] / memory[1]:.2f}"
                  + ("  below" if goal and mine / other < goal else ""), flush=True)


main()
