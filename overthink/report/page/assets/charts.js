// Charts by hand: lines with error bars, and grouped bars. A series is a run; colour, shape and dash tell it.

const DASHES = ["", "7 3", "2 3", "9 3 2 3", "", "7 3", "2 3", "9 3 2 3"];
const SHAPES = [
  (r) => svg("circle", { r }),
  (r) => svg("rect", { x: -r * 0.9, y: -r * 0.9, width: 1.8 * r, height: 1.8 * r }),
  (r) => svg("path", { d: `M0 ${-1.2 * r}L${1.15 * r} ${0.9 * r}H${-1.15 * r}Z` }),
  (r) => svg("path", { d: `M0 ${-1.3 * r}L${1.3 * r} 0L0 ${1.3 * r}L${-1.3 * r} 0Z` }),
];

const colourOf = (run) => `var(--s${run.number % DATA.runColours})`;

/** The mark of a run at 0, 0. Hollow marks stand on few responses. */
function markOf(run, size = 4.5, hollow = false) {
  const mark = SHAPES[run.number % SHAPES.length](size);
  return fill(mark, { fill: hollow ? "var(--card)" : colourOf(run), stroke: colourOf(run), "stroke-width": 1.6 }, []);
}

/** A rounded step so that about five lines fit up to `most`. */
function stepFor(most) {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
}

const SIDES = { left: 46, right: 12, top: 10, bottom: 38 };

function frameOf(width, height, highest, unit, xLabel) {
  const most = highest || 1;
  const step = stepFor(most);
  const top = unit === "share" ? Math.min(1, Math.ceil(most / step) * step) : Math.ceil(most / step) * step;
  const inner = { width: width - SIDES.left - SIDES.right, height: height - SIDES.top - SIDES.bottom };
  const y = (value) => SIDES.top + inner.height * (1 - value / top);
  const lines = svg("g", { class: "axis" });
  for (let value = 0; value <= top * 1.0001; value += step) {
    lines.append(svg("line", { class: "grid-line", x1: SIDES.left, x2: width - SIDES.right, y1: y(value), y2: y(value) }));
    const text = unit === "share" ? `${Math.round(100 * value)} %` : unit === "tokens" ? whole(value) : `${+value.toFixed(2)}`;
    lines.append(svg("text", { x: SIDES.left - 8, y: y(value) + 4, "text-anchor": "end" }, text));
  }
  if (xLabel) lines.append(svg("text", { x: SIDES.left + inner.width / 2, y: height - 4, "text-anchor": "middle" }, xLabel));
  return { lines, y, inner };
}

const tallest = (series, of) => Math.max(0, ...series.flatMap((one) => one.points.map((point) => (point ? of(point) ?? 0 : 0))));

/** What the tip over a point says. */
function pointTip(chart, one, category, metric) {
  const left = metric.excluded ? `, ${whole(metric.excluded)} left out` : "";
  return [
    one.run.label,
    `${chart.nameOf(category)}: ${inUnit(metric.value, chart.unit)} ${interval(metric, chart.unit)}`,
    `${whole(metric.n)} ${chart.counted ?? "responses"}${left}`,
  ];
}

