"""Runs each NAME.tl beside the NAME.py of the same meaning, in turns, and prints the ratios.

usage: run.py [--rounds N] [--tl PATH] [--megabytes N] [NAME ...]

CPU is user and system time of the whole process, start included; it is the measure on a machine
that does other things as well. Ratios are of medians: how many times longer CPython takes. Both
programs of a pair must print the same. The CSV file is made anew in a temporary folder.
"""
import argparse
import glob
import os
import platform
import random
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import measure, median  # noqa: E402

# What the project promises, as CPython's time over tl's.
GOALS = {"csv_file": 2.0, "start": 3.0}
GOAL = 1.5
COLUMNS = ("seconds", "cpu", "memory")


def numbers(text):
    """The words of a text, as numbers where they are."""
    words = text.replace("[", " ").replace("]", " ").replace(",", " ").split()
    result = []
    for word in words:
        try:
            result.append(float(word))
        except ValueError:
            result.append(word)
    return result


def same(a, b):
    a, b = numbers(a), numbers(b)
    return len(a) == len(b) and all(
        x == y or isinstance(x, float) and isinstance(y, float) and abs(x - y) <= 1e-9 * abs(x)
        for x, y in zip(a, b))


def make_csv(path, megabytes):
    """A file with names in Cyrillic, quoted cells, integers and decimals."""
    generator = random.Random(7)
    cities = ["Москва", "Уфа", "Омск", "Казань", "Пермь", "Самара", "Тула", "Тверь", "Псков",
              "Сочи"] + [f"Посёлок № {n}" for n in range(490)]
    lines = []
    for number in range(20_000):
        text = "простой текст отзыва" if number % 5 else '"текст, с запятой и ""кавычками"""'
        lines.append(
            f"{generator.choice(cities)},{text},{generator.randrange(1_000_000)},"
            f"{generator.random():.6f}\n")
    block = "".join(lines).encode()
    with open(path, "wb") as file:
        file.write("city,text,size,score\n".encode())
        for _ in range(max(1, megabytes * 1_000_000 // len(block))):
            file.write(block)
    return os.path.getsize(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    parser.add_argument("--megabytes", type=int, default=100)
    arguments = parser.parse_args()
    scripts = sorted(glob.glob(HERE + "/*.tl"))
    names = [os.path.basename(path)[:-3] for path in scripts] + ["start"]
    order = ["calls", "arithmetic", "mandelbrot", "sieve", "lists", "text", "join", "records", "rows",
             "table", "csv_file", "start"]
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    chosen = arguments.names or names
    for name in chosen:
        if name not in names:
            sys.exit(f"bench: there is no benchmark {name}; there is {', '.join(names)}")
    python = sys.executable
    print(f"tl against {platform.python_implementation()} {platform.python_version()}, medians of "
          f"{arguments.rounds} rounds in turns; CPU is user + system time")
    print(f"{'':12}{'tl CPU':>9}{'py CPU':>9}{'CPU ×':>8}{'tl wall':>9}{'py wall':>9}{'wall ×':>8}"
          f"{'tl MB':>7}{'py MB':>7}   goal")
    below = []
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            extra, rounds, goal = [], arguments.rounds, GOALS.get(name, GOAL)
            if name == "start":
                ours, theirs, rounds = [arguments.tl, "-e", "1"], [python, "-c", "1"], rounds * 8
            else:
                if name == "csv_file":
                    extra = [folder + "/data.csv"]
                    make_csv(extra[0], arguments.megabytes)
                ours = [arguments.tl, f"{HERE}/{name}.tl"] + extra
                theirs = [python, f"{HERE}/{name}.py"] + extra
            mine, other = [], []
            for _ in range(rounds):
                mine.append(measure(ours))
                other.append(measure(theirs))
                if name != "start" and not same(mine[-1].output, other[-1].output):
                    sys.exit(f"bench: {name} printed {mine[-1].output!r}, "
                             f"CPython {other[-1].output!r}")
            wall, cpu, memory = (median(mine, key) for key in COLUMNS)
            their_wall, their_cpu, their_memory = (median(other, key) for key in COLUMNS)
            ratio = their_cpu / cpu
            mark = "" if ratio >= goal else "  below"
            if mark:
                below.append(name)
            print(f"{name:12}{cpu:9.3f}{their_cpu:9.3f}{ratio:8.2f}{wall:9.3f}{their_wall:9.3f}"
                  f"{their_wall / wall:8.2f}{memory:7.0f}{their_memory:7.0f}   {goal}{mark}",
                  flush=True)
    print("every goal is met" if not below else f"below the goal: {', '.join(below)}")


main()
