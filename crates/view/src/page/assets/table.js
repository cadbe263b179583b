// The table: everything as text, to sort and to read.
import { RunNode, root, run, sourceOf, steps } from "./run.js";
import { isUnfolded, rows, rowsChanged, ui } from "./state.js";
import { differing } from "./compare.js";
import { h, icon, length, one, percent } from "./words.js";

const LINE = 28;

/**
 * The columns: key, title, what they sort by, and their classes.
 * @type {[string, string, (node: RunNode) => string | number, string][]}
 */
const ALL_COLUMNS = [
  ["name", "Name", node => node.path, ""],
  ["kind", "Kind", node => node.kind, "opt"],
  ["tries", "Tries", node => node.runs.length, "num"],
  ["wait", "Waited", node => node.waited, "num opt"],
  ["took", "Took", node => node.took, ""],
  ["share", "Share", node => node.share, "num opt"],
  ["differs", "Differs", node => node.changes.length, "opt"],
  ["source", "Source", node => sourceOf(node), "opt wide"],
];

/** Those that the run has: only one that is compared with another differs. */
const columns = () => ALL_COLUMNS.filter(([key]) => key != "differs" || run.other);

/**
 * Sorts by a column; once more turns the order round, and then it is that of the run again.
 * @param {string} key
 */
export function sortBy(key) {
  const first = ["name", "kind", "source"].includes(key) ? 1 : -1;
  const [column, direction] = ui.sort ?? [];
  ui.sort = column != key ? [key, first] : direction == first ? [key, -first] : null;
  one("#grid").scrollTop = 0;
}

/** The sorted rows, and what they are of. @type {{ list: RunNode[], changed: number, sort: unknown }} */
let sortedNow = { list: [], changed: -1, sort: null };

/** The rows of the table, in its order. */
export function listed() {
  if (!ui.sort) return rows();
  if (sortedNow.changed == rowsChanged && sortedNow.sort == ui.sort) return sortedNow.list;
  const [key, direction] = ui.sort;
  const by = ALL_COLUMNS.find(column => column[0] == key)?.[2] ?? (node => node.path);
  const list = ui.shown ? [...ui.hits] : [...steps];
  list.sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    return (x > y ? 1 : x < y ? -1 : 0) * direction;
  });
  sortedNow = { list, changed: rowsChanged, sort: ui.sort };
  return list;
}

/** Scrolls the table until a node is in view. @param {RunNode} node */
export function showInTable(node) {
  const grid = one("#grid");
  const top = listed().indexOf(node) * LINE;
  if (top < 0) return;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top + 2 * LINE > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + 2 * LINE - grid.clientHeight;
}

/** The rows that are elements, by their places. @type {Map<number, HTMLElement>} */
const rowsDrawn = new Map();
let longest = 1e-9;

/**
 * Draws the table: only the rows in view are elements.
 * @param {boolean} isNew whether more than scrolling has changed
 */
export function drawTable(isNew) {
  if (ui.view != "list") return;
  const grid = one("#grid");
  const list = listed();
  const first = Math.max(0, Math.floor((grid.scrollTop - 200) / LINE));
  const last = Math.min(list.length, Math.ceil((grid.scrollTop + grid.clientHeight + 200) / LINE));
  const body = grid.querySelector(".rows");
  if (isNew || !body) drawFrameOf(grid, list, first, last);
  else {
    for (const [place, own] of rowsDrawn) {
      if (place >= first && place < last) continue;
      own.remove();
      rowsDrawn.delete(place);
    }
    // From the last one on, so that the row behind each is there.
    for (let place = last - 1; place >= first; place--) {
      if (rowsDrawn.has(place)) continue;
      const own = row(list[place], place, longest);
      rowsDrawn.set(place, own);
      // In their order, which is that of a screen reader.
      body.insertBefore(own, rowsDrawn.get(place + 1) ?? null);
    }
  }
  const selected = ui.selected ? list.indexOf(ui.selected) : -1;
  if (selected >= first && selected < last) grid.setAttribute("aria-activedescendant", "row" + selected);
  else grid.removeAttribute("aria-activedescendant");
}

