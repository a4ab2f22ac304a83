"""Lays points out with tl and with umap-learn, openTSNE and scikit-learn, in turns.

usage: run.py [--python PYTHON] [--shared DIR] [--data digits,mog5k,mog20k] [--peers a,b] [--rounds N]

PYTHON has numpy, scikit-learn, umap-learn and openTSNE; the data and the peers' programs are those
of SHARED/peers/projection. A peer lays out twice in one process, and its second, warmed-up run
counts; tl does it once in a fresh process. Time is that of the layout alone, memory the peak of the
whole process. Both layouts are measured by the same program: trustworthiness of 15 neighbors and
10-NN accuracy. On 20,000 points a round takes the peers about ten minutes.
"""
import argparse
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
from bench_measuring import measure, median  # noqa: E402

METHOD = {"umap_seed": "umap", "umap_par": "umap", "opentsne": "tsne", "sktsne": "tsne", "pca": "pca"}
TO_NPY = """
import csv, numpy, sys
rows = list(csv.reader(open(sys.argv[1])))[1:]
numpy.save(sys.argv[2] + ".npy", numpy.array(rows, dtype="float32")[:, :2])
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=os.environ.get("TL_PYTHON", "python3"))
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(ROOT), "shared"))
    parser.add_argument("--tl", default=os.path.join(ROOT, ".build/release/tl"))
    parser.add_argument("--data", default="digits,mog5k")
    parser.add_argument("--peers", default="umap_seed,umap_par,opentsne")
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    peers = os.path.join(arguments.shared, "peers/projection")
    if not os.path.exists(peers):
        sys.exit(f"bench: {peers} is not there; say where it is with --shared")
    below = []
    with tempfile.TemporaryDirectory() as folder:
        measure([arguments.python, peers + "/make_data.py"], folder=folder)
        print(f"tl against its peers, {arguments.rounds} rounds in turns; goals: half of the time, "
              "half of the memory, quality at least the peer's - 0.005")
        print(f"{'data':8}{'peer':11}{'tl s':>8}{'peer s':>8}{'time ×':>8}{'tl MB':>8}{'peer MB':>8}"
              f"{'MB ×':>7}{'trust':>8}{'peer':>8}{'10-NN':>8}{'peer':>8}")
        for data in arguments.data.split(","):
            for peer in arguments.peers.split(","):
                ours, theirs, mine, other = [], [], [], []
                for _ in range(arguments.rounds):
                    csv = folder + "/layout.csv"
                    run = measure(
                        [arguments.tl, "run", HERE + "/project.tl", METHOD[peer],
                         f"{folder}/{data}_x.npy", csv], folder=folder)
                    said = re.search(r"ran ([0-9.]+) s", run.errors)
                    seconds = float(said.group(1)) if said else run.seconds
                    ours.append({"seconds": seconds, "memory": run.memory})
                    measure([arguments.python, "-c", TO_NPY, csv, folder + "/ours"], folder=folder)
                    with open(folder + "/ours.json", "w") as file:
                        json.dump({"ds": data}, file)
                    run = measure(
                        [arguments.python, peers + "/run_peer.py", peer, data, "2", "theirs"],
                        folder=folder)
                    with open(folder + "/theirs.json") as file:
                        theirs.append({"seconds": json.load(file)["fit_s"][-1], "memory": run.memory})
                    measure([arguments.python, peers + "/score.py", "ours", "theirs"], folder=folder)
                    for name, scores in (("ours", mine), ("theirs", other)):
                        with open(f"{folder}/{name}.json") as file:
                            scores.append(json.load(file))

                time_ratio = median(theirs, 'seconds') / max(1e-3, median(ours, 'seconds'))
                memory_ratio = median(theirs, 'memory') / median(ours, 'memory')
                missed = [name for name, bad in (
                    ("time", time_ratio < 2), ("memory", memory_ratio < 2),
                    ("trust", median(mine, 'trust15') < median(other, 'trust15') - 0.005),
                    ("10-NN", median(mine, 'knn10_2d') < median(other, 'knn10_2d') - 0.005)) if bad]
                print(f"{data:8}{peer:11}{median(ours, 'seconds'):8.2f}{median(theirs, 'seconds'):8.2f}"
                      f"{time_ratio:8.1f}{median(ours, 'memory'):8.0f}{median(theirs, 'memory'):8.0f}"
                      f"{memory_ratio:7.1f}{median(mine, 'trust15'):8.4f}{median(other, 'trust15'):8.4f}"
                      f"{median(mine, 'knn10_2d'):8.4f}{median(other, 'knn10_2d'):8.4f}"
                      + (f"  below: {', '.join(missed)}" if missed else ""), flush=True)
                below += [f"{data} {peer}"] if missed else []
    print("every goal is met" if not below else f"below the goal: {', '.join(below)}")


main()
