"""Writes executed notebooks as a static web site:

    book.py NOTEBOOKS SITE

One page for each notebook, an index, a glossary and a search; and where SITE has `play-data.js`, a page to play with.
The site needs no network and no server, and only the search and that page need a script: formulas are turned into
MathML here, and figures are images within the page.
"""

import os
import re
import sys
from pathlib import Path

from nbconvert.exporters import TemplateExporter
from nbconvert.filters import Highlight2HTML
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

import book_search
from book_chapter import Chapter, question, stream_parts
from book_check import faults
from book_clean import base64_only, with_policy
from book_glossary import Glossary
from book_markup import inline
from book_origin import origin

SITE_TITLE = "Fashion-MNIST in Rust notebooks"
# The question whose first figure opens the site; the tag `showcase` of a cell overrules it.
SHOWCASE = "A6-3"
HERE = Path(__file__).parent
# The page to play with, whose data `cargo xtask book` has put into the site before.
PLAY = HERE.parents[1] / "play" / "page"
PLAY_DATA = "play-data.js"
SCRIPTS = {"book.js": "book.js", "search.js": "book_search.js", "minisearch.js": "book_minisearch.js"}


def showcase(chapters):
    """The picture of the first page, and where it is from; nothing where the notebooks have none."""
    figures = [(chapter, *figure) for chapter in chapters for figure in chapter.figures()]
    tagged = [entry for entry in figures if "showcase" in entry[1].metadata.get("tags", [])]
    chosen = [entry for entry in figures if question(entry[1]) == SHOWCASE]
    for chapter, cell, figure in [*tagged, *chosen, *figures][:1]:
        return {"chapter": chapter, "question": question(cell), "figure": figure}


def templates(chapters, glossary, has_play):
    """nbconvert, with the templates beside this file."""
    exporter = TemplateExporter(
        template_name="base",
        template_file="book.html.j2",
        extra_template_paths=[str(HERE), str(PLAY)],
        filters={"base64_only": base64_only, "highlight_rust": Highlight2HTML(pygments_lexer="rust"), "inline": inline, "stream_parts": stream_parts},
        # The richest form of an output that needs no script.
        config=Config(NbConvertBase={"display_data_priority": ["text/html", "image/svg+xml", "image/png", "text/plain"]}),
    )
    exporter.environment.globals.update(
        chapters=chapters, glossary=glossary, has_play=has_play, origin=origin(), showcase=showcase(chapters),
        site_title=SITE_TITLE,
    )  # fmt: skip
    return exporter


def colours():
    """Highlighting for light and dark; backgrounds are the page's. Paper is light."""
    light = HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark", nobackground=True).get_style_defs(".highlight")
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n.highlight .err {{ border: 0; }}\n"


def write(path, text):
    """Replaces a file in one step."""
    unfinished = path.with_suffix(f".unfinished-{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def play_files(exporter):
    """The page to play with; its scripts become one, so that they share names that nobody else sees."""
    scripts = sorted(PLAY.glob("*.js"), key=lambda path: (path.name == "main.js", path.name))
    parts = [path.read_text(encoding="utf-8") for path in scripts]
    yield "play.js", "\n".join(["(() => {", '"use strict";', *parts, "})();", ""])
    yield "play.css", (PLAY / "play.css").read_text(encoding="utf-8")
    text = exporter.environment.get_template("play.html.j2").render()
    yield "play.html", with_policy(text, is_chapter=False)


def files(chapters, exporter, glossary):
    """Name and text of everything that is written."""
    yield "style.css", (HERE / "book.css").read_text(encoding="utf-8") + colours()
    yield from ((name, (HERE / source).read_text(encoding="utf-8")) for name, source in SCRIPTS.items())
    yield "sections.js", book_search.script(chapters, glossary)
    for page in ("index", "glossary", "search"):
        text = exporter.environment.get_template(f"book_{page}.html.j2").render()
        yield f"{page}.html", with_policy(text, is_chapter=False)
    for place, chapter in enumerate(chapters):
        text = exporter.from_notebook_node(chapter.notebook, {"place": place})[0]
        yield chapter.file, with_policy(text, is_chapter=True)
        # As it was executed, to be downloaded.
        yield chapter.path.name, chapter.path.read_text(encoding="utf-8")
    if exporter.environment.globals["has_play"]:
        yield from play_files(exporter)


def main(notebooks, site):
    paths = [path for path in sorted(Path(notebooks).glob("*.ipynb")) if not path.name.endswith(".failed.ipynb")]
    # A name becomes an address: `javascript:alert(1).ipynb` would be one that runs.
    if odd := [path.name for path in paths if not re.fullmatch(r"[\w. -]+", path.name)]:
        sys.exit(f"expected names of letters, digits, dots and dashes, got {odd}; rename them")
    site = Path(site)
    site.mkdir(parents=True, exist_ok=True)
    chapters = [Chapter(path) for path in paths]
    glossary = Glossary(chapters)
    pages = {name: chapter.file for chapter in chapters for name in chapter.questions}
    for chapter in chapters:
        chapter.prepare(pages, glossary)
    exporter = templates(chapters, glossary, has_play=(site / PLAY_DATA).is_file())
    written = set()
    for name, text in files(chapters, exporter, glossary):
        write(site / name, text)
        written.add(name)
    for stale in {path.name for ending in ("html", "ipynb") for path in site.glob(f"*.{ending}")} - written:
        (site / stale).unlink()
    if found := list(faults(site, chapters, written)):
        sys.exit("\n".join(found))


main(*sys.argv[1:])
