"""The glossary: what notebooks explain at a term's first appearance.

A term is what stands in asterisks, `*epoch*`, in a Markdown cell; its explanation is the sentence around it. Mere
stress is written with underscores, `_only_`, and stays out. A word that means something else in another notebook is
written as part of another word there: single-precision is no precision.
"""

import re

from book_markup import NO_PROSE, in_text, inline

TERM = re.compile(r"(?<![*\w\\])\*(?![*\s])([^*\n]+?)(?<![*\s])\*(?![*\w])")


def without_code(source):
    """Markdown without code and formulas, each replaced by as many spaces."""
    verbatim = r"^```.*?^```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$"
    return re.sub(verbatim, lambda m: re.sub(r"[^\n]", " ", m[0]), source, flags=re.DOTALL | re.MULTILINE)


def sentence(source, start, end):
    """The sentence around a place in Markdown."""
    breaks = [0, *(m.end() for m in re.finditer(r"(?<=[.!?])\s+(?=[A-Z0-9`*_\"])|\n\s*\n|\n(?=[*-] )", source)), len(source)]
    first = max(place for place in breaks if place <= start)
    last = min(place for place in breaks if place >= end)
    return re.sub(r"^[*-] ", "", " ".join(source[first:last].split()))


class Term:
    def __init__(self, name, explanation, chapter, place):
        self.name, self.chapter, self.place = name, chapter, place
        self.anchor = "term-" + re.sub(r"\W+", "-", name.lower())
        self.explanation = inline(explanation)

    def defined(self, markup):
        """Makes the term's first appearance the place that the glossary leads to."""
        link = f'<dfn id="{self.anchor}"><a href="glossary.html#{self.anchor}">{inline(self.name)}</a></dfn>'
        return markup.replace(f"<em>{inline(self.name)}</em>", link, 1)

    def used(self, markup):
        """Links the first use in a piece of HTML, and says whether there was one."""
        use = re.compile(rf"(?<![\w-]){re.escape(self.name)}(?:e?s)?(?![\w-])", re.IGNORECASE)
        uses = 0

        def change(text):
            nonlocal uses
            if uses:
                return text
            text, uses = use.subn(lambda m: f'<a class="term" href="glossary.html#{self.anchor}">{m[0]}</a>', text, count=1)
            return text

        return in_text(markup, change, NO_PROSE), bool(uses)


class Glossary:
    def __init__(self, chapters):
        found = {}
        for chapter in chapters:
            for place, cell in enumerate(chapter.notebook.cells):
                if cell.cell_type == "markdown":
                    for match in TERM.finditer(without_code(cell.source)):
                        explanation = sentence(cell.source, *match.span())
                        found.setdefault(match[1].lower(), Term(match[1], explanation, chapter, place))
        self.terms = sorted(found.values(), key=lambda term: term.name.lower())
        self.linked_in = set()

    def linked(self, markup, chapter, place):
        """The prose of a cell: terms explained there can be linked to, and the first use in other notebooks is a link."""
        for term in self.terms:
            if term.chapter is chapter and term.place == place:
                markup = term.defined(markup)
        # After that: "validation" is used in the definition of "validation set".
        for term in self.terms:
            if term.chapter is not chapter and (term, chapter) not in self.linked_in:
                markup, used = term.used(markup)
                self.linked_in |= {(term, chapter)} if used else set()
        return markup
