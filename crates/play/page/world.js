// What all parts of the page know: the classes, the three classifiers, what they said of the test images.

const MODELS = [
  { id: "mlp", name: "Perceptron", short: "MLP" },
  { id: "cnn", name: "Convolutional network", short: "CNN" },
  { id: "svm", name: "Support vector machine", short: "SVM" },
];

const world = { facts: null, classes: [], labels: null, said: null, sure: null, unpacked: 0 };

const byId = (id) => document.getElementById(id);
const frame = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });
const thousands = (number) => number.toLocaleString("en-US");
const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)} %`;

// An element with properties and children; `class`, `for` and names with a hyphen are attributes.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class" || name === "for" || name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

// Grey levels, from 0 to 255 or between two limits, on a canvas of the picture's own size.
function paint(canvas, levels, width = SIDE, height = SIDE, low = 0, high = 255) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let at = 0; at < width * height; at++) {
    const grey = (255 * (levels[at] - low)) / (high - low);
    image.data.set([grey, grey, grey, 255], 4 * at);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

// Weights on a canvas: orange above 0, blue below, black at 0.
function paintWeights(canvas, weights, width, height, limit) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let at = 0; at < width * height; at++) {
    const share = Math.min(1, Math.abs(weights[at]) / limit);
    const colour = weights[at] > 0 ? [255, 158, 40] : [60, 150, 255];
    image.data.set([...colour.map((part) => part * share), 255], 4 * at);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

const picture = (levels, label) => paint(make("canvas", { class: "pixels", role: "img", "aria-label": label }), levels);

// Test images, until there are so many; the others of a turn wait for the next frame.
async function unpackUntil(count) {
  while (world.unpacked < Math.min(count, world.facts.tests)) {
    [world.unpacked] = run("unpack", null, 250);
    await frame();
  }
}

function said(model, image) { return world.said[model * world.facts.tests + image]; }
function sure(model, image) { return world.sure[model * world.facts.tests + image]; }

async function loadWorld() {
  const { facts, parts } = readData();
  const [module, models, answers] = await Promise.all([parts.module, parts.models, parts.said].map(inflated));
  await startEngine(module);
  const [ofMlp, ofCnn, place, count] = facts.files;
  const levels = run("images", parts.vectors, count);
  const files = new Uint8Array(models.length + levels.length);
  // The machine's support vectors stand within its file, but come as images, which takes less.
  const start = ofMlp + ofCnn + place;
  files.set(models.subarray(0, start));
  files.set(levels, start);
  files.set(models.subarray(start), start + levels.length);
  const [mlp, cnn, vectors] = run("load_models", files, ofMlp, ofCnn);
  MODELS[0].size = `${thousands(mlp)} weights`;
  MODELS[1].size = `${thousands(cnn)} weights`;
  MODELS[2].size = `${thousands(vectors)} support vectors`;
  run("load_tests", parts.tests, facts.tests);
  Object.assign(world, {
    facts,
    classes: facts.classes,
    labels: parts.tests.slice(0, facts.tests),
    said: answers.subarray(0, 3 * facts.tests),
    sure: answers.subarray(3 * facts.tests),
    lessons: parts.lessons,
  });
}
