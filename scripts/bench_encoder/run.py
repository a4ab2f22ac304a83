"""Runs encoders with tl and with PyTorch + Hugging Face Transformers, in turns on the same texts.

usage: run.py --donors DIR [--python PYTHON] [--shared DIR] [--rounds N] [--cases a,b]

PYTHON has torch and transformers; the peer's program is hf_encode.py of SHARED/peers. Printed are
medians in texts per second and how many times faster tl is. The share is that of the machine's
sgemm peak (a product of 2048 x 2048 matrices in PyTorch, two threads) that the arithmetic of linear
layers and attention reaches in tl.
"""
import argparse
import glob
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import PEAK, make_base, measure, median  # noqa: E402

TINY, MINI, E5 = "rubert-tiny2", "all-MiniLM-L6-v2", "multilingual-e5-small"
# Name: donor, options for both, and the goals (order as given, sorted by length).
CASES = {
    "tiny-forward": (TINY, ["--limit", "500"], 3.5, 1.6),
    "tiny-step": (TINY, ["--limit", "200", "--step"], 5, 2.5),
    "mini-forward": (MINI, ["--limit", "150"], 3, 1.5),
    "mini-step": (MINI, ["--limit", "60", "--step"], 4, 2),
    "e5-forward": (E5, ["--limit", "200"], 3, 1.5),
    "base-forward": ("base", ["--limit", "64"], None, 1.2),
    "tiny-equal": (TINY, ["--limit", "200", "--equal-length", "128"], 1, 1),
    "tiny-equal-step": (TINY, ["--limit", "100", "--equal-length", "128", "--step"], 1, 1),
    "mini-equal": (MINI, ["--limit", "100", "--equal-length", "128"], 1, 1),
    "base-equal": ("base", ["--limit", "32", "--equal-length", "128"], 1, 1),
    "tiny-forward-bf16": (TINY, ["--limit", "500", "--bf16"], None, 1.2),
    "tiny-step-bf16": (TINY, ["--limit", "200", "--step", "--bf16"], None, 1.5),
    "mini-forward-bf16": (MINI, ["--limit", "150", "--bf16"], None, 1.2),
    "mini-step-bf16": (MINI, ["--limit", "60", "--step", "--bf16"], None, 1.5),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--donors", default=os.environ.get("TL_DONORS"))
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/encoder-benchmark"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    arguments = parser.parse_args()
    if not arguments.donors:
        sys.exit("bench: say where the donors are: --donors FOLDER, or TL_DONORS")
    texts = os.path.join(arguments.shared, "data/sentiment_news_1k.jsonl")
    peer = os.path.join(arguments.shared, "peers/hf_encode.py")
    print(f"tl against hf_encode.py, 2 threads, medians of {arguments.rounds} rounds in turns; "
          "texts per second")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.cases.split(","):
            donor, options, *goals = CASES[name]
            directory = os.path.join(arguments.donors, donor)
            if donor == "base":
                directory = os.path.join(folder, "base")
                if not os.path.exists(directory):
                    make_base(arguments.python, os.path.join(arguments.donors, TINY), directory)
            elif not os.path.exists(directory):
                print(f"{name}: skipped, {donor} is not there")
                continue
            # Both read the donor from memory: the first must not pay for the disk.
            for file in filter(os.path.isfile, glob.glob(directory + "/*")):
                with open(file, "rb") as opened:
                    while opened.read(1 << 24):
                        pass
            common = ["--model", directory, "--texts", texts, "--threads", "2", "--repeat", "3"]
            ours, theirs, peaks = [], [], []
            for _ in range(arguments.rounds):
                ours.append(json.loads(measure([arguments.program] + common + options).last_line))
                theirs.append(json.loads(measure([arguments.python, peer] + common + options).last_line))
                peaks.append({"peak": float(measure([arguments.python, "-c", PEAK]).last_line)})

            kind = "step" if "--step" in options else "forward"
            line = f"{name:18}"
            below = False
            for order, goal in zip(("given", "sorted"), goals):
                key = f"{kind}_{order}_texts_per_s"
                mine, other = median(ours, key), median(theirs, key)
                below |= goal is not None and mine / other < goal
                target = "" if goal is None else f" (goal {goal})"
                line += f"  {order} {mine:.0f} / {other:.0f} = {mine / other:.2f}{target}"
            share = median(ours, f"{kind}_sorted_gigaflops") / median(peaks, "peak")
            line += f"  share {share:.0%}"
            for label, key in (("tokenize", "tokenize_s"), ("load", "load_s"), ("MB", "peak_rss_mb")):
                line += f"  {label} ×{median(theirs, key) / max(1e-9, median(ours, key)):.1f}"
            print(line + ("  below" if below else ""), flush=True)
        print(f"sgemm peak {median(peaks, 'peak'):.0f} GFLOP/s")


main()
