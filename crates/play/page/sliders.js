// What is done to the picture: the arguments of `change` in `exports.rs`.

const SLIDERS = [
  { id: "right", label: "Move right", low: -14, high: 14, step: 1, start: 0, unit: " px" },
  { id: "down", label: "Move down", low: -14, high: 14, step: 1, start: 0, unit: " px" },
  { id: "turn", label: "Turn", low: -180, high: 180, step: 5, start: 0, unit: "°" },
  { id: "size", label: "Size", low: 40, high: 160, step: 5, start: 100, unit: " %" },
  { id: "noise", label: "Noise", low: 0, high: 60, step: 2, start: 0, unit: " %" },
  { id: "seed", label: "Which noise", low: 1, high: 20, step: 1, start: 1, unit: "" },
  { id: "cover", label: "Cover: size", low: 0, high: 20, step: 1, start: 0, unit: " px" },
  { id: "x", label: "Cover: across", low: 0, high: 28, step: 1, start: 14, unit: " px" },
  { id: "y", label: "Cover: down", low: 0, high: 28, step: 1, start: 14, unit: " px" },
];

const setting = (id) => Number(byId(id).value);

function showSetting({ id, unit }) {
  const value = setting(id);
  byId(`${id}-value`).textContent = `${String(value).replace("-", "−")}${unit}`;
  byId(id).setAttribute("aria-valuetext", `${value}${unit}`);
}

function resetSliders() {
  for (const slider of SLIDERS) {
    byId(slider.id).value = slider.start;
    showSetting(slider);
  }
  byId("flip").checked = false;
}

function slidersMoved() {
  return byId("flip").checked || SLIDERS.some(({ id, start }) => setting(id) !== start);
}

function changedPicture() {
  const [right, down, turn, size, noise, seed, cover, x, y] = SLIDERS.map(({ id }) => setting(id));
  const numbers = [byId("flip").checked ? 1 : 0, size / 100, turn, right, down, noise / 100, seed, cover, x, y];
  return Uint8Array.from(run("change", shown.base, ...numbers));
}

function startSliders() {
  for (const slider of SLIDERS) {
    const { id, label, low, high, step, start } = slider;
    const input = make("input", { type: "range", id, min: low, max: high, step });
    input.value = start;
    input.addEventListener("input", () => { showSetting(slider); update(); });
    const row = make("div", { class: "slider" }, make("label", { for: id }, label), input, make("output", { id: `${id}-value`, "for": id }));
    byId("sliders").append(row);
    showSetting(slider);
  }
  byId("flip").addEventListener("change", update);
  byId("reset").addEventListener("click", () => { resetSliders(); update(); });
  const moved = ({ id, start }) => (setting(id) === start ? undefined : setting(id));
  address.add(
    () => ({ flip: byId("flip").checked ? 1 : undefined, ...Object.fromEntries(SLIDERS.map((slider) => [slider.id, moved(slider)])) }),
    (settings) => {
      byId("flip").checked = settings.get("flip") === "1";
      for (const slider of SLIDERS) {
        byId(slider.id).value = numberFrom(settings, slider.id, slider.low, slider.high, slider.start);
        showSetting(slider);
      }
      update();
    },
  );
}
