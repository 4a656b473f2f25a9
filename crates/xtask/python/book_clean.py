"""What text and outputs of a notebook may put into a page, and what a page may do.

A notebook may come from anywhere. Its HTML keeps what shows something; what would run, send, load from elsewhere or
lead to a script is taken out (by bleach, which nbconvert brings). Behind that stands a policy that the browser obeys.
"""

import base64
import hashlib
import re

from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner

TAGS = """a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3
h4 h5 h6 hr i img kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul
var wbr""".split()
ATTRIBUTES = {
    "*": ["class", "title", "style", "lang", "dir"],
    "details": ["open"], "ol": ["start"], "td": ["colspan", "rowspan"], "th": ["scope", "colspan", "rowspan"],
}  # fmt: skip
STYLES = """background-color border border-bottom border-collapse border-left border-radius border-right border-top color
display float font-family font-size font-style font-variant-numeric font-weight height line-height list-style-type margin
margin-bottom margin-left margin-right margin-top max-height max-width min-width opacity overflow-x padding padding-bottom
padding-left padding-right padding-top text-align text-decoration vertical-align white-space width""".split()
# Pictures are part of the page; in an <img>, even SVG runs nothing.
PICTURE = re.compile(r"data:image/(?:svg\+xml|png|jpeg|gif|webp)[;,]")
# A link may lead to a place in the book or to the web.
LINK = re.compile(r"(?:https?:|mailto:|#|[\w./-]+(?:[#?]|$))", re.IGNORECASE)


def attribute(tag, name, value):
    if tag == "img":
        known = ("alt", "width", "height", *ATTRIBUTES["*"])
        return name in known or (name == "src" and PICTURE.match(value) is not None)
    if tag == "a" and name == "href":
        return LINK.match(value) is not None
    return name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, ())


CLEANER = Cleaner(
    tags=TAGS, attributes=attribute, protocols=["http", "https", "mailto", "data"], strip=True, strip_comments=True,
    css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
)  # fmt: skip


def clean(markup):
    """The HTML without what a page should not get from a notebook; a script goes with its text."""
    return CLEANER.clean(re.sub(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", "", markup, flags=re.DOTALL | re.IGNORECASE))


def base64_only(text):
    """Base64, or nothing: it stands in an attribute."""
    text = re.sub(r"\s+", "", text)
    return text if re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text) else ""


def policy(runs):
    """A page loads only what lies beside it; `runs` is what its scripts may be and do besides."""
    return (
        f"default-src 'none'; script-src 'self' {' '.join(runs)}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; worker-src 'self' blob:; "
        "form-action 'self'; base-uri 'none'"
    )


def with_policy(page, is_chapter):
    """The page with its policy. A notebook's page has no script of ours in it; another may, and WebAssembly."""
    runs = []
    if not is_chapter:
        scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, flags=re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        runs = ["'wasm-unsafe-eval'", *(f"'sha256-{digest}'" for digest in hashes)]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(runs)}">'
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{meta}', 1)
