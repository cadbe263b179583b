// What is selected, filtered, folded and shown: one state for all views.
import { RunNode, nodes, readRun, root, run, steps, total } from "./run.js";

/** What the views share. */
export const ui = {
  /** @type {RunNode | null} */
  selected: null,
  /** @type {RunNode | null} */
  hovered: null,
  /** The attempt of the selected node that is shown; the last one if none is chosen. @type {number | null} */
  attempt: null,
  view: "time",
  /** What a filter leaves, with what is around it; all if there is no filter. @type {Set<RunNode> | null} */
  shown: null,
  /** What a filter matches. @type {Set<RunNode>} */
  hits: new Set(),
  /** What is wrong with the filter. */
  problem: "",
  /** The part of the timeline that is in view, in seconds. */
  from: 0,
  until: 0,
  /** Whether the reader has opened or closed a group. */
  isFolded: false,
  /** The column that sorts the table, and its direction. @type {[string, number] | null} */
  sort: null,
};

/** The groups that are closed. @type {Set<RunNode>} */
export let closed = new Set();

/** The end of the timeline: a little is left of the run's last moment. */
export const endOfTime = () => total * 1.01;

/** Shows a run as one that was not seen before. @param {import("./run.js").Model} model @param {number} now */
export function showRun(model, now) {
  readRun(model, now);
  sorted.clear();
  rowsDiffer();
  closed = new Set(steps.filter(node => node.isGroup));
  Object.assign(ui, { selected: null, hovered: null, attempt: null, view: "time", sort: null, isFolded: false });
  Object.assign(ui, { shown: null, hits: new Set(), problem: "", from: 0, until: endOfTime() });
}

/**
 * Shows what is new of the same run, and keeps what is selected, folded and zoomed to.
 * @param {import("./run.js").Model} model
 * @param {number} now
 */
export function showMore(model, now) {
  const groups = new Set(steps.filter(node => node.isGroup).map(node => node.path));
  const wereClosed = new Set([...closed].map(node => node.path));
  const sawAll = ui.from == 0 && ui.until >= endOfTime();
  readRun(model, now);
  sorted.clear();
  rowsDiffer();
  closed = new Set(steps.filter(node => node.isGroup && (wereClosed.has(node.path) || !groups.has(node.path))));
  ui.selected = nodes.get(ui.selected?.path ?? "") ?? null;
  ui.hovered = nodes.get(ui.hovered?.path ?? "") ?? null;
  if (sawAll) ui.until = endOfTime();
}

/** @param {RunNode} node */
export const isOpen = node => node.isGroup && !closed.has(node);

/**
 * Whether what is in a group has rows. A filter shows what it matches in closed groups, too.
 * @param {RunNode} node
 */
export const isUnfolded = node => node.isGroup && (ui.shown && !node.isMap ? true : !closed.has(node));

/** The outermost closed group around a node, or the node. @param {RunNode} node */
export function visible(node) {
  let seen = node;
  for (const around of node.chain.slice(0, -1).reverse()) if (closed.has(around)) seen = around;
  return seen;
}

/** Elements of a map: what failed first, then what was tried again, then the slowest; from the cache last. */
const RANKS = [
  "failed",
  "cancelled",
  "interrupted",
  "running",
  "retried",
  "succeeded",
  "queued",
  "absent",
  "skipped",
  "cached",
];

/** @type {Map<RunNode, RunNode[]>} */
const sorted = new Map();

/** What is in a group, in the order of rows. @param {RunNode} node */
function inRows(node) {
  if (!node.isMap) return node.kids;
  let list = sorted.get(node);
  if (!list) {
    list = [...node.kids].sort((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state) || b.took - a.took);
    sorted.set(node, list);
  }
  return list;
}

/** The rows as they are until something is folded, filtered or new. @type {RunNode[] | null} */
let rowsNow = null;

/** How often the rows have changed. */
export let rowsChanged = 0;

/** Says that the rows have changed. */
function rowsDiffer() {
  rowsNow = null;
  rowsChanged++;
}

/** Opens or closes a group. Says whether it was otherwise. @param {RunNode} group @param {boolean} open */
export function setOpen(group, open) {
  const isNew = closed.has(group) == open;
  if (!isNew) return false;
  if (open) closed.delete(group);
  else closed.add(group);
  rowsDiffer();
  return true;
}

