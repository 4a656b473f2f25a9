"""Writes which claims of executed notebooks noticed which faults:

    claims.py RESULTS REASONS PAGE

RESULTS/none/A1.ipynb was executed without a fault, RESULTS/labels/A1.ipynb with the fault `labels`;
RESULTS/faults.tsv says what the faults are, REASONS why some claims stay that no fault moves (question, claim, reason)
and why some faults go unnoticed (notebook, fault, reason). With `by chance` in a fourth column, a claim fails beside
other load, whatever the fault: it notices none.
"""

import sys
from pathlib import Path

import nbformat

RECORD = "application/vnd.fashion.answer+json"

HEAD = """\
# Which claims notice which faults

<!-- Written by `cargo xtask claims`; do not edit. -->

A claim that cannot fail says nothing. Each column below is a deliberate fault, made in a copy of the crates
([the list](../crates/xtask/src/faults.rs)); the notebooks were then executed in full, with the networks that they had
trained without it where training takes long. ✗: the claim failed, so the fault was noticed. A dot: it held. A dash:
the notebook stopped before it, which is noticed too. A tilde: it failed, but does so by chance while two notebooks run
at once; that counts for nothing.
"""


def records(path):
    """The claims of a notebook by name, and how its figures stand beside the original's."""
    claims, figures = {}, {}
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(RECORD)
            if record is None:
                continue
            for claim in record["claims"]:
                claims[record["id"], claim.get("name") or claim["text"]] = claim
            for comparison in record["comparisons"]:
                figures[record["id"], comparison["what"]] = comparison["ours"]
            for table in record["tables"]:
                for row in table["rows"]:
                    figures[record["id"], table["title"], row["name"]] = [cell["ours"] for cell in row["cells"]]
    return claims, figures


def rows_of(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def table(name, results, faults, by_chance):
    """One notebook's table, its summary and the claims that nothing moved."""
    claims, figures = records(results / "none" / name)
    found = {fault: records(results / fault / name) for fault, _ in faults}
    for fault, (seen, _) in found.items():
        if not seen:
            sys.exit(f"with the fault `{fault}`, {name} stopped before its first answer: does the fault compile?")
    lines = [f"| {name.removesuffix('.ipynb')} | " + " | ".join(fault for fault, _ in faults) + " |"]
    lines.append("|---|" + ":-:|" * len(faults))
    unmoved = []
    for key, claim in claims.items():
        marks = []
        for fault, _ in faults:
            there = found[fault][0].get(key)
            failed = "~" if key in by_chance else "✗"
            marks.append("–" if there is None else "." if there["holds"] else failed)
        if "✗" not in marks:
            unmoved.append((key, claim))
        lines.append(f"| {key[0]} {key[1]} | " + " | ".join(marks) + " |")
    moved = [sum(found[fault][1].get(key) != value for key, value in figures.items()) for fault, _ in faults]
    lines.append(f"| *of {len(figures)} figures beside the original's, moved* | " + " | ".join(map(str, moved)) + " |")
    noticed = {
        fault for fault, _ in faults
        for key in claims if key not in by_chance and not found[fault][0].get(key, {"holds": False})["holds"]
    }  # fmt: skip
    return lines, noticed, unmoved


def main(results, reasons, page):
    results = Path(results)
    every = rows_of(results / "faults.tsv")
    rows = rows_of(Path(reasons))
    reasons = {tuple(row[:2]): row[2] for row in rows}
    by_chance = {tuple(row[:2]) for row in rows if row[3:] == ["by chance"]}
    text, missing = [HEAD], []
    for path in sorted((results / "none").glob("*.ipynb")):
        faults = [(fault, what) for fault, what, notebooks in every if path.stem in notebooks.split()]
        lines, noticed, unmoved = table(path.name, results, faults, by_chance)
        text += ["", f"## {path.stem}", "", *(f"- **{fault}**: {what}" for fault, what in faults)]
        text += ["", *lines, "", f"{len(noticed)} of {len(faults)} faults were noticed by a claim."]
        blind = [fault for fault, _ in faults if fault not in noticed]
        if blind:
            text += ["", "No claim noticed these faults, because:", ""]
        for fault in blind:
            reason = reasons.get((path.stem, fault))
            if reason is None:
                missing.append(f"{path.stem} {fault}")
            text.append(f"- {fault}: {reason or '**no reason yet**'}")
        if unmoved:
            text += ["", "No fault moved these claims. They stay because:", ""]
        for key, claim in unmoved:
            reason = reasons.get(key)
            if reason is None:
                missing.append(" ".join(key))
            text.append(f"- {key[0]} {key[1]} (\"{claim['text']}\"): {reason or '**no reason yet**'}")
    Path(page).write_text("\n".join(text) + "\n", encoding="utf-8")
    print(f"wrote {page}")
    if missing:
        sys.exit("claims that no fault moves, and faults that no claim notices, without a reason: " + ", ".join(missing))


main(*sys.argv[1:])
