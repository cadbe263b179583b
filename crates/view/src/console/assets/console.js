// The console: which view is shown, what is known of all runs, and the keys of the list.
import { h } from "./words.js";
import { ask, listen } from "./connection.js";
import { drawList, focusFilter, moveInList, openList } from "./list.js";
import { closeRun, drawActions, hasChanged, openRun } from "./live.js";
import { openForm } from "./form.js";
import { drawGates } from "./gates.js";
import { byId, here, isTyping, note, runs, tried } from "./parts.js";

/** The id of the run in the address. */
const runHere = () => location.pathname.match(/^\/runs\/([^/]+)$/)?.[1];

function show() {
  note("");
  const id = runHere();
  byId("where-am-i").textContent = id ?? "";
  if (id) {
    byId("runs").hidden = true;
    openRun(id, goTo);
  } else {
    closeRun();
    openList();
  }
}

/** @param {string} path */
function goTo(path) {
  history.pushState(null, "", path);
  show();
}

/** @param {import("./parts.js").Here} told */
function takeHere(told) {
  here.own = told.own;
  here.questions = told.questions;
  drawGates();
  drawActions();
}

/** @param {import("./parts.js").Run} run */
function takeRun(run) {
  runs.set(run.id, run);
  drawList();
  hasChanged(run.id);
}

/** The runs that have gone while the list was read. @type {Set<string>} */
const gone = new Set();

/** @param {{ id: string }} told */
function takeGone({ id }) {
  gone.add(id);
  runs.delete(id);
  drawList();
}

/** Reads the list again. What an event has said meanwhile may be newer. */
async function readAll() {
  const before = new Set(runs.keys());
  gone.clear();
  /** @type {{ runs: import("./parts.js").Run[], here: import("./parts.js").Here }} */
  const told = await ask("/api/runs");
  const ids = new Set(told.runs.map(run => run.id));
  for (const id of before) if (!ids.has(id)) runs.delete(id);
  for (const run of told.runs) {
    if (gone.has(run.id)) continue;
    const known = runs.get(run.id);
    if (!known || known.size <= run.size) runs.set(run.id, run);
  }
  takeHere(told.here);
  drawList();
  const id = runHere();
  if (id) hasChanged(id);
}

document.addEventListener("click", event => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button != 0) return;
  const path = link.getAttribute("href") ?? "";
  if (path != "/" && !path.startsWith("/runs/")) return;
  event.preventDefault();
  goTo(path);
});
addEventListener("popstate", show);

byId("start-run").addEventListener("click", () => tried(() => openForm(goTo)));
byId("invite").addEventListener("click", () =>
  tried(async () => {
    const { address } = await ask("/api/invite", {});
    const dialog = /** @type {HTMLDialogElement} */ (byId("invitation"));
    const close = h("button", { type: "button", class: "tool" }, "Close");
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.replaceChildren(), { once: true });
    dialog.replaceChildren(
      h("h2", { id: "invitation-title" }, "Open in another browser"),
      h("p", {}, "This address is good for one use. Whoever has it can do here what you can."),
      h("p", { class: "field" }, h("input", { type: "text", readonly: true, value: address, "aria-label": "Address" })),
      h("div", { class: "buttons" }, close),
    );
    dialog.showModal();
  }),
);

/** The keys of the list; those of a run are its views' own. @type {Record<string, () => void>} */
const keys = {
  "/": focusFilter,
  j: () => moveInList(1),
  k: () => moveInList(-1),
  ArrowDown: () => moveInList(1),
  ArrowUp: () => moveInList(-1),
  d: () => {
    const root = document.documentElement;
    const isDark = getComputedStyle(root).colorScheme == "dark" || (root.dataset.theme ?? "") == "dark";
    const system = !root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark || system ? "light" : "dark";
  },
};
addEventListener("keydown", event => {
  if (runHere() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector(":modal")) return;
  const isArrow = event.key.startsWith("Arrow");
  const inFilter = event.target instanceof Element && event.target.id == "search";
  if (event.key == "Escape" && inFilter) return /** @type {HTMLElement} */ (event.target).blur();
  if (isTyping(event.target) && !(isArrow && inFilter)) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

listen({ run: takeRun, gone: takeGone, here: takeHere, hello: () => void tried(readAll) });
show();
void tried(readAll);
