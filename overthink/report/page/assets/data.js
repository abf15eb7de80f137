// The data of the page with names on it, and the words for its kinds.

const DATA = JSON.parse(byId("data").textContent);

const named = (keys, values) => Object.fromEntries(keys.map((key, number) => [key, values[number]]));
const metricsOf = (raw) => Object.fromEntries(Object.entries(raw).map(([name, values]) => [name, named(DATA.metricKeys, values)]));

const RUNS = DATA.runs.map((run, number) => ({
  ...run,
  number,
  datasets: Object.fromEntries(Object.entries(run.datasets).map(([name, block]) => [name, {
    pooled: block.pooled,
    overall: metricsOf(block.overall),
    levels: Object.fromEntries(Object.entries(block.levels).map(([level, raw]) => [level, metricsOf(raw)])),
  }])),
}));

const ROWS = DATA.rows.map((values, number) => {
  const row = named(DATA.rowKeys, values);
  row.number = number;
  row.solutions = row.solutions.map((solution) => {
    const found = named(DATA.solutionKeys, solution);
    found.kind = DATA.kinds[found.kind];
    return found;
  });
  row.problem = DATA.problems[row.problem];
  row.id = `${row.problem.id}#${row.sample}`;
  return row;
});

/** What a stretch of thinking was good for. The pattern tells the kinds apart without colour. */
const KINDS = DATA.looks;
const KIND_ORDER = Object.keys(KINDS);

const PROBE = DATA.probe;

/** A boundary of which the segmenter is less sure than this is marked. */
const DOUBT = 0.75;

/** Datasets with the number of their responses, the largest first; the probe of 2 + 3 last. */
const DATASETS = (() => {
  const counts = new Map();
  for (const row of ROWS) counts.set(row.problem.dataset, (counts.get(row.problem.dataset) ?? 0) + 1);
  for (const run of RUNS) for (const name of Object.keys(run.datasets)) if (!counts.has(name)) counts.set(name, 0);
  return [...counts].sort((a, b) => (a[0] === PROBE) - (b[0] === PROBE) || b[1] - a[1]).map(([name, count]) => ({ name, count }));
})();

const runsWith = (dataset) => RUNS.filter((run) => dataset in run.datasets);

/** Pieces of the thinking of a response in order: solutions, each behind the loops in it, then the tail. */
function piecesOf(row) {
  const loop = (tokens) => (tokens > 0 ? [{ tokens, kind: "loop" }] : []);
  const pieces = row.solutions.flatMap((solution, number) => [...loop(solution.loop), { ...solution, number: number + 1 }]);
  const tail = row.tail > 0 ? [{ tokens: row.tail, kind: "tail" }] : [];
  const rest = loop(restOfLoops(row));
  return [...pieces, ...(row.loops.at(-1)?.[1] >= row.thinking[1] ? [...tail, ...rest] : [...rest, ...tail])];
}

/** The tokens of loops behind the last solution. */
const restOfLoops = (row) => row.solutions.reduce((rest, solution) => rest - solution.loop, row.loop);

const inDoubt = (row) => row.solutions.some((solution) => solution.confidence !== null && solution.confidence < DOUBT);

// The texts of responses, chunk by chunk

const loadedTexts = new Map();
const waitingForTexts = new Map();

/** Called by the files of a split report. */
function takeTexts(chunk, texts) {
  loadedTexts.set(chunk, texts);
  waitingForTexts.get(chunk)?.(texts);
}

const pageLoaded = new Promise((done) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done);
  else done();
});

function loadTexts(chunk) {
  return new Promise((done, fail) => {
    waitingForTexts.set(chunk, done);
    const failed = () => fail(new Error(`The file ${DATA.folder}/${chunk}.js is not beside this page.`));
    document.head.append(el("script", { src: `${encodeURIComponent(DATA.folder)}/${chunk}.js`, onerror: failed }));
  });
}

/** The text of one response. */
async function textOf(row) {
  if (!loadedTexts.has(row.chunk)) {
    if (DATA.folder) await loadTexts(row.chunk);
    else {
      await pageLoaded;
      loadedTexts.set(row.chunk, JSON.parse(byId(`texts-${row.chunk}`).textContent));
    }
  }
  return loadedTexts.get(row.chunk)[row.place];
}
