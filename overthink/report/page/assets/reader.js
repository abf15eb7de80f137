// One response: its solutions as bands, what each was good for in the margin, its answers marked, its maths set.

/** The offset behind the last character before `end` that is no blank line. */
const withoutBlanksBehind = (text, start, end) => { while (end > start && text[end - 1] === "\n") end--; return end; };

/** The offset of the first character from `start` on that is no blank line. */
const withoutBlanks = (text, start, end) => { while (start < end && text[start] === "\n") start++; return start; };

const LONGEST_PIECE = 60000;
const reader = { row: null, piece: 0, maths: true, turn: 0 };

async function openReader(number) {
  const row = ROWS[number];
  const turn = ++reader.turn;
  const place = byId("view-reader");
  if (!row) {
    place.replaceChildren(el("p", { class: "empty" }, "There is no such response in this report."));
    return;
  }
  if (barcode.rows[barcode.at] !== row) barcode.at = Math.max(0, barcode.rows.indexOf(row));
  reader.row = row;
  reader.piece = 0;
  try {
    const text = await textOf(row);
    if (turn === reader.turn) place.replaceChildren(...readerOf(row, text));
  } catch (error) {
    place.replaceChildren(el("p", { class: "empty" }, error.message));
  }
}

function readerOf(row, text) {
  const pieces = placed(row, text);
  return [readerBar(row, pieces), head(row), el("div", { class: "pieces" }, pieces.map((piece, number) => pieceOf(row, text, piece, number)))];
}

/** The pieces of the text with their offsets: solutions, loops, the tail, what stands after the thinking. */
function placed(row, text) {
  const found = [];
  let start = row.thinking[0];
  row.solutions.forEach((solution, number) => {
    found.push(...aroundLoops(row, text, { ...solution, number: number + 1, start }));
    start = solution.end;
  });
  found.push(...aroundLoops(row, text, { kind: "tail", tokens: row.tail, loop: restOfLoops(row), start, end: row.thinking[1] }));
  if (row.after[0] < row.after[1]) found.push({ kind: "after", start: row.after[0], end: row.after[1], answer: row.finalSpan });
  return found;
}

/** A piece, cut where loops are in it: its last part tells what it is, the first loop has the tokens of all of them. */
function aroundLoops(row, text, piece) {
  const loops = row.loops.filter(([from, to]) => from >= piece.start && to <= piece.end);
  const stretches = [...loops, [piece.end]].map(([end], number) => [number ? loops[number - 1][1] : piece.start, end]);
  const holds = stretches.map(([start, end]) => text.slice(start, end).trim() !== "");
  const last = holds.lastIndexOf(true);
  return stretches.flatMap(([start, end], number) => [
    ...(holds[number] ? [{ ...piece, start, end, part: number < last }] : []),
    ...(number < loops.length ? [{ kind: "loop", tokens: number ? null : piece.loop, start: end, end: loops[number][1] }] : []),
  ]);
}

function readerBar(row, pieces) {
  const step = (by, sign, name, key) => el("button", { type: "button", onclick: () => go(by), disabled: !barcode.rows[barcode.at + by], title: `${name} (${key})`, id: by > 0 ? "next" : "previous" }, sign);
  const map = el("div", { class: "bar map" }, pieces.filter((piece) => piece.kind !== "after").map((piece, number) => el("button", {
    type: "button", class: `k-${piece.kind}`, style: { "flex-grow": Math.max(1, piece.part ? 0 : piece.tokens), "flex-basis": "0" }, "aria-label": nameOf(piece), onclick: () => toPiece(number),
    ...tips(() => [nameOf(piece), ...(piece.part || piece.tokens === null ? [] : [plural(piece.tokens, "token")])]),
  })));
  return el("div", { class: "reader-bar" },
    el("div", { class: "reader-tools" },
      el("a", { href: "#responses", id: "back" }, "← Responses"),
      el("span", { class: "where", role: "status" }, `${whole(barcode.at + 1)} of ${whole(barcode.rows.length)}`),
      el("span", { class: "keys small quiet" }, el("kbd", {}, "←"), " ", el("kbd", {}, "→"), " response  ", el("kbd", {}, "n"), " ", el("kbd", {}, "p"), " solution  ", el("kbd", {}, "m"), " maths  ", el("kbd", {}, "Esc"), " back"),
      el("button", { type: "button", id: "maths", "aria-pressed": String(reader.maths), onclick: toggleMaths, title: "Maths set, or as it was written (m)" }, "Maths"),
      step(-1, "←", "Previous response", "←"), step(1, "→", "Next response", "→")),
    map);
}

