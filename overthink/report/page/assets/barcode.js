// One row a response, as wide as its tokens. Only the rows in sight are in the document.

const SIGNS = { correct: KINDS.first_correct.sign, wrong: KINDS.wrong.sign, undetermined: KINDS.undetermined.sign };
const SPARE_ROWS = 8;

const barcode = { rows: [], at: 0, draw: () => {}, refresh: () => {} };

function rowHeight() {
  return matchMedia("(max-width: 760px)").matches ? 50 : 30;
}

function drawBarcode() {
  const sum = el("span", { class: "sum", role: "status", id: "shown" });
  const space = el("div");
  const rowsPlace = el("div");
  const window_ = el("div", { class: "window", tabindex: 0, role: "listbox", "aria-label": "Responses", id: "window" }, space, rowsPlace);
  const scale = el("div", { class: "scale" });
  let most = 1;
  let frame = 0;

  barcode.draw = () => {
    const height = rowHeight();
    space.style.height = `${barcode.rows.length * height}px`;
    const first = Math.max(0, Math.floor(window_.scrollTop / height) - SPARE_ROWS);
    const last = Math.min(barcode.rows.length, Math.ceil((window_.scrollTop + window_.clientHeight) / height) + SPARE_ROWS);
    const shown = [];
    for (let place = first; place < last; place++) shown.push(barcodeRow(barcode.rows[place], place, height, most));
    rowsPlace.replaceChildren(...shown);
    if (!barcode.rows.length) rowsPlace.replaceChildren(el("p", { class: "empty" }, "No response is like this. Choose “all” in some filter."));
  };
  barcode.refresh = () => {
    barcode.rows = chosenRows();
    barcode.at = 0;
    most = barcode.rows.reduce((longest, row) => Math.max(longest, row.tokens), 1);
    window_.scrollTop = 0;
    sum.textContent = `${plural(barcode.rows.length, "response")}, ${savedOf(barcode.rows)}`;
    scale.replaceChildren(...ticks(most));
    barcode.draw();
  };
  const later = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(barcode.draw); };
  window_.addEventListener("scroll", later);
  window_.addEventListener("keydown", barcodeKeys(window_));
  new ResizeObserver(later).observe(window_);

  put(byId("view-responses"),
    el("div", { class: "head" }, el("h1", {}, "Every response"), el("p", { class: "quiet" }, "One row a response, as wide as its tokens. Click a row to read it.")),
    kindLegend(), filterBar(barcode.refresh, sum),
    el("div", { class: "barcode" }, el("div", { class: "barcode-head" }, el("span", {}, "Problem"), scale, el("span", {}, "tokens"), el("span", {}, "after")), window_));
  barcode.refresh();
}

const savedOf = (rows) => {
  const known = rows.filter((row) => row.saved !== null);
  const [after, all] = known.reduce(([a, b], row) => [a + row.saved, b + row.tokens], [0, 0]);
  return all ? `${percent(after / all, 0)} of the tokens of the ${whole(known.length)} answered came after the answer` : "none answered";
};

function ticks(most) {
  const step = stepFor(most);
  const marks = [];
  for (let value = 0; value <= most; value += step) marks.push(el("span", { style: { left: `${(100 * value) / most}%` } }, whole(value)));
  return marks;
}

function barcodeRow(row, place, height, most) {
  const width = `${Math.max(0.4, (100 * row.tokens) / most)}%`;
  const bar = el("div", { class: row.hidden ? "bar unseen" : "bar", style: { width } }, piecesOf(row).map((piece) => el("i", { class: `k-${piece.kind}`, style: { "flex-grow": piece.tokens, "flex-basis": "0" } })));
  const level = row.problem.level === null ? "" : ` · L${row.problem.level}`;
  return el("a", {
    class: place === barcode.at ? "barcode-row here" : "barcode-row", href: `#row=${row.number}`, role: "option", tabindex: -1,
    "aria-selected": String(place === barcode.at), style: { top: `${place * height}px` }, "data-row": row.number,
    onclick: () => { barcode.at = place; },
    ...tips(() => [row.id, RUNS[row.run].label, `${plural(row.solutions.length, "solution")}, ${whole(row.tokens)} tokens`, row.problem.question.slice(0, 160)]),
  },
    el("span", { class: "who" }, el("span", { class: `verdict v-${row.finalVerdict}`, title: row.finalVerdict }, SIGNS[row.finalVerdict]), el("span", {}, `${cut(row.id)}${level}`),
      RUNS.length > 1 ? el("span", { class: "model" }, RUNS[row.run].label) : null),
    el("div", { class: "bar-cell" }, bar),
    el("span", {}, whole(row.tokens)),
    el("span", {}, row.saved === null || !row.tokens ? NOTHING : percent(row.saved / row.tokens, 0)));
}

/** A long name with its middle left out: both ends tell problems apart. */
const cut = (name, room = 26) => (name.length <= room ? name : `${name.slice(0, 9)}…${name.slice(-(room - 10))}`);

/** Scroll so that the chosen row is in sight. */
function showChosen(window_) {
  const height = rowHeight();
  const top = barcode.at * height;
  if (top < window_.scrollTop) window_.scrollTop = top;
  else if (top + height > window_.scrollTop + window_.clientHeight) window_.scrollTop = top + height - window_.clientHeight;
  barcode.draw();
}

function barcodeKeys(window_) {
  return (event) => {
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" && barcode.rows[barcode.at]) location.hash = `#row=${barcode.rows[barcode.at].number}`;
    else if (event.key in steps && !event.ctrlKey && !event.metaKey && !event.altKey) {
      barcode.at = Math.max(0, Math.min(barcode.rows.length - 1, barcode.at + steps[event.key]));
      showChosen(window_);
    } else return;
    event.preventDefault();
  };
}
