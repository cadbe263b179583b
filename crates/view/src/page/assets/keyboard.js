// The keyboard: keys that do the same everywhere, and arrows that depend on the view.
import { RunNode, steps, total } from "./run.js";
import { graph } from "./layout.js";
import { boxOf, zoomGraph } from "./graph.js";
import { zoomTime } from "./timeline.js";
import { listed } from "./table.js";
import { isOpen, rows, ui, visible } from "./state.js";
import { actions, filterInput, helpDialog, paint, select, showView, toggle } from "./actions.js";
import { zoomAt } from "./pointer.js";
import { one } from "./words.js";

/** Keys that do the same everywhere. @type {Record<string, () => void>} */
const keys = {
  "/": () => {
    filterInput().focus();
    filterInput().select();
  },
  "?": () => actions.help(),
  n: () => actions.next(),
  j: () => step(1),
  k: () => step(-1),
  d: () => actions.theme(),
  o: () => actions.all(),
  g: () => one("#graph").focus(),
  t: () => {
    showView("time");
    one("#gantt").focus({ preventScroll: true });
  },
  l: () => {
    showView("list");
    one("#grid").focus();
  },
  Escape: () => actions.clear(),
  z: () => {
    const node = ui.selected;
    if (!node) return;
    const wide = Math.max(total * 1e-4, node.end - node.ready);
    zoomTime(node.ready - wide * 0.12, node.end + wide * 0.12);
    paint("time");
  },
};

/** The row after or before the selected one. @param {number} by */
function step(by) {
  const list = ui.view == "list" ? listed() : rows();
  const at = ui.selected ? list.indexOf(ui.selected) : -1;
  select(list[Math.max(0, Math.min(list.length - 1, at + by))]);
}

/** Arrow keys in the rows. @param {string} way */
function alongRows(way) {
  const node = ui.selected;
  if (way == "Down") step(1);
  else if (way == "Up") step(-1);
  else if (!node) return;
  else if (way == "Right") {
    if (node.isGroup && !isOpen(node)) toggle(node);
    else select(node.kids[0]);
  } else if (isOpen(node)) toggle(node);
  else select(node.parent);
}

/** Arrow keys in the graph. @param {string} way */
function alongEdges(way) {
  const node = ui.selected && visible(ui.selected);
  if (!node) return select(steps[0]);
  const after = (/** @type {RunNode | null} */ of) => steps.find(other => of && other.needs.includes(of));
  if (way == "Down") return select((isOpen(node) && node.kids[0]) || after(node) || after(node.parent));
  if (way == "Up") return select(node.needs[0] ?? node.parent);
  const box = boxOf(node);
  if (!box) return;
  const beside = graph.boxes.filter(
    other =>
      other.depth == box.depth && Math.abs(other.y - box.y) < 4 && (way == "Left" ? other.x < box.x : other.x > box.x),
  );
  beside.sort((a, b) => Math.abs(a.x - box.x) - Math.abs(b.x - box.x));
  select(beside[0]?.node);
}

/** @param {KeyboardEvent} event */
function onFilterKey(event) {
  if (event.key == "Escape") {
    if (filterInput().value) actions.clear();
    else filterInput().blur();
  } else if (event.key == "Enter") {
    filterInput().blur();
    select([...ui.hits].find(node => !node.isGroup) ?? [...ui.hits][0]);
  }
}

/** @param {KeyboardEvent} event */
export function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || helpDialog().open) return;
  const target = /** @type {Element} */ (event.target);
  if (target == filterInput()) return onFilterKey(event);
  // What is typed into a form beside the views is not for them, nor is anything under a dialog.
  if (target.closest("input, textarea, select, [contenteditable], dialog") || document.querySelector(":modal")) return;
  const { key } = event;
  const isGraph = target.id == "graph";
  if (keys[key]) {
    event.preventDefault();
    return keys[key]();
  }
  if (key == "m") return actions.enlarge(one(`[data-do=enlarge][data-pane=${isGraph ? "where" : "when"}]`));
  if (key == "+" || key == "=" || key == "-") {
    if (!isGraph) return zoomAt(key == "-" ? 1.4 : 0.7);
    zoomGraph(key == "-" ? 0.8 : 1.25);
    return paint("graph");
  }
  if (key == "0") {
    if (!isGraph) actions.alltime();
    return actions.fit();
  }
  if (target.closest("button, .log, #why")) return;
  if (key == "Enter") toggle(ui.selected);
  else if (!key.startsWith("Arrow")) return;
  else if (isGraph) alongEdges(key.slice(5));
  else alongRows(key.slice(5));
  event.preventDefault();
}
