"""Writes executed notebooks as a static web site:

    book.py NOTEBOOKS SITE

One page for each notebook and an index. The pages need no network, no server and no script: formulas
are turned into MathML here, and figures are images within the page.
"""

import base64
import html
import os
import re
import sys
from pathlib import Path

import nbformat
from latex2mathml.converter import convert as mathml
from nbconvert.filters import markdown2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import RustLexer

RECORD = "application/vnd.fashion.answer+json"
SITE_TITLE = "Fashion-MNIST in Rust notebooks"
LONG = 14  # Lines that a program printed; more are folded.

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<header><nav aria-label="Notebooks">{links}</nav></header>
{body}
</body>
</html>
"""

STYLE = """\
:root { --back: #ffffff; --text: #1b1b1b; --soft: #5c5c5c; --line: #d9d9d9; --code: #f5f5f3; --link: #00589c; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181b; --text: #e4e4e2; --soft: #a5a5a3; --line: #3a3d41; --code: #202327; --link: #7ab8f0; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
a { color: var(--link); }
header { position: sticky; top: 0; z-index: 1; background: var(--back); border-bottom: 1px solid var(--line); }
header nav { display: flex; gap: 1.1rem; padding: 0.6rem 1rem; overflow-x: auto; white-space: nowrap; }
header a { text-decoration: none; }
header a[aria-current] { color: var(--text); font-weight: bold; }
main { width: 100%; max-width: 58rem; margin: 0 auto; padding: 0 1rem 4rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: break-word; }
h1 { margin: 1.2rem 0 0.6rem; }
h2 { margin: 2.6rem 0 0.6rem; padding-top: 0.6rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
p, li { overflow-wrap: break-word; }
pre { margin: 0.8rem 0; padding: 0.6rem 0.8rem; overflow-x: auto; font-size: 0.84rem; line-height: 1.45; }
pre, code { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { tab-size: 4; }
:not(pre) > code { background: var(--code); padding: 0.05em 0.3em; border-radius: 3px; font-size: 0.9em; }
.highlight { background: none; }
.highlight pre { background: var(--code); border-radius: 4px; }
.output { margin: 0.8rem 0 1.4rem; overflow-x: auto; }
.output > pre { color: var(--soft); padding: 0 0.8rem; margin: 0; }
.output img, .card img { margin: 0 !important; max-width: 100%; height: auto; background: #ffffff; border-radius: 4px; }
details summary { color: var(--soft); cursor: pointer; padding: 0 0.8rem; font-size: 0.9rem; }
math { font-size: 1.08em; }
math[display="block"] { overflow-x: auto; overflow-y: hidden; padding: 0.3rem 0; margin: 0.6rem 0; }
table { font-size: 0.94rem; }
.contents ol { list-style: none; margin: 0; padding: 0; }
.contents a { text-decoration: none; }
.page { max-width: 78rem; margin: 0 auto; }
.turn { display: flex; justify-content: space-between; gap: 1rem; margin-top: 3rem; }
.cards { display: grid; align-items: start; gap: 1.4rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); }
.wide { max-width: 78rem; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 0 1.1rem 1.1rem; min-width: 0; }
.card h2 { border: 0; margin: 0.7rem 0 0.4rem; padding: 0; }
.card ol { list-style: none; margin: 0.6rem 0 0; padding: 0; font-size: 0.92rem; }
.facts { color: var(--soft); font-size: 0.92rem; }
@media (min-width: 68rem) {
  .page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
  .contents { position: sticky; top: 3rem; max-height: calc(100vh - 3rem); overflow-y: auto; padding: 1.4rem 0 1rem 1rem;
    font-size: 0.88rem; align-self: start; }
  .contents li { margin: 0.35rem 0; }
}
@media (max-width: 67.99rem) {
  .contents { padding: 0.8rem 1rem 0; max-width: 58rem; margin: 0 auto; }
  .contents ol { display: flex; flex-wrap: wrap; gap: 0.3rem 0.9rem; font-size: 0.92rem; }
  .contents .about { display: none; }
}
@media (max-width: 40rem) {
  .output :is(td, th) { padding: 0.2em 0.45em !important; min-width: 0 !important; font-size: 0.88rem; }
  .output :is(td, th, td span) { white-space: normal !important; }
}
"""


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


def image(data, kind):
    text = "".join(data)
    encoded = base64.b64encode(text.encode()).decode() if kind == "svg+xml" else text.replace("\n", "")
    return f'<img alt="" src="data:image/{kind};base64,{encoded}">'


def output_html(output):
    """The richest form of an output that needs no script."""
    if output.output_type == "stream":
        lines = output.text.rstrip().splitlines()
        text = f"<pre>{html.escape(chr(10).join(lines))}</pre>"
        if len(lines) > LONG:
            return f"<details><summary>{len(lines)} lines</summary>{text}</details>"
        return text
    if output.output_type == "error":
        return f"<pre>{html.escape(chr(10).join(output.traceback))}</pre>"
    data = output.data
    if "text/html" in data:
        return with_formulas("".join(data["text/html"]))
    for kind in ("svg+xml", "png"):
        if f"image/{kind}" in data:
            return image(data[f"image/{kind}"], kind)
    return f"<pre>{html.escape(''.join(data.get('text/plain', '')))}</pre>"


def cell_html(cell):
    if cell.cell_type == "markdown":
        return markdown(cell.source)
    if cell.cell_type != "code":
        return ""
    code = highlight(cell.source, RustLexer(), HtmlFormatter())
    outputs = [f'<div class="output">{output_html(output)}</div>' for output in cell.outputs]
    return code + "".join(outputs)


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

    def contents(self):
        items = "".join(
            f'<li><a href="{self.file}#{name}"><b>{name}</b><span class="about"> {inline(title)}</span></a></li>'
            for name, title in self.questions
        )
        return f"<ol>{items}</ol>"

    def body(self, before, after):
        cells = "\n".join(cell_html(cell) for cell in self.notebook.cells)
        turn = (f'<a href="{before.file}">← {inline(before.title)}</a>' if before else "<span></span>") + (
            f'<a href="{after.file}">{inline(after.title)} →</a>' if after else ""
        )
        return (
            f'<div class="page"><nav class="contents" aria-label="Questions">{self.contents()}</nav>\n'
            f'<main>{cells}<nav class="turn" aria-label="Before and after">{turn}</nav></main></div>'
        )


def inline(text):
    """One line of Markdown without its paragraph."""
    return re.sub(r"^<p>|</p>\s*$", "", markdown(text).strip())


def links(chapters, current):
    entries = [("index.html", SITE_TITLE), *((chapter.file, chapter.id) for chapter in chapters)]
    mark = ' aria-current="page"'
    return "".join(f'<a href="{file}"{mark if file == current else ""}>{text}</a>' for file, text in entries)


def index(chapters):
    cards = ""
    for chapter in chapters:
        cards += (
            f'<section class="card"><h2><a href="{chapter.file}">{inline(chapter.title)}</a></h2>'
            f"<p>{inline(chapter.summary)}</p>"
            f'<p class="facts">{html.escape(chapter.facts())}</p>{chapter.headline()}{chapter.contents()}</section>'
        )
    return (
        f'<main class="wide"><h1>{SITE_TITLE}</h1><p>Five Fashion-MNIST assignments, answered question by question. '
        "Each answer is computed when its notebook runs, and its claims are checked then.</p>"
        f'<div class="cards">{cards}</div></main>'
    )


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
    write(site / "style.css", STYLE + colours())
    write(site / "index.html", PAGE.format(title=SITE_TITLE, links=links(chapters, "index.html"), body=index(chapters)))
    for before, chapter, after in zip([None, *chapters], chapters, [*chapters[1:], None]):
        title = html.escape(chapter.title)
        page = PAGE.format(title=title, links=links(chapters, chapter.file), body=chapter.body(before, after))
        write(site / chapter.file, page)
    if found := list(faults(site)):
        sys.exit("\n".join(found))


main(*sys.argv[1:])
