# What a submission must leave alone, so that its points are earned, and what it may take.
# `student.py` writes this text into nbgrader's configuration; it uses Python alone.
import os
import re

# What the checks and the hidden tests are made of. A student who defines one of these names would grade himself.
RELIED_ON = "check|answer|Answer|Check|Profile|fashion|prelude|evcxr_display|NotebookDisplay|Render"
FORBIDDEN = [
    (rf"\b(?:fn|struct|enum|union|trait|type|mod|const|static)\s+(?:r#)?(?:{RELIED_ON})\b", "defines a name that grading uses"),
    (rf"\blet\s+(?:mut\s+)?(?:r#)?(?:{RELIED_ON})\b", "defines a name that grading uses"),
    (rf"\bas\s+(?:r#)?(?:{RELIED_ON})\b(?!\s*::)", "gives another thing a name that grading uses"),
    (r"\bmacro_rules\s*!\s*(?:format|vec|println|print|matches|assert\w*|todo)\b", "defines a macro that grading uses"),
    (r"\bextern\s+crate\b|^\s*:\w+", "changes what code is linked with, or commands the kernel"),
    (r"\bunsafe\b|\btransmute\b", "has unsafe code"),
]
# Checks speak to nbgrader with these words.
WORDS = re.compile(r"EVCXR_(?:BEGIN|END)_CONTENT|application/vnd\.fashion")


def without_texts(source):
    """Rust code without comments and the contents of texts."""
    parts = r'//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|"(?:\\.|[^"\\])*"'
    return re.sub(parts, lambda found: '""' if '"' in found[0][:4] else " ", source, flags=re.DOTALL)


def forgeries(source):
    """What in a cell would decide over its own points. Every notebook links the crate, and only in this way."""
    source = re.sub(r'\A:dep fashion = \{ path = "\.\./crates/fashion" \}$', "", source, flags=re.MULTILINE)
    code = without_texts(source)
    found = [what for pattern, what in FORBIDDEN if re.search(pattern, code, flags=re.MULTILINE)]
    return found + (["has words of the kernel or of grading"] if WORDS.search(source) else [])


def limited(gigabytes=float(os.environ.get("FASHION_GRADE_GB", "16"))):
    """Limits this process, and every kernel that it starts: memory, and the size of a file."""
    try:
        import resource
    except ImportError:  # Windows has no such limits.
        return
    for limit, most in ((resource.RLIMIT_AS, int(gigabytes * 1e9)), (resource.RLIMIT_FSIZE, 8_000_000_000)):
        _, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(limit, (most, most))
