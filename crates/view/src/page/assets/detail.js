// Why: what is known of a node.
import {
  RunNode,
  clock,
  countOf,
  entities,
  failures,
  firstLine,
  root,
  run,
  sourceOf,
  steps,
  tolerated,
} from "./run.js";
import { link } from "./header.js";
import { ui } from "./state.js";
import { show } from "./morph.js";
import { changesOf } from "./compare.js";
import { STATES, counted, grouped, h, icon, length, one, percent } from "./words.js";

/** @typedef {import("./words.js").Child} Child */
/** @typedef {import("./words.js").Children} Children */

/** @param {RunNode} node */
const chip = node => h("button", { class: "link", "data-go": node.path }, h("code", {}, node.name));

/** Things with commas between them. @param {Child[]} list */
const joined = list => list.flatMap((child, index) => (index ? [", ", child] : [child]));

/** Why the node ran, or did not. @param {RunNode} node @returns {Child[]} */
function why(node) {
  if (!node.began) {
    const [failed] = failures;
    if (node.when && node.when != "on failure") return [`The branch took another case than “${node.when}”.`];
    if (node.when) return ["Nothing failed, so the failure handler did not run."];
    if (node.state == "absent") return ["Only the run that this one is compared with has it."];
    if (node.state == "queued") {
      const awaited = node.needs.filter(need => need.state == "queued" || need.state == "running");
      return awaited.length ? ["Begins when ", ...joined(awaited.map(chip)), " ended."] : ["Has not begun."];
    }
    return ["Never started", failed ? [": ", chip(failed), " failed."] : [": the run ended before."]].flat();
  }
  if (node.state == "cached") return ["The cache had the outputs of a call with these inputs and this version."];
  if (node.when == "on failure") return ["The workflow failed, and this is its failure handler."];
  if (node.kind == "gate") return [`Waited ${length(node.took)} for an answer.`];
  if (node.isMap) {
    const parts = Object.keys(STATES)
      .map(state => [countOf(state, node.kids), STATES[state].word])
      .filter(([count]) => count);
    return [
      counted(node.kids.length, "element") + ": ",
      parts.map(([count, word]) => `${grouped(Number(count))} ${word}`).join(", ") + ".",
    ];
  }
  const taken = node.kind == "branch" && node.kids.find(kid => kid.began);
  if (taken) return [`The condition “${taken.when}” chose `, chip(taken), "."];
  if (node.isGroup) {
    const failed = countOf("failed", node.kids);
    return [
      counted(node.kids.length, "node"),
      node.kind == "dynamic" ? ", made while it ran" : "",
      failed ? `, of which ${grouped(failed)} failed` : "",
      ".",
    ];
  }
  const last = node.needs.reduce((/** @type {RunNode | null} */ a, b) => (a && a.end >= b.end ? a : b), null);
  const cache = node.cache && !node.cache.hit ? "The cache had no outputs for these inputs. " : "";
  const waits = node.waits.map(([, reason]) => reason);
  const waited = waits.length ? `Waited for: ${[...new Set(waits)].join(", ")}. ` : "";
  return [cache, waited, ...(last ? ["Began when ", chip(last), " had ended."] : ["Needed nothing to begin."])];
}

/** @param {string} title @param {Children[]} children */
const part = (title, ...children) => h("section", {}, h("h3", {}, title), ...children);

/**
 * @param {string} title
 * @param {[string, string][]} values
 * @param {[string, string][]} from
 * @param {boolean} isWritten
 */
function values(title, values, from, isWritten) {
  if (!values.length && isWritten) return null;
  if (!values.length) return part(title, h("p", { class: "mute" }, "None were written."));
  const sources = new Map(from);
  return part(
    title,
    h(
      "dl",
      { class: "io" },
      values.flatMap(([name, value]) => [
        h("dt", {}, h("code", {}, name)),
        h("dd", {}, sources.has(name) && h("span", { class: "t" }, "from " + sources.get(name)), h("pre", {}, value)),
      ]),
    ),
  );
}

