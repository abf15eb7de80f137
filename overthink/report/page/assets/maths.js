// Maths in the text of a response: where it stands, and how it is set. One pass over the text, no regular expression
// over the whole of it.

const LONGEST_MATHS = 3000;
const MOST_MATHS = 4000;
const PAIRS = [["\\[", "\\]", true], ["\\(", "\\)", false], ["$$", "$$", true], ["$", "$", false]];

/** Spans `{start, end, inner, display}` of the maths between `from` and `to`, in order. */
function findMaths(text, from, to) {
  const found = [];
  const never = new Set();
  let at = from;
  while (at < to && found.length < MOST_MATHS) {
    const next = nextSign(text, at, to);
    if (next < 0) break;
    const span = mathsAt(text, next, to, never);
    if (span) found.push(span);
    at = span ? span.end : next + (text.startsWith("$$", next) || text[next] === "\\" ? 2 : 1);
  }
  return found;
}

function nextSign(text, from, to) {
  for (let at = from; at < to; at++) {
    const char = text[at];
    if (char === "$") return at;
    if (char === "\\" && "[(b\\$".includes(text[at + 1] ?? " ")) {
      if (text[at + 1] === "\\" || text[at + 1] === "$") at++;
      else if (text[at + 1] !== "b" || text.startsWith("\\begin{", at) || text.startsWith("\\boxed{", at)) return at;
    }
  }
  return -1;
}

function mathsAt(text, at, to, never) {
  if (text.startsWith("\\boxed{", at)) return balanced(text, at, at + 6, to);
  if (text.startsWith("\\begin{", at)) return environment(text, at, to, never);
  for (const [open, close, display] of PAIRS) {
    if (text.startsWith(open, at)) return between(text, at, open, close, display, to, never);
  }
  return null;
}

function between(text, at, open, close, display, to, never) {
  if (never.has(close)) return null;
  const start = at + open.length;
  const limit = Math.min(to, start + LONGEST_MATHS);
  let end = text.indexOf(close, start);
  if (end < 0 || end >= to) {
    never.add(close); // it is looked for once, not once for each opening sign
    return null;
  }
  while (open === "$" && text[end - 1] === "\\" && end < limit) {
    end = text.indexOf(close, end + 1);
    if (end < 0) return null;
  }
  if (end >= limit) return null;
  const inner = text.slice(start, end);
  if (!inner.trim() || inner.includes("\n\n")) return null;
  // A price is no maths: "$5 and $6".
  if (open === "$" && (/^\s|\s$/.test(inner) || /\d/.test(text[end + 1] ?? ""))) return null;
  return { start: at, end: end + close.length, inner, display };
}

function balanced(text, at, brace, to) {
  let depth = 0;
  const limit = Math.min(to, brace + LONGEST_MATHS);
  for (let here = brace; here < limit; here++) {
    if (text[here] === "\\") here++;
    else if (text[here] === "{") depth++;
    else if (text[here] === "}" && --depth === 0) return { start: at, end: here + 1, inner: text.slice(at, here + 1), display: false };
  }
  return null;
}

function environment(text, at, to, never) {
  const name = /^\\begin\{([a-z]{1,20}\*?)\}/.exec(text.slice(at, at + 40))?.[1];
  const close = `\\end{${name}}`;
  if (!name || never.has(close)) return null;
  const end = text.indexOf(close, at);
  if (end < 0) never.add(close);
  if (end < 0 || end >= to || end - at > LONGEST_MATHS) return null;
  return { start: at, end: end + close.length, inner: text.slice(at, end + close.length), display: true };
}

/** An element with the maths set, or null where it cannot be read as TeX. */
function setMaths(inner, display) {
  const node = el("span", { class: display ? "maths maths-display" : "maths" });
  try {
    temml.render(inner, node, { displayMode: display, throwOnError: true, trust: false, maxSize: [20, 20], maxExpand: 300 });
  } catch {
    return null;
  }
  return node;
}
