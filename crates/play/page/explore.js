// All test images, and what each classifier said: the confusion matrix is the control.

const PER_TURN = 60;

// Which of the three are right, as bits: 1 the perceptron, 2 the network, 4 the machine.
const AGREEMENTS = [7, 0, 6, 5, 3, 1, 2, 4];

const explorer = { model: 2, truth: -1, said: -1, right: -1, order: "number", limit: PER_TURN, found: [] };

function rightOf(image) {
  let bits = 0;
  for (let model = 0; model < 3; model++) bits |= (said(model, image) === world.labels[image] ? 1 : 0) << model;
  return bits;
}

function agreementName(bits) {
  if (bits === 7) return "All three are right";
  if (bits === 0) return "All three are wrong";
  const names = (wanted) => MODELS.filter((_, model) => Boolean(bits & (1 << model)) === wanted).map(({ short }) => short);
  const right = names(true);
  return right.length === 1 ? `Only the ${right[0]} is right` : `Only the ${names(false)[0]} is wrong`;
}

// Counts of test images by label (row) and answer (column).
function confusion(model) {
  const counts = Array.from({ length: 10 }, () => new Array(10).fill(0));
  for (let image = 0; image < world.facts.tests; image++) counts[world.labels[image]][said(model, image)]++;
  return counts;
}

function inCell(image) {
  const { model, truth, said: answer } = explorer;
  return (truth < 0 || world.labels[image] === truth) && (answer < 0 || said(model, image) === answer);
}

function search() {
  const counts = new Array(8).fill(0);
  const found = [];
  for (let image = 0; image < world.facts.tests; image++) {
    if (!inCell(image)) continue;
    const bits = rightOf(image);
    counts[bits]++;
    if (explorer.right < 0 || explorer.right === bits) found.push(image);
  }
  const certainty = (image) => sure(explorer.model, image);
  if (explorer.order === "surest") found.sort((a, b) => certainty(b) - certainty(a) || a - b);
  if (explorer.order === "least") found.sort((a, b) => certainty(a) - certainty(b) || a - b);
  explorer.found = found;
  return counts;
}

function showExplorer() {
  const counts = search();
  showMatrix();
  showAgreement(counts);
  byId("truth").value = explorer.truth;
  byId("order").value = explorer.order;
  const { model, truth, said: answer, right } = explorer;
  const parts = [
    truth >= 0 ? `labelled ${world.classes[truth]}` : "",
    answer >= 0 ? `called ${world.classes[answer]} by the ${MODELS[model].short}` : "",
    right >= 0 ? agreementName(right).replace(/^./, (letter) => letter.toLowerCase()) : "",
  ].filter(Boolean);
  byId("found").textContent = `${thousands(explorer.found.length)} of ${thousands(world.facts.tests)} test images${parts.length ? `: ${parts.join(", ")}` : ""}.`;
  byId("all").hidden = parts.length === 0;
  showImages();
  address.changed();
}

function showMatrix() {
  const counts = confusion(explorer.model);
  const right = counts.reduce((sum, row, index) => sum + row[index], 0);
  byId("accuracy").textContent = `${MODELS[explorer.model].name}: ${thousands(right)} of ${thousands(world.facts.tests)} right, ${percent(right / world.facts.tests, 2)}.`;
  const most = Math.max(...counts.flatMap((row, label) => row.filter((_, answer) => answer !== label)));
  [...byId("matrix").tBodies[0].rows].forEach((row, label) => {
    [...row.querySelectorAll("button")].forEach((button, answer) => {
      const count = counts[label][answer];
      button.textContent = count || "·";
      const share = label === answer ? 0.3 : 0.75 * Math.sqrt(count / most);
      button.style.setProperty("--share", share.toFixed(3));
      button.setAttribute("aria-pressed", explorer.truth === label && explorer.said === answer);
      button.setAttribute("aria-label", `${count} images of ${world.classes[label]} called ${world.classes[answer]}`);
    });
  });
}

function showAgreement(counts) {
  const most = Math.max(1, ...counts);
  [...byId("agreement").children].forEach((item, index) => {
    const bits = AGREEMENTS[index];
    const button = item.firstElementChild;
    button.setAttribute("aria-pressed", explorer.right === bits);
    button.querySelector(".count").textContent = thousands(counts[bits]);
    button.querySelector(".bar").style.width = `${(100 * counts[bits]) / most}%`;
  });
}

