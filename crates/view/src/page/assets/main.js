// Selection, pointer and keyboard, and the start of the page.
import { RunNode, failures, nodes, root, steps, total } from "./run.js";
import { drawHeader } from "./header.js";
import { graph, layOut } from "./layout.js";
import { boxOf, camera, drawGraph, fit, fold, graphAt, showInGraph, stale, zoomGraph } from "./graph.js";
import { HEAD, ROW, drawTime, namesOf, timeAt, zoomTime } from "./timeline.js";
import { drawTable, listed, showInTable, sortBy } from "./table.js";
import { drawDetail } from "./detail.js";
import { closed, colours, filterBy, isDark, isOpen, readColours, rows, ui, visible } from "./state.js";
import { STATES, grouped, h, icon, length, one, s } from "./words.js";

let isQueued = false;

/** Draws everything again, once for each frame of the browser. */
function paint() {
  if (isQueued) return;
  isQueued = true;
  requestAnimationFrame(() => {
    isQueued = false;
    drawGraph();
    drawTime();
    drawTable();
  });
}

const filterInput = () => /** @type {HTMLInputElement} */ (one("#filter"));
const helpDialog = () => /** @type {HTMLDialogElement} */ (one("#help"));

/** What a screen reader is told of a node. @param {RunNode} node */
function said(node) {
  return (
    `${node.name}, ${node.kind}, ${STATES[node.state].word}` +
    (node.began ? `, took ${length(node.took)}` : "") +
    (node.runs.length > 1 ? `, ${node.runs.length} attempts` : "") +
    (node.critical ? ", on the critical path" : "")
  );
}

/** Selects a node in all views. @param {RunNode | undefined | null} node @param {string} [from] */
function select(node, from = "") {
  if (!node || node == root) return;
  const isNew = node != ui.selected;
  ui.selected = node;
  if (isNew) ui.attempt = null;
  for (const around of node.chain.slice(0, -1)) {
    if (closed.delete(around)) stale.layout = true;
  }
  sayWhatAllDoes();
  drawDetail();
  if (isNew) one("#why .body").scrollTop = 0;
  if (from != "graph") showInGraph(node);
  if (from != "time") showInTime(node);
  if (from != "list") showInTable(node);
  for (const part of document.querySelectorAll(".path button")) {
    part.setAttribute("aria-current", String(/** @type {HTMLElement} */ (part).dataset.go == node.path));
  }
  history.replaceState(null, "", "#" + encodeURIComponent(node.path));
  one("#live").textContent = said(node);
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
function toggle(node) {
  if (!node?.isGroup) return;
  fold(node, closed.has(node));
  sayWhatAllDoes();
  paint();
}

/** Names the button for all groups by what it does now. */
function sayWhatAllDoes() {
  const button = one("[data-do=all]");
  button.hidden = !steps.some(node => node.isGroup);
  button.textContent = closed.size > 0 ? "Open all" : "Close all";
}

/** Opens what matters most for as long as the graph stays legible: failures, retries, shares of the critical path. */
function openSome() {
  const area = /** @type {HTMLElement} */ (one("#graph").parentElement);
  const weight = (/** @type {RunNode} */ node) =>
    (node.state == "failed" ? 4 : 0) + (node.kids.some(kid => kid.state == "retried") ? 1 : 0) + node.share;
  const groups = steps
    .filter(node => node.isGroup && !node.isMap && node.kids.length < 500)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, 12);
  for (const group of groups) {
    closed.delete(group);
    layOut();
    const scale = Math.min((area.clientWidth - 32) / graph.w, (area.clientHeight - 32) / graph.h);
    if (scale < 0.8 && group != groups[0]) closed.add(group);
  }
  stale.layout = true;
}

function applyFilter() {
  filterBy(filterInput().value);
  const hits = one("#hits");
  hits.className = "count " + (ui.problem ? "bad" : "mute");
  hits.textContent = ui.problem || (ui.shown ? `${grouped(ui.hits.size)} of ${grouped(nodes.size)}` : "");
  paint();
}

/** @param {string} view */
function show(view) {
  ui.view = view;
  for (const own of ["time", "list"]) {
    one("#" + own).hidden = own != view;
    one("#tab-" + own).setAttribute("aria-selected", String(own == view));
  }
  one("#bars").hidden = one("#alltime").hidden = view != "time";
  paint();
}

