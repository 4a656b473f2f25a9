// What the pages do beyond being read. Without scripts they are whole, too.
"use strict";

// One switch for all code. It is remembered where the browser lets a page remember something.
function codeSwitch(button) {
  const all = [...document.querySelectorAll("details.code")];
  const apply = (open) => {
    all.forEach((code) => { code.open = open; });
    button.textContent = open ? "Hide all code" : "Show all code";
    button.setAttribute("aria-pressed", open);
  };
  let kept = null;
  try { kept = localStorage.getItem("code"); } catch { /* a browser may forbid it for files */ }
  if (kept) {
    apply(kept === "shown");
    // The place that the address names has moved.
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    apply(open);
    try { localStorage.setItem("code", open ? "shown" : "hidden"); } catch { /* then it holds for this page */ }
  });
  button.hidden = false;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages from a disk may have no clipboard of their own.
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = text;
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

function copyButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await copy(block.querySelector("pre").textContent.replace(/\n$/, ""));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.append(button);
}

// The section that is being read: the last heading above the upper third of the window.
function markSection(contents) {
  const links = [...contents.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
  const mark = () => {
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3).length;
    links.forEach((link, place) => {
      if (place !== above - 1) return link.removeAttribute("aria-current");
      if (link.hasAttribute("aria-current")) return;
      link.setAttribute("aria-current", "true");
      // The contents scroll with it, but only where they stand beside the text.
      if (contents.scrollHeight > contents.clientHeight) contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
    });
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  headings.forEach((heading) => observer.observe(heading));
}

// On a phone the contents would fill the screen before the text begins.
function foldContents(contents) {
  const narrow = matchMedia("(max-width: 67.99rem)");
  const fold = () => { contents.querySelector("details").open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
}

// A table that is wider than its box moves together; if that is not enough it says so, and keys can scroll it.
function markWide(box) {
  const overflows = () => box.scrollWidth > box.clientWidth + 1;
  box.classList.remove("tight", "wide-table");
  box.classList.toggle("tight", overflows());
  const wide = overflows();
  box.classList.toggle("wide-table", wide);
  if (wide) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Table with more columns to the right");
  }
}

const button = document.getElementById("code-switch");
const contents = document.querySelector(".contents");
const boxes = [...document.querySelectorAll(".scroll")];
document.querySelectorAll("details.code .highlight").forEach(copyButton);
if (button) codeSwitch(button);
if (contents) { foldContents(contents); markSection(contents); }
boxes.forEach(markWide);
addEventListener("resize", () => boxes.forEach(markWide));
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  document.querySelector('input[type="search"]').focus();
});
