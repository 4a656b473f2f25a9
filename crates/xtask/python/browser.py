"""Opens a notebook in JupyterLab in a headless Chromium and looks at it as a reader would:

    browser.py NOTEBOOK FOLDER CHROMIUM JUPYTER_PYTHON

The saved outputs must show before anything runs. Then: restart the kernel, run the first cells, see a
table, a figure and an answer, and complete a name of the helper crate. FOLDER takes a copy of the
notebook, so that nothing is saved into the original, and a screenshot of each stage.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import Error, sync_playwright

RECORD = "application/vnd.fashion.answer+json"
# The kernel compiles each cell, and the machine may be busy.
PATIENCE = 180_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_lab(python, folder, port, token):
    settings = folder / "settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True, exist_ok=True)
    # Otherwise only the cells in view exist in the page.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    log = open(folder / "jupyterlab.log", "w", encoding="utf-8")
    options = [f"--ServerApp.root_dir={folder}", f"--port={port}", f"--IdentityProvider.token={token}",
               f"--LabApp.user_settings_dir={folder / 'settings'}", "--no-browser", "--allow-root",
               "--ip=127.0.0.1", "--ServerApp.port_retries=0"]  # fmt: skip
    return subprocess.Popen([python, "-m", "jupyterlab", *options], stdout=log, stderr=log, cwd=folder)


def wait_for(server, address):
    for _ in range(120):
        if server.poll() is not None:
            sys.exit("JupyterLab ended; its messages are in jupyterlab.log")
        try:
            return urllib.request.urlopen(address, timeout=5).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    sys.exit("JupyterLab did not answer within a minute; its messages are in jupyterlab.log")


class Reader:
    """A person with a keyboard."""

    def __init__(self, page, folder):
        self.page, self.folder, self.stage = page, folder, 0

    def see(self, what, selector, text=None, timeout=PATIENCE):
        found = self.page.locator(selector, has_text=text) if text else self.page.locator(selector)
        found.first.wait_for(state="visible", timeout=timeout)
        print(f"  seen: {what}")
        return found.first

    def look(self, name):
        self.stage += 1
        self.page.screenshot(path=self.folder / f"{self.stage}-{name}.png")

    def see_outputs(self, opening):
        """A table, a figure whose image is whole, and the answer that opens with these words, with a tick."""
        output = ".jp-OutputArea-output"
        self.see("a table", f"{output} table", "Ankle boot").scroll_into_view_if_needed()
        self.look("table")
        figure = self.see("a figure", f"{output} img[src^='data:image/svg+xml']")
        figure.scroll_into_view_if_needed()
        if not figure.evaluate("image => image.complete && image.naturalWidth > 100"):
            sys.exit("the figure's image is broken")
        answer = self.see("an answer", output, opening)
        if "✓" not in answer.inner_text():
            sys.exit(f"the answer shows no claim that holds:\n{answer.inner_text()}")
        answer.scroll_into_view_if_needed()
        self.look("answer")

    def restart(self):
        """Restarts the kernel and clears all outputs, by the menu."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Kernel").first.click()
        self.page.locator(".lm-Menu-itemLabel", has_text="Restart Kernel and Clear Outputs").first.click()
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function("document.querySelectorAll('.jp-Notebook .jp-OutputArea-output').length == 0")
        print("  the kernel is restarted, the outputs are cleared")

    def run(self, cells):
        """Runs the first cells in turn, each when the one before has ended."""
        self.page.locator(".jp-Notebook .jp-Cell").first.click()
        self.page.keyboard.press("Escape")
        for _ in range(cells):
            self.page.keyboard.press("Shift+Enter")
            self.page.wait_for_timeout(300)
            self.page.wait_for_function(
                "![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.innerText.includes('*'))",
                timeout=PATIENCE,
            )
        if self.page.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count():
            sys.exit("a cell failed; see the screenshots")
        print(f"  {cells} cells run")

    def complete(self, start, expected):
        """Types the start of a name in a new cell and asks for its end."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(start)
        for _ in range(6):
            self.page.keyboard.press("Tab")
            try:
                self.see(f"`{expected}` offered after `{start}`", ".jp-Completer-item", expected, timeout=10_000)
                break
            except Error:
                self.page.keyboard.press("Escape")
                self.page.keyboard.press("Enter")
        else:
            # A single candidate is inserted at once.
            self.see(f"`{start}` completed", ".jp-mod-active .cm-line", expected, timeout=1_000)
        self.look("completion")


def count_cells(notebook, question):
    """How many cells there are up to the end of a question's first figure and its answer."""
    last = max(i for i, cell in enumerate(notebook.cells) if cell.metadata.get("fashion", {}).get("question") == question)
    return last + 1


def opening(notebook, question):
    """The first words of a question's answer."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(RECORD, {})
            if record.get("id") == question:
                return record["prose"][0].splitlines()[0][:30]
    sys.exit(f"the notebook has no answer to {question}")


def main(notebook, folder, chromium, python):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    source = nbformat.read(notebook, as_version=4)
    name = Path(notebook).name
    nbformat.write(source, folder / name)
    port, token = free_port(), secrets.token_hex(16)
    server = start_lab(python, folder, port, token)
    try:
        wait_for(server, f"http://127.0.0.1:{port}/api?token={token}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1200, "height": 1000})
            page.set_default_timeout(PATIENCE)
            reader = Reader(page, folder)
            try:
                page.goto(f"http://127.0.0.1:{port}/lab/tree/{name}?token={token}", timeout=PATIENCE)
                reader.see("the notebook", ".jp-Notebook .jp-Cell")
                reader.see_outputs(opening(source, "A1-S1"))
                reader.restart()
                reader.run(count_cells(source, "A1-S2"))
                reader.see_outputs(opening(source, "A1-S2"))
                reader.complete("Sequential::n", "new")
            except Error as error:
                reader.look("failure")
                sys.exit(f"{error}\nScreenshots: {folder}")
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)


main(*sys.argv[1:])
