// Support vector machines of a few hundred images, fitted in the page with C and gamma of one's choice.

const tries = [];
const powerOf = (id) => 10 ** Number(byId(id).value);
const plain = (number) => String(Number(number.toPrecision(2)));

async function fitMachine() {
  const [images, c, gamma] = [Number(byId("few").value), powerOf("c"), powerOf("gamma")];
  byId("fit").disabled = true;
  byId("machine-state").textContent = `Fitting 45 machines to ${thousands(images)} images ..`;
  await frame();
  const since = performance.now();
  try {
    const [vectors, learned, tested, converged] = run("machine", null, images, c, gamma);
    const seconds = (performance.now() - since) / 1000;
    tries.push({ images, c, gamma, vectors, learned, tested, seconds });
    const share = percent(vectors / images, 0);
    byId("machine-state").textContent =
      `Fitted and tested in ${seconds.toFixed(1)} s${converged ? "" : ", stopped before it converged"}: ${thousands(vectors)} support vectors (${share} of the images), ` +
      `${percent(learned)} of its own images right, ${percent(tested)} of 1,000 others.`;
    showTries();
  } catch (error) {
    byId("machine-state").textContent = `No machine: ${error.message}`;
  }
  byId("fit").disabled = false;
}

function showTries() {
  const best = Math.max(...tries.map(({ tested }) => tested));
  byId("tries").hidden = false;
  byId("tries").tBodies[0].replaceChildren(...[...tries].reverse().slice(0, 12).map((one) =>
    make("tr", { class: one.tested === best ? "best" : "" },
      ...[thousands(one.images), plain(one.c), plain(one.gamma), thousands(one.vectors), percent(one.learned), `${percent(one.tested)}${one.tested === best ? " ★" : ""}`]
        .map((text) => make("td", {}, text)))));
}

function startMachine() {
  const show = (id) => { byId(`${id}-value`).textContent = plain(powerOf(id)); };
  for (const id of ["c", "gamma"]) byId(id).addEventListener("input", () => { show(id); address.changed(); });
  byId("few").addEventListener("change", () => address.changed());
  byId("fit").addEventListener("click", fitMachine);
  address.add(
    () => ({
      c: byId("c").value === "1" ? undefined : byId("c").value,
      gamma: byId("gamma").value === "-2" ? undefined : byId("gamma").value,
      few: byId("few").value === "500" ? undefined : byId("few").value,
    }),
    (settings) => {
      byId("c").value = numberFrom(settings, "c", -2, 3, 1);
      byId("gamma").value = numberFrom(settings, "gamma", -4, 0.5, -2);
      byId("few").value = ["100", "200", "500"].includes(settings.get("few")) ? settings.get("few") : "500";
      ["c", "gamma"].forEach(show);
    },
  );
}
