"""Executes one notebook and writes it with its outputs:

    execute.py SOURCE TARGET FAILED KERNEL PROFILE ENGINE [record]

ENGINE is the version of the crate's results, which the hashes of the outputs start from. Nothing is
written unless every cell succeeded, except a copy for looking into, FAILED.

With `record`, the metadata of cells says what the variables hold that a student would have to make: the student
edition compares with it.

In the full profile, the figure of a cell with the tag `readme` is written to docs/images too.
"""

import hashlib
import json
import os
import re
import sys
import time
import urllib.parse
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

IMPRINTS = re.compile(r"^imprints of (\S+): (\{.*\})\n?", re.M)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Jupyter's tag for a cell that is meant to fail: here, one that does not compile. Running goes on below it.
FAILS = "raises-exception"


def stop_reason(cell):
    """Why the outputs of a cell count as a failure; None if they do not."""
    is_meant = FAILS in cell.metadata.get("tags", [])
    if is_meant and not any(output.output_type == "error" for output in cell.outputs):
        return f"it compiles, and by its tag {FAILS} it should not"
    for output in cell.outputs:
        if output.output_type == "error" and not is_meant:
            return COLOUR.sub("", "\n".join(output.get("traceback") or [output.get("evalue", "")]))
        # A panic or a `?` that failed is not an error for Jupyter: evcxr only prints it.
        if output.output_type == "stream" and output.name == "stderr":
            return COLOUR.sub("", output.text)
    return None


def source_hashes(notebook, engine):
    """For each code cell, what its output depends on: the engine, and all code up to and including it."""
    digest = hashlib.sha256(f"engine {engine}\n".encode())
    for cell in notebook.cells:
        if cell.cell_type == "code":
            digest.update(cell.source.encode() + b"\n%%\n")
            yield cell, digest.copy().hexdigest()[:16]


def heading_before(notebook, index):
    """The last heading above a cell."""
    for cell in reversed(notebook.cells[:index]):
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#+ +(.*)$", cell.source, re.MULTILINE)
            if headings:
                return headings[-1]
    return ""


def recording(cell):
    """Code that has the crate say what the variables hold that a student would have to make in this cell."""
    about = cell.metadata.get("fashion", {})
    imprints = [f'("{name}", fashion::imprint!("{about["question"]}", {name}))' for name in about.get("needs", {})]
    return f'fashion::answer::print_imprints("{cell.id}", &[{", ".join(imprints)}]);\n' if imprints else ""


def recorded(cell, owner):
    """Takes what that code has said out of a cell's outputs, into the metadata of the cell that it is about."""
    for output in cell.outputs:
        if output.output_type == "stream" and (found := IMPRINTS.search(output.text)):
            output.text = IMPRINTS.sub("", output.text)
            imprints = json.loads(found[2])
            # What depends on the machine, as a time does, has a form and no value to compare.
            for name in owner.metadata["fashion"].get("undetermined", []):
                imprints[name]["seal"] = None
            owner.metadata["fashion"] = {**owner.metadata["fashion"], "imprints": imprints}
    cell.outputs = [output for output in cell.outputs if output.output_type != "stream" or output.text]


def execute(notebook, client, record):
    """Runs the cells in turn, one line each; returns what stopped it. With `record`, notes what their variables hold."""
    owner = None
    indices = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    heading = None
    for number, index in enumerate(indices, start=1):
        cell = notebook.cells[index]
        if heading != (heading := heading_before(notebook, index)):
            print(f"  {heading}")
        started = time.monotonic()
        place = f"    cell {number} of {len(indices)}"
        first = cell.source.strip().splitlines()[0][:60] if cell.source.strip() else "(empty)"
        source = cell.source
        # In the cell that follows, because a cell of its own would have to be compiled.
        cell.source = (recording(owner) if record and owner else "") + source
        try:
            client.execute_cell(cell, index, store_history=True)
        except CellExecutionError:
            pass  # Its output says what happened.
        except DeadKernelError as error:
            return f"{place} ({first}): the kernel died: {error}"
        finally:
            cell.source = source
        if record and owner:
            recorded(cell, owner)
        owner = cell
        reason = stop_reason(cell)
        if reason:
            return f"{place} ({first}) failed:\n{reason}\nThe cell:\n{cell.source}"
        print(f"{place}: {time.monotonic() - started:.1f} s  {first}")
    return None


def tidy(notebook, profile, engine):
    """Leaves what a reader or a test needs, and nothing that changes from run to run."""
    notebook.metadata["fashion"] = {**notebook.metadata.get("fashion", {}), "profile": profile}
    for count, (cell, source_hash) in enumerate(source_hashes(notebook, engine), start=1):
        cell.metadata.pop("execution", None)
        cell.metadata["fashion"] = {**cell.metadata.get("fashion", {}), "source_hash": source_hash}
        if cell.source.startswith("answer("):
            # Its text stands below it: a reader who wants the code opens the cell.
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
            elif output.output_type == "error":
                # evcxr colours each letter by itself.
                output.traceback = [COLOUR.sub("", line) for line in output.traceback]


def pictures(notebook):
    """The first figure of each cell with the tag `readme`, by the cell's ID, as SVG."""
    for cell in notebook.cells:
        if "readme" in cell.metadata.get("tags", []):
            html = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
            if found := re.search(r'src="data:image/svg\+xml[^,"]*,([^"]+)"', html):
                yield cell.id, urllib.parse.unquote(found[1])


def write(path, text):
    """Replaces a file in one step; what a killed run has left goes."""
    unfinished = path.with_suffix(f".unfinished-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.glob(f"{path.stem}.unfinished-*"):
            leftover.unlink()
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        if path.parent.is_dir():
            unfinished.unlink(missing_ok=True)
        sys.exit(f"writing {path}: {error.strerror}; an older file is still whole")


def main(source, target, failed, kernel, profile, engine, what="no record"):
    source, target, failed, record = Path(source), Path(target), Path(failed), what == "record"
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            # Another profile's values would be wrong here.
            cell.metadata.get("fashion", {}).pop("imprints", None)
    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=None,
        startup_timeout=120,
        coalesce_streams=True,
        allow_errors=False,
        resources={"metadata": {"path": str(source.parent)}},
    )
    started = time.monotonic()
    with client.setup_kernel():
        print(f"  kernel started in {time.monotonic() - started:.1f} s")
        reason = execute(notebook, client, record)
    failed.unlink(missing_ok=True)
    if reason:
        write(failed, nbformat.writes(notebook))
        sys.exit(f"{reason}\nThe notebook up to here: {failed}")
    tidy(notebook, profile, engine)
    nbformat.validate(notebook)
    write(target, nbformat.writes(notebook) + "\n")
    if profile == "full":
        for name, picture in pictures(notebook):
            write(Path(__file__).parents[3] / f"docs/images/{name}.svg", picture + "\n")


main(*sys.argv[1:])
