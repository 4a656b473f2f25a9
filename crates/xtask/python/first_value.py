"""How soon a kernel answers, seen by a Jupyter client:

    first_value.py KERNEL PAGE NOTEBOOKS

Starts three kernels up to the first value, and runs every cell of these notebooks once in the quick profile. Of the later
cells those count that compute nothing long: the process that runs cells was busy for less than a tenth of a second, so
that the rest is the compiler and evcxr. Writes the section "First value" of the page.
"""

import os
import statistics
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager

HEADING = "## First value"
FOLLOWS = "## Support vector machines"
STARTS = 3
SHORT = 0.1


class Kernel:
    """A kernel in the notebooks' folder, and how long it took to be ready."""

    def __init__(self, name, folder):
        began = time.monotonic()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.ready = time.monotonic() - began

    def run(self, code):
        """Seconds until the cell has ended, and how long its process was busy."""
        before, began = self.busy(), time.monotonic()
        reply = self.client.execute_interactive(code, output_hook=lambda _: None, timeout=600)
        seconds = time.monotonic() - began
        if reply["content"]["status"] != "ok":
            sys.exit(f"a cell failed:\n{code}")
        return seconds, self.busy() - before

    def busy(self):
        """Processor seconds of the process that runs cells: the one that evcxr has started from its own program."""
        kernel = self.manager.provisioner.process.pid
        parents, programs = {}, {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    programs[entry.name] = os.readlink(entry / "exe")
                    parents[entry.name] = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                except OSError:
                    continue
        below = {str(kernel)}
        while more := {process for process, parent in parents.items() if parent in below} - below:
            below |= more
        for process in below:
            if programs.get(process, "").endswith("evcxr_jupyter") and programs[process] == programs.get(parents[process]):
                fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def code_of(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def section(rows):
    text = [
        HEADING,
        "",
        "Written by `cargo xtask first-value`: a Jupyter client starts a kernel of its own and runs cells, in the quick",
        "profile. Later cells are those whose own process was busy for less than 0.1 s: what remains is the compiler and",
        "evcxr. Of three starts the fastest counts.",
        "",
        "| what | seconds |",
        "|---|--:|",
        *(f"| {what} | {value} |" for what, value in rows),
        "",
    ]
    return "\n".join(text)


def main(kernel_name, page, notebooks):
    os.environ["FASHION_PROFILE"] = "quick"
    starts = []
    for _ in range(STARTS):
        kernel = Kernel(kernel_name, notebooks[0].parent)
        first, _ = kernel.run(code_of(notebooks[0])[0])
        load, _ = kernel.run("FashionMnist::load()?")
        kernel.end()
        starts.append((kernel.ready, first, load))
        print(f"ready after {kernel.ready:.1f} s, first cell {first:.1f} s, loading the images {load:.1f} s", flush=True)
    ready, first, load = min(starts, key=lambda start: sum(start[:2]))
    later = []
    for notebook in notebooks:
        kernel = Kernel(kernel_name, notebook.parent)
        cells = code_of(notebook)
        kernel.run(cells[0])
        times = [kernel.run(code) for code in cells[1:]]
        kernel.end()
        later += [seconds for seconds, busy in times if busy < SHORT]
        print(f"{notebook.stem}: {len(times)} later cells in {sum(seconds for seconds, _ in times):.0f} s", flush=True)
    rows = [
        ("kernel ready", f"{ready:.1f}"),
        ("first cell: `:dep`, the prelude, the profile", f"{first:.1f}"),
        ("from opening to the first value", f"{ready + first:.1f}"),
        ("loading all images", f"{load:.1f}"),
        (f"a later cell, median of {len(later)}", f"{statistics.median(later):.2f}"),
        ("a later cell, 95th percentile", f"{statistics.quantiles(later, n=20)[-1]:.2f}"),
    ]
    old = page.read_text()
    before = old[: old.find(HEADING)] if HEADING in old else old[: old.find(FOLLOWS)] if FOLLOWS in old else old + "\n"
    after = old[old.find(FOLLOWS) :] if FOLLOWS in old else ""
    page.write_text(before + section(rows) + ("\n" + after if after else ""))
    print("\n".join(f"{what}: {value}" for what, value in rows))


main(sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
