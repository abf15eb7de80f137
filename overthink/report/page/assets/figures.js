// The figures of the papers, by level and by the number of a solution.

const hiddenRuns = new Set();

function byLevel(dataset, metric, title, words) {
  const runs = shownRuns(dataset);
  const levels = [...new Set(runs.flatMap((run) => Object.keys(run.datasets[dataset].levels)))].sort((a, b) => a - b);
  return {
    title, words, draw: lineChart, unit: DATA.units[metric], apart: true, xLabel: "level",
    categories: [...levels, "all"],
    nameOf: (category) => (category === "all" ? "all" : `level ${category}`),
    series: runs.map((run) => ({ run, points: [...levels.map((level) => run.datasets[dataset].levels[level]?.[metric]), run.datasets[dataset].overall[metric]] })),
  };
}

function byPlace(dataset, family, title, words, more) {
  const runs = shownRuns(dataset);
  const places = [...new Set(runs.flatMap((run) => Object.keys(run.datasets[dataset].overall)).filter((name) => name.startsWith(family)))].map((name) => name.slice(family.length));
  places.sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
  return {
    title, words, unit: "share", categories: places, nameOf: (category) => `${more.noun} ${category}`, ...more,
    series: runs.map((run) => ({ run, points: places.map((place) => run.datasets[dataset].overall[family + place]) })),
  };
}

const shownRuns = (dataset) => runsWith(dataset).filter((run) => !hiddenRuns.has(run.number));

function chartsOf(dataset) {
  if (dataset === PROBE) return [];
  return [
    ...(hasLevels(dataset) ? levelCharts(dataset) : []),
    byPlace(dataset, "solution_count@", "How many solutions", "Share of responses with so many solutions", { draw: barChart, noun: "solutions:", xLabel: "solutions in a response" }),
    byPlace(dataset, "first_correct@", "Where the first correct answer stands", "Share of the responses with a correct solution, by which of their solutions is the first correct one", { draw: barChart, noun: "solution", xLabel: "number of the solution" }),
    byPlace(dataset, "distinctness@", "Does one more solution bring anything new?", "Share of the m-th solutions whose strategy is new; hollow: fewer than 10 responses", { draw: lineChart, noun: "solution", xLabel: "number m of the solution" }),
  ].filter(hasValues);
}

const hasValues = (chart) => chart.series.some((one) => one.points.some((point) => point && point.value !== null));

const hasLevels = (dataset) => runsWith(dataset).some((run) => Object.keys(run.datasets[dataset].levels).length > 0);

function levelCharts(dataset) {
  return [
    byLevel(dataset, "tokens", "Tokens by level", "Mean tokens of a response"),
    byLevel(dataset, "solutions", "Solutions by level", "Mean number of solutions in a response"),
    byLevel(dataset, "outcome_efficiency", "Outcome efficiency ξₒ by level", "Share of the tokens until the first correct answer stood there; 0 where none is correct"),
    byLevel(dataset, "process_efficiency", "Process efficiency ξₚ by level", "Share of the tokens in solutions that bring a new strategy"),
    byLevel(dataset, "accuracy", "Accuracy by level", "Share of final answers that are correct"),
  ];
}

function drawFigures(dataset) {
  const charts = chartsOf(dataset);
  const again = () => drawFigures(dataset);
  const probe = RUNS.filter((run) => PROBE in run.datasets);
  put(byId("figures"),
    el("div", { class: "head" }, el("h2", {}, "Figures"), el("p", { class: "note" }, `Bars on the points are 95 % intervals over problems. Point at a mark for its numbers, or open the table under a figure.${dataset !== PROBE && !hasLevels(dataset) ? ` The problems of ${dataset} have no levels.` : ""}`)),
    runsWith(dataset).length > 1 ? runChips(runsWith(dataset), again) : null,
    el("div", { class: "figures" }, kindFigure(dataset), charts.map(figureOf), probe.length ? probeFigure(probe) : null));
}

