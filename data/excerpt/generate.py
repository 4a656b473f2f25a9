"""Writes the excerpt: the first 200 training and 100 test images of each class, in their order.

    python data/excerpt/generate.py FOLDER_WITH_THE_FOUR_FULL_FILES

Needs Python's standard library only. The sums are of the uncompressed files.
"""

import gzip
import hashlib
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent
IMAGE = 28 * 28


def write(name, content):
    # mtime=0 and level 9: the same bytes on every run.
    (HERE / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"


def main(source):
    sums = ""
    for part, per_class in [("train", 200), ("t10k", 100)]:
        images_name, labels_name = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
        images = gzip.open(source / f"{images_name}.gz").read()[16:]
        labels = gzip.open(source / f"{labels_name}.gz").read()[8:]
        seen = [0] * 10
        chosen = []
        for i, label in enumerate(labels):
            seen[label] += 1
            if seen[label] <= per_class:
                chosen.append(i)
        pixels = b"".join(images[IMAGE * i : IMAGE * (i + 1)] for i in chosen)
        header = struct.pack(">4I", 0x803, len(chosen), 28, 28)
        sums += write(images_name, header + pixels)
        header = struct.pack(">2I", 0x801, len(chosen))
        sums += write(labels_name, header + bytes(labels[i] for i in chosen))
    (HERE / "SHA256SUMS").write_text(sums)


main(pathlib.Path(sys.argv[1]))
