"""Runs a command and says what it took; for the programs behind scripts/bench."""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

# A model of BERT-base's shape with weights at random, beside the tokenizer of rubert-tiny2.
BASE = """
import os, shutil, sys, torch, transformers
source, target = sys.argv[1:]
torch.manual_seed(1)
config = transformers.BertConfig(vocab_size=83830)
transformers.BertModel(config).save_pretrained(target)
for name in ("vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "tokenizer.json"):
    if os.path.exists(os.path.join(source, name)):
        shutil.copy(os.path.join(source, name), target)
"""

# The speed of a product of 2048 x 2048 matrices in PyTorch, two threads, in GFLOP/s.
PEAK = """
import time, torch
torch.set_num_threads(2)
a, b = torch.rand(2048, 2048), torch.rand(2048, 2048)
best = 1e9
for _ in range(8):
    start = time.perf_counter(); a @ b; best = min(best, time.perf_counter() - start)
print(2 * 2048 ** 3 / best / 1e9)
"""


class Measured(NamedTuple):
    seconds: float
    cpu: float  # user and system seconds
    memory: float  # the peak of the process in MB
    output: str
    errors: str

    @property
    def last_line(self):
        return self.output.strip().splitlines()[-1]


def measure(command, environment=None, folder=None):
    """What a command took and printed; ends the benchmark where the command fails."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, cwd=folder,
                                   env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    if process.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}\n"
                 f"{texts[0][-500:]}{texts[1][-2000:]}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, *texts)


def median(results, key):
    """The median of one number of each result, named by a field or a key."""
    return statistics.median(
        getattr(result, key) if hasattr(result, key) else result[key] for result in results)


def make_base(python, tokenizer, folder):
    """Writes a model of BERT-base's shape with the tokenizer of another folder."""
    measure([python, "-c", BASE, tokenizer, folder])
