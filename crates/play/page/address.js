// The state of the page in its address, so that a case can be linked to. Each part says how to write its
// own settings and how to read them; what is as it was at the start is left out.

const address = {
  parts: [],
  timer: 0,

  // `write` gives names and values (undefined: as at the start); `read` takes the settings of an address.
  add(write, read) { this.parts.push({ write, read }); },

  text() {
    const settings = new URLSearchParams();
    for (const { write } of this.parts) {
      for (const [name, value] of Object.entries(write())) {
        if (value !== undefined && value !== "") settings.set(name, value);
      }
    }
    return `#${settings}`;
  },

  // Writes it a little later: browsers refuse too many changes in a row.
  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), 150);
  },

  write() {
    const text = this.text();
    if (text === location.hash || (text === "#" && !location.hash)) return;
    try {
      history.replaceState(null, "", text);
    } catch {
      location.replace(text); // some browsers keep the other way from pages on a disk
    }
  },

  async read() {
    const settings = new URLSearchParams(location.hash.slice(1));
    for (const { read } of this.parts) await read(settings);
  },
};

// A number within limits, or what stands in for it.
function numberFrom(settings, name, low, high, otherwise) {
  const number = Number(settings.get(name) ?? otherwise);
  return Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
}

const toText = (levels) => btoa(String.fromCharCode(...levels)).replaceAll("+", "-").replaceAll("/", "_");

function fromText(text) {
  try {
    const levels = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return levels.length === PIXELS ? levels : null;
  } catch {
    return null;
  }
}
