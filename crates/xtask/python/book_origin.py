"""From what a page was made: commit, engine and versions."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("nbclient", "nbconvert", "nbformat", "latex2mathml")


def commit():
    """The checkout's commit, with a note if files differ from it; nothing without git."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty= with changes", "--exclude=*"]
    try:
        return subprocess.run(git, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def constant(path, pattern):
    """A constant in the source of this checkout; nothing in a part of one."""
    file = ROOT / path
    found = re.search(pattern, file.read_text(encoding="utf-8")) if file.is_file() else None
    return found[1] if found else ""


def packages():
    for name in PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            pass


def origin():
    """What holds for all pages."""
    return {
        "commit": commit(),
        "engine": constant("crates/fashion/src/engine.rs", r"const ENGINE: u32 = (\d+)"),
        "kernel": constant("crates/xtask/src/evcxr.rs", r'const VERSION: &str = "([^"]+)"'),
        "packages": ", ".join(packages()),
    }
