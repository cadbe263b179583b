// What is done to all views at once: selecting, folding, filtering, and what buttons do.
import { RunNode, failures, nodes, root, steps } from "./run.js";
import { graph, layOut } from "./layout.js";
import { drawGraph, fit, fold, showInGraph, stale } from "./graph.js";
import { HEAD, ROW, drawTime, zoomTime } from "./timeline.js";
import { drawTable, showInTable } from "./table.js";
import { drawDetail } from "./detail.js";
import { closed, endOfTime, filterBy, isDark, readColours, rows, setOpen, ui } from "./state.js";
import { differing } from "./compare.js";
import { STATES, every, grouped, length, one } from "./words.js";

/** @typedef {"graph" | "time" | "rows"} Part what is drawn again alone: `rows` are those that come into view. */

/** What is drawn with the next frame of the browser, if it is not everything. @type {Set<Part>} */
const queued = new Set();
let isQueued = false;
let isAll = false;

/** Draws again with the next frame of the browser: everything, or what is named. @param {Part[]} parts */
export function paint(...parts) {
  for (const part of parts) queued.add(part);
  isAll ||= !parts.length;
  if (isQueued) return;
  isQueued = true;
  requestAnimationFrame(() => {
    isQueued = false;
    // The views may be gone since.
    if (every("#graph").length) paintNow();
  });
}

/** Draws everything again, or what was asked for. */
export function paintNow() {
  const draws = (/** @type {Part} */ part) => isAll || !queued.size || queued.has(part);
  if (draws("graph")) drawGraph(isAll || !queued.size, () => paint("graph"));
  if (draws("time")) drawTime();
  if (draws("rows")) drawTable(isAll || !queued.size);
  isAll = false;
  queued.clear();
}

export const filterInput = () => /** @type {HTMLInputElement} */ (one("#filter"));
export const helpDialog = () => /** @type {HTMLDialogElement} */ (one("#help"));

/** What a screen reader is told of a node. @param {RunNode} node */
function said(node) {
  return (
    `${node.name}, ${node.kind}, ${STATES[node.state].word}` +
    (node.began ? `, took ${length(node.took)}` : "") +
    (node.runs.length > 1 ? `, ${node.runs.length} attempts` : "") +
    (node.critical ? ", on the critical path" : "") +
    (node.changes.length ? `, differs from the other run in ${differing(node)}` : "")
  );
}

/** Selects a node in all views. @param {RunNode | undefined | null} node @param {string} [from] */
export function select(node, from = "") {
  if (!node) return;
  if (node == root) return selectRun();
  const isNew = node != ui.selected;
  ui.selected = node;
  if (isNew) ui.attempt = null;
  for (const around of node.chain.slice(0, -1)) {
    if (setOpen(around, true)) stale.layout = true;
  }
  sayWhatAllDoes();
  drawDetail();
  if (isNew) one("#why .body").scrollTop = 0;
  if (from != "graph") showInGraph(node);
  if (from != "time") showInTime(node);
  if (from != "list") showInTable(node);
  for (const part of every(".path button")) {
    part.setAttribute("aria-current", String(part.dataset.go == node.path));
  }
  history.replaceState(null, "", "#" + encodeURIComponent(node.path));
  one("#live").textContent = said(node);
  paint();
}

/** Selects the run itself, so that the detail shows its inputs and outputs. */
function selectRun() {
  ui.selected = null;
  drawDetail();
  one("#why .body").scrollTop = 0;
  for (const part of every(".path button")) part.setAttribute("aria-current", "false");
  history.replaceState(null, "", location.pathname + location.search);
  one("#live").textContent = `The run, ${STATES[root.state].word}`;
  paint();
}

/** @param {RunNode} node */
function showInTime(node) {
  const scroll = one("#time .scroll");
  const top = rows().indexOf(node) * ROW;
  const room = scroll.clientHeight - HEAD;
  if (top < 0) return;
  if (top < scroll.scrollTop) scroll.scrollTop = Math.max(0, top - 2 * ROW);
  else if (top + ROW > scroll.scrollTop + room) scroll.scrollTop = top - room + 3 * ROW;
}

/** @param {RunNode | null | undefined} node */
export function toggle(node) {
  if (!node?.isGroup) return;
  ui.isFolded = true;
  fold(node, closed.has(node));
  sayWhatAllDoes();
  paint();
}

/** Names the button for all groups by what it does now. */
export function sayWhatAllDoes() {
  const button = one("[data-do=all]");
  button.hidden = !steps.some(node => node.isGroup);
  button.textContent = closed.size > 0 ? "Open all" : "Close all";
}

/** Opens what matters most for as long as the graph stays legible: failures, retries, shares of the critical path. */
export function openSome() {
  const area = /** @type {HTMLElement} */ (one("#graph").parentElement);
  const weight = (/** @type {RunNode} */ node) =>
    (node.state == "failed" ? 4 : 0) + (node.kids.some(kid => kid.state == "retried") ? 1 : 0) + node.share;
  const groups = steps
    .filter(node => node.isGroup && !node.isMap && node.kids.length < 500)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, 12);
  for (const group of groups) {
    setOpen(group, true);
    layOut();
    const scale = Math.min((area.clientWidth - 32) / graph.w, (area.clientHeight - 32) / graph.h);
    if (scale < 0.8 && group != groups[0]) setOpen(group, false);
  }
  stale.layout = true;
}

export function applyFilter() {
  filterBy(filterInput().value);
  const hits = one("#hits");
  hits.className = "count " + (ui.problem ? "bad" : "mute");
  hits.textContent = ui.problem || (ui.shown ? `${grouped(ui.hits.size)} of ${grouped(nodes.size)}` : "");
  paint();
}

/** @param {string} view */
export function showView(view) {
  ui.view = view;
  for (const own of ["time", "list"]) {
    one("#" + own).hidden = own != view;
    one("#tab-" + own).setAttribute("aria-selected", String(own == view));
  }
  one("#bars").hidden = one("#alltime").hidden = view != "time";
  paint();
}

/** What buttons and keys do. @type {Record<string, (button?: HTMLElement) => void>} */
export const actions = {
  next() {
    const at = ui.selected ? failures.indexOf(ui.selected) : -1;
    select(failures[(at + 1) % failures.length]);
  },
  theme() {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    readColours();
    paint();
  },
  help() {
    helpDialog().showModal();
  },
  all() {
    ui.isFolded = true;
    const open = closed.size > 0;
    for (const node of steps) if (node.isGroup) setOpen(node, open);
    sayWhatAllDoes();
    stale.layout = true;
    fit(open && steps.length > 400);
    paint();
  },
  fit() {
    fit(true);
    paint();
  },
  alltime() {
    zoomTime(0, endOfTime());
    paint();
  },
  time: () => showView("time"),
  list: () => showView("list"),
  clear() {
    filterInput().value = "";
    applyFilter();
  },
  enlarge(button) {
    const pane = one("#" + (button?.dataset.pane ?? "where"));
    const isBig = !pane.classList.contains("big");
    for (const other of every(".pane")) other.classList.remove("big");
    one("main").classList.toggle("max", isBig);
    pane.classList.toggle("big", isBig);
    stale.fit = true;
    paint();
  },
  copy(button) {
    void navigator.clipboard?.writeText(location.href);
    if (!button) return;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy link"), 1200);
  },
};
