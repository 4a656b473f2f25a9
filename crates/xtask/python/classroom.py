"""Students of one machine: runs a notebook under several accounts at once on a checkout that they may only read.

    classroom.py CHECKOUT NOTEBOOK ACCOUNT..

By hand, as administrator, after a set-up as docs/TEACHING.md has it. Each account gets a copy of the notebook in a
folder of its own, and runs it in the quick profile. Says what each took: processor time, memory, disk.
"""

import os
import pwd
import subprocess
import sys
import time
from pathlib import Path

SECOND = os.sysconf("SC_CLK_TCK")
# What a student's processes were seen to use, and how much of the disk.
PAUSE = 0.5


def processes(user):
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid == user.pw_uid:
                name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
                yield entry, name, rest.split()
        except (OSError, IndexError):
            continue  # It has ended meanwhile.


def memory(user):
    """Bytes, with the pages that processes share divided among them."""
    total = 0
    for entry, _, _ in processes(user):
        try:
            lines = (entry / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def seconds(user, seen):
    """Processor time of the long-lived processes, with that of the compilers that they have waited for."""
    for entry, name, words in processes(user):
        if name.startswith(("evcxr", "python", "start-kernel")):
            seen[entry.name] = sum(map(int, words[11:15])) / SECOND
    return sum(seen.values())


def disk(folder):
    """Bytes of the files that are not links into the checkout."""
    files = (Path(base) / name for base, _, names in os.walk(folder) for name in names)
    total = 0
    for file in files:
        try:
            total += file.lstat().st_blocks * 512
        except OSError:
            continue
    return total


def start(checkout, notebook, user):
    home = Path(user.pw_dir)
    # An answer that is wrong or a cell that fails ends this with its message.
    script = f"""
import nbformat, sys
from nbclient import NotebookClient
notebook = nbformat.read({str(notebook)!r}, 4)
client = NotebookClient(notebook, kernel_name="fashion-rust", timeout=3600, startup_timeout=300,
                        resources={{"metadata": {{"path": {str(home)!r}}}}})
client.execute()
errors = [output for cell in notebook.cells for output in cell.get("outputs", []) if output.get("name") == "stderr"]
nbformat.write(notebook, {str(home / notebook.name)!r})
sys.exit(f"{{errors}}" if errors else 0)
"""
    environment = {
        "HOME": user.pw_dir, "USER": user.pw_name, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
        "FASHION_PROFILE": "quick", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    python = checkout / ".venv/bin/python"
    return subprocess.Popen(
        [python, "-c", script], cwd=home, env=environment, user=user.pw_uid, group=user.pw_gid, extra_groups=[]
    )


def main(checkout, notebook, *names):
    checkout, notebook = Path(checkout).resolve(), Path(notebook).resolve()
    users = [pwd.getpwnam(name) for name in names]
    began = time.monotonic()
    running = {user.pw_name: start(checkout, notebook, user) for user in users}
    most = {name: [0, 0, 0.0, {}, 0.0] for name in running}
    while any(most[name][4] == 0 for name in running):
        for user in users:
            found = most[user.pw_name]
            if found[4]:
                continue
            found[0] = max(found[0], memory(user))
            found[1] = max(found[1], disk(Path(user.pw_dir) / ".cache"))
            found[2] = seconds(user, found[3])
            if running[user.pw_name].poll() is not None:
                found[4] = time.monotonic() - began
        time.sleep(PAUSE)
    for name, (bytes_of_memory, bytes_of_disk, processor, _, lasted) in most.items():
        print(
            f"{name}: ended with {running[name].returncode} after {lasted:.0f} s; processor {processor:.0f} s, "
            f"memory at most {bytes_of_memory / 1e6:.0f} MB, cache folder at most {bytes_of_disk / 1e6:.0f} MB"
        )
    sys.exit(any(program.returncode for program in running.values()))


main(*sys.argv[1:])
