"""Pretraining by masked words: tl against the Trainer, and how much of the machine it uses.

usage: run.py [--python PYTHON] [--shared DIR] [--tl PATH] [--rounds N] [--cases a,b]

PYTHON has torch and transformers. Both read the same lines of SHARED/data/general.txt with the same
tokenizer, which tl makes; tl hides whole words, the peer pieces. The share is that of the machine's sgemm
peak (PyTorch, two threads, float32) that the products of the model reach: three times those of a
forward pass, the head on the hidden tokens alone.
"""
import argparse
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import PEAK, measure, median  # noqa: E402

# Name: size, layers, hidden size, heads, steps, precision.
CASES = {
    "tiny": ("tiny", 2, 128, 2, 120, "float32"),
    "tiny-bf16": ("tiny", 2, 128, 2, 120, "bf16"),
    "mini": ("mini", 4, 256, 4, 40, "float32"),
    "mini-bf16": ("mini", 4, 256, 4, 40, "bf16"),
    "base": ("base", 12, 768, 12, 3, "float32"),
}
BATCH, LENGTH, VOCABULARY, TEXTS, HIDDEN_SHARE = 32, 128, 8_000, 20_000, 0.15


def operations(layers, hidden):
    """Of one token in one training step."""
    block = 2 * 12 * hidden * hidden + 4 * LENGTH * hidden
    head = HIDDEN_SHARE * 2 * (hidden * hidden + hidden * VOCABULARY)
    return 3 * (layers * block + head)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    arguments = parser.parse_args()
    texts = os.path.join(arguments.shared, "data/general.txt")
    print(f"batches of {BATCH} texts of {LENGTH} tokens, medians of {arguments.rounds} rounds in turns; "
          "tokens per second")
    for name in arguments.cases.split(","):
        size, layers, hidden, heads, steps, precision = CASES[name]
        ours, theirs, peaks = [], [], []
        for _ in range(arguments.rounds):
            with tempfile.TemporaryDirectory() as folder:
                settings = {"file": texts, "size": size, "vocabulary": VOCABULARY, "texts": TEXTS,
                            "steps": steps, "batch_size": BATCH, "max_length": LENGTH,
                            "precision": precision, "folder": folder}
                command = [arguments.tl, "run", f"{HERE}/pretrain.tl"]
                for key, value in settings.items():
                    command += ["--set", f"{key}={value}"]
                environment = {"TL_STORE": folder + "/store", "TL_THREADS": "2"}
                ours.append(json.loads(measure(command, environment).last_line))
                theirs.append(json.loads(measure(
                    [arguments.python, f"{HERE}/peer.py", texts, folder, str(layers), str(hidden),
                     str(heads), str(steps), str(BATCH), str(LENGTH), precision, str(TEXTS)],
                    {"OMP_NUM_THREADS": "2", "HF_HUB_OFFLINE": "1"}).last_line))
                peaks.append({"peak": float(measure([arguments.python, "-c", PEAK]).last_line)})
        mine, other = (median(found, "tokens_per_second") for found in (ours, theirs))
        share = mine * operations(layers, hidden) / 1e9 / median(peaks, "peak")
        print(f"{name:10} {mine:8.0f} / {other:8.0f} = {mine / other:.1f}  share {share:.0%} of "
              f"{median(peaks, 'peak'):.0f} GFLOP/s", flush=True)


main()
