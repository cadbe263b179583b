// The views of one run, which follow it while it goes on.
import { mount } from "./main.js";
import { h } from "./words.js";
import { ask, asked, keyed } from "./connection.js";
import { byId, here, note, runs, tried } from "./parts.js";

/** How many milliseconds pass at least between two reads of a run. */
const PAUSE = 100;

/** Reads of a large run take at most one part in this many of the time, so that watching does not slow it down. */
const SHARE = 10;

/** The number of nodes from which a run is large. */
const LARGE = 1000;

/**
 * A run that is shown, with what is known of its reads.
 * @typedef {object} Shown
 * @property {string} id
 * @property {{ update(model: any): void, unmount?: () => void } | null} views
 * @property {string} version
 * @property {boolean} isReading
 * @property {boolean} isStale
 */

/** @type {Shown | null} */
let shown = null;

/** @type {(path: string) => void} */
let goTo = () => {};

/** Shows a run. @param {string} id @param {(path: string) => void} go */
export function openRun(id, go) {
  goTo = go;
  byId("page").hidden = byId("actions").hidden = false;
  if (shown?.id != id) {
    closeRun();
    byId("page").hidden = byId("actions").hidden = false;
    shown = { id, views: null, version: "", isReading: false, isStale: false };
  }
  drawActions();
  void read(shown);
}

/** Shows no run. */
export function closeRun() {
  shown?.views?.unmount?.();
  shown = null;
  byId("page").replaceChildren();
  byId("page").hidden = byId("actions").hidden = true;
}

/** Something has happened in a run. @param {string} id */
export function hasChanged(id) {
  if (shown?.id != id) return;
  drawActions();
  void read(shown);
}

/** Reads a run until it is as new as the last event. @param {Shown | null} own */
async function read(own) {
  if (!own) return;
  own.isStale = true;
  if (own.isReading) return;
  own.isReading = true;
  while (own.isStale && own == shown) {
    own.isStale = false;
    const began = performance.now();
    let nodes = 0;
    try {
      nodes = await readOnce(own);
    } catch (problem) {
      note(problem);
    }
    const took = performance.now() - began;
    const pause = nodes > LARGE ? took * SHARE : 0;
    await new Promise(done => setTimeout(done, Math.max(PAUSE, pause)));
  }
  own.isReading = false;
}

/** Reads a run, and returns how many nodes were drawn. @param {Shown} own */
async function readOnce(own) {
  const answer = await asked("/api/runs/" + own.id);
  const version = answer.headers.get("etag") ?? "";
  if (version && version == own.version) return 0;
  const model = await answer.json();
  if (shown != own) return 0;
  own.version = version;
  for (const node of model.nodes) {
    for (const run of node.runs ?? []) {
      if (run.deck) run.frameAt = keyed(`/api/runs/${own.id}/deck?file=${encodeURIComponent(run.deck)}`);
    }
  }
  if (own.views) own.views.update(model);
  else own.views = mount(byId("page"), model, { live: true });
  byId("page").dataset.version = version;
  return model.nodes.length;
}

/** The path of the selected node, which the address has. */
const selected = () => decodeURIComponent(location.hash.slice(1));

/** @param {string} label @param {() => Promise<unknown>} work */
function button(label, work) {
  const element = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "tool" }, label));
  element.addEventListener("click", async () => {
    element.disabled = true;
    await tried(work);
    element.disabled = false;
  });
  return element;
}

/** @type {string} */
let drawnActions = "";

/** Draws the buttons, if they are others than before. */
export function drawActions() {
  if (!shown) return;
  const { id } = shown;
  const status = runs.get(id)?.status ?? "";
  const isOwn = here.own.includes(id);
  const what = [id, status, isOwn].join();
  const bar = byId("actions");
  if (what == drawnActions && bar.firstChild) return;
  drawnActions = what;
  const started = async (/** @type {Promise<{ run: string }>} */ answer) => goTo("/runs/" + (await answer).run);
  const cancel = button("Cancel the run", () => ask(`/api/runs/${id}/cancel`, {}));
  const resume = button("Resume the run", () => ask(`/api/runs/${id}/resume`, {}));
  const again = button("Run the selected node again", () =>
    started(ask(`/api/runs/${id}/again`, { node: selected() })),
  );
  const elsewhere = h("span", { class: "mute" }, "It goes on in another process, where Ctrl-C cancels it.");
  bar.replaceChildren(
    h("b", {}, status),
    ...(isOwn ? [cancel] : status == "running" ? [elsewhere] : []),
    ...(["failed", "cancelled", "interrupted"].includes(status) && !isOwn ? [resume] : []),
    again,
  );
}