const nameOf = (piece) => (piece.kind === "after" ? "After the thinking" : `${piece.number ? `${piece.number}. ` : ""}${KINDS[piece.kind].label}`);

function head(row) {
  const { problem } = row;
  const fact = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  const place = [problem.dataset, problem.level === null ? null : `level ${problem.level}`, problem.subject].filter(Boolean).join(" · ");
  return el("div", { class: "problem" },
    el("div", {}, el("h2", {}, row.id), el("p", { class: "quiet small" }, `${RUNS[row.run].label} · ${place}`)),
    questionOf(problem.question),
    el("dl", { class: "facts" },
      fact("Gold answer", problem.answer === null ? "none" : short(problem.answer)),
      fact("Final answer", row.finalAnswer === null ? "none " : `${short(row.finalAnswer)} `, el("b", { class: `v-${row.finalVerdict}` }, `${SIGNS[row.finalVerdict]} ${row.finalVerdict}`), ` (${row.finalWay})`),
      fact("Tokens", row.hidden ? (row.tokens !== null ? `${whole(row.tokens)} by the server’s count, hidden` : "hidden, not counted") : `${whole(row.tokens)}${row.saved === null ? "" : `, ${whole(row.saved)} after the first correct answer`}`),
      fact("Solutions", row.hidden ? NOTHING : String(row.solutions.length)),
      fact("Outcome efficiency", percent(row.outcome)), fact("Process efficiency", percent(row.process)),
      row.truncated ? fact("Cut off", "yes") : null));
}

/** The problem; a drawing in the language Asymptote, as MATH has them, is folded. */
function questionOf(text) {
  const from = text.indexOf("[asy]");
  const end = text.indexOf("[/asy]", from);
  if (from < 0 || end < 0) return el("div", { class: "question" }, mixed(text, 0, text.length, null));
  const drawing = el("details", {}, el("summary", {}, "a drawing, as Asymptote code"), text.slice(from, end + 6));
  return el("div", { class: "question" }, mixed(text.trimEnd(), 0, from, null), drawing, mixed(text, end + 6, text.length, null));
}

const short = (text, most = 300) => (text.length > most ? `${text.slice(0, most)}…` : text);

function pieceOf(row, text, piece, number) {
  const body = el("div", { class: "text", style: { "--tint": piece.kind in KINDS ? `var(--${piece.kind})` : "transparent" } });
  const start = withoutBlanks(text, piece.start, piece.end);
  const last = withoutBlanksBehind(text, start, piece.end);
  const show = (end) => {
    body.replaceChildren(el("span", { class: `band ${piece.kind in KINDS ? `k-${piece.kind}` : ""}` }), ...mixed(text, start, end, piece.answer));
    if (end < last) body.append(el("button", { type: "button", onclick: () => show(last) }, `Show all ${whole(piece.end - piece.start)} characters`));
  };
  show(Math.min(last, start + LONGEST_PIECE));
  return el("article", { class: piece.kind === "after" ? "piece outside" : "piece", id: `piece-${number}` },
    el("aside", {}, el("div", { class: "stick" }, margin(row, text, piece))), body, piece.number && !piece.part && !lastPiece(row, piece) ? edge(piece) : null);
}

const lastPiece = (row, piece) => piece.number === row.solutions.length && row.tail === 0 && piece.confidence === null;

