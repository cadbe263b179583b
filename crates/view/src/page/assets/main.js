// The views of a run, mounted in an element.
import { failures, nodes, root, steps } from "./run.js";
import { drawHeader } from "./header.js";
import { stale } from "./graph.js";
import { countAgain } from "./timeline.js";
import { sortBy } from "./table.js";
import { drawDetail } from "./detail.js";
import { readColours, showMore, showRun, ui } from "./state.js";
import {
  actions,
  applyFilter,
  filterInput,
  openSome,
  paint,
  paintNow,
  sayWhatAllDoes,
  select,
  showView,
  toggle,
} from "./actions.js";
import { onGraph, onTimeline, tip } from "./pointer.js";
import { onKey } from "./keyboard.js";
import { drawLegends, frame } from "./frame.js";
import { findIn, one } from "./words.js";

/** How many milliseconds pass until a run that goes on is drawn again without news. */
const TICK = 1000;

/** The number of nodes up to which it is. */
const TICKING = 5000;

/** Stops the views that are mounted. */
let unmount = () => {};

/**
 * Shows a run in an element, whose children it replaces. A document has one such element at a time.
 *
 * `update` takes a newer model of the same run. What is selected, filtered, folded, sorted, zoomed to, scrolled to,
 * open and in focus stays. `live` says that the run may go on: its length is then that of the clock, and a node that
 * has not begun may still begin.
 * @param {HTMLElement} root
 * @param {import("./run.js").Model} model
 * @param {{ live?: boolean }} [options]
 */
export function mount(root, model, { live = false } = {}) {
  unmount();
  const ending = new AbortController();
  const { signal } = ending;
  let told = model;
  const now = () => (live ? (Date.now() - told.run.started) / 1e3 : 0);
  root.classList.add("run-view");
  root.replaceChildren(...frame());
  findIn(root);
  showRun(told, now());
  readColours();
  listen(root, signal);
  drawAll();
  showView("time");
  openSome();
  const asked = () => nodes.get(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", () => select(asked()), { signal });
  const first = asked() ?? failures[0] ?? steps[0];
  if (first) select(first);
  else drawDetail();
  stale.fit = true;
  paintNow();

  /** @param {import("./run.js").Model} newer */
  function update(newer) {
    told = newer;
    showMore(told, now());
    if (!ui.isFolded && steps.length < TICKING) openSome();
    countAgain();
    stale.layout = true;
    drawAll();
    if (!ui.selected && steps.length) select(failures[0] ?? steps[0]);
    else drawDetail();
    applyFilter();
  }
  const ticking = setInterval(() => {
    if (live && told.run.state == "running" && nodes.size < TICKING && !document.hidden) update(told);
  }, TICK);
  unmount = () => {
    clearInterval(ticking);
    ending.abort();
    root.replaceChildren();
    unmount = () => {};
  };
  return { update, unmount };
}

/** Draws what does not depend on the selection. */
function drawAll() {
  drawLegends();
  drawHeader();
  sayWhatAllDoes();
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function listen(root, signal) {
  root.addEventListener("click", onClick, { signal });
  addEventListener("keydown", onKey, { signal });
  onGraph();
  onTimeline();
  one("#filter").addEventListener("input", applyFilter);
  one("#grid").addEventListener("scroll", () => paint("rows"));
  one("#time .scroll").addEventListener("scroll", () => paint("time"));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => {
    readColours();
    paint();
  };
  dark.addEventListener("change", recolour, { signal });
  let isTouched = false;
  for (const kind of ["pointerdown", "wheel", "keydown"]) {
    addEventListener(kind, () => (isTouched = true), { once: true, capture: true, signal });
  }
  const resized = new ResizeObserver(() => {
    if (!isTouched) stale.fit = true;
    paint();
  });
  resized.observe(one("main"));
  signal.addEventListener("abort", () => resized.disconnect());
  const tipOver = (/** @type {PointerEvent} */ event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(".path")) tip(event, target.dataset.tip ?? "");
    else if (target.tagName != "CANVAS") tip(event, "");
  };
  root.addEventListener("pointerover", tipOver, { signal });
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = /** @type {Element} */ (event.target);
  const hit = target.closest("[data-go],[data-do],[data-attempt],[data-sort],[data-filter],[data-fold],[data-row]");
  if (!(hit instanceof HTMLElement)) return;
  const data = hit.dataset;
  if (data.go != null) {
    select(data.go ? nodes.get(data.go) : root);
    if (innerWidth <= 1080) one("#why").scrollIntoView({ block: "start" });
  } else if (data.do) actions[data.do](hit);
  else if (data.attempt) {
    ui.attempt = Number(data.attempt);
    drawDetail();
  } else if (data.filter) {
    filterInput().value = data.filter;
    applyFilter();
  } else if (data.fold != null) toggle(nodes.get(data.fold));
  else if (data.row != null) select(nodes.get(data.row), "list");
  else if (data.sort) {
    sortBy(data.sort);
    paint();
  }
}
