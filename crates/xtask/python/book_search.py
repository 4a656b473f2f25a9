"""What the search knows: the sections of all notebooks, and the terms of the glossary."""

import json
import re

from book_chapter import RECORD
from book_markup import plain


def texts(cell):
    """The words of a cell: prose, answers, and what figures show. Tables of numbers are left out."""
    if cell.cell_type == "markdown":
        # The headings are in the sections' titles.
        yield plain(re.sub(r"<h2\b.*?</h2>", " ", cell.metadata.book["html"], flags=re.DOTALL).replace(">#</a>", "></a>"))
    elif cell.cell_type == "code":
        for output in cell.outputs:
            data = output.get("data", {})
            text = "".join(data.get("text/plain", ""))
            if RECORD in data:
                yield " ".join(text.split())
            elif text.startswith("[figure] "):
                yield text.removeprefix("[figure] ").split(";")[0]


def sections(chapter):
    """Opening and questions of a notebook."""
    section = {"page": chapter.file, "anchor": "", "title": chapter.title, "text": [], "code": []}
    for cell in chapter.notebook.cells:
        found = re.search(r'<h2 id="([^"]+)">(.*?) <a class="permalink"', cell.metadata.get("book", {}).get("html", ""))
        if found:
            yield section
            section = {**section, "anchor": found[1], "title": plain(found[2]), "text": [], "code": []}
        section["text"] += texts(cell)
        if cell.cell_type == "code":
            section["code"] += [text for folded, text in cell.metadata.book["parts"] if not folded]
    yield section


def entries(chapters, glossary):
    for chapter in chapters:
        for section in sections(chapter):
            yield {**section, "text": " ".join(section["text"]), "code": "\n".join(section["code"])}
    for term in glossary.terms:
        yield {"page": "glossary.html", "anchor": term.anchor, "title": f"Glossary: {term.name}",
               "text": plain(term.explanation), "code": ""}  # fmt: skip


def script(chapters, glossary):
    """The sections as a script: a page that is read from a disk cannot fetch data."""
    listed = [{"id": place, **entry} for place, entry in enumerate(entries(chapters, glossary))]
    return f"const SECTIONS = {json.dumps(listed, ensure_ascii=False, separators=(',', ':'))};\n"
