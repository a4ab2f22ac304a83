"""Probes of all layers against one forward pass, on an encoder of BERT-base's shape.

usage: run.py --donors DIR [--python PYTHON] [--shared DIR] [--tl PATH] [--rounds N]

PYTHON has torch and transformers, which write the encoder (weights at random); the tokenizer is that
of DIR/rubert-tiny2, the texts are SHARED/data/sentiment_news_1k.jsonl. Both commands are timed whole.
"""
import argparse
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import make_base, measure, median  # noqa: E402

GOAL = 1.3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--donors", default=os.environ.get("TL_DONORS"))
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if not arguments.donors:
        sys.exit("bench: say where the donors are: --donors FOLDER, or TL_DONORS")
    texts = os.path.join(arguments.shared, "data/sentiment_news_1k.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        base = os.path.join(folder, "base")
        make_base(arguments.python, os.path.join(arguments.donors, "rubert-tiny2"), base)
        found = {"vectors": [], "probes": []}
        for _ in range(arguments.rounds):
            for name, runs in found.items():
                runs.append(measure(
                    [arguments.tl, "run", f"{HERE}/{name}.tl", "--set", f"donor_name={base}",
                     "--set", f"file={texts}"], {"TL_THREADS": "2"}))
    forward, probes = (median(found[name], "seconds") for name in ("vectors", "probes"))
    print(f"1,000 texts, BERT-base's shape, medians of {arguments.rounds} rounds in turns: one forward "
          f"pass {forward:.1f} s, probes of 13 layers {probes:.1f} s, {probes / forward:.2f} times it "
          f"(goal: at most {GOAL})" + ("" if probes <= GOAL * forward else "  above"))


main()