/** Lines with intervals. `chart`: categories, series [{run, points}], unit, xLabel, nameOf, apart (no line to the last). */
function lineChart(width, chart, height = 250) {
  const { lines, y, inner } = frameOf(width, height, tallest(chart.series, (p) => p.high ?? p.value), chart.unit, chart.xLabel);
  const slot = inner.width / chart.categories.length;
  const spread = Math.min(9, (slot * 0.6) / Math.max(1, chart.series.length));
  const x = (category, number) => SIDES.left + slot * (category + 0.5) + (number - (chart.series.length - 1) / 2) * spread;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": chart.title }, lines);
  chart.categories.forEach((category, number) => {
    lines.append(svg("text", { x: SIDES.left + slot * (number + 0.5), y: height - SIDES.bottom + 17, "text-anchor": "middle" }, category));
  });
  if (chart.apart) {
    const edge = SIDES.left + slot * (chart.categories.length - 1);
    lines.append(svg("line", { class: "grid-line", x1: edge, x2: edge, y1: SIDES.top, y2: height - SIDES.bottom, "stroke-dasharray": "2 3" }));
  }
  chart.series.forEach((one, number) => {
    const group = svg("g", { stroke: colourOf(one.run), fill: "none" });
    const joined = one.points.map((point, category) => (point && point.value !== null && !(chart.apart && category === one.points.length - 1)
      ? [x(category, number), y(point.value)] : null)).filter(Boolean);
    group.append(svg("polyline", { points: joined.map((p) => p.join(",")).join(" "), "stroke-width": 1.8, "stroke-dasharray": DASHES[one.run.number % DASHES.length], opacity: 0.75 }));
    one.points.forEach((point, category) => {
      if (!point || point.value === null) return;
      const at = x(category, number);
      if (point.low !== null) group.append(svg("line", { x1: at, x2: at, y1: y(point.low), y2: y(point.high), "stroke-width": 1.4, opacity: 0.55 }));
      const mark = svg("g", { transform: `translate(${at} ${y(point.value)})`, ...tips(() => pointTip(chart, one, chart.categories[category], point)) });
      mark.append(svg("circle", { r: 11, fill: "transparent", stroke: "none" }), markOf(one.run, 4.2, point.n < FEW));
      group.append(mark);
    });
    picture.append(group);
  });
  return picture;
}

const FEW = 10;

/** Grouped bars with intervals; many runs become lines, which stay legible. */
function barChart(width, chart, height = 250) {
  if (chart.series.length > 4) return lineChart(width, chart, height);
  const { lines, y, inner } = frameOf(width, height, tallest(chart.series, (p) => p.high ?? p.value), chart.unit, chart.xLabel);
  const slot = inner.width / chart.categories.length;
  const bar = Math.min(30, (slot * 0.78) / Math.max(1, chart.series.length));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": chart.title }, lines);
  chart.categories.forEach((category, number) => {
    const middle = SIDES.left + slot * (number + 0.5);
    lines.append(svg("text", { x: middle, y: height - SIDES.bottom + 17, "text-anchor": "middle" }, category));
    chart.series.forEach((one, place) => {
      const point = one.points[number];
      if (!point || point.value === null) return;
      const left = middle + (place - chart.series.length / 2) * bar;
      const group = svg("g", tips(() => pointTip(chart, one, category, point)));
      group.append(svg("rect", { x: left + 1, width: Math.max(1, bar - 2), y: y(point.value), height: y(0) - y(point.value), rx: 1.5, fill: colourOf(one.run), opacity: 0.9 }));
      if (point.low !== null) {
        const at = left + bar / 2;
        group.append(svg("line", { x1: at, x2: at, y1: y(point.low), y2: y(point.high), stroke: "var(--ink)", "stroke-width": 1.2, opacity: 0.65 }));
      }
      if (bar >= 9) {
        const tag = svg("g", { transform: `translate(${left + bar / 2} ${y(0) - 6})`, opacity: y(0) - y(point.value) > 14 ? 1 : 0 });
        tag.append(fill(markOf(one.run, 2.6, true), { stroke: "var(--card)" }, []));
        group.append(tag);
      }
      picture.append(group);
    });
  });
  return picture;
}

/** A bar of kinds: shares add up to 1. */
function kindBar(shares, label) {
  if (shares.every(({ share }) => share === 0)) return el("div", { class: "quiet small" }, "The kinds are not known: no gold answer, or no thinking.");
  const bar = el("div", { class: "bar", role: "img", "aria-label": `${label}: ${shares.map(({ kind, share }) => `${KINDS[kind].short} ${percent(share)}`).join(", ")}` });
  for (const { kind, share } of shares) {
    if (share > 0) bar.append(el("i", { class: `k-${kind}`, style: { "flex-grow": share, "flex-basis": "0" }, ...tips(() => [KINDS[kind].label, `${percent(share)} of the tokens`]) }));
  }
  return bar;
}

function kindLegend(kinds = KIND_ORDER) {
  return el("div", { class: "legend" }, kinds.map((kind) => el("span", {}, el("i", { class: `swatch k-${kind}` }), KINDS[kind].label)));
}

const kindShares = (metrics) => KIND_ORDER.map((kind) => ({ kind, share: metrics[`kind_share/${kind}`]?.value ?? 0 }));