/** What buttons and keys do. @type {Record<string, (button?: HTMLElement) => void>} */
const actions = {
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
    const open = closed.size > 0;
    for (const node of steps)
      if (node.isGroup)
        if (open) closed.delete(node);
        else closed.add(node);
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
    zoomTime(0, total * 1.01);
    paint();
  },
  time: () => show("time"),
  list: () => show("list"),
  clear() {
    filterInput().value = "";
    applyFilter();
  },
  enlarge(button) {
    const pane = one("#" + (button?.dataset.pane ?? "where"));
    const isBig = !pane.classList.contains("big");
    for (const other of document.querySelectorAll(".pane")) other.classList.remove("big");
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

document.addEventListener("click", event => {
  const target = /** @type {Element} */ (event.target);
  const hit = target.closest("[data-go],[data-do],[data-attempt],[data-sort],[data-fold],[data-row]");
  if (!(hit instanceof HTMLElement)) return;
  const data = hit.dataset;
  if (data.go != null) {
    select(nodes.get(data.go));
    if (innerWidth <= 1080) one("#why").scrollIntoView({ block: "start" });
  } else if (data.do) actions[data.do](hit);
  else if (data.attempt) {
    ui.attempt = Number(data.attempt);
    drawDetail();
  } else if (data.fold != null) toggle(nodes.get(data.fold));
  else if (data.row != null) select(nodes.get(data.row), "list");
  else if (data.sort) {
    sortBy(data.sort);
    paint();
  }
});

/** @param {MouseEvent} event @param {string} text */
function tip(event, text) {
  const own = one("#tip");
  own.textContent = text;
  if (!text) return;
  own.style.left = Math.min(event.clientX + 12, innerWidth - own.offsetWidth - 8) + "px";
  own.style.top = Math.min(event.clientY + 16, innerHeight - own.offsetHeight - 8) + "px";
}

/** @param {RunNode} node */
function tipOf(node) {
  const state = `${node.name}, ${STATES[node.state].word}\n`;
  if (!node.began) return state + "never started";
  const attempts = node.runs.length > 1 ? `, ${node.runs.length} attempts` : "";
  return `${state}took ${length(node.took)}${attempts}\n+${length(node.start)} to +${length(node.end)}`;
}

/** @param {RunNode | null} node */
function hover(node) {
  if (node == ui.hovered) return;
  ui.hovered = node;
  paint();
}

function onGraph() {
  const canvas = one("#graph");
  /** @type {{ x: number, y: number, cx: number, cy: number, far: number } | null} */
  let drag = null;
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.offsetX, y: event.offsetY, cx: camera.x, cy: camera.y, far: 0 };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", event => {
    if (drag) {
      const [dx, dy] = [event.offsetX - drag.x, event.offsetY - drag.y];
      drag.far = Math.max(drag.far, Math.hypot(dx, dy));
      if (drag.far <= 3) return;
      [camera.x, camera.y] = [drag.cx + dx, drag.cy + dy];
      return paint();
    }
    const node = graphAt(event.offsetX, event.offsetY)?.node ?? null;
    canvas.style.cursor = node ? "pointer" : "grab";
    hover(node);
    tip(event, node && (camera.scale < 0.6 || node.isElement) ? tipOf(node) : "");
  });
  canvas.addEventListener("pointerup", event => {
    const was = drag;
    drag = null;
    if (!was || was.far > 3) return;
    const hit = graphAt(event.offsetX, event.offsetY);
    if (!hit) return;
    if (hit.isHead || ui.selected == hit.node) toggle(hit.node);
    select(hit.node, "graph");
  });
  canvas.addEventListener("pointerleave", event => {
    tip(event, "");
    hover(null);
  });
  canvas.addEventListener(
    "wheel",
    event => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || (!event.shiftKey && Math.abs(event.deltaY) >= 50)) {
        zoomGraph(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
      } else {
        camera.x -= event.deltaX;
        camera.y -= event.deltaY;
      }
      paint();
    },
    { passive: false },
  );
}

function onTimeline() {
  const canvas = one("#gantt");
  const rowAt = (/** @type {MouseEvent} */ event) => {
    const y = event.offsetY - HEAD;
    return y < 0 ? null : (rows()[Math.floor((y + one("#time .scroll").scrollTop) / ROW)] ?? null);
  };
  /** @type {{ x: number, from: number, until: number, far: number } | null} */
  let drag = null;
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.offsetX, from: ui.from, until: ui.until, far: 0 };
  });
  canvas.addEventListener("pointermove", event => {
    if (drag && event.buttons) {
      const wide = drag.until - drag.from;
      const by = ((drag.x - event.offsetX) / (canvas.clientWidth - namesOf(canvas.clientWidth))) * wide;
      drag.far = Math.max(drag.far, Math.abs(drag.x - event.offsetX));
      if (drag.far > 3) {
        zoomTime(drag.from + by, drag.from + by + wide);
        paint();
      }
      return;
    }
    const node = rowAt(event);
    hover(node);
    tip(event, node && event.offsetX > namesOf(canvas.clientWidth) ? tipOf(node) : "");
  });
  canvas.addEventListener("pointerup", event => {
    const was = drag;
    drag = null;
    if (was && was.far > 3) return;
    const node = rowAt(event);
    if (!node) return;
    if (event.offsetX < 28 + Math.max(0, node.depth) * 14) toggle(node);
    select(node, "time");
  });
  canvas.addEventListener("pointerleave", event => {
    tip(event, "");
    hover(null);
  });
  canvas.addEventListener(
    "wheel",
    event => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) return;
      event.preventDefault();
      zoomAt(Math.exp(event.deltaY / 300), timeAt(event.offsetX));
    },
    { passive: false },
  );
}

