"""Downloads files: fetch.py URL FOLDER NAME ... (the caller checks their content)."""

import shutil
import sys
import urllib.request
from pathlib import Path

mirror, folder, *names = sys.argv[1:]
for name in names:
    try:
        with urllib.request.urlopen(mirror + name, timeout=10) as source:
            with open(Path(folder) / name, "wb") as target:
                shutil.copyfileobj(source, target)
    except OSError as error:
        sys.exit(f"{name}: {error}")
