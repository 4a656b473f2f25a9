#!/bin/sh
# Written by `cargo xtask`. Starts the evcxr kernel for the notebooks of this checkout.
# settings

# A notebook that was copied elsewhere runs as if it stood beside the others: its first cell names
# the helper crate by a relative path.
[ -d ../crates/fashion ] || cd "$root/notebooks" || exit

# A kernel needs a temporary folder of its own: two in one folder run each other's code.
for folder in "$root"/target/evcxr/k*; do
    [ -d "$folder" ] || continue
    kill -0 "${folder##*/k}" 2>/dev/null || rm -rf "$folder"
done
EVCXR_TMPDIR="$root/target/evcxr/k$$"
mkdir -p "$EVCXR_TMPDIR"

# Training allocates results and gradients anew in every step; glibc would give that memory back each time.
export MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_TOP_PAD_=67108864 MALLOC_MMAP_THRESHOLD_=33554432

# What set-up has compiled, as links that take no space. A build folder for all kernels would not do:
# cargo cannot tell the cells of two kernels apart, and one would run the other's code. Cargo's own notes
# are written in place, so they are copied.
warm="$root/target/evcxr/warm/build"
build="$EVCXR_TMPDIR/build"
if [ -d "$warm" ] && cp -Rpl "$warm" "$build" 2>/dev/null; then
    (cd "$warm" && find . -name .fingerprint -prune) | while read -r notes; do
        rm -rf "${build:?}/$notes" && cp -Rp "$warm/$notes" "$build/$notes"
    done
    # What belongs to one cell, and locks, must not be shared.
    find "$build" \( -name 'ctx*' -o -name 'libctx*' -o -name incremental -o -name '.cargo-*lock' \) \
        -prune -exec rm -rf {} +
elif [ -d "$warm" ]; then
    rm -rf "$build" && cp -Rp "$warm" "$build"
fi

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
