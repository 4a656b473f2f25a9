// A perceptron that learns in the page: the crate's own network and optimizer, step by step.

const lesson = { running: false, started: false, seen: [], tested: [], since: 0 };
const rateOf = () => 10 ** Number(byId("rate").value);

function restartLesson() {
  run("lesson", null, Number(byId("units").value), rateOf(), 1);
  Object.assign(lesson, { started: true, seen: [], tested: [], since: 0 });
  examineLesson(0);
  showLesson();
}

function examineLesson(epochs) {
  const [loss, accuracy] = run("examine", null);
  lesson.tested.push([epochs, loss, accuracy]);
}

// A step or two in each frame, so that one can watch; an examination after each pass.
async function learnOn() {
  let steps = 1;
  while (lesson.running) {
    const since = performance.now();
    const [, loss, accuracy, epochs] = run("learn", null, steps);
    const took = performance.now() - since;
    if (!Number.isFinite(loss)) {
      lesson.running = false;
      byId("lesson-state").textContent = "The weights have run away: take a smaller learning rate.";
      break;
    }
    lesson.seen.push([epochs, loss, accuracy]);
    if (Math.floor(epochs) > lesson.since) {
      lesson.since = Math.floor(epochs);
      examineLesson(epochs);
    }
    if (epochs >= 60) lesson.running = false;
    showLesson();
    steps = took < 12 ? 2 : 1;
    await frame();
  }
  showLesson();
}

// Each point is one turn's mean; neighbours are joined until a pass has some twenty.
function smooth(points) {
  const parts = [];
  for (const point of points) {
    const last = parts.at(-1);
    if (last && point[0] - last.start < 0.1) {
      last.count++;
      point.forEach((value, at) => { last.mean[at] += (value - last.mean[at]) / last.count; });
    } else parts.push({ start: point[0], count: 1, mean: [...point] });
  }
  return parts.map(({ mean }) => mean);
}

function showLesson() {
  byId("run").textContent = lesson.running ? "Pause" : lesson.seen.length ? "Go on" : "Start";
  const seen = smooth(lesson.seen);
  const lines = (part) => [
    { name: "learning", points: seen.map((point) => [point[0], point[part]]), className: "first" },
    { name: "testing", points: lesson.tested.map((point) => [point[0], point[part]]), className: "second" },
  ];
  drawChart(byId("loss"), { title: "Loss", lines: lines(1), right: 5, top: 2.4, tick: (value) => value.toFixed(1) });
  drawChart(byId("score"), { title: "Accuracy", lines: lines(2), right: 5, top: 1, tick: (value) => percent(value, 0) });
  const last = lesson.tested.at(-1);
  if (lesson.started) {
    byId("lesson-state").textContent = `${lesson.since} passes over ${thousands(world.facts.lessons)} images; ${percent(last[2])} of 1,000 test images right.`;
    showUnits();
  }
}

function showUnits() {
  const weights = run("units", null);
  const count = Math.min(30, weights.length / PIXELS);
  const limit = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0.05);
  const box = byId("weights");
  while (box.children.length > count) box.lastChild.remove();
  while (box.children.length < count) {
    box.append(make("canvas", { class: "pixels", role: "img", "aria-label": `Weights of hidden unit ${box.children.length + 1}` }));
  }
  [...box.children].forEach((canvas, unit) => paintWeights(canvas, weights.subarray(unit * PIXELS), SIDE, SIDE, limit));
}

function startLesson() {
  const showRate = () => { byId("rate-value").textContent = rateOf().toPrecision(2).replace(/0+$/, ""); };
  byId("run").addEventListener("click", () => {
    if (!lesson.started) restartLesson();
    lesson.running = !lesson.running;
    if (lesson.running) learnOn();
    else showLesson();
  });
  const again = () => { restartLesson(); address.changed(); };
  byId("restart").addEventListener("click", again);
  byId("units").addEventListener("change", again);
  byId("rate").addEventListener("input", showRate);
  byId("rate").addEventListener("change", again);
  address.add(
    () => ({
      units: byId("units").value === "30" ? undefined : byId("units").value,
      rate: byId("rate").value === "-3" ? undefined : byId("rate").value,
    }),
    (settings) => {
      const units = settings.get("units");
      byId("units").value = [...byId("units").options].some(({ value }) => value === units) ? units : "30";
      byId("rate").value = numberFrom(settings, "rate", -4, -0.5, -3);
      showRate();
    },
  );
}
