// Overview: a card a model with the sentence that matters, all models side by side, and what was left out.

const MEASURES = [
  ["accuracy", "Accuracy"],
  ["tokens", "Tokens"],
  ["solutions", "Solutions"],
  ["outcome_efficiency", "Outcome ξ", "O"],
  ["process_efficiency", "Process ξ", "P"],
];

const measureName = ([, name, below]) => [name, below ? el("sub", {}, below) : null];

function drawOverview(dataset) {
  const runs = runsWith(dataset);
  const responses = runs.reduce((sum, run) => sum + responsesOf(run.datasets[dataset].overall), 0);
  put(byId("overview"),
    el("div", { class: "head" },
      el("h1", {}, "Where the thinking went"),
      el("p", { class: "quiet" }, `${plural(responses, "response")} of ${plural(runs.length, "model")} to ${dataset}. Each stretch of thinking that ends in an answer is one solution; the colours tell what it was good for.`)),
    caveats(runs),
    kindLegend(),
    el("div", { class: "cards" }, runs.map((run) => card(run, dataset))),
    runs.length > 1 ? el("div", {}, el("h3", { style: { margin: "1.6rem 0 .6rem" } }, "Side by side"), sideBySide(runs, dataset)) : null,
    DATA.footnotes.map((note) => el("p", { class: "note", style: { "margin-top": ".6rem" } }, note)),
  );
}

/** How many responses the metrics are of: also those whose tokens nobody counted. */
const responsesOf = (overall) => overall.tokens.n + overall.tokens.excluded;

/** A text in which no line breaks inside the name of an option. */
const optionsWhole = (text) => text.split(/(--[a-z-]+)/).map((part, number) => (number % 2 ? el("code", {}, part) : part));

/** What the numbers must not be read without, run by run, the worst first. */
function caveats(runs) {
  const told = runs.filter((run) => run.caveats?.length);
  if (!told.length) return null;
  return el("div", { class: "caveats", role: "note" },
    el("h2", {}, "Before you read the numbers"),
    told.map((run) => el("div", {}, runs.length > 1 ? el("h3", {}, run.label) : null,
      el("ul", {}, run.caveats.map((caveat) => el("li", { class: caveat.severity },
        el("b", {}, `${DATA.severities[caveat.severity]}: `), `${caveat.what}. `, el("span", { class: "quiet" }, optionsWhole(caveat.hint))))))));
}

function card(run, dataset) {
  const { overall, pooled } = run.datasets[dataset];
  return el("article", { class: "card" },
    el("h3", {}, run.label),
    sentence(run, overall, pooled),
    kindBar(kindShares(overall), run.label),
    el("dl", { class: "measures" }, MEASURES.map((measure) => {
      const metric = overall[measure[0]];
      const unit = DATA.units[measure[0]];
      return [el("dt", { title: measure[0].replaceAll("_", " ") }, measureName(measure)), el("dd", { title: metric.reason }, inUnit(metric.value, unit), el("span", {}, interval(metric, unit)))];
    })),
    el("footer", {}, cardNotes(overall)));
}

/** The pooled share of tokens after the first correct answer, in words. */
function sentence(run, overall, [after, all]) {
  const share = overall.tokens_after_answer_share;
  if (share.value === null) return withoutShare(run, overall, share.reason);
  const tokens = run.method.scope === "thinking" ? "thinking tokens" : "tokens";
  return el("p", { class: "sentence" }, el("span", { class: "big" }, percent(share.value, 0)),
    `of ${run.label.replace(/[*†]+$/, "")}’s ${tokens} came after the first correct answer: `, el("b", {}, partOf(after, all)), ".");
}

/** What can be said if that share is not known, why it is not, and what gives it. */
function withoutShare(run, { tokens, solutions }, reason) {
  const caveat = (code) => run.caveats?.find((one) => one.code === code);
  const [loops, gold] = [caveat("looping"), caveat("without_gold")];
  const parts = solutions.value === null ? "" : ` in ${inUnit(solutions.value, DATA.units.solutions)} solutions`;
  const circles = loops ? `, and ${whole(loops.count)} of ${whole(loops.of)} go round in circles` : "";
  const why = gold && gold.count === gold.of ? " without gold answers" : `: ${reason}`;
  return [
    el("p", { class: "sentence" },
      tokens.value === null ? null : [el("span", { class: "big" }, inUnit(tokens.value, DATA.units.tokens)), `tokens a response${parts}${circles}. `],
      `How much came after the first correct answer is not known${why}.`),
    gold ? el("p", { class: "note" }, optionsWhole(gold.hint)) : null,
  ];
}

