"""What the tests of pages in a browser have in common."""

import struct
import sys
import zlib


def expect(what, true):
    if not true:
        sys.exit(f"the book: {what}: no")
    print(f"  seen: {what}")


def png(width, height, level):
    """A grey PNG file; `level(x, y)` from 0 to 255."""
    rows = b"".join(b"\0" + bytes(level(x, y) for x in range(width)) for y in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# The smallest contrast of any text that is seen, with that text: colours over all backgrounds beneath them.
CONTRAST = """() => {
  const channels = (colour) => {
    const numbers = colour.match(/[\\d.]+/g).map(Number);
    return colour.startsWith("color(") ? [...numbers.slice(0, 3).map((part) => 255 * part), numbers[3] ?? 1] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => a * part + (1 - a) * below[at]);
  const light = (colour) => colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const least = [99, ""];
  for (const element of document.querySelectorAll("main *")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    if (!text || !element.checkVisibility() || element.disabled || element.tagName === "OPTION") continue;
    const chain = [];
    for (let at = element; at; at = at.parentElement) chain.unshift(getComputedStyle(at).backgroundColor);
    const ground = chain.reduce((below, colour) => over(channels(colour), below), [255, 255, 255]);
    const style = getComputedStyle(element);
    const ink = over(channels(element instanceof SVGElement ? style.fill : style.color), ground);
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < least[0]) least.splice(0, 2, contrast, text.slice(0, 40));
  }
  return least;
}"""
