"""The book's page to play with, in a browser without a network: it must answer as this machine did.

KEPT/answers.f32 has a row of 31 floats for each test image: its label, the perceptron's ten probabilities, the
convolutional network's, and the machines' votes.
"""

import struct
import time

from play_browser_tools import CONTRAST, expect, png

ROW = 31
# What the page gives for each image: the same without the label, then three classes and a margin.
SAID = 34
VIEWS = {"try": "", "explore": "view=explore&label=6&said=0", "learn": "view=learn"}


def largest(values):
    """The place of the largest; of equal ones the first."""
    return max(range(len(values)), key=lambda at: (values[at], -at))


def native(kept):
    """Of each image: the label, 30 numbers, the classes of the three."""
    floats = [row for row in struct.iter_unpack(f"<{ROW}f", (kept / "answers.f32").read_bytes())]
    return [(int(row[0]), row[1:], [largest(row[start : start + 10]) for start in (1, 11, 21)]) for row in floats]


def settle(page):
    """Waits until the page has answered what it was asked."""
    page.evaluate("playground.settled()")


def ready(page, site, settings="", complete=False):
    """Opens the page in this state."""
    page.goto("about:blank")
    page.goto((site / "play.html").as_uri() + ("#" + settings if settings else ""))
    page.wait_for_selector("html[data-complete]" if complete else "html[data-ready]", state="attached", timeout=60_000)
    settle(page)


def same_answers(page, expected):
    """All classes must be equal; of probabilities and votes, says how much they differ."""
    others, difference, took = 0, [0.0, 0.0, 0.0], 0.0
    for first in range(0, len(expected), 250):
        since = time.monotonic()
        said = page.evaluate("first => [...playground.run('say_tests', null, first, 250)]", first)
        took += time.monotonic() - since
        for at, (_, numbers, classes) in enumerate(expected[first : first + 250]):
            row = said[SAID * at : SAID * (at + 1)]
            others += [int(x) for x in row[30:33]] != classes
            for model in range(3):
                pairs = zip(row[10 * model : 10 * model + 10], numbers[10 * model : 10 * model + 10])
                difference[model] = max(difference[model], *(abs(a - b) for a, b in pairs))
    print(
        f"  largest difference from this machine over {len(expected)} images: perceptron {difference[0]:.1e}, network"
        f" {difference[1]:.1e}, votes {difference[2]:.0f}; {1000 * took / len(expected):.1f} ms an image"
    )
    expect(f"all three give each of {len(expected)} images the class that they give it here", others == 0)
    stored = page.evaluate("[...playground.world.said]")
    expect("what the page knows of them is the same", stored == [row[2][model] for model in range(3) for row in expected])


def change_pictures(page, site):
    ready(page, site, "image=0")
    before = page.inner_text("#answers")
    times = []
    for turn in range(5, 105, 5):
        page.evaluate("turn => { const s = document.getElementById('turn'); s.value = turn; s.dispatchEvent(new Event('input')); }", turn)
        settle(page)
        times.append(int(page.inner_text("#verdict").split(" ms")[0].split()[-1]))
    print(f"  three answers after a change: median {sorted(times)[len(times) // 2]} ms, at most {max(times)} ms")
    expect("a slider changes the answers", page.inner_text("#answers") != before)
    settle(page)
    expect("the address has the state", "turn=100" in page.url and "image=0" in page.url)
    state, answers = page.url, page.inner_text("#answers")
    ready(page, site, state.split("#")[1])
    expect("an address brings the state back", page.inner_text("#answers") == answers and page.input_value("#turn") == "100")
    page.click("#reset")
    settle(page)
    expect("and it can be taken back", page.inner_text("#answers") == before)
    page.select_option("#rival", "8")
    settle(page)
    expect("support vectors of a chosen class are shown", "For Bag" in page.inner_text("#duel"))
    expect("filters are shown", page.locator("#filters figure").count() >= 8)


def draw(page, site):
    ready(page, site, "image=0")
    page.click("#blank")
    settle(page)
    box = page.locator("#picture").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.9, steps=5)
    page.mouse.up()
    settle(page)
    drawn = page.url
    expect("a drawing is in the address", "picture=" in drawn and "image=" not in drawn)
    answers = page.inner_text("#answers")
    ready(page, site, drawn.split("#")[1])
    expect("and comes back from it", page.inner_text("#answers") == answers)
    page.focus("#picture")
    for key in ("ArrowRight", "ArrowRight", " ", "Shift+ArrowDown"):
        page.keyboard.press(key if key != " " else "Space")
    settle(page)
    expect("keys draw", page.url != drawn and "picture=" in page.url)
    photo = png(60, 90, lambda x, y: 30 if 15 < x < 45 and 10 < y < 80 else 240)
    drawn = page.inner_text("#answers")
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": photo})
    page.wait_for_function("drawn => document.getElementById('answers').innerText != drawn", arg=drawn)
    expect("a file is loaded", not page.inner_text("#load-problem") and "Your picture" in page.inner_text("#picture-name"))
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": png(9, 9, lambda x, y: 128)})
    page.wait_for_selector("#load-problem:not(:empty)")
    expect("a blank one is refused in words", "blank" in page.inner_text("#load-problem"))


