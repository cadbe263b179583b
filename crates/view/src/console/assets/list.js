// The list of all runs.
import { STATES, counted, h, icon, length } from "./words.js";
import { byId, runs } from "./parts.js";

/** @typedef {import("./parts.js").Run} Run */

/** How many runs are shown before one asks for more. */
const SHOWN = 200;

let shown = SHOWN;

/** @type {HTMLInputElement} */
let filter;

/** @type {HTMLElement} */
let list;

/** @type {HTMLElement} */
let count;

/** @type {HTMLButtonElement} */
let more;

/** The rows by the ids of their runs, each with what it shows. @type {Map<string, { row: HTMLElement, told: string }>} */
const drawn = new Map();

let isQueued = false;

/** Builds the list in its element. */
export function openList() {
  const root = byId("runs");
  if (!root.firstChild) {
    filter = /** @type {HTMLInputElement} */ (
      h("input", { type: "search", id: "search", placeholder: "Filter by name, id or state", "aria-label": "Filter runs" })
    );
    count = h("span", { class: "mute", role: "status" });
    list = h("ol", { "aria-label": "Runs, the last first" });
    more = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "tool" }, "Show more"));
    root.append(h("h1", { class: "sr" }, "All runs"), h("div", { class: "search" }, filter, count), list, more);
    filter.addEventListener("input", drawList);
    more.addEventListener("click", () => {
      shown += 1000;
      drawList();
    });
  }
  root.hidden = false;
  drawList();
}

/** Draws the list with the next frame of the browser. */
export function drawList() {
  if (isQueued || !list) return;
  isQueued = true;
  requestAnimationFrame(() => {
    isQueued = false;
    if (!byId("runs").hidden) draw();
  });
}

/** @param {Run} run @param {string[]} words */
const fits = (run, words) => {
  const text = `${run.id} ${run.entity} ${run.status} ${run.origin ?? ""}`.toLowerCase();
  return words.every(word => (word.startsWith("-") && word[1] ? !text.includes(word.slice(1)) : text.includes(word)));
};

function draw() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [...runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  const found = words.length ? all.filter(run => fits(run, words)) : all;
  count.textContent = words.length ? `${found.length} of ${counted(all.length, "run")}` : counted(all.length, "run");
  const rows = found.slice(0, shown).map(rowOf);
  more.hidden = found.length <= shown;
  const wanted = new Set(rows);
  for (const row of [...list.children]) if (!wanted.has(/** @type {HTMLElement} */ (row))) row.remove();
  rows.forEach((row, at) => {
    if (list.children[at] != row) list.insertBefore(row, list.children[at] ?? null);
  });
  for (const id of drawn.keys()) if (!runs.has(id)) drawn.delete(id);
  list.hidden = rows.length == 0;
  if (rows.length == 0) count.textContent = words.length ? "no run fits" : "no run is recorded yet";
}

/** The row of a run; it stays the same element, so that focus stays. @param {Run} run */
function rowOf(run) {
  const told = JSON.stringify(run);
  let own = drawn.get(run.id);
  if (!own) {
    own = { row: h("li", {}, h("a", { href: "/runs/" + run.id })), told: "" };
    drawn.set(run.id, own);
  }
  if (own.told != told) {
    own.told = told;
    own.row.firstElementChild?.replaceChildren(...cells(run));
  }
  return own.row;
}

/** @param {Run} run */
function cells(run) {
  const state = run.status in STATES ? run.status : "interrupted";
  const took = run.ended ? (Date.parse(run.ended) - Date.parse(run.started)) / 1e3 : null;
  const bad = ["failed", "interrupted", "cancelled"].includes(run.status);
  return [
    icon(state, false),
    h("span", { class: bad ? "bad" : null }, run.status),
    h("b", {}, run.entity),
    h("span", { class: run.error ? "bad cut" : "mute cut" }, run.error ?? nodesOf(run) ?? run.origin ?? ""),
    h("time", { class: "mute", datetime: run.started }, clock(run.started)),
    h("span", { class: "num" }, took == null ? "" : length(Math.max(0, took))),
  ];
}

/** How many nodes are in which state. @param {Run} run */
function nodesOf(run) {
  const nodes = Object.entries(run.nodes ?? {});
  return nodes.length ? nodes.map(([state, number]) => `${number} ${state}`).join(", ") : null;
}

/** A time of this machine. @param {string} time */
function clock(time) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const at = new Date(time);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Leads to the filter. */
export function focusFilter() {
  filter?.focus();
  filter?.select();
}

/** Moves along the rows. @param {number} by */
export function moveInList(by) {
  const rows = [...list.querySelectorAll("a")];
  const at = rows.findIndex(row => row == document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}
