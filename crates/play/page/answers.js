// The three answers, side by side, while the picture changes.

const answers = { waiting: false, classes: [0, 0, 0], took: 0 };

// Asks again before the next frame, however often it is called until then.
function update() {
  if (answers.waiting) return;
  answers.waiting = true;
  requestAnimationFrame(() => {
    answers.waiting = false;
    askAll();
  });
}

function askAll() {
  const since = performance.now();
  shown.levels = changedPicture();
  const numbers = run("say", shown.levels);
  answers.took = performance.now() - since;
  drawPicture();
  MODELS.forEach((_, model) => showAnswer(model, numbers.subarray(10 * model, 10 * model + 10), numbers));
  const label = shown.image < 0 ? null : world.labels[shown.image];
  const right = answers.classes.filter((said) => said === label).length;
  const verdict = label === null ? "" : right === 3 ? "All three are right. " : right === 0 ? "All three are wrong. " : `${right} of 3 are right. `;
  byId("verdict").textContent = `${verdict}Asked and answered in ${answers.took.toFixed(0)} ms.`;
  showWhy();
  address.changed();
}

function showAnswer(model, values, numbers) {
  const said = numbers[30 + model];
  answers.classes[model] = said;
  const card = byId(`answer-${MODELS[model].id}`);
  const label = shown.image < 0 ? null : world.labels[shown.image];
  const mark = label === null ? "" : said === label ? "✓" : "✗";
  card.querySelector(".said").replaceChildren(
    make("b", {}, world.classes[said]),
    mark ? make("span", { class: mark === "✓" ? "right" : "wrong", role: "img", "aria-label": mark === "✓" ? "right" : "wrong" }, ` ${mark}`) : "",
  );
  byId("strip").children[model + 1].replaceChildren(make("b", {}, MODELS[model].short), ` ${world.classes[said]} ${mark}`);
  card.querySelector(".how").textContent =
    model === 2 ? `${values[said]} of 9 votes, margin ${numbers[33].toFixed(2).replace("-", "−")}` : `probability ${percent(values[said])}`;
  const most = model === 2 ? 9 : 1;
  card.querySelectorAll("li").forEach((row, of) => {
    const value = values[of];
    row.classList.toggle("chosen", of === said);
    row.classList.toggle("label", of === label);
    row.querySelector(".bar").style.width = `${(100 * value) / most}%`;
    row.querySelector(".value").textContent = model === 2 ? value : value < 0.0005 ? "0" : value.toFixed(3).replace("0.", ".");
  });
}

function startAnswers() {
  for (const { id, name, size } of MODELS) {
    const rows = world.classes.map((of) =>
      make("li", {}, make("span", { class: "class" }, of), make("span", { class: "track" }, make("span", { class: "bar" })), make("span", { class: "value" })));
    byId("answers").append(
      make("section", { class: "answer", id: `answer-${id}`, "aria-label": name },
        make("h3", {}, name), make("p", { class: "size" }, size),
        make("p", { class: "said" }), make("p", { class: "how" }), make("ul", { class: "bars" }, ...rows)));
    byId("strip").append(make("span", {}));
  }
}
