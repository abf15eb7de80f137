// Which responses are shown, and in which order.

const ALL = "";
const chosen = { dataset: ALL, model: ALL, level: ALL, verdict: ALL, strategy: ALL, trouble: ALL, words: "", sort: "saved" };

const SORTS = {
  saved: ["most tokens after the answer", (row) => row.saved],
  share: ["largest share after the answer", (row) => (row.saved === null || !row.tokens ? null : row.saved / row.tokens)],
  long: ["longest", (row) => row.tokens],
  short: ["shortest", (row) => (row.tokens === null ? null : -row.tokens)],
  solutions: ["most solutions", (row) => row.solutions.length],
  doubt: ["boundary most in doubt", (row) => { const known = row.solutions.map((s) => s.confidence).filter((c) => c !== null); return known.length ? -Math.min(...known) : null; }],
  order: ["order of the run", null],
};

const TROUBLES = {
  doubt: ["boundary in doubt", inDoubt],
  cut: ["cut off", (row) => row.truncated],
  none: ["without a solution", (row) => row.solutions.length === 0],
  flip: ["a correct answer given up", (row) => row.firstCorrect !== null && row.correct === false],
  late: ["first answer wrong", (row) => row.solutions[0]?.kind === "wrong"],
};

function matches(row) {
  const { problem } = row;
  return (chosen.dataset === ALL || problem.dataset === chosen.dataset)
    && (chosen.model === ALL || row.run === Number(chosen.model))
    && (chosen.level === ALL || String(problem.level) === chosen.level)
    && (chosen.verdict === ALL || row.finalVerdict === chosen.verdict)
    && (chosen.strategy === ALL || row.strategies.includes(Number(chosen.strategy)))
    && (chosen.trouble === ALL || TROUBLES[chosen.trouble][1](row))
    && (chosen.words === "" || `${row.id} ${problem.subject ?? ""} ${problem.question}`.toLowerCase().includes(chosen.words));
}

/** The rows that match, in the chosen order; what has no value comes last, and equal ones keep their order. */
function chosenRows() {
  const rows = ROWS.filter(matches);
  const value = SORTS[chosen.sort][1];
  return value ? rows.map((row) => [value(row), row]).sort((a, b) => compareValues(a[0], b[0], true)).map(([, row]) => row) : rows;
}

function selectOf(key, label, options, changed) {
  const select = el("select", { id: `filter-${key}`, onchange: (event) => { chosen[key] = event.target.value; changed(); } },
    options.map(([value, name]) => el("option", { value, selected: chosen[key] === value }, name)));
  return el("label", {}, label, select);
}

const distinct = (values) => [...new Set(values)].filter((value) => value !== null && value !== undefined);

function filterBar(changed, sum) {
  const levels = distinct(ROWS.map((row) => row.problem.level)).sort((a, b) => a - b);
  const every = [ALL, "all"];
  const strategies = DATA.strategies.map((name, number) => [String(number), name]).sort((a, b) => a[1].localeCompare(b[1]));
  const words = el("input", { type: "search", id: "filter-words", placeholder: "words of the problem", oninput: (event) => { chosen.words = event.target.value.toLowerCase(); changed(); } });
  const bar = el("div", { class: "filters" },
    selectOf("sort", "Sort by", Object.entries(SORTS).map(([key, [name]]) => [key, name]), changed),
    RUNS.length > 1 ? selectOf("model", "Model", [every, ...RUNS.map((run) => [String(run.number), run.label])], changed) : null,
    DATASETS.length > 1 ? selectOf("dataset", "Dataset", [every, ...DATASETS.map(({ name }) => [name, name])], changed) : null,
    levels.length ? selectOf("level", "Level", [every, ...levels.map((level) => [String(level), `level ${level}`])], changed) : null,
    selectOf("verdict", "Final answer", [every, ["correct", "correct"], ["wrong", "wrong"], ["undetermined", "undetermined"]], changed),
    selectOf("strategy", "Strategy", [every, ...strategies], changed),
    selectOf("trouble", "Only", [every, ...Object.entries(TROUBLES).map(([key, [name]]) => [key, name])], changed),
    el("label", {}, "Search", words),
    sum);
  const narrow = matchMedia("(max-width: 760px)").matches;
  return el("details", { class: "filter-box", open: !narrow }, el("summary", {}, "Filter and sort"), bar);
}
