#!/bin/sh
# Written by `cargo xtask`. Starts the evcxr kernel for the notebooks of this checkout.
# settings

# A kernel needs a temporary folder of its own: two in one folder run each other's code.
for folder in "$root"/target/evcxr/k*; do
    [ -d "$folder" ] || continue
    kill -0 "${folder##*/k}" 2>/dev/null || rm -rf "$folder"
done
EVCXR_TMPDIR="$root/target/evcxr/k$$"
mkdir -p "$EVCXR_TMPDIR"

# Cells are shared libraries; without this a cell may not find the standard library.
LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# At its start evcxr updates a kernel that it finds in the home folder; let it look elsewhere.
JUPYTER_PATH="$EVCXR_TMPDIR"

# A backtrace through the kernel's own functions hides the message of a panic.
RUST_BACKTRACE=0

# A kernel whose starter was killed would compute on for ever: nobody tells it.
(
    while kill -0 "$PPID" && kill -0 "$$"; do sleep 1; done
    kill -9 "-$$" || kill -9 "$$"
) >/dev/null 2>&1 </dev/null &

export EVCXR_TMPDIR LD_LIBRARY_PATH JUPYTER_PATH PATH RUST_BACKTRACE
exec "$program" --control_file "$1"
