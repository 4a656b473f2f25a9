"""From the notebooks' text to HTML: formulas, headings that can be linked to, links of question IDs."""

import html
import re

from latex2mathml.converter import convert as mathml
from nbconvert.filters import markdown2html

from book_clean import clean

# A question's ID, as it stands in prose.
ID = re.compile(r"\bA\d+-[A-Z]?\d+[a-z]?\b")
VERBATIM = ("pre", "code", "style", "script")
# What is no running text, or is a link already.
NO_PROSE = (*VERBATIM, "a", "dfn", "math", "h1", "h2", "h3", "h4")


def in_text(markup, change, without=VERBATIM):
    """Applies `change` to the text between tags, but not within some elements."""
    names = "|".join(without)
    pieces = re.split(rf"(<(?:{names})\b.*?</(?:{names})>|<[^>]+>)", markup, flags=re.DOTALL)
    pieces[::2] = [change(text) for text in pieces[::2]]
    return "".join(pieces)


def plain(markup):
    """The text of HTML."""
    return " ".join(html.unescape(re.sub(r"<math\b.*?</math>|<[^>]+>", " ", markup, flags=re.DOTALL)).split())


def formula(source, display):
    """LaTeX as MathML."""
    return mathml(html.unescape(source), display="block" if display else "inline")


def with_formulas(markup):
    """Turns `$x$` and `$$x$$` into MathML."""

    def change(text):
        text = re.sub(r"\$\$(.+?)\$\$", lambda m: formula(m[1], True), text, flags=re.DOTALL)
        return re.sub(r"(?<![\\$\w])\$(?=\S)([^$\n]+?)(?<=\S)\$(?!\d)", lambda m: formula(m[1], False), text)

    return in_text(markup, change)


def with_links(markup, files, here):
    """Question IDs in prose lead to their questions; `files` has the page of each, `here` is the one we are in."""

    def link(found):
        name = found[0]
        return f'<a href="{files[name]}#{name}">{name}</a>' if name in files and name != here else name

    return in_text(markup, lambda text: ID.sub(link, text), NO_PROSE)


def with_boxes(markup):
    """Each table in a box of its own, in which a wide one scrolls."""
    return re.sub(r"<table\b.*?</table>", lambda m: f'<div class="scroll">{m[0]}</div>', markup, flags=re.DOTALL)


def markdown(source):
    markup = re.sub(r'<a class="anchor-link".*?</a>', "", markdown2html(source))
    markup = clean(markup)
    return with_boxes(with_formulas(markup))


def inline(text):
    """One line of Markdown without its paragraph."""
    return re.sub(r"^<p>|</p>\s*$", "", markdown(text).strip())


class Headings:
    """The headings of a page: each gets a name that is given once, and a link to itself."""

    def __init__(self):
        self.found = []

    def name(self, level, title):
        """A question's ID, or the words of the title."""
        question = ID.match(title) if level == 2 else None
        words = question[0] if question else re.sub(r"\W+", "-", title.lower()).strip("-") or "section"
        given = {name for _, name, _ in self.found}
        numbered = (words, *(f"{words}-{i}" for i in range(2, len(given) + 3)))
        return next(name for name in numbered if name not in given)

    def named(self, markup):
        def heading(match):
            level, title = int(match[1]), match[2]
            name = self.name(level, plain(title))
            self.found.append((level, name, title))
            permalink = f'<a class="permalink" href="#{name}" aria-label="Link to this section">#</a>'
            return f'<h{level} id="{name}">{title} {permalink}</h{level}>'

        return re.sub(r"<h([1-4])\b[^>]*>(.*?)</h\1>", heading, markup, flags=re.DOTALL)

    def contents(self):
        """Name and title of each section; a question's title without its ID."""
        for level, name, title in self.found:
            if level == 2:
                question = ID.fullmatch(name)
                yield (name, re.sub(rf"^{name}(?:\s|·|&#183;|:)*", "", title)) if question else (name, title)
