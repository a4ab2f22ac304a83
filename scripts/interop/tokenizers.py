#!/usr/bin/env python3
"""Compares the ids of every line of text files with the reference library, and the CPU seconds.

  pip install tokenizers==0.22.2 transformers==4.57.6 sentencepiece protobuf
  scripts/interop/tokenizers.py --models FOLDER [--data ../shared/data] [--offsets] [NAME ...]

FOLDER holds directories in the Hugging Face layout (../shared/models/get_models.sh brings three).
The Swift side is the test `writesTheIDsOfAFile`, built in release. Exits with 1 if an id differs.
"""
import argparse
import array
import os
import subprocess
import sys
import tempfile
import time

# This file has the name of the package that it imports.
sys.path.pop(0)

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def swift(folder, texts, offsets):
    """Ids per line, and the line of times that the test prints."""
    with tempfile.TemporaryDirectory() as scratch:
        env = dict(os.environ, TL_TOKENIZER=folder, TL_TEXTS=texts, TL_IDS=scratch + "/ids")
        if offsets:
            env["TL_OFFSETS"] = "1"
        command = ["swift", "test", "-c", "release", "--skip-build", "--disable-xctest",
                   "--disable-testable-imports", "--filter", "writesTheIDsOfAFile"]
        run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        if not os.path.exists(scratch + "/ids"):
            sys.exit(run.stdout + run.stderr)
        numbers = array.array("i")
        with open(scratch + "/ids", "rb") as f:
            numbers.frombytes(f.read())
    times = [l for l in run.stdout.splitlines() if l.startswith("load ")]
    end = -3 if offsets else -1
    rows, row = [], []
    for n in numbers:
        if n == end:
            rows.append(row)
            row = []
        else:
            row.append(n)
    return rows, times[0] if times else ""


def reference(tokenizer, lines, offsets):
    """Ids per line by the library's Rust core, one thread; with offsets also those and word ids."""
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    # The first pass is for comparison, the later ones for the clock: with and without offsets.
    encodings = backend.encode_batch(lines)
    start = time.process_time()
    backend.encode_batch_fast(lines)
    fast = time.process_time() - start
    start = time.process_time()
    backend.encode_batch(lines)
    full = time.process_time() - start
    rows = []
    for e in encodings:
        row = list(e.ids)
        if offsets:
            row += [-2] + [x for pair in e.offsets for x in pair] + [-2]
            row += [-1 if w is None else w for w in e.word_ids]
        rows.append(row)
    return rows, fast, full


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", required=True)
    parser.add_argument("--data", default=os.path.join(ROOT, "../shared/data"))
    parser.add_argument("--files", nargs="*", default=["general.txt", "english.txt"])
    parser.add_argument("--offsets", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    names = arguments.names or sorted(os.listdir(arguments.models))
    from transformers import AutoTokenizer

    # Without TL_IDS the test is skipped: this run builds only.
    build = ["swift", "test", "-c", "release", "--disable-xctest", "--disable-testable-imports",
             "--filter", "writesTheIDsOfAFile"]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    differing = 0
    for name in names:
        folder = os.path.join(arguments.models, name)
        start = time.process_time()
        tokenizer = AutoTokenizer.from_pretrained(folder)
        load = time.process_time() - start
        for file in arguments.files:
            path = os.path.join(arguments.data, file)
            with open(path, encoding="utf-8", newline="") as f:
                lines = f.read().split("\n")
            ours, times = swift(folder, path, arguments.offsets)
            theirs, fast, full = reference(tokenizer, lines, arguments.offsets)
            wrong = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
            differing += len(wrong) + abs(len(ours) - len(theirs))
            print(f"{name} {file}: {len(lines) - len(wrong)} of {len(lines)} lines equal, "
                  f"{sum(map(len, theirs))} numbers")
            print(f"  reference: load {load:.3f} ids {fast:.3f} with offsets {full:.3f}")
            print(f"  ours:      {times}")
            for i in wrong[:5]:
                at = next((k for k, (a, b) in enumerate(zip(ours[i], theirs[i])) if a != b), -1)
                print(f"  line {i}, place {at}: {lines[i][:100]!r}")
                print(f"    ours   {ours[i][max(at - 3, 0):at + 6]}")
                print(f"    theirs {theirs[i][max(at - 3, 0):at + 6]}")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
