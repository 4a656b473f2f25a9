"""What all peers share: the data, the clock, and the conversation with the benchmark.

A peer reads one piece of work per line from stdin, as JSON, and answers with what each of its variants needs: their
names with seconds by the clock and by the processors, and the mean loss where something was trained. An empty answer
means that this is not its kind of work. The first line that it writes are its versions.
"""

import gzip
import json
import os
import pathlib
import sys
import time
import warnings

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

folder = pathlib.Path(sys.argv[1])
files = pathlib.Path(sys.argv[2])


def read(name, kind, *shape):
    return np.fromfile(folder / name, kind).reshape(-1, *shape)


images = read("images.f32", "<f4", 28, 28, 1)
labels = read("labels.u8", "u1").astype("int64").ravel()
tests = read("tests.f32", "<f4", 28, 28, 1)


def shown(work):
    """Training images for a machine, one in each row, and test images."""
    kind = work["rows"]
    if kind == "pixels":
        return images.reshape(-1, 784)[: work["samples"]], tests.reshape(-1, 784)[: work["batch"]]
    width = {"noisy": 784, "features": 128}[kind]
    train, test = read(f"{kind}.f32", "<f4", width), read(f"{kind}-tests.f32", "<f4", width)
    return train[: work["samples"]], test[: work["batch"]]


def timed(work):
    """What a piece of work costs; it returns its loss, if it has one."""
    wall, processor = time.perf_counter(), time.process_time()
    loss = work()
    cost = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return {**cost, "loss": loss} if isinstance(loss, float) else cost


def load_all():
    for part in ("train", "t10k"):
        for kind, header in (("images-idx3", 16), ("labels-idx1", 8)):
            plain = files / f"{part}-{kind}-ubyte"
            zipped = plain.with_name(plain.name + ".gz")
            content = gzip.open(zipped).read() if zipped.exists() else plain.read_bytes()
            np.frombuffer(content, "u1", offset=header)


class Fastest:
    """Of several ways to do the same, all are tried the first time, and only the fastest after that."""

    def __init__(self):
        self.chosen = {}

    def of(self, work, ways):
        key = json.dumps(work, sort_keys=True)
        names = [self.chosen[key]] if key in self.chosen else list(ways)
        costs = {name: ways[name]() for name in names}
        self.chosen[key] = min(costs, key=lambda name: costs[name]["wall"])
        return costs


def serve(measure, versions):
    """`measure` gets a piece of work and answers with the costs by name."""
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(json.loads(line))), flush=True)