/** @param {number} by @param {number} [at] */
function zoomAt(by, at = (ui.from + ui.until) / 2) {
  zoomTime(at - (at - ui.from) * by, at + (ui.until - at) * by);
  paint();
}

const KEYS = [
  ["/", "filter all views"],
  ["n", "next failure"],
  ["j k", "next, previous row"],
  ["↑ ↓ ← →", "in the graph along the edges; elsewhere rows, close, open"],
  ["Enter", "open or close a group"],
  ["g t l", "graph, timeline, table"],
  ["m", "enlarge the view in focus"],
  ["+ - 0", "zoom, fit"],
  ["z", "zoom the timeline to the selection"],
  ["o", "open or close all groups"],
  ["d", "theme"],
  ["Esc", "leave the filter, then clear it"],
  ["?", "this list"],
];
const WORDS = [
  ["retrain", "names that have the word"],
  ["state:failed,retried", "states"],
  ["kind:map", "kinds"],
  ["in:publish", "what is in a group"],
  ["entity:fetch", "what runs an entity"],
  ["took:>10s", "also wait:, attempts:, share:>5%"],
  ["-kind:branch", "a minus negates"],
];

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
    show("time");
    one("#gantt").focus({ preventScroll: true });
  },
  l: () => {
    show("list");
    one("#grid").focus();
  },
  Escape: () => actions.clear(),
  z: () => {
    const node = ui.selected;
    if (!node) return;
    const wide = Math.max(total * 1e-4, node.end - node.ready);
    zoomTime(node.ready - wide * 0.12, node.end + wide * 0.12);
    paint();
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

addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || helpDialog().open) return;
  const target = /** @type {Element} */ (event.target);
  if (target == filterInput()) return onFilterKey(event);
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
    return paint();
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
});

function legends() {
  const mark = (/** @type {string} */ word, /** @type {Element[]} */ ...shapes) =>
    h("span", {}, s("svg", { class: "i", viewBox: "0 0 16 16", "aria-hidden": "true" }, ...shapes), word);
  const box = (/** @type {string} */ fill, more = {}) =>
    s("rect", { y: 3, width: 16, height: 10, rx: 2, fill, ...more });
  const path = mark("critical path", s("path", { d: "M0 8h16", stroke: "var(--ink)", "stroke-width": 3 }));
  const seen = Object.keys(STATES).filter(state => [...nodes.values()].some(node => node.state == state));
  one("#legend").replaceChildren(...seen.map(state => h("span", {}, icon(state), STATES[state].word)), path);
  one("#bars").replaceChildren(
    mark("waiting", s("rect", { x: 1, y: 5.5, width: 14, height: 5, fill: "none", stroke: "var(--edge)" })),
    mark("attempt", box("var(--ok-bar)")),
    mark(
      "failed attempt",
      box("var(--failed)"),
      s("path", { d: "M5.5 5.5l5 5m0-5l-5 5", stroke: "var(--glyph)", "stroke-width": 1.5 }),
    ),
    mark(
      "backoff",
      s("path", { d: "M0 8h16", stroke: "var(--retried)", "stroke-width": 2.5, "stroke-dasharray": "3 2" }),
    ),
    mark("critical path", box("var(--ok)"), s("path", { d: "M0 13.5h16", stroke: "var(--ink)", "stroke-width": 2.5 })),
  );
  const list = one("#help dl");
  for (const [sign, text] of [...KEYS, ...WORDS]) {
    const signs =
      sign.includes(":") || sign == "retrain" ? [h("code", {}, sign)] : sign.split(" ").map(key => h("kbd", {}, key));
    list.append(h("dt", {}, signs), h("dd", {}, text));
  }
}

function start() {
  readColours();
  legends();
  drawHeader();
  show("time");
  openSome();
  onGraph();
  onTimeline();
  filterInput().addEventListener("input", applyFilter);
  one("#grid").addEventListener("scroll", paint);
  one("#time .scroll").addEventListener("scroll", paint);
  const asked = () => nodes.get(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", () => select(asked()));
  const first = asked() ?? failures[0] ?? steps[0];
  if (first) select(first);
  else drawDetail();
  stale.fit = true;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readColours();
    paint();
  });
  let isTouched = false;
  for (const kind of ["pointerdown", "wheel", "keydown"]) {
    addEventListener(kind, () => (isTouched = true), { once: true, capture: true });
  }
  new ResizeObserver(() => {
    if (!isTouched) stale.fit = true;
    paint();
  }).observe(one("main"));
  document.addEventListener("pointerover", event => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(".path")) tip(event, target.dataset.tip ?? "");
    else if (target.tagName != "CANVAS") tip(event, "");
  });
  drawGraph();
  drawTime();
  drawTable();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

start();
