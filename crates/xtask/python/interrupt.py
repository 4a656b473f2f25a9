"""Interrupts a kernel as Jupyter's stop button does, in everything that it may be doing:

    interrupt.py KERNEL FOLDER

What can keep its variables keeps them, what cannot is ended and says so, and nothing is left of a kernel
afterwards.
"""

import os
import queue
import re
import sys
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

FIRST = """:dep fashion = { path = "../crates/fashion" }
use fashion::prelude::*;
let profile = Profile::current()?;
let kept: Vec<i32> = vec![1, 2, 3];"""

DATA = """let data: Dataset<f32> = Dataset::new(
    Array2::from_shape_fn((3000, 40), |(i, j)| ((i * 7919 + j * 104729 + i * j * 31) % 997) as f32 / 997.0),
    Array1::from_shape_fn(3000, |i| (i * 7919 / 13) % 2));
let layers = Sequential::new([40]).dense(64).relu().dense(2).softmax();"""

# Lasts minutes in the compiler.
COMPILES = """#[allow(long_running_const_eval)]
const LONG: u64 = { let mut i = 0; while i < 20_000_000_000_u64 { i += 1; } i };
LONG"""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Kernel:
    """A kernel and what its cells say."""

    pressed = 0

    def __init__(self, name, folder):
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(cwd=folder)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self.connect()

    def interrupt(self):
        self.manager.interrupt_kernel()
        self.pressed = time.monotonic()
        return self.pressed

    def run(self, code, interrupts=(), after=None, late=None, timeout=300):
        """What the cell printed and showed, what it said on the error stream, and how long it took after the
        last interrupt. Interrupts come so many seconds after the text `after` was printed, or after the start.

        evcxr sends on what a process writes in a thread of its own, on a busy machine after the cell has ended:
        the text `late` is waited for ten seconds longer."""
        waiting = list(interrupts)
        if waiting:
            # An interrupt soon after another means: end it in any case.
            time.sleep(max(0, self.pressed + 2.1 - time.monotonic()))
        request = self.client.execute(code)
        out, err, began, pressed = "", "", time.monotonic() if after is None else None, None
        end, idle = time.monotonic() + timeout, None
        while time.monotonic() < end:
            if idle is not None and (not late or late in out + err or time.monotonic() > idle + 10):
                return out, err, idle - (pressed or end)
            if waiting and began is not None and time.monotonic() >= began + waiting[0]:
                waiting.pop(0)
                pressed = self.interrupt()
            try:
                message = self.client.get_iopub_msg(timeout=0.05)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                out += content["text"]
            elif kind == "stream":
                err += COLOUR.sub("", content["text"])
            elif kind == "execute_result":
                out += content["data"].get("text/plain", "")
            elif kind == "error":
                err += COLOUR.sub("", "\n".join([content["evalue"], *content["traceback"]]))
            elif kind == "status" and content["execution_state"] == "idle":
                idle = time.monotonic()
            if began is None and after in out:
                began = time.monotonic()
        raise SystemExit(f"the cell did not end within {timeout} s: {code}\n{out}\n{err}")

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)


problems = []


def expect(what, holds, *seen):
    print(f"  {'yes' if holds else 'NO '} {what}")
    if not holds:
        problems.append(f"{what}: {seen}")


def is_whole(kernel, what):
    out, err, _ = kernel.run("println!(\"{kept:?}\");", late="[1, 2, 3]")
    expect(f"{what}: earlier variables are whole", out.strip() == "[1, 2, 3]" and not err, out, err)


def fits(kernel):
    out, err, seconds = kernel.run(
        "let mut network: Network<f32> = layers.build(1)?;\n"
        "let history: History = network.fit(&data, &Training::new().epochs(100_000))?;\n"
        "println!(\"the end\");",
        interrupts=[0.5], after="Epoch 3/", late="the end",
    )  # fmt: skip
    expect("a fit ends", "the end" in out and "Interrupted in epoch" in out and not err, out[-300:], err)
    expect(f"a fit ends in {seconds:.2f} s", seconds < 2)
    out, err, _ = kernel.run(
        "println!(\"{} {} {}\", history.interrupted(), network.interrupted(), history.len() > 2);", late="true true true"
    )  # fmt: skip
    expect("its history and its network are there, and say that it was interrupted", out.strip() == "true true true", out, err)
    shown = kernel.run('answer("A1-Q1").say("Half[^a].").claim("a", true, "1")')
    expect("an answer refuses it", "was interrupted" in shown[0], shown)
    kernel.run("network = layers.build(2)?;\nlet history: History = History::default();")
    shown = kernel.run('answer("A1-Q1").say("Whole[^a].").claim("a", true, "1")')
    expect("and holds when it is replaced", "was interrupted" not in shown[0] and "Whole" in shown[0], shown)
    is_whole(kernel, "after a fit")


