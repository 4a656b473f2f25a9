// The search page: SECTIONS (sections.js) in an index of MiniSearch (minisearch.js).
"use strict";

const index = new MiniSearch({
  fields: ["anchor", "title", "text", "code"],
  storeFields: ["page", "anchor", "title", "text", "code"],
  // Letters and digits only: code is searched, too.
  tokenize: (text) => text.split(/[^\p{L}\p{N}]+/u),
});
index.addAll(SECTIONS);

const settings = {
  boost: { anchor: 6, title: 4, text: 2 },
  combineWith: "AND",
  prefix: (term) => term.length > 1,
  // Only longer words may be misspelt; numbers never.
  fuzzy: (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false),
};

// Text with the words that were found marked, around the first of them.
function excerpt(result) {
  const words = Object.keys(result.match).join("|");
  const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, "giu");
  const text = result.text.search(found) < 0 && result.code.search(found) >= 0 ? result.code : result.text;
  const start = Math.max(0, text.search(found) - 80);
  const end = start + 260;
  // Not in the middle of a word.
  const part = (start ? "… " : "") + text.slice(start && text.indexOf(" ", start) + 1, end < text.length ? text.lastIndexOf(" ", end) : end)
    + (end < text.length ? " …" : "");
  const line = document.createElement("p");
  let done = 0;
  for (const match of part.matchAll(found)) {
    line.append(part.slice(done, match.index), Object.assign(document.createElement("mark"), { textContent: match[0] }));
    done = match.index + match[0].length;
  }
  line.append(part.slice(done));
  return line;
}

function show(query) {
  const results = query.trim() ? index.search(query, settings) : [];
  // A question's ID leads to that question first.
  results.sort((a, b) => (b.anchor.toLowerCase() === query.trim().toLowerCase()) - (a.anchor.toLowerCase() === query.trim().toLowerCase()));
  const items = results.slice(0, 40).map((result) => {
    const link = document.createElement("a");
    link.href = result.page + (result.anchor ? `#${result.anchor}` : "");
    link.textContent = result.title;
    const item = document.createElement("li");
    item.append(link, excerpt(result));
    return item;
  });
  document.getElementById("results").replaceChildren(...items);
  const count = results.length === 1 ? "1 section" : `${results.length} sections`;
  const cut = results.length > items.length ? `, the best ${items.length} of them here` : "";
  if (query.trim()) document.getElementById("found").textContent = `${count}${cut}`;
}

const field = document.querySelector('input[type="search"]');
field.value = new URLSearchParams(location.search).get("q") ?? "";
show(field.value);
field.focus();
field.addEventListener("input", () => {
  show(field.value);
  // So that the address can be kept, and the way back leads here.
  try { history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`); } catch { /* not from every disk */ }
});
field.form.addEventListener("submit", (event) => event.preventDefault());
