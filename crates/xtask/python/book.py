"""Writes executed notebooks as a static web site:

    book.py NOTEBOOKS SITE

One page for each notebook and an index. The pages need no network, no server and no script: formulas
are turned into MathML here, and figures are images within the page.
"""

import html
import os
import re
import sys
from pathlib import Path

import nbformat
from latex2mathml.converter import convert as mathml
from nbconvert.exporters import TemplateExporter
from nbconvert.filters import Highlight2HTML, markdown2html
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

RECORD = "application/vnd.fashion.answer+json"
SITE_TITLE = "Fashion-MNIST in Rust notebooks"
HERE = Path(__file__).parent


def formula(source, display):
    """LaTeX as MathML."""
    return mathml(html.unescape(source), display="block" if display else "inline")


def with_formulas(markup):
    """Turns `$x$` and `$$x$$` into MathML, but not within code."""
    verbatim = r"<(?:pre|code|style|script)\b.*?</(?:pre|code|style|script)>"
    pieces = re.split(rf"({verbatim}|<[^>]+>)", markup, flags=re.DOTALL)
    for index in range(0, len(pieces), 2):
        text = re.sub(r"\$\$(.+?)\$\$", lambda m: formula(m[1], True), pieces[index], flags=re.DOTALL)
        pieces[index] = re.sub(r"(?<![\\$\w])\$(?=\S)([^$\n]+?)(?<=\S)\$(?!\d)", lambda m: formula(m[1], False), text)
    return "".join(pieces)


def question(cell):
    return cell.metadata.get("fashion", {}).get("question")


def headings(notebook):
    """ID and title of each question, in order."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and question(cell):
            found = re.search(rf"^## +{re.escape(question(cell))}\b[ ·:]*(.*)$", cell.source, re.MULTILINE)
            if found:
                yield question(cell), found[1]


def markdown(source):
    markup = markdown2html(source)
    markup = re.sub(r'<a class="anchor-link".*?</a>', "", markup)
    # A heading is found by its question's ID.
    markup = re.sub(r'<h2 id="[^"]*">((?:A\d+-\w+)?)', lambda m: f'<h2 id="{m[1]}">{m[1]}' if m[1] else "<h2>", markup)
    return with_formulas(markup)


class Chapter:
    """What the site shows of one notebook."""

    def __init__(self, path):
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
        self.questions = list(headings(self.notebook))

    def outputs(self, set_up):
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and question(cell) and (set_up or "-S" not in question(cell)):
                yield from ((cell, output) for output in cell.outputs)

    def headline(self):
        """The figure of the cell with the tag `headline`; else the first one beyond the set-up."""
        figures = []
        for cell, output in [*self.outputs(False), *self.outputs(True)]:
            found = re.search(r"<img\b[^>]*>", "".join(output.get("data", {}).get("text/html", "")))
            if found and "headline" in cell.metadata.get("tags", []):
                return found[0]
            if found:
                figures.append(found[0])
        return figures[0] if figures else ""

    def facts(self):
        """How much the notebook states, and how long it takes."""
        records = [o.data[RECORD] for _, o in self.outputs(True) if RECORD in o.get("data", {})]
        claims = [claim for record in records for claim in record["claims"]]
        figures = sum(len(r["comparisons"]) + sum(len(t["rows"]) for t in r["tables"]) for r in records)
        holds = sum(claim["holds"] is True for claim in claims)
        parts = [f"{holds} of {len(claims)} claims hold"] if claims else []
        parts += [f"{figures} figures beside the original's"] if figures else []
        if self.notebook.metadata.get("fashion", {}).get("profile") == "quick":
            parts.append("quick profile: less was computed")
        return "; ".join([self.time, *parts] if self.time else parts)


def inline(text):
    """One line of Markdown without its paragraph."""
    return re.sub(r"^<p>|</p>\s*$", "", markdown(text).strip())


def templates(chapters):
    """nbconvert, with the templates beside this file."""
    exporter = TemplateExporter(
        template_name="base",
        template_file="book.html.j2",
        extra_template_paths=[str(HERE)],
        filters={
            "formulas": with_formulas,
            "highlight_rust": Highlight2HTML(pygments_lexer="rust"),
            "inline": inline,
            "markdown": markdown,
        },
        # The richest form of an output that needs no script.
        config=Config(NbConvertBase={"display_data_priority": ["text/html", "image/svg+xml", "image/png", "text/plain"]}),
    )
    exporter.environment.globals.update(chapters=chapters, site_title=SITE_TITLE)
    return exporter


def colours():
    """Highlighting for light and dark; backgrounds are the page's."""
    light = HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark", nobackground=True).get_style_defs(".highlight")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n.highlight .err {{ border: 0; }}\n"


def write(path, text):
    """Replaces a file in one step."""
    unfinished = path.with_suffix(f".unfinished-{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def faults(site):
    """Links that lead nowhere, and parts that a page would fetch from a network."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.glob("*.html")}
    anchors = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    for name, text in pages.items():
        # Code and figures are text, not parts of the page.
        text = re.sub(r"<pre\b.*?</pre>", "", text, flags=re.DOTALL)
        for fetched in re.findall(r'<(?:img|script|link|iframe)\b[^>]*?\b(?:src|href)="(?!data:|style\.css)([^"]*)', text):
            yield f"{name}: fetches {fetched}"
        for page, anchor in re.findall(r'<a\b[^>]*?\bhref="([\w.-]+\.html)(?:#([^"]*))?"', text):
            if page not in pages or (anchor and anchor not in anchors[page]):
                yield f"{name}: {page}#{anchor} leads nowhere"
        if re.search(r"\$[^$<>\n]*\\[a-z]+[^$<>\n]*\$", text):
            yield f"{name}: a formula is left as LaTeX"


def main(notebooks, site):
    paths = [path for path in sorted(Path(notebooks).glob("*.ipynb")) if not path.name.endswith(".failed.ipynb")]
    chapters = [Chapter(path) for path in paths]
    site = Path(site)
    site.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in site.glob("*.html")} - {c.file for c in chapters} - {"index.html"}:
        (site / stale).unlink()
    exporter = templates(chapters)
    write(site / "style.css", (HERE / "book.css").read_text(encoding="utf-8") + colours())
    write(site / "index.html", exporter.environment.get_template("book_index.html.j2").render())
    for place, chapter in enumerate(chapters):
        page, _ = exporter.from_notebook_node(chapter.notebook, {"place": place})
        write(site / chapter.file, page)
    if found := list(faults(site)):
        sys.exit("\n".join(found))


main(*sys.argv[1:])
