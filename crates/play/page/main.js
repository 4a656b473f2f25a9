// The three views, and the start.

const VIEWS = ["try", "explore", "learn"];
const views = { open: "try" };

function openView(view) {
  views.open = view;
  for (const name of VIEWS) {
    const tab = byId(`tab-${name}`);
    tab.setAttribute("aria-selected", name === view);
    tab.tabIndex = name === view ? 0 : -1;
    byId(name).hidden = name !== view;
  }
  if (view !== "learn") lesson.running = false;
  if (view === "explore") unpackUntil(Infinity).then(showExplorer);
  if (view === "learn") unpackUntil(Infinity).then(openLessons);
  address.changed();
}

function openLessons() {
  if (world.lessons) {
    run("load_lessons", world.lessons, world.facts.lessons);
    world.lessons = null;
    restartLesson();
  }
}

function startViews() {
  VIEWS.forEach((view, place) => {
    const tab = byId(`tab-${view}`);
    tab.addEventListener("click", () => openView(view));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const next = VIEWS[(place + step + VIEWS.length) % VIEWS.length];
      openView(next);
      byId(`tab-${next}`).focus();
    });
  });
  address.add(
    () => ({ view: views.open === "try" ? undefined : views.open }),
    (settings) => openView(VIEWS.includes(settings.get("view")) ? settings.get("view") : "try"),
  );
}

async function start() {
  const state = byId("state");
  try {
    if (typeof PLAY_DATA === "undefined") throw new Error("the file play-data.js is not beside this page, or was not read whole");
    await loadWorld();
    for (const each of document.querySelectorAll(".number-of-tests")) each.textContent = thousands(world.facts.tests);
    for (const each of document.querySelectorAll(".number-of-pictures")) each.textContent = thousands(world.facts.pictures);
    byId("excerpt").hidden = !world.facts.excerpt;
    startSliders();
    startAnswers();
    await unpackUntil(250);
    startPicture();
    startWhy();
    startExplorer();
    startLesson();
    startMachine();
    startViews();
    await address.read();
    addEventListener("hashchange", () => { if (address.text() !== location.hash) address.read(); });
    byId("play").hidden = false;
    state.hidden = true;
    document.documentElement.dataset.ready = Math.round(performance.now());
    await unpackUntil(Infinity);
    document.documentElement.dataset.complete = Math.round(performance.now());
  } catch (error) {
    state.textContent = `The page could not start: ${error.message}. It needs a browser of 2023 or later.`;
    throw error;
  }
}

// What has been asked for is done, and the address says so.
async function settled() {
  await frame();
  await frame();
  address.write();
}

// For the browser's console, and for tests.
globalThis.playground = { run, world, settled };
start();
