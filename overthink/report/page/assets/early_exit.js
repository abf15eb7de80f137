// What stopping earlier would have kept and saved, where that was computed: accuracy against tokens.

function drawEarlyExit(dataset) {
  const section = byId("early-exit");
  const runs = DATA.exits ? runsWith(dataset).filter((run) => known(DATA.exits.runs[run.number]?.datasets[dataset]?.overall).length > 0) : [];
  section.hidden = byId("nav-exit").hidden = runs.length === 0 || dataset === PROBE;
  if (section.hidden) return;
  const levels = [...new Set(runs.flatMap((run) => Object.keys(DATA.exits.runs[run.number].datasets[dataset].levels)))].sort((a, b) => a - b);
  const place = el("div", { class: "cards exits" });
  const draw = (level) => place.replaceChildren(...runs.map((run) => {
    const block = DATA.exits.runs[run.number].datasets[dataset];
    const stops = level === "all" ? block.overall : block.levels[level];
    return known(stops).length ? exitFigure(run, stops) : null;
  }).filter(Boolean));
  draw("all");
  put(section,
    el("div", { class: "head" }, el("h2", {}, "What an earlier stop would keep and save"), el("p", { class: "note" }, DATA.exits.upper_bound)),
    levels.length ? el("div", { class: "figure-tools" }, el("select", { "aria-label": "Level of the curves", onchange: (event) => draw(event.target.value) },
      [el("option", { value: "all" }, "all levels"), ...levels.map((level) => el("option", { value: level }, `level ${level}`))])) : null,
    place);
}

const EXIT_RULES = {
  budget: { name: (stop) => `after ${whole(stop.at)} tokens`, shape: 0 },
  solution: { name: (stop) => `after solution ${stop.at}`, shape: 2 },
  repeat: { name: () => "at an answer stated twice in a row", shape: 3 },
  none: { name: () => "no early stop", shape: 1 },
};

/** The stops with numbers: without a gold answer there are none. */
const known = (stops) => (stops?.stops ?? []).filter((stop) => stop.accuracy.value !== null && stop.tokens.value !== null);

function exitFigure(run, stops) {
  const place = el("div");
  new ResizeObserver(([entry]) => place.replaceChildren(exitChart(Math.max(240, entry.contentRect.width), run, known(stops)))).observe(place);
  const loss = percent(DATA.exits.settings.loss, 0);
  const words = stops.smallest_budget === null ? `No budget loses less than ${loss}.` : `${whole(stops.smallest_budget)} tokens is the smallest budget that loses less than ${loss}.`;
  return el("figure", {}, el("figcaption", {}, el("h3", {}, run.label), el("p", {}, words)), place, exitLegend(run), exitTable(stops));
}

function exitLegend(run) {
  const names = { budget: "token budgets", solution: "k-th solution", repeat: "repeated answer", none: "no early stop" };
  return el("div", { class: "legend small" }, Object.entries(EXIT_RULES).map(([rule, { shape }]) => el("span", {},
    svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14" }, exitMark(run, shape)), names[rule])));
}

const exitMark = (run, shape) => fill(SHAPES[shape](4.2), { fill: shape === 0 ? colourOf(run) : "var(--card)", stroke: colourOf(run), "stroke-width": 1.8 }, []);

/** Accuracy over mean tokens: a line through the budgets, a dashed one through the solutions, marks for the rest. */
function exitChart(width, run, stops, height = 240) {
  const { lines, y, inner } = frameOf(width, height, Math.max(...stops.map((stop) => stop.accuracy.high ?? stop.accuracy.value)), "share", "mean tokens of a response");
  const most = Math.max(...stops.map((stop) => stop.tokens.value), 1);
  const x = (tokens) => SIDES.left + (inner.width * tokens) / (most * 1.04);
  const step = stepFor(most);
  for (let tokens = 0; tokens <= most; tokens += step) lines.append(svg("text", { x: x(tokens), y: height - SIDES.bottom + 17, "text-anchor": "middle" }, whole(tokens)));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `${run.label}: accuracy against tokens` }, lines);
  for (const [rule, dash] of [["budget", ""], ["solution", "3 3"]]) {
    const line = stops.filter((stop) => stop.rule === rule).sort((a, b) => a.tokens.value - b.tokens.value);
    picture.append(svg("polyline", { points: line.map((stop) => `${x(stop.tokens.value)},${y(stop.accuracy.value)}`).join(" "), fill: "none", stroke: colourOf(run), "stroke-width": 1.6, "stroke-dasharray": dash, opacity: 0.7 }));
  }
  for (const stop of stops) {
    const { name, shape } = EXIT_RULES[stop.rule];
    const lines = () => [name(stop), `accuracy ${percent(stop.accuracy.value)} [${percent(stop.accuracy.ci_low)}, ${percent(stop.accuracy.ci_high)}]`,
      `${whole(stop.tokens.value)} tokens, ${percent(stop.tokens_saved.value)} saved`];
    picture.append(svg("g", { transform: `translate(${x(stop.tokens.value)} ${y(stop.accuracy.value)})`, ...tips(lines) }, svg("circle", { r: 10, fill: "transparent" }), exitMark(run, shape)));
  }
  return picture;
}

function exitTable(stops) {
  return el("details", {}, el("summary", {}, "Numbers"), el("table", {},
    el("thead", {}, el("tr", {}, ["Stop", "Accuracy", "Change", "Tokens", "Saved"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, stops.stops.map((stop) => el("tr", {}, el("th", { scope: "row" }, EXIT_RULES[stop.rule].name(stop)),
      [stop.accuracy, stop.accuracy_change, stop.tokens, stop.tokens_saved].map((metric) => el("td", {}, inUnit(metric.value, metric.unit))))))));
}
