"use strict";
// The only ways in which this page makes elements: text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, entry] of Object.entries(value)) node.style.setProperty(key, entry);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element. Children are nodes or text. */
function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Put these children in place of what is there; null stands for nothing. */
function put(node, ...children) {
  node.replaceChildren();
  return fill(node, {}, children);
}

function byId(id) {
  return document.getElementById(id);
}

// Words for numbers

const NOTHING = "–";
const whole = (value) => value === null ? NOTHING : Math.round(value).toLocaleString("en-US");
const percent = (value, digits = 1) => (value === null ? NOTHING : `${(100 * value).toFixed(digits)} %`);

/** A value in its unit: shares in percent, tokens whole, counts with one decimal. */
function inUnit(value, unit) {
  if (value === null || value === undefined) return NOTHING;
  return unit === "share" ? percent(value) : unit === "tokens" ? whole(value) : value.toFixed(1);
}

/** The interval of a metric as `[low, high]`, without the sign of percent. */
function interval(metric, unit) {
  if (metric.low === null) return "";
  const end = (value) => inUnit(value, unit).replace(" %", "");
  return `[${end(metric.low)}, ${end(metric.high)}]`;
}

/** Two counts in one scale: `1.9 of 3.0 M`. */
function partOf(part, all) {
  for (const [size, letter] of [[1e9, " G"], [1e6, " M"], [1e4, " k"]]) {
    if (all >= size) {
      const scale = size === 1e4 ? 1e3 : size;
      const digits = all / scale >= 100 ? 0 : 1;
      return `${(part / scale).toFixed(digits)} of ${(all / scale).toFixed(digits)}${letter}`;
    }
  }
  return `${whole(part)} of ${whole(all)}`;
}

const plural = (count, word, many = `${word}s`) => `${whole(count)} ${count === 1 ? word : many}`;

// The tip that follows the pointer

function showTip(event, lines) {
  const tip = byId("tip");
  tip.replaceChildren(...lines.map((line, number) => el(number ? "div" : "strong", {}, line)));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const x = event.clientX ?? event.target.getBoundingClientRect().left;
  const y = event.clientY ?? event.target.getBoundingClientRect().top;
  const left = Math.min(x + 14, innerWidth - box.width - 8);
  const top = y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, top)}px`;
}

function hideTip() {
  byId("tip").hidden = true;
}

/** Attributes of an element that shows these lines when it is pointed at. */
function tips(lines) {
  return { onpointermove: (event) => showTip(event, lines()), onpointerleave: hideTip };
}
