// The views of one run, which follow it while it goes on.
import { mount } from "./main.js";
import { h } from "./words.js";
import { ask, asked } from "./connection.js";
import { byId, here, note, runs, tried } from "./parts.js";

/** How many milliseconds pass at least between two reads of a run. */
const PAUSE = 100;

/** A read may take one part in this many of the time, so that watching a large run does not slow it down. */
const SHARE = 10;

/** @type {{ id: string, views: { update(model: any): void, unmount?: () => void } | null, version: string } | null} */
let shown = null;

let isReading = false;
let isStale = false;
let notBefore = 0;

/** @type {(path: string) => void} */
let goTo = () => {};

/** Shows a run. @param {string} id @param {(path: string) => void} go */
export function openRun(id, go) {
  goTo = go;
  byId("page").hidden = byId("actions").hidden = false;
  if (shown?.id != id) {
    closeRun();
    byId("page").hidden = byId("actions").hidden = false;
    shown = { id, views: null, version: "" };
    notBefore = 0;
  }
  drawActions();
  void read();
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
  void read();
}

async function read() {
  isStale = true;
  if (isReading) return;
  isReading = true;
  while (isStale && shown) {
    const wait = notBefore - performance.now();
    if (wait > 0) await new Promise(done => setTimeout(done, wait));
    isStale = false;
    const began = performance.now();
    try {
      await readOnce();
    } catch (problem) {
      note(problem);
    }
    const took = performance.now() - began;
    notBefore = performance.now() + Math.max(PAUSE, took * SHARE);
  }
  isReading = false;
}

async function readOnce() {
  const own = shown;
  if (!own) return;
  const answer = await asked("/api/runs/" + own.id);
  const version = answer.headers.get("etag") ?? "";
  if (version && version == own.version) return;
  const model = await answer.json();
  if (shown != own) return;
  own.version = version;
  if (own.views) own.views.update(model);
  else own.views = mount(byId("page"), model, { live: true });
  byId("page").dataset.version = version;
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
