"""What the site shows of one notebook."""

import re
from itertools import groupby

import nbformat

from book_clean import clean
from book_markup import Headings, markdown, plain, with_boxes, with_formulas, with_links

RECORD = "application/vnd.fashion.answer+json"
# Of what a program printed, this many lines are shown; of more, the first few.
SHOWN, BEGINNING = 20, 8


def question(cell):
    return cell.metadata.get("fashion", {}).get("question")


def code_parts(cell):
    """A cell's code as (folded, text). What writes an answer is folded: its words are read below it."""
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        return [(True, cell.source)]
    lines = cell.source.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("answer(")), len(lines))
    parts = [(False, "\n".join(lines[:start])), (True, "\n".join(lines[start:]))]
    return [(folded, text) for folded, text in parts if text.strip()]


def stream_parts(text):
    """What a program printed as (summary, text); a part with a summary is folded."""
    for progress, lines in groupby(text.rstrip().splitlines(), lambda line: bool(re.match(r"\s*\[\d+/\d+\]", line))):
        lines = list(lines)
        if progress and len(lines) > 1:
            yield f"Progress: {len(lines)} lines", "\n".join(lines)
        elif len(lines) <= SHOWN:
            yield "", "\n".join(lines)
        else:
            yield "", "\n".join(lines[:BEGINNING])
            yield f"{len(lines) - BEGINNING} more lines", "\n".join(lines[BEGINNING:])


class Chapter:
    def __init__(self, path):
        self.path = path
        self.notebook = nbformat.read(path, as_version=4)
        nbformat.validate(self.notebook)
        self.id = re.split(r"[-_ ]", path.stem)[0]
        self.file = path.with_suffix(".html").name
        opening = self.notebook.cells[0].source if self.notebook.cells else ""
        lines = [line.strip() for line in opening.splitlines() if line.strip()]
        self.title = lines[0].lstrip("# ") if lines else self.id
        self.summary = lines[1] if len(lines) > 1 else ""
        time = re.search(r"\*\*Time:\*\* *(.*?)[.;]", opening)
        self.time = time[1] if time else ""
        self.questions = list(dict.fromkeys(filter(None, map(question, self.notebook.cells))))
        self.metadata = self.notebook.metadata.get("fashion", {})

    def prepare(self, files, glossary):
        """Writes into each cell what its part of the page needs."""
        self.headings = Headings()
        for place, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "markdown":
                markup = self.headings.named(markdown(cell.source))
                markup = glossary.linked(markup, self, place)
                cell.metadata.book = {"html": with_links(markup, files, question(cell))}
            elif cell.cell_type == "code":
                cell.metadata.book = {"parts": code_parts(cell)}
                for output in cell.outputs:
                    if "text/html" in output.get("data", {}):
                        markup = with_boxes(with_formulas(clean("".join(output.data["text/html"]))))
                        output.data["text/html"] = with_links(markup, files, question(cell))
        self.contents = list(self.headings.contents())

    def outputs(self, of=lambda name: True):
        """Outputs with their cells, of some questions."""
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and question(cell) and of(question(cell)):
                yield from ((cell, output) for output in cell.outputs)

    def figures(self, of=lambda name: True):
        """Cells and their pictures."""
        for cell, output in self.outputs(of):
            yield from ((cell, found) for found in re.findall(r"<img\b[^>]*>", output.get("data", {}).get("text/html", "")))

    def headline(self):
        """The figure of the cell with the tag `headline`; else the first one beyond the set-up."""
        figures = [*self.figures(lambda name: "-S" not in name), *self.figures()]
        tagged = [figure for cell, figure in figures if "headline" in cell.metadata.get("tags", [])]
        return next(iter([*tagged, *(figure for _, figure in figures)]), "")

    def records(self):
        return [output.data[RECORD] for _, output in self.outputs() if RECORD in output.get("data", {})]

    def claims(self):
        """How many claims hold, and how many there are."""
        claims = [claim for record in self.records() for claim in record.get("claims", [])]
        return sum(claim.get("holds") is True for claim in claims), len(claims)

    def compared(self):
        """How many numbers that the original printed stand beside ours; a row of a table is one."""
        records = self.records()
        rows = sum(len(table.get("rows", [])) for record in records for table in record.get("tables", []))
        return rows + sum(len(record.get("comparisons", [])) for record in records)

    def facts(self):
        """How much there is to read, how long it takes, and how much of it is checked."""
        holds, claims = self.claims()
        parts = [f"{len(self.questions)} questions", self.time]
        parts += [f"{holds} of {claims} claims hold"] if claims else []
        if self.metadata.get("profile") == "quick":
            parts.append("quick profile: less was computed")
        return " · ".join(filter(None, parts))

    def data(self):
        """Which data the run read, as its own output says."""
        texts = ["".join(output.get("data", {}).get("text/plain", "")) for _, output in self.outputs()]
        said = [found[0] for text in texts if (found := re.match(r"Fashion-MNIST\b.*? images", text))]
        return self.metadata.get("data") or next(iter(said), "")

    def description(self):
        return plain(markdown(self.summary))
