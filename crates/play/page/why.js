// Why: the support vectors behind the machine's decision, and what the first filters see.

const VECTORS = 6;

function showWhy() {
  showDuel();
  showFilters();
}

function showDuel() {
  const choice = byId("rival");
  const winner = answers.classes[2];
  let rival = Number(choice.value);
  if (rival === winner) rival = -1;
  const numbers = run("duel", shown.levels, rival, VECTORS);
  const [, against, value, offset, forWinner, forRival, count] = numbers;
  const name = (of) => world.classes[of];
  for (const option of choice.options) option.disabled = Number(option.value) === winner;
  if (rival < 0) choice.value = "-1";
  const sum = (number) => number.toFixed(2).replace("-", "−");
  byId("duel-words").textContent =
    `The machine for ${name(winner)} and ${name(against)} decides ${sum(value)}: ` +
    `${sum(forWinner)} from support vectors of ${name(winner)}, minus ${sum(forRival)} from those of ${name(against)}, ` +
    `${offset < 0 ? "minus" : "plus"} ${sum(Math.abs(offset))}. ${thousands(count)} of them pull; the strongest of each side:`;
  const sides = [[winner, []], [against, []]];
  const width = 3 + PIXELS;
  for (let start = 7; start + width <= numbers.length; start += width) {
    const [of, similarity, weight] = numbers.subarray(start, start + 3);
    const levels = numbers.subarray(start + 3, start + width);
    const words = `${name(of)}: weight ${weight.toFixed(1)} times similarity ${similarity.toFixed(3)}`;
    const figure = make("figure", {}, picture(levels, words),
      make("figcaption", {}, make("b", {}, (weight * similarity).toFixed(2)), `${weight.toFixed(1)} × ${similarity.toFixed(3)}`));
    sides[of === winner ? 0 : 1][1].push(figure);
  }
  byId("duel").replaceChildren(...sides.map(([of, figures]) =>
    make("div", { class: "side" }, make("h4", {}, `For ${name(of)}`), make("div", { class: "vectors" }, ...figures))));
}

function showFilters() {
  const numbers = run("filters", shown.levels);
  const [count, height, width, rows, columns] = numbers;
  const weights = numbers.subarray(5, 5 + count * height * width);
  const responses = numbers.subarray(5 + weights.length);
  const limit = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const brightest = responses.reduce((most, value) => Math.max(most, value), 1e-6);
  const figures = byId("filters");
  if (figures.children.length !== count) {
    figures.replaceChildren(...Array.from({ length: count }, (_, index) => make("figure", {},
      make("canvas", { class: "pixels kernel", role: "img", "aria-label": `Weights of filter ${index + 1}` }),
      make("canvas", { class: "pixels response", role: "img", "aria-label": `What filter ${index + 1} makes of the picture` }))));
  }
  for (let index = 0; index < count; index++) {
    const [kernel, response] = figures.children[index].children;
    paintWeights(kernel, weights.subarray(index * height * width), width, height, limit);
    const of = responses.subarray(index * rows * columns, (index + 1) * rows * columns);
    // Each in its own light, but for those that hardly respond at all.
    paint(response, of, columns, rows, 0, of.reduce((most, value) => Math.max(most, value), brightest / 10));
  }
}

function startWhy() {
  const choice = byId("rival");
  choice.append(make("option", { value: "-1" }, "the class that comes closest"));
  world.classes.forEach((of, index) => choice.append(make("option", { value: index }, of)));
  choice.addEventListener("change", update);
  address.add(
    () => ({ rival: choice.value === "-1" ? undefined : choice.value }),
    (settings) => { choice.value = String(Math.round(numberFrom(settings, "rival", -1, 9, -1))); },
  );
}
