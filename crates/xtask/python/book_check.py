"""What must hold of a finished site; `cargo xtask book` fails if it does not."""

import re

from book_chapter import RECORD, question
from book_markup import ID, NO_PROSE, in_text

# In bytes: the 25 MB that mail services take, less the third that mail's encoding adds.
LARGEST = 18_000_000
# What would reach for a network in a script or a style.
CALLS = r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|import)\s*\("
NETWORK = CALLS + r"|@import\b|url\((?!['\"]?data:)"


def fetched(name, text, site):
    """Parts that are not in the site."""
    for part in re.findall(r'<(?:img|script|link|iframe|source)\b[^>]*?\b(?:src|href)="(?!data:)([^"]*)"', text):
        if "/" in part or not (site / part).is_file():
            yield f"{name}: fetches {part}"


def broken_links(name, text, anchors, site):
    for page, anchor in re.findall(r'<a\b[^>]*?\bhref="([\w.-]*)(?:#([^"]*))?"', text):
        page = page or name
        if not (site / page).is_file() or (anchor and anchor not in anchors.get(page, [])):
            yield f"{name}: {page}#{anchor} leads nowhere"


def of_page(name, text, anchors, site):
    yield from fetched(name, text, site)
    yield from broken_links(name, text, anchors, site)
    for anchor in sorted({anchor for anchor in anchors[name] if anchors[name].count(anchor) > 1}):
        yield f"{name}: two places are called {anchor}"
    if re.search(r"\$[^$<>\n]*\\[a-z]+[^$<>\n]*\$", text):
        yield f"{name}: a formula is left as LaTeX"
    if name != "play.html" and "Content-Security-Policy" not in text:
        yield f"{name}: no policy of what it may load"
    for found in re.findall(r"<(?:iframe|object|embed|base)\b|<[^>]*\son\w+=|(?:href|src)=\"\s*javascript:", text):
        yield f"{name}: {found} may run something"
    if not re.search(r'<meta name="description" content="[^"]+', text):
        yield f"{name}: no description"


def of_chapter(chapter, text, chapters):
    """Headings can be linked to, and IDs in prose lead to their questions."""
    for attributes, title in re.findall(r"<h[1-4]\b([^>]*)>(.*?)</h[1-4]>", text, flags=re.DOTALL):
        if ' id="' not in attributes or 'class="permalink"' not in title:
            yield f"{chapter.file}: the heading {title} has no link to itself"
    for name in chapter.questions:
        if f'<h2 id="{name}">' not in text:
            yield f"{chapter.file}: no heading for {name}"
    for cell, output in chapter.outputs():
        if RECORD in output.get("data", {}) and not any(folded for folded, _ in cell.metadata.book["parts"]):
            yield f"{chapter.file}: the code of an answer to {question(cell)} is not folded"
    if '<details class="code answer" open>' in text:
        yield f"{chapter.file}: the code of an answer is open"
    here = {other.id: other.questions for other in chapters}
    for identifier in sorted(set(ids(text))):
        questions = here.get(identifier.split("-")[0])
        if questions is not None and identifier not in questions:
            yield f"{chapter.file}: {identifier} is no question"


def ids(text):
    """Question IDs in the prose of a page, linked or not."""
    found = []
    in_text(text, lambda piece: found.extend(ID.findall(piece)) or piece, [n for n in NO_PROSE if n != "a"])
    return found


def of_part(name, text):
    """Scripts and styles fetch nothing. What a comment says about a library is no call."""
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    code = re.sub(r"^\s*//.*$", "", code, flags=re.MULTILINE)
    yield from (f"{name}: {found} may need a network" for found in re.findall(NETWORK, code))


def faults(site, chapters, written):
    """Everything that is wrong with the files that were written into a site."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.glob("*.html")}
    # Code is text, not part of the page.
    pages = {name: re.sub(r"<pre\b.*?</pre>", "", text, flags=re.DOTALL) for name, text in pages.items()}
    anchors = {name: re.findall(r'\bid="([^"]+)"', text) for name, text in pages.items()}
    for name in sorted(written & set(pages)):
        yield from of_page(name, pages[name], anchors, site)
    for chapter in chapters:
        yield from of_chapter(chapter, pages[chapter.file], chapters)
    # A notebook may speak of anything, and the library calls a method of its own `fetch`.
    for name in sorted(name for name in written - {"sections.js", "minisearch.js"} if name.endswith((".js", ".css"))):
        yield from of_part(name, (site / name).read_text(encoding="utf-8"))
    if (size := sum(path.stat().st_size for path in site.iterdir() if path.is_file())) > LARGEST:
        yield f"the book has {size / 1e6:.1f} MB: expected at most {LARGEST / 1e6:.0f}"
    listed = (site / "sections.js").read_text(encoding="utf-8")
    for name in (name for chapter in chapters for name in chapter.questions):
        if f'"anchor":"{name}"' not in listed:
            yield f"sections.js: the search does not know {name}"
    for page, anchor in re.findall(r'"page":"([^"]+)","anchor":"([^"]+)"', listed):
        if anchor not in anchors.get(page, []):
            yield f"sections.js: {page}#{anchor} leads nowhere"