function runChips(runs, again) {
  return el("div", { class: "chips", role: "group", "aria-label": "Models shown" }, runs.map((run) => {
    const toggle = () => {
      if (hiddenRuns.has(run.number)) hiddenRuns.delete(run.number);
      else if (runs.filter((other) => !hiddenRuns.has(other.number)).length > 1) hiddenRuns.add(run.number);
      again();
      byId(`chip-${run.number}`)?.focus({ preventScroll: true });
    };
    return el("button", { type: "button", class: "chip", id: `chip-${run.number}`, "aria-pressed": String(!hiddenRuns.has(run.number)), onclick: toggle },
      svg("svg", { width: 26, height: 12, viewBox: "-13 -6 26 12", "aria-hidden": "true" },
        svg("line", { x1: -13, x2: 13, stroke: colourOf(run), "stroke-width": 1.8, "stroke-dasharray": DASHES[run.number % DASHES.length] }), markOf(run, 4)),
      run.label);
  }));
}

/** A figure that is drawn anew when its width changes. */
function figureOf(chart) {
  const place = el("div");
  let drawn = 0;
  const draw = (width) => {
    if (width > 0 && Math.abs(width - drawn) > 2) {
      drawn = width;
      place.replaceChildren(chart.draw(width, chart));
    }
  };
  new ResizeObserver(([entry]) => draw(Math.round(entry.contentRect.width))).observe(place);
  return el("figure", { class: chart.wide ? "wide" : null }, el("figcaption", {}, el("h3", {}, chart.title), el("p", {}, chart.words)), place, chartTable(chart));
}

/** Tokens by kind as stacked bars, for all levels or one. */
function kindFigure(dataset) {
  const place = el("div", { class: "stack" });
  const runs = shownRuns(dataset);
  const levels = [...new Set(runs.flatMap((run) => Object.keys(run.datasets[dataset].levels)))].sort((a, b) => a - b);
  const draw = (choice) => {
    const lines = choice === "by level" ? runs.flatMap((run) => Object.entries(run.datasets[dataset].levels).map(([level, metrics]) => [`${run.label}, level ${level}`, metrics]))
      : runs.map((run) => [run.label, choice === "all" ? run.datasets[dataset].overall : run.datasets[dataset].levels[choice]]);
    place.replaceChildren(...lines.filter(([, metrics]) => metrics).flatMap(([name, metrics]) => [el("span", {}, name), kindBar(kindShares(metrics), name)]));
  };
  draw("all");
  const names = [["all", "all levels"], ...levels.map((level) => [level, `level ${level}`]), ["by level", "each level"]];
  const select = el("select", { "aria-label": "Level", onchange: (event) => draw(event.target.value) }, names.map(([value, name]) => el("option", { value }, name)));
  const chart = {
    unit: "share", categories: KIND_ORDER, nameOf: (kind) => KINDS[kind].short,
    series: runs.map((run) => ({ run, points: KIND_ORDER.map((kind) => run.datasets[dataset].overall[`kind_share/${kind}`]) })),
  };
  return el("figure", { class: "wide" },
    el("figcaption", {}, el("h3", {}, "What the tokens were spent on"), el("p", {}, "Share of all tokens by kind of solution")),
    el("div", { class: "figure-tools" }, levels.length ? select : null, kindLegend()), place, chartTable(chart));
}

/** Tokens for "What is 2 + 3?", a bar a model. */
function probeFigure(runs) {
  const metric = (run) => run.datasets[PROBE].overall.tokens;
  const most = Math.max(...runs.map((run) => metric(run).value));
  return el("figure", {},
    el("figcaption", {}, el("h3", {}, "Tokens for 2 + 3"), el("p", {}, "Mean tokens to answer “What is 2 + 3?”. In arXiv 2412.21187 conventional models need 5 to 113, QwQ-32B-Preview 901.")),
    el("div", { class: "stack" }, runs.flatMap((run) => [el("span", {}, run.label),
      el("div", { style: { display: "flex", "align-items": "center", gap: ".6rem" } },
        el("div", { style: { height: "1.2rem", "border-radius": "2px", background: colourOf(run), width: `${(75 * metric(run).value) / most}%` } }),
        el("span", {}, `${whole(metric(run).value)} (n ${metric(run).n})`))])));
}