/**
 * The table with its head, and with the rows from one place to another.
 * @param {HTMLElement} grid
 * @param {RunNode[]} list
 * @param {number} first
 * @param {number} last
 */
function drawFrameOf(grid, list, first, last) {
  longest = steps.reduce((most, node) => (node.isGroup && !node.isMap ? most : Math.max(most, node.took)), 1e-9);
  grid.classList.toggle("compared", run.other != null);
  rowsDrawn.clear();
  for (let place = first; place < last; place++) rowsDrawn.set(place, row(list[place], place, longest));
  const head = h(
    "div",
    { class: "row head", role: "row" },
    columns().map(([key, title, , kind]) => {
      const direction = ui.sort?.[0] == key ? ui.sort[1] : 0;
      const sorted = direction > 0 ? "ascending" : direction < 0 ? "descending" : null;
      return h(
        "span",
        { role: "columnheader", class: kind, "aria-sort": sorted },
        h("button", { "data-sort": key, tabindex: -1 }, title + (direction > 0 ? " ↑" : direction < 0 ? " ↓" : "")),
      );
    }),
  );
  const body = h("div", { role: "rowgroup", class: "rows" }, [...rowsDrawn.values()]);
  body.style.height = list.length * LINE + "px";
  grid.setAttribute("aria-rowcount", String(list.length + 1));
  const none = h(
    "p",
    { class: "none mute" },
    "Nothing matches. ",
    h("button", { class: "link", "data-do": "clear" }, "Clear the filter"),
  );
  grid.replaceChildren(head, body, ...(list.length ? [] : [none]));
}

/** @param {RunNode} node @param {number} index @param {number} longest */
function row(node, index, longest) {
  const mark = h("i", { class: node.state == "failed" ? "failed" : node.critical ? "crit" : "" });
  mark.style.width = (node.began ? Math.min(100, (node.took / longest) * 100) : 0) + "%";
  const around =
    ui.sort && node.parent != root && node.parent
      ? h("span", { class: "mute" }, node.parent.name + (node.isElement ? "" : "/"))
      : null;
  const opener = ui.sort
    ? null
    : node.isGroup
      ? h("button", { "data-fold": node.path, tabindex: -1, "aria-hidden": "true" }, isUnfolded(node) ? "▾" : "▸")
      : h("span", { class: "unfolded" });
  const name = h(
    "span",
    { class: "name", role: "gridcell" },
    opener,
    icon(node.state, true),
    h("code", { class: "cut" }, around, node.short),
  );
  name.style.paddingLeft = (ui.sort ? 0 : Math.max(0, node.depth) * 16) + "px";
  const own = h(
    "div",
    {
      class: "row item",
      role: "row",
      id: "row" + index,
      "aria-rowindex": index + 2,
      "aria-level": node.depth + 1,
      "aria-expanded": node.isGroup ? String(isUnfolded(node)) : null,
      "aria-selected": String(node == ui.selected),
      "data-row": node.path,
    },
    name,
    h("span", { class: "mute opt", role: "gridcell" }, node.kind),
    h("span", { class: "num", role: "gridcell" }, node.runs.length || ""),
    h(
      "span",
      { class: "num mute opt", role: "gridcell" },
      !node.isGroup && node.waited > 5e-5 ? length(node.waited) : "",
    ),
    h(
      "span",
      { class: "took", role: "gridcell" },
      mark,
      h("span", { class: "num" }, node.began ? length(node.took) : ""),
    ),
    h("span", { class: "num opt", role: "gridcell" }, node.share ? percent(node.share) : ""),
    run.other && h("span", { class: "cut opt", role: "gridcell" }, differing(node)),
    h("span", { class: "mono mute cut opt wide", role: "gridcell" }, sourceOf(node)),
  );
  own.style.top = index * LINE + "px";
  return own;
}