function cardNotes(overall) {
  const share = overall.tokens_after_answer_share;
  const left = MEASURES.filter(([name]) => overall[name].excluded).map(([name]) => `${whole(overall[name].excluded)} from ${name.replaceAll("_", " ")}`);
  return [
    `${plural(responsesOf(overall), "response")}.`,
    share.value === null ? "" : ` The share is pooled over the ${whole(share.n)} with a correct solution${share.low === null ? "" : ` ${interval(share, "share")}`}`
      + `${share.excluded ? `; ${whole(share.excluded)} left out, their first correct solution is not known` : ""}.`,
    left.length ? ` Left out: ${left.join(", ")}.` : "",
  ].join("");
}

function sideBySide(runs, dataset) {
  const metric = (run, name) => run.datasets[dataset].overall[name];
  const column = (name, label) => ({
    name: label,
    of: (run) => metric(run, name).value,
    cell: (run) => [inUnit(metric(run, name).value, DATA.units[name]), el("span", { class: "ci" }, interval(metric(run, name), DATA.units[name]))],
  });
  return sortable([
    { name: "Model", of: (run) => run.label, cell: (run) => run.label },
    { name: "n", of: (run) => responsesOf(run.datasets[dataset].overall), cell: (run) => whole(responsesOf(run.datasets[dataset].overall)) },
    column("tokens_after_answer_share", "After the answer"),
    column("accuracy", "Accuracy"), column("solutions", "Solutions"), column("tokens", "Tokens"),
    column("outcome_efficiency", "Outcome ξₒ"), column("process_efficiency", "Process ξₚ"),
  ], runs, "All models side by side");
}

// How the numbers came about

const COUNTS = [
  ["responses", "Responses"], ["problems", "Problems"], ["truncated", "Cut off"], ["truncated_answered", "Cut off after an answer, which counts as final"],
  ["missing_answers", "Without a final answer, counted as wrong"], ["no_solution", "Without any solution"], ["empty_thinking", "Empty thinking"],
  ["tails", "With a tail"], ["no_gold", "Without a gold answer"],
];
const sumOf = (parts) => Object.values(parts).reduce((sum, count) => sum + count, 0);
const partsOf = (parts) => (sumOf(parts) ? `${whole(sumOf(parts))} (${Object.entries(parts).map(([name, count]) => `${name.replaceAll("_", " ")} ${count}`).join(", ")})` : "0");
const METHODS = [
  ["Undetermined final answers, left out", (run) => partsOf(run.counts.undetermined_answers)],
  ["Undetermined solutions", (run) => partsOf(run.counts.undetermined_solutions)],
  ["Mostly in another language", (run) => partsOf(run.counts.other_language)],
  ["Failed rows, in no number", (run) => partsOf(run.counts.failed)],
  ["Tokens", (run) => `${run.method.tokenizer}${run.method.tokenizer_is_own ? "" : ", not the model's own"}`],
  ["Scope", (run) => run.method.scope],
  ["Segmenter", (run) => run.method.segmenter],
  ["Strategies", (run) => run.method.clusterer],
  ["Run", (run) => `${run.run}, ${run.created.slice(0, 10)}`],
];

function drawMethod() {
  const first = RUNS[0].method;
  const rows = [...COUNTS.map(([key, name]) => [name, (run) => whole(run.counts[key])]), ...METHODS];
  put(byId("method"),
    el("div", { class: "head" }, el("h2", {}, "What was counted, and what was left out")),
    el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", {}, ""), RUNS.map((run) => el("th", { scope: "col" }, run.label)))),
      el("tbody", {}, rows.map(([name, of]) => el("tr", {}, el("th", { scope: "row" }, name), RUNS.map((run) => el("td", {}, of(run)))))))),
    el("p", { class: "note", style: { "margin-top": "1rem" } },
      `In brackets: 95 % intervals, ${whole(first.resamples)} bootstrap resamples of the problems, seed ${first.seed}. Verdicts: ${first.verifier}. `,
      "Definitions: arXiv 2412.21187. ", `Made by overthink ${DATA.version}, metrics version ${first.metric_version}. Maths set by Temml (MIT).`));
}
