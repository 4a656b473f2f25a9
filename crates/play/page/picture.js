// The picture that is looked at: a test image, a drawing, or a reader's own; and the pen.

const shown = {
  image: 0, // the number of a test image; -1 for a picture of the reader's
  base: new Uint8Array(PIXELS), // before the sliders
  levels: new Uint8Array(PIXELS), // what the three are asked about
  cursor: null, // the pixel that the keys are at
};

const pen = { level: 255, width: 2, down: false, last: null };

function showImage(index) {
  shown.image = index;
  shown.base = testImage(index);
  byId("number").value = index;
  update();
}

function showOwn(levels) {
  shown.image = -1;
  shown.base = levels;
  update();
}

// Strokes go onto the picture as it is shown, so what the sliders have done is kept and they go back.
function keepChanges() {
  shown.base = shown.levels.slice();
  shown.image = -1;
  resetSliders();
}

// A line of ink, rounded and soft at its edge.
function stroke(from, to) {
  if (shown.image >= 0 || slidersMoved()) keepChanges();
  const steps = Math.max(1, Math.ceil(4 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * step) / steps);
    for (let at = 0; at < PIXELS; at++) {
      const far = Math.hypot((at % SIDE) + 0.5 - x, Math.floor(at / SIDE) + 0.5 - y);
      const share = Math.min(1, Math.max(0, pen.width / 2 + 0.5 - far));
      const level = shown.base[at];
      const inked = Math.round(level + (pen.level - level) * share);
      shown.base[at] = pen.level > level ? Math.max(level, inked) : Math.min(level, inked);
    }
  }
  update();
}

function pointAt(event) {
  const box = event.currentTarget.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
}

function drawWithPointer(canvas) {
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    shown.cursor = null;
    pen.down = true;
    pen.last = pointAt(event);
    stroke(pen.last, pen.last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pen.down) return;
    const to = pointAt(event);
    stroke(pen.last, to);
    pen.last = to;
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { pen.down = false; });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function drawWithKeys(canvas) {
  canvas.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    const from = shown.cursor ?? [SIDE / 2, SIDE / 2];
    const to = step ? from.map((at, axis) => Math.min(SIDE - 0.5, Math.max(0.5, at + step[axis]))) : from;
    shown.cursor = to;
    if (event.key === " ") stroke(to, to);
    else if (event.shiftKey) stroke(from, to);
    else drawPicture();
  });
  canvas.addEventListener("blur", () => { shown.cursor = null; drawPicture(); });
}

function drawPicture() {
  const canvas = byId("picture");
  paint(canvas, shown.levels);
  paint(byId("strip").firstElementChild, shown.levels);
  const cursor = byId("cursor");
  cursor.hidden = !shown.cursor;
  if (shown.cursor) {
    cursor.style.left = `${(100 * (shown.cursor[0] - 0.5)) / SIDE}%`;
    cursor.style.top = `${(100 * (shown.cursor[1] - 0.5)) / SIDE}%`;
  }
  byId("picture-name").textContent = pictureName();
}

function pictureName() {
  if (shown.image < 0) return "Your picture. What it is, you know best.";
  return `Test image ${thousands(shown.image)}, labelled ${world.classes[world.labels[shown.image]]}.`;
}

// A picture from a file, brought to 28 x 28 pixels as the data set was made.
async function loadFile(file) {
  const problem = byId("load-problem");
  problem.textContent = "";
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, 1024 / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((edge) => Math.max(1, Math.round(edge * scale)));
    const context = make("canvas", { width, height }).getContext("2d");
    context.drawImage(bitmap, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const levels = Uint8Array.from(run("photo", data, width, height));
    resetSliders();
    showOwn(levels);
  } catch (error) {
    problem.textContent = `This file could not be used: ${error.message}. A photograph of one piece of clothing on an even ground works best.`;
  }
}

function nextWhere(start, wanted) {
  const count = world.unpacked;
  for (let step = 1; step <= count; step++) {
    const index = (start + step) % count;
    if (wanted(index)) return index;
  }
  return start;
}

const disputed = (image) => new Set([0, 1, 2].map((model) => said(model, image))).size > 1;
const missed = (image) => [0, 1, 2].every((model) => said(model, image) !== world.labels[image]);

function startPicture() {
  const choose = (index) => { showImage(((index % world.unpacked) + world.unpacked) % world.unpacked); };
  const here = () => Math.max(0, shown.image);
  byId("number").max = world.facts.tests - 1;
  byId("number").addEventListener("change", (event) => choose(Math.round(Number(event.target.value) || 0)));
  byId("previous").addEventListener("click", () => choose(here() - 1));
  byId("next").addEventListener("click", () => choose(here() + 1));
  byId("random").addEventListener("click", () => choose(Math.floor(Math.random() * world.unpacked)));
  byId("disputed").addEventListener("click", () => choose(nextWhere(here(), disputed)));
  byId("missed").addEventListener("click", () => choose(nextWhere(here(), missed)));
  byId("blank").addEventListener("click", () => { resetSliders(); showOwn(new Uint8Array(PIXELS)); byId("picture").focus(); });
  byId("ink").addEventListener("input", (event) => { pen.level = Number(event.target.value); });
  byId("width").addEventListener("input", (event) => { pen.width = Number(event.target.value); });
  byId("file").addEventListener("change", (event) => { if (event.target.files[0]) loadFile(event.target.files[0]); event.target.value = ""; });
  drawWithPointer(byId("picture"));
  drawWithKeys(byId("picture"));
  address.add(
    () => (shown.image >= 0 ? { image: shown.image } : { picture: toText(shown.base) }),
    async (settings) => {
      const own = settings.has("picture") && fromText(settings.get("picture"));
      if (own) return showOwn(own);
      const first = nextWhere(0, (image) => said(1, image) === world.labels[image] && missedByOthers(image));
      const image = Math.round(numberFrom(settings, "image", 0, world.facts.tests - 1, first));
      await unpackUntil(image + 1);
      showImage(image);
    },
  );
}

// To begin with: one that only the convolutional network gets right.
const missedByOthers = (image) => [0, 2].every((model) => said(model, image) !== world.labels[image]);