/** @param {RunNode} node @param {number} shown */
function attempts(node, shown) {
  const { runs } = node;
  if (!runs.length) return null;
  const list =
    runs.length > 1 &&
    runs.map((own, index) => {
      const next = runs[index + 1];
      const note = next
        ? next.start - own.end > 5e-5
          ? "backoff " + length(next.start - own.end)
          : ""
        : own.error != null
          ? "no retries left"
          : "";
      return h(
        "button",
        { class: "att", "data-attempt": index, "aria-pressed": String(index == shown) },
        icon(own.error != null ? "failed" : "succeeded", true),
        h("b", {}, index + 1),
        h("span", { class: "mute" }, clock(own.start)),
        h("span", { class: "num" }, length(own.end - own.start)),
        h("span", { class: "cut mute" }, note),
      );
    });
  const own = runs[shown];
  const log =
    own.log || own.rest
      ? h(
          "div",
          { class: "log", tabindex: 0, role: "log", "aria-label": `Log of attempt ${shown + 1}` },
          h("pre", {}, own.log ?? ""),
          own.left ? h("p", { class: "mute" }, `${grouped(own.left)} bytes are left out`) : null,
          own.rest && h("pre", {}, own.rest),
        )
      : h("p", { class: "mute" }, "It logged nothing.");
  const error =
    runs.length > 1 &&
    own.error != null &&
    own.error != node.error &&
    h("div", { class: "err" }, h("pre", {}, own.error));
  return part(runs.length > 1 ? "Attempts" : "Log", list, error, log, deck(node, own));
}

/**
 * The deck of an attempt, in a frame of its own origin that runs no scripts.
 * @param {RunNode} node
 * @param {import("./run.js").Attempt} own
 */
function deck(node, own) {
  if (!own.deck) return null;
  const file = h("p", { class: "mute" }, h("code", {}, own.deck));
  if (!own.frame && !own.frameAt) return h("div", {}, h("h3", {}, "Deck"), file);
  const where = own.frameAt ? { src: own.frameAt } : { srcdoc: own.frame };
  const frame = h("iframe", { class: "deck", sandbox: "", title: `Deck of ${node.name}`, ...where });
  return h("div", { "data-key": "deck" }, h("h3", {}, "Deck"), frame, file);
}

/** A strip of waiting, attempts and backoff. @param {RunNode} node */
function strip(node) {
  if (node.isGroup || !node.runs.length || !(node.end > node.ready)) return null;
  /** @type {HTMLElement[]} */
  const parts = [];
  const add = (/** @type {string} */ kind, /** @type {number} */ time) => {
    if (!(time > 0)) return;
    const one = h("i", { class: kind });
    one.style.flex = String(time / (node.end - node.ready));
    parts.push(one);
  };
  add("wait", node.waited);
  node.runs.forEach((own, index) => {
    add(own.error != null ? "bad" : "run", own.end - own.start);
    add("back", (node.runs[index + 1]?.start ?? own.end) - own.end);
  });
  return h("div", { class: "spark", "aria-hidden": "true" }, parts);
}

/** @param {RunNode} node */
function factsOf(node) {
  if (!node.began) return null;
  const ran = node.runs.reduce((sum, { start, end }) => sum + end - start, 0);
  const back = node.runs.reduce(
    (sum, own, index) => sum + Math.max(0, (node.runs[index + 1]?.start ?? own.end) - own.end),
    0,
  );
  const fact = (/** @type {string} */ label, /** @type {string} */ value) =>
    h("span", {}, label + " ", h("b", {}, value));
  return h(
    "div",
    { class: "facts inner" },
    node.kind != "gate" && fact("Ran", length(node.isGroup || !node.runs.length ? node.took : ran)),
    !node.isGroup && node.waited > 5e-5 && fact("Waited", length(node.waited)),
    back > 5e-5 && fact("Backoff", length(back)),
    node.share > 0 && fact("Critical path", percent(node.share)),
  );
}