/** What stands beside a piece. */
function margin(row, text, piece) {
  if (piece.kind === "after") return [el("div", { class: "name" }, "After the thinking"), el("div", { class: "quiet" }, row.tokens === null ? "" : plural(Math.max(0, row.responseTokens - row.tokens), "token") + " in tags and answer")];
  const lines = [el("div", { class: "name" }, el("i", { class: `swatch k-${piece.kind}` }), nameOf(piece))];
  if (piece.part || piece.tokens === null) return lines;
  if (piece.number) {
    const verdict = ["wrong", "undetermined"].includes(piece.kind) ? piece.kind : "correct";
    lines.push(
      el("div", {}, el("b", { class: `v-${verdict}` }, `${SIGNS[verdict]} ${verdict}`), el("span", { class: "quiet" }, ` (${piece.way})`)),
      el("div", { class: "answer" }, short(text.slice(...piece.answer), 80)),
      el("div", { class: "strategy" }, el("b", { title: `strategy ${piece.strategy}` }, piece.strategy), DATA.strategies[row.strategies[piece.strategy - 1]]));
    if (piece.confidence !== null && piece.confidence < DOUBT) lines.push(el("div", { class: "doubtful" }, `end in doubt: ${percent(piece.confidence, 0)}`));
  }
  lines.push(el("div", { class: "quiet" }, `${plural(piece.tokens, "token")}${row.tokens ? `, ${percent(piece.tokens / row.tokens, 0)}` : ""}`));
  return lines;
}

/** The line where a solution ends, with how sure the segmenter is that it does. */
function edge(piece) {
  if (piece.confidence === null) return el("div", { class: "edge" }, `solution ${piece.number} ends`);
  const doubt = piece.confidence < DOUBT;
  return el("div", { class: doubt ? "edge doubt" : "edge" }, `${doubt ? "⚠ " : ""}solution ${piece.number} ends · ${percent(piece.confidence, 0)} sure`);
}

/** Text with its maths set and the answer marked. Nothing of it is markup. */
function mixed(text, start, end, answer) {
  const spans = reader.maths ? findMaths(text, start, end) : [];
  const nodes = [];
  let at = start;
  for (const span of spans) {
    nodes.push(...marked(text, at, span.start, answer));
    const node = setMaths(span.inner, span.display);
    if (node === null) nodes.push(...marked(text, span.start, span.end, answer));
    else {
      node.title = span.inner;
      nodes.push(answer && answer[0] < span.end && span.start < answer[1] ? el("mark", {}, node) : node);
    }
    at = span.end;
  }
  nodes.push(...marked(text, at, end, answer));
  return nodes;
}

function marked(text, start, end, answer) {
  const low = answer ? Math.max(start, Math.min(end, answer[0])) : end;
  const high = answer ? Math.max(low, Math.min(end, answer[1])) : end;
  return [text.slice(start, low), low < high ? el("mark", {}, text.slice(low, high)) : null, text.slice(high, end)].filter((part) => part !== null && part !== "");
}

// Moving about

function go(by) {
  const next = barcode.rows[barcode.at + by];
  if (!next) return;
  barcode.at += by;
  location.hash = `#row=${next.number}`;
}

function toPiece(number) {
  const pieces = [...document.querySelectorAll(".piece")];
  reader.piece = Math.max(0, Math.min(pieces.length - 1, number));
  pieces.forEach((piece, place) => piece.classList.toggle("here", place === reader.piece));
  document.querySelectorAll(".map > button").forEach((button, place) => button.classList.toggle("here", place === reader.piece));
  pieces[reader.piece]?.scrollIntoView({ block: "start", behavior: "instant" });
}

async function toggleMaths() {
  reader.maths = !reader.maths;
  const { scrollY } = window;
  await openReader(reader.row.number);
  window.scrollTo(0, scrollY);
}

function readerKeys(event) {
  const keys = {
    ArrowRight: () => go(1), j: () => go(1), ArrowLeft: () => go(-1), k: () => go(-1),
    n: () => toPiece(reader.piece + 1), p: () => toPiece(reader.piece - 1), m: toggleMaths, Escape: () => { location.hash = "#responses"; },
  };
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  keys[event.key]();
  event.preventDefault();
}