function showImages() {
  const images = explorer.found.slice(0, explorer.limit);
  byId("images").replaceChildren(...images.map((image) => {
    const label = world.classes[world.labels[image]];
    const answers = MODELS.map(({ short }, model) => `${short}: ${world.classes[said(model, image)]}`).join(", ");
    const marks = MODELS.map((_, model) => (said(model, image) === world.labels[image] ? "✓" : "✗"));
    return make("button", { type: "button", class: "thumb", "aria-label": `Image ${image}, ${label}. ${answers}`, "data-image": image },
      paint(make("canvas", { class: "pixels" }), testImage(image)),
      make("span", { class: "marks", "aria-hidden": "true" }, ...marks.map((mark) => make("span", { class: mark === "✓" ? "right" : "wrong" }, mark))));
  }));
  byId("more").hidden = images.length >= explorer.found.length;
}

function choose(change) {
  Object.assign(explorer, { limit: PER_TURN }, change);
  showExplorer();
}

// Arrow keys go from cell to cell and from image to image; Tab leaves.
function moveWithArrows(box, columns) {
  box.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step) return;
    const buttons = [...box.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const to = buttons[at + step[0] + step[1] * columns(buttons)];
    if (at < 0 || !to) return;
    event.preventDefault();
    to.focus();
  });
}

function startMatrix() {
  const table = byId("matrix");
  const head = table.createTHead().insertRow();
  head.append(make("td", {}), ...world.classes.map((of) => make("th", { scope: "col" }, make("span", {}, of))));
  const body = table.createTBody();
  world.classes.forEach((of, label) => {
    const row = body.insertRow();
    row.append(make("th", { scope: "row" }, of));
    world.classes.forEach((_, answer) => {
      const button = make("button", { type: "button", class: label === answer ? "hit" : "miss" });
      button.addEventListener("click", () => {
        const same = explorer.truth === label && explorer.said === answer;
        choose(same ? { truth: -1, said: -1 } : { truth: label, said: answer });
      });
      row.insertCell().append(button);
    });
  });
  moveWithArrows(body, () => 10);
}

function startExplorer() {
  for (const [model, { id, name, short }] of MODELS.entries()) {
    const input = make("input", { type: "radio", name: "by", value: model, id: `by-${id}` });
    input.addEventListener("change", () => choose({ model, said: -1, truth: explorer.said >= 0 ? -1 : explorer.truth }));
    byId("by").append(input, make("label", { for: `by-${id}`, title: name }, short));
  }
  startMatrix();
  byId("agreement").append(...AGREEMENTS.map((bits) => {
    const button = make("button", { type: "button" }, make("span", { class: "name" }, agreementName(bits)),
      make("span", { class: "track" }, make("span", { class: "bar" })), make("span", { class: "count" }));
    button.addEventListener("click", () => choose({ right: explorer.right === bits ? -1 : bits }));
    return make("li", {}, button);
  }));
  byId("truth").append(make("option", { value: -1 }, "any"), ...world.classes.map((of, index) => make("option", { value: index }, of)));
  byId("truth").addEventListener("change", (event) => choose({ truth: Number(event.target.value), said: -1 }));
  byId("order").addEventListener("change", (event) => choose({ order: event.target.value }));
  byId("all").addEventListener("click", () => choose({ truth: -1, said: -1, right: -1 }));
  byId("more").addEventListener("click", () => {
    const first = explorer.limit;
    explorer.limit += PER_TURN;
    showImages();
    byId("images").children[first]?.focus();
  });
  byId("images").addEventListener("click", (event) => {
    const thumb = event.target.closest(".thumb");
    if (!thumb) return;
    resetSliders();
    showImage(Number(thumb.dataset.image));
    openView("try");
    byId("play").scrollIntoView();
    byId("picture").focus({ preventScroll: true });
  });
  const perRow = (buttons) => Math.max(1, buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length);
  moveWithArrows(byId("images"), perRow);
  const orders = ["number", "surest", "least"];
  address.add(
    () => ({
      by: explorer.model === 2 ? undefined : MODELS[explorer.model].id,
      label: explorer.truth < 0 ? undefined : explorer.truth,
      said: explorer.said < 0 ? undefined : explorer.said,
      agree: explorer.right < 0 ? undefined : explorer.right,
      order: explorer.order === "number" ? undefined : explorer.order,
    }),
    (settings) => {
      const whole = (name, high) => Math.round(numberFrom(settings, name, -1, high, -1));
      const model = MODELS.findIndex(({ id }) => id === settings.get("by"));
      Object.assign(explorer, {
        model: model < 0 ? 2 : model,
        truth: whole("label", 9),
        said: whole("said", 9),
        right: whole("agree", 7),
        order: orders.includes(settings.get("order")) ? settings.get("order") : "number",
        limit: PER_TURN,
      });
      byId(`by-${MODELS[explorer.model].id}`).checked = true;
    },
  );
}
