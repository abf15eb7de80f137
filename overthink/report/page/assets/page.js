// The page as a whole: which view is open, which dataset, which colours.

const THEMES = { system: ["◐", "as the system"], light: ["☀", "light"], dark: ["☾", "dark"] };

function setTheme(name) {
  const [sign, words] = THEMES[name];
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  const button = byId("theme");
  button.textContent = sign;
  button.title = `Colours: ${words}`;
  button.setAttribute("aria-label", button.title);
  button.dataset.theme = name;
}

function nextTheme() {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(byId("theme").dataset.theme) + 1) % names.length]);
}

function drawReport(dataset) {
  drawOverview(dataset);
  drawFigures(dataset);
  drawEarlyExit(dataset);
  drawMethod();
}

let scrolledTo = 0;

/** Show what the address names. */
function route() {
  const hash = location.hash.slice(1) || "overview";
  const row = /^row=(\d+)$/.exec(hash);
  const view = row ? "reader" : hash === "responses" ? "responses" : "report";
  const before = document.body.dataset.view;
  if (before === "responses") scrolledTo = byId("window").scrollTop;
  document.body.dataset.view = view;
  for (const name of ["report", "responses", "reader"]) byId(`view-${name}`).hidden = name !== view;
  for (const link of byId("nav").children) {
    if (link.hash === `#${row ? "responses" : hash}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  hideTip();
  if (view === "reader") {
    openReader(Number(row[1]));
    window.scrollTo({ top: 0, behavior: "instant" });
  } else if (view === "responses") {
    byId("window").scrollTop = scrolledTo;
    showChosen(byId("window"));
    window.scrollTo({ top: 0, behavior: "instant" });
    byId("window").focus({ preventScroll: true });
  } else if (hash === "overview") window.scrollTo({ top: 0, behavior: before === "report" ? "smooth" : "instant" });
  else byId(hash)?.scrollIntoView({ behavior: before === "report" ? "smooth" : "instant" });
}

/** Mark the section of the report that is being looked at. */
function markSection() {
  if (document.body.dataset.view !== "report") return;
  const links = [...byId("nav").children].filter((link) => byId(link.hash.slice(1)));
  const here = links.filter((link) => !link.hidden && byId(link.hash.slice(1)).getBoundingClientRect().top < innerHeight / 3).at(-1) ?? links[0];
  for (const link of links) {
    if (link === here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function start() {
  setTheme("system");
  byId("theme").addEventListener("click", nextTheme);
  document.title = `${RUNS.map((run) => run.label).join(", ")} · overthink`;
  if (DATASETS.length > 1) {
    const select = byId("dataset");
    select.append(...DATASETS.map(({ name, count }) => el("option", { value: name }, `${name} (${whole(count)})`)));
    select.addEventListener("change", () => { drawReport(select.value); if (document.body.dataset.view !== "report") location.hash = "#overview"; });
    byId("dataset-pick").hidden = false;
  }
  if (DATASETS.length) drawReport(DATASETS[0].name);
  else byId("overview").replaceChildren(el("p", { class: "empty" }, "No response is scored: see failures.jsonl of the run."));
  drawBarcode();
  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input, select, textarea");
    if (document.body.dataset.view === "reader" && !typing) readerKeys(event);
  });
  addEventListener("scroll", () => { hideTip(); markSection(); }, { passive: true });
  route();
  document.documentElement.dataset.ready = "true";
}

start();