def others(kernel):
    out, err, seconds = kernel.run(
        "let search = GridSearch::over(\"max_iter\", [1, 100_000, 100_000], |n| MlpClassifier::params()"
        ".hidden_layer_sizes([64]).max_iter(n).tol(0.0).n_iter_no_change(100_000)).fit(&data)?;\n"
        "println!(\"{} {}\", search.interrupted(), search.candidates().len());",
        interrupts=[0.5], after="[1/3]", late="true 1",
    )  # fmt: skip
    expect("a grid search gives the candidates that were through", out.split()[-2:] == ["true", "1"], out, err)
    out, err, seconds = kernel.run(
        "println!(\"begin\");\n"
        "let failed = Svc::params().c(1e9).tol(1e-12).fit(&data).err().map(Error::from);\n"
        "println!(\"{}\", failed.is_some_and(|error| error.is_interrupt()));",
        interrupts=[1.0], after="begin", late="true",
    )  # fmt: skip
    expect(f"a support vector classifier gives an error in {seconds:.2f} s", out.split()[-1:] == ["true"] and seconds < 3, out, err)
    out, err, seconds = kernel.run(
        "let mut turns: u64 = 0;\nprintln!(\"begin\");\nwhile !interrupted() { turns += 1; }\n"
        "println!(\"{}\", turns > 1000);",
        interrupts=[0.5], after="begin", late="true",
    )  # fmt: skip
    expect("a loop of one's own that asks ends", out.split()[-1:] == ["true"] and seconds < 2, out, err)
    is_whole(kernel, "after them")


def compiles(kernel):
    out, err, seconds = kernel.run(COMPILES, interrupts=[4], late="all variables are kept")
    expect(f"a cell that compiles ends in {seconds:.2f} s", seconds < 5 and "all variables are kept" in err and len(err) < 300, out, err)
    is_whole(kernel, "while a cell compiles")
    kernel.interrupt()
    time.sleep(1)
    is_whole(kernel, "with nothing to interrupt")


def mistakes(kernel):
    out, err, _ = kernel.run('fn work() -> i32 { todo!("A1-T1: your code") }\nlet x: i32 = work();', late="your code")
    expect("`todo!()` says one line", err.strip() == "not yet implemented: A1-T1: your code", out, err)
    is_whole(kernel, "after a panic")
    out, err, _ = kernel.run("let other: i32 = nowhere;")
    only = "cannot find value `nowhere`" in err and "unused" not in err
    expect("a name that is unknown is the only error", only, out, err)


def deaf(kernel, what):
    out, err, seconds = kernel.run("println!(\"begin\");\nloop {}", interrupts=[0.5], after="begin", late="Run All Above")
    named = "Run All Above Selected Cell" in err
    expect(f"`loop {{}}` {what} is ended in {seconds:.2f} s, and says how to go on", named and seconds < 5, out, err)
    out, err, _ = kernel.run("println!(\"{}\", 40 + 2);", late="42")
    expect("and the next cell runs", out.strip() == "42", out, err)


def stubborn(kernel):
    """What listens, and does not come to its end."""
    out, err, seconds = kernel.run(
        "println!(\"begin\");\n"
        "let late = repeat(0..1, |_| { std::thread::sleep(std::time::Duration::from_secs(120)); Ok(1) });",
        interrupts=[0.5, 1.5], after="begin", late="Run All Above",
    )  # fmt: skip
    expect("a second interrupt ends what does not come to its end", "Run All Above" in err and seconds < 5, out, err)


# In the environment of all that the kernels of this test start; other kernels may run beside them.
OWN = f"INTERRUPT_TEST={os.getpid()}"


def own_processes():
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.name != str(os.getpid()) and OWN.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.add(entry.name)
        except OSError:
            continue
    return found


def main(name, folder):
    os.environ.update([OWN.split("=")])
    kernel = Kernel(name, folder)
    deaf(kernel, "as the first cell")
    # The first code cell must be the one with `:dep`.
    kernel.restart()
    kernel.run(FIRST)
    kernel.run(DATA)
    fits(kernel)
    others(kernel)
    compiles(kernel)
    mistakes(kernel)
    stubborn(kernel)
    kernel.restart()
    kernel.run(FIRST)
    kernel.run(DATA)
    fits(kernel)
    deaf(kernel, "after a restart and a fit")
    folders = {line.split(b"=", 1)[1].decode() for entry in own_processes()
               for line in (Path("/proc") / entry / "environ").read_bytes().split(b"\0")
               if line.startswith(b"EVCXR_TMPDIR=")}  # fmt: skip
    kernel.end()
    end = time.monotonic() + 20
    while time.monotonic() < end and (own_processes() or any(map(os.path.exists, folders))):
        time.sleep(0.2)
    left = own_processes()
    expect("nothing is left of the kernel", folders and not left and not any(map(os.path.exists, folders)), left, folders)
    if problems:
        sys.exit("\n".join(problems))


main(*sys.argv[1:])
