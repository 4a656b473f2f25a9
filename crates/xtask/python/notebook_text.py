"""Prints a notebook as text, so that two versions can be compared: `git diff` calls it (CONTRIBUTING.md).

    notebook_text.py NOTEBOOK

Sources, and of the outputs the plain text that each of them has. It needs nothing but Python.
"""

import json
import re
import sys


def lines(text):
    """nbformat writes text as one string or as a list of lines."""
    return (text if isinstance(text, str) else "".join(text)).splitlines()


def main(path):
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    for cell in notebook["cells"]:
        tags = " ".join(cell["metadata"].get("tags", []))
        print(f"\n%% {cell['cell_type']} {cell.get('id', '')} {tags}".rstrip())
        print(*lines(cell["source"]), sep="\n")
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain") or output.get("traceback", "")
            for line in lines(text):
                print("|", re.sub(r"\x1b\[[0-9;]*m", "", line))


main(*sys.argv[1:])