def number(text):
    return int(text.replace(",", "").replace("·", "0"))


def explore(page, site, expected):
    ready(page, site, "view=explore", complete=True)
    for model, name in enumerate(("mlp", "cnn", "svm")):
        page.check(f"#by-{name}")
        shown = [[number(cell.inner_text()) for cell in row.locator("button").all()] for row in page.locator("#matrix tbody tr").all()]
        counts = [[0] * 10 for _ in range(10)]
        for label, _, classes in expected:
            counts[label][classes[model]] += 1
        expect(f"the confusion matrix of {name} is that of this machine", shown == counts)
    page.locator("#matrix tbody tr").nth(6).locator("button").nth(0).click()
    cell = [row for row in expected if row[0] == 6 and row[2][2] == 0]
    expect("a cell shows its images", page.inner_text("#found").startswith(f"{len(cell):,} of "))
    agreement = {name.inner_text(): number(count.inner_text()) for name, count in zip(page.locator("#agreement .name").all(), page.locator("#agreement .count").all())}
    wrong = sum(all(said != label for said in classes) for label, _, classes in cell)
    expect("and how many of them all three get wrong", agreement["All three are wrong"] == wrong and sum(agreement.values()) == len(cell))
    page.locator("#agreement button", has_text="All three are wrong").click()
    expect("which can be asked for", page.inner_text("#found").startswith(f"{wrong:,} of "))
    settle(page)
    state, found = page.url, page.inner_text("#found")
    ready(page, site, state.split("#")[1], complete=True)
    settle(page)
    expect("the address brings the search back", page.inner_text("#found") == found)
    image = page.locator("#images .thumb").first.get_attribute("data-image")
    page.locator("#images .thumb").first.focus()
    page.keyboard.press("Enter")
    settle(page)
    expect("an image opens in the other view", page.is_visible("#try") and page.input_value("#number") == image)
    page.focus("#tab-try")
    page.keyboard.press("ArrowRight")
    expect("arrow keys change the view", page.is_visible("#explore") and not page.is_visible("#try"))


def learn(page, site, folder):
    ready(page, site, "view=learn", complete=True)
    page.wait_for_selector("#weights canvas")
    start = page.inner_text("#lesson-state")
    page.click("#run")
    page.wait_for_function("parseInt(document.getElementById('lesson-state').textContent) >= 5", timeout=120_000)
    page.click("#run")
    state = page.inner_text("#lesson-state")
    share = float(state.split("; ")[1].split(" %")[0])
    print(f"  {state}")
    expect("a perceptron learns in the page", share > 60 and state != start)
    page.click("#fit")
    page.wait_for_selector("#tries tbody tr", timeout=120_000)
    print(f"  {page.inner_text('#machine-state')}")
    expect("a machine is fitted in the page", float(page.locator("#tries td").nth(5).inner_text().split()[0]) > 70)
    page.screenshot(path=folder / "play-learned.png", full_page=True)


def look(browser, site, folder):
    """Each view, wide and narrow, light and dark: nothing is cut off, and all text stands out."""
    for name, width in {"desk": 1300, "tablet": 900, "phone": 390}.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            for view, settings in VIEWS.items():
                ready(page, site, settings, complete=True)
                settle(page)
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                contrast, text = page.evaluate(CONTRAST)
                page.screenshot(path=folder / f"play-{view}-{name}-{scheme}.png", full_page=True)
                if wide or contrast < 4.5:
                    expect(f"{view} on a {name}, {scheme}: wide {wide}, contrast {contrast:.1f} of {text!r}", False)
            page.close()
    expect("no view is wider than a phone, and all text has a contrast of 4.5", True)


def play(browser, site, folder, kept):
    expected = native(kept)
    context = browser.new_context(offline=True, viewport={"width": 1300, "height": 900})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.extend([request.url][request.url.startswith(("file:", "data:", "about:")) :]))
    ready(page, site, complete=True)
    times = page.evaluate("[document.documentElement.dataset.ready, document.documentElement.dataset.complete]")
    print(f"  ready after {times[0]} ms, with all images after {times[1]} ms")
    same_answers(page, expected)
    change_pictures(page, site)
    draw(page, site)
    explore(page, site, expected)
    learn(page, site, folder)
    expect(f"no error, and nothing outside of the site was asked for {wrong or ''}".strip(), not wrong)
    context.close()
    look(browser, site, folder)
