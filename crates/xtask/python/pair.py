"""Runs two kernels at once and compares what their cells say with what they must:

    pair.py KERNEL FOLDER

Cargo cannot tell the cells of two kernels apart by name, so kernels that share too much run each
other's code.
"""

import asyncio
import sys
import threading

import nbformat
from nbclient import NotebookClient

CELLS = 8


def texts(cell):
    for output in cell.outputs:
        yield from output.get("data", {}).get("text/plain", "").split()
        yield output.get("text", "") + output.get("evalue", "")


def run(number, kernel, folder, problems):
    asyncio.set_event_loop(asyncio.new_event_loop())
    opening = ':dep fashion = { path = "../crates/fashion" }\nuse fashion::prelude::*;'
    sources = [opening, *(str(1000 * number + index) for index in range(CELLS))]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook, kernel_name=kernel, startup_timeout=120, timeout=600, allow_errors=True,
        resources={"metadata": {"path": folder}},
    )  # fmt: skip
    client.execute()
    for cell in notebook.cells[1:]:
        said = "".join(texts(cell)).strip()
        if said != cell.source:
            problems.append(f"kernel {number}: expected {cell.source}, got {said}")


def main(kernel, folder):
    problems = []
    threads = [threading.Thread(target=run, args=(number, kernel, folder, problems)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        sys.exit("\n".join(problems))
    print(f"  two kernels, {CELLS} cells each: every cell ran its own code")


main(*sys.argv[1:])