/** The rows of the timeline and the table. */
export function rows() {
  if (rowsNow) return rowsNow;
  /** @type {RunNode[]} */
  const list = [];
  (function add(/** @type {RunNode} */ group) {
    for (const kid of inRows(group)) {
      if (ui.shown && !ui.shown.has(kid)) continue;
      list.push(kid);
      if (isUnfolded(kid)) add(kid);
    }
  })(root);
  rowsNow = list;
  return list;
}

/** @type {Record<string, (node: RunNode) => string[]>} */
const TEXTS = {
  state: node => [node.state],
  kind: node => [node.kind],
  in: node => node.chain.slice(0, -1).map(around => around.name),
  entity: node => [node.entity],
  changed: node => (node.changes.length ? ["any", ...node.changes.map(([what]) => what)] : []),
};

/** @type {Record<string, (node: RunNode) => number>} */
const NUMBERS = {
  took: node => node.took,
  wait: node => node.waited,
  attempts: node => node.runs.length,
  share: node => node.share,
};

/** @type {Record<string, number>} */
const UNITS = { us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, "%": 0.01 };

/**
 * A test of nodes for a word of the filter: text that a path has, or `key:value[,value]`, or `key:>number`.
 * @param {string} word
 * @returns {((node: RunNode) => boolean) | null}
 */
function test(word) {
  const [, key, value] = /^(\w+):(.*)$/.exec(word) ?? [];
  if (!key) return node => node.path.includes(word) || node.name.includes(word);
  if (!TEXTS[key] && !NUMBERS[key]) {
    ui.problem = `no key “${key}”; use ${[...Object.keys(TEXTS), ...Object.keys(NUMBERS)].join(", ")}`;
    return null;
  }
  if (!value) return null;
  if (TEXTS[key]) {
    const wanted = value.split(",").filter(Boolean);
    return node => TEXTS[key](node).some(text => wanted.some(part => text.includes(part)));
  }
  const [, sign, number, unit] = /^([<>]?)=?([\d.]+)(us|µs|ms|s|m|h|%)?$/.exec(value) ?? [];
  if (!number) {
    const example = /** @type {Record<string, string>} */ ({ share: "5%", attempts: "1" })[key] ?? "10s";
    ui.problem = `“${value}” is not a number, as in ${key}:>${example}`;
    return null;
  }
  const limit = Number(number) * (UNITS[unit] ?? 1);
  return node => {
    const own = NUMBERS[key](node);
    return sign == ">" ? own > limit : sign == "<" ? own < limit : Math.abs(own - limit) < 0.05 * limit;
  };
}

/** Filters all views: each word must match, and one with a minus must not. @param {string} text */
export function filterBy(text) {
  ui.problem = "";
  /** @type {((node: RunNode) => boolean)[]} */
  const tests = [];
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const isNot = word.startsWith("-") && word.length > 1;
    const own = test(isNot ? word.slice(1) : word);
    if (own) tests.push(node => own(node) != isNot);
  }
  rowsDiffer();
  ui.shown = tests.length ? new Set() : null;
  ui.hits = new Set();
  if (!ui.shown) return;
  for (const node of nodes.values()) {
    if (!tests.every(matches => matches(node))) continue;
    ui.hits.add(node);
    for (const around of node.chain) ui.shown.add(around);
  }
}

/** The colours of the theme as a canvas needs them. @type {Record<string, string>} */
export const colours = {};

/** Whether the theme is dark. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen == "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Reads the colours again: a canvas cannot read `light-dark()`. */
export function readColours() {
  const rules = /** @type {CSSStyleRule[]} */ ([...document.styleSheets].flatMap(sheet => [...sheet.cssRules]));
  const style = rules.find(rule => rule.selectorText == ":root" && rule.style.getPropertyValue("--page"))?.style;
  const pick = isDark() ? "$2" : "$1";
  for (const name of style ?? []) {
    if (!name.startsWith("--")) continue;
    const value = style?.getPropertyValue(name).trim() ?? "";
    colours[name.slice(2)] = value.replace(/^light-dark\((.*),\s*(.*)\)$/, pick);
  }
}

/** What a run is called in this state. */
export const outcome = () =>
  /** @type {Record<string, string>} */ ({
    succeeded: "Succeeded",
    cached: "Succeeded",
    retried: "Succeeded",
    failed: "Failed",
    cancelled: "Cancelled",
    interrupted: "Interrupted",
    running: "Running",
    skipped: "Skipped",
  })[run.state] ?? run.state;
