"""Training steps or beam search of an encoder-decoder with PyTorch + Transformers; a line of JSON.

usage: peer.py --model DIR --texts FILE [--limit N] [--step] [--beams 4] [--tokens 64] [--threads 2]
       peer.py --make NAME DIR     writes a model of a known shape with random weights
"""
import argparse
import json
import resource
import sys
import time

import torch
import transformers

SHAPES = {
    "t5-small": (transformers.T5ForConditionalGeneration, transformers.T5Config()),
    "mt5-small": (transformers.MT5ForConditionalGeneration, transformers.MT5Config()),
}


def make(name, folder):
    kind, config = SHAPES[name]
    config.decoder_start_token_id = 0
    torch.manual_seed(1)
    model = kind(config)
    model.save_pretrained(folder)


def batches(rows, size):
    for first in range(0, len(rows), size):
        part = rows[first : first + size]
        longest = max(len(row["source"]) for row in part)
        widest = max(len(row["target"]) for row in part)
        yield {
            "input_ids": torch.tensor([r["source"] + [0] * (longest - len(r["source"])) for r in part]),
            "attention_mask": torch.tensor(
                [[1] * len(r["source"]) + [0] * (longest - len(r["source"])) for r in part]),
            "labels": torch.tensor([r["target"] + [-100] * (widest - len(r["target"])) for r in part]),
        }


def train(model, rows, size):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.01)

    def steps(rows):
        start = time.perf_counter()
        for batch in batches(rows, size):
            optimizer.zero_grad()
            model(**batch).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        return time.perf_counter() - start

    steps(rows[:size])
    return steps(rows)


def generate(model, rows, beams, tokens):
    model.eval()

    def write(rows):
        start = time.perf_counter()
        with torch.no_grad():
            for batch in batches(rows, 16):
                model.generate(
                    input_ids=batch["input_ids"], attention_mask=batch["attention_mask"],
                    num_beams=beams, max_new_tokens=tokens, min_new_tokens=tokens)
        return time.perf_counter() - start

    write(rows[:2])
    return write(sorted(rows, key=lambda row: len(row["source"])))


def main():
    if sys.argv[1:2] == ["--make"]:
        return make(*sys.argv[2:4])
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--texts")
    parser.add_argument("--writer", action="store_true")
    parser.add_argument("--step", action="store_true")
    for name, usual in (("limit", 64), ("batch-size", 16), ("beams", 4), ("tokens", 64),
                        ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.logging.set_verbosity_error()
    rows = [json.loads(line) for line in open(arguments.texts)][: arguments.limit]
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(arguments.model)
    if arguments.step:
        seconds = train(model, rows, arguments.batch_size)
    else:
        seconds = generate(model, rows, arguments.beams, arguments.tokens)
    print(json.dumps({
        "peer": "pytorch", "texts_per_s": len(rows) / seconds,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


main()
