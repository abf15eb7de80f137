// Tables that can be sorted.

/** `columns`: [{name, of(row), cell(row)}]; a column without `of` is not sorted. */
function sortable(columns, rows, label) {
  const body = el("tbody");
  const heads = columns.map((column) => el("th", { scope: "col" }));
  let by = null;
  let down = true;
  const draw = () => {
    const ordered = by === null ? rows : [...rows].sort((a, b) => compareValues(columns[by].of(a), columns[by].of(b), down));
    body.replaceChildren(...ordered.map((row) => el("tr", {}, columns.map((column, place) => el(place ? "td" : "th", place ? {} : { scope: "row" }, column.cell(row))))));
    heads.forEach((head, place) => head.setAttribute("aria-sort", place === by ? (down ? "descending" : "ascending") : "none"));
    heads.forEach((head, place) => { if (columns[place].of) head.querySelector("button").textContent = columns[place].name + (place === by ? (down ? " ↓" : " ↑") : ""); });
  };
  columns.forEach((column, place) => {
    if (!column.of) heads[place].append(column.name);
    else heads[place].append(el("button", { type: "button", onclick: () => { down = by === place ? !down : place > 0; by = place; draw(); } }, column.name));
  });
  draw();
  return el("div", { class: "scroll" }, el("table", { "aria-label": label }, el("thead", {}, el("tr", {}, heads)), body));
}

/** Numbers and names in order; what is not there comes last. */
function compareValues(a, b, down) {
  if (a === null || b === null) return (a === null) - (b === null);
  const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
  return down ? -order : order;
}

/** The numbers of a chart, for those who read them or cannot see the picture. */
function chartTable(chart) {
  const rows = chart.series.map((one) => el("tr", {}, el("th", { scope: "row" }, one.run.label), one.points.map((point) => el("td", {}, point ? inUnit(point.value, chart.unit) : NOTHING,
    point && point.low !== null ? el("span", { class: "ci" }, interval(point, chart.unit)) : null, point ? el("span", { class: "ci" }, `n ${whole(point.n)}`) : null))));
  return el("details", {}, el("summary", {}, "Numbers"),
    el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, ""), chart.categories.map((category) => el("th", { scope: "col" }, chart.nameOf(category))))), el("tbody", {}, rows)));
}
