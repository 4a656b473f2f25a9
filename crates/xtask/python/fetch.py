"""Downloads files: fetch.py PARENT URL FOLDER NAME ... (the caller checks their content).

A mirror that sends for ever, or hardly anything, is given up. When the process PARENT, which started this one, ends,
so does this.
"""

import os
import signal
import sys
import threading
import time
import urllib.request
from pathlib import Path

# The largest file has 26 MB; even a slow line brings that in ten minutes.
LARGEST, LONGEST = 64_000_000, 600

parent, mirror, folder, *names = sys.argv[1:]


def end_with(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def fetched(source, target, until):
    size = 0
    while piece := source.read1(1 << 16):
        size += len(piece)
        if size > LARGEST:
            sys.exit(f"{name}: expected at most {LARGEST // 1_000_000} MB, got more")
        if time.monotonic() > until:
            sys.exit(f"{name}: not complete after {LONGEST} s")
        target.write(piece)
    expected = source.headers.get("Content-Length")
    if expected is not None and int(expected) != size:
        sys.exit(f"{name}: expected {expected} bytes, got {size}")


signal.signal(signal.SIGINT, signal.SIG_DFL)
if hasattr(os, "getppid"):
    threading.Thread(target=end_with, args=(int(parent),), daemon=True).start()
for name in names:
    try:
        with urllib.request.urlopen(mirror + name, timeout=10) as source:
            with open(Path(folder) / name, "wb") as target:
                fetched(source, target, time.monotonic() + LONGEST)
    except (OSError, ValueError) as error:
        sys.exit(f"{name}: {error}")