/** The run itself, while no node is selected. */
function ofRun() {
  return [
    h(
      "section",
      {},
      h("div", { class: "title" }, icon(run.state, true), h("code", {}, root.name)),
      h("p", {}, entities[run.entity]?.docs ?? ""),
    ),
    run.error && part("Error", h("div", { class: "err" }, h("pre", {}, run.error))),
    changesOf(run.changes ?? [], null),
    values("Inputs", run.inputs ?? [], [], true),
    values("Outputs", run.outputs ?? [], [], run.state == "succeeded"),
  ];
}

/** The path of the node whose detail is drawn. */
let drawnOf = "";

/** Draws what is known of the selected node. */
export function drawDetail() {
  const node = ui.selected;
  const body = one("#why .body");
  const isSame = drawnOf == (node?.path ?? "");
  drawnOf = node?.path ?? "";
  // Of another node nothing stays: what is open in one says nothing of the next.
  const put = (/** @type {unknown[]} */ parts) => {
    if (!isSame) body.replaceChildren();
    show(
      body,
      parts.filter(part => part instanceof Element),
    );
  };
  if (!node) return put(ofRun());
  const shown = Math.min(ui.attempt ?? Infinity, node.runs.length - 1);
  const entity = entities[node.entity] ?? {};
  const around = node.chain.slice(0, -1);
  const users = steps.filter(other => other.needs.includes(node));
  const failed = node.isMap ? node.kids.filter(kid => kid.state == "failed") : [];
  const parts = [
    h(
      "section",
      {},
      h(
        "div",
        { class: "crumb" },
        node.kind,
        " in ",
        joined([root, ...around].map(group => link(group, group.name))).map(child => (child == ", " ? " / " : child)),
      ),
      h("div", { class: "title" }, icon(node.state, true), h("code", {}, node.name)),
      h("p", {}, why(node)),
      strip(node),
      factsOf(node),
    ),
    node.error && part("Error", h("div", { class: "err" }, h("pre", {}, node.error))),
    changesOf(node.changes, node),
    failed.length > 0 &&
      part(
        tolerated(node).length ? "Failed elements, tolerated" : "Failed elements",
        failed
          .slice(0, 50)
          .map(kid =>
            h(
              "button",
              { class: "att short", "data-go": kid.path },
              icon("failed", true),
              h("code", {}, kid.short),
              h("span", { class: "cut mute" }, firstLine(kid.error)),
            ),
          ),
        failed.length > 50 &&
          h("p", { class: "mute" }, `and ${grouped(failed.length - 50)} more: filter by state:failed`),
      ),
    attempts(node, shown),
    node.cache &&
      part(
        "Cache",
        h(
          "p",
          {},
          node.cache.hit ? "It had the outputs." : "It did not have the outputs.",
          " ",
          h("code", { class: "mute" }, node.cache.key),
        ),
        node.cache.why.map(reason => h("p", {}, reason)),
      ),
    values("Inputs", node.inputs, node.from, true),
    values("Outputs", node.outputs, [], !["failed", "cancelled", "interrupted"].includes(node.state) || node.isGroup),
    h(
      "section",
      {},
      h("h3", {}, "Node"),
      h(
        "dl",
        { class: "kv" },
        pair("path", h("code", {}, node.path)),
        node.entity ? pair("entity", h("code", {}, node.entity)) : [],
        sourceOf(node) ? pair("source", h("code", {}, sourceOf(node))) : [],
        entity.docs ? pair("says", entity.docs) : [],
        node.when ? pair("when", node.when) : [],
        (entity.options ?? []).flatMap(([name, value]) => pair(name, value)),
        node.needs.length ? pair("needs", ...joined(node.needs.map(chip))) : [],
        users.length
          ? pair(
              "needed by",
              ...joined(users.slice(0, 20).map(chip)),
              users.length > 20 && ` and ${users.length - 20} more`,
            )
          : [],
      ),
    ),
  ];
  put(parts);
}

/** @param {string} name @param {Child[]} value */
const pair = (name, ...value) => [h("dt", {}, name), h("dd", {}, ...value)];
