"""Reads the book in a headless Chromium, from the disk and without a network:

    book_browser.py SITE FOLDER CHROMIUM KEPT

What scripts add to the pages must work: one switch for all code, copying, the mark in the contents, the search, and
the page to play with (`play_browser.py`; KEPT has the answers that it must give). No page may be wider than a phone or
ask for anything outside the site. FOLDER takes screenshots.
"""

import json
import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from play_browser import play
from play_browser_tools import expect

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WIDTHS = {"desk": 1200, "phone": 390}


def open_code(page):
    """How much code a page has, and how much of it is open."""
    return page.evaluate("['', '[open]'].map(state => document.querySelectorAll('details.code' + state).length)")


def look_at_all(browser, site, folder):
    """Each page at each width, light and dark."""
    for name, width in WIDTHS.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
            wrong = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("request", lambda request: wrong.extend([request.url][request.url.startswith(("file:", "data:")):]))
            for path in sorted(site.glob("*.html")):
                page.goto(path.as_uri())
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append(f"{path.name} is wider than {width} pixels")
                page.screenshot(path=folder / f"book-{path.stem}-{name}-{scheme}.png")
            expect(f"all pages, {name}, {scheme} {wrong or ''}".strip(), not wrong)
            page.close()


def use_notebook(page, site):
    page.goto((site / "A1.html").as_uri())
    code, shown = open_code(page)
    expect("some code is folded, other code open", 0 < shown < code)
    page.click("#code-switch")
    expect("the switch opens all code", open_code(page) == [code, code])
    page.click("#code-switch")
    expect("the switch closes all code", open_code(page)[1] == 0)
    page.reload()
    expect("the switch is remembered", open_code(page)[1] == 0)
    page.click("#code-switch")
    block = page.locator("details.code .highlight").nth(1)
    block.locator(".copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    expect("code can be copied", copied.strip() == block.locator("pre").inner_text().strip() != "")
    link = page.locator(".contents a").nth(3)
    link.click()
    page.wait_for_function("document.querySelector('.contents a[aria-current]')")
    expect("the section is marked", page.locator(".contents a[aria-current]").inner_text() == link.inner_text())


def search(page, site):
    sections = json.loads((site / "sections.js").read_text(encoding="utf-8").removeprefix("const SECTIONS = ").rstrip(";\n"))
    page.keyboard.press("/")
    page.keyboard.type("perceptron")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results li")
    expect("words are found", "perceptron" in page.locator("#results mark").first.inner_text().lower())
    for section in (section for section in sections if section["anchor"].startswith("A")):
        page.fill("input[type=search]", section["anchor"])
        if page.locator("#results a").first.get_attribute("href") != f"{section['page']}#{section['anchor']}":
            expect(f"{section['anchor']} is found first", False)
    expect("every question is found first by its ID", True)
    page.locator("#results a").first.click()
    page.wait_for_selector("h2:target")


def main(site, folder, chromium, kept):
    site, folder = Path(site).resolve(), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        look_at_all(browser, site, folder)
        reader = browser.new_context(offline=True, permissions=["clipboard-read", "clipboard-write"])
        page = reader.new_page()
        use_notebook(page, site)
        search(page, site)
        if (site / "play.html").is_file():
            play(browser, site, folder, Path(kept))
        elif os.environ.get("CI"):
            sys.exit("CI is set, but the book has no page to play with")
        else:
            print("  skipped: the book has no page to play with")
        browser.close()


main(*sys.argv[1:])
