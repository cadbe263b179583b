// What happened: the answer, then what failed, what was got over, what never started, and what took the time.
import { counted, grouped, h, icon, length, one, percent } from "./words.js";
import {
  RunNode,
  busyOfRun,
  countOf,
  critical,
  failures,
  firstLine,
  labelOf,
  leaves,
  nodes,
  root,
  run,
  sourceOf,
  steps,
  tolerated,
  total,
} from "./run.js";
import { outcome } from "./state.js";
import { show } from "./morph.js";
import { drawChanges } from "./compare.js";

/** How many parts the strip of the critical path has at most. */
const PARTS = 48;

/** A button that selects a node. @param {RunNode} node @param {import("./words.js").Child[]} label */
export const link = (node, ...label) => h("button", { "data-go": node.path }, ...label);

/** @param {RunNode} node */
const named = node => link(node, h("code", {}, labelOf(node)));

function answer() {
  const [first] = failures;
  if (!first)
    return [
      h("span", { class: run.state == "failed" ? "bad" : null }, outcome()),
      ` ${run.state == "running" ? "for" : "in"} ${length(run.took)}.`,
    ];
  const others = failures.length - 1;
  return [
    h("span", { class: run.state == "running" ? null : "bad" }, outcome()),
    ` after ${length(run.took)}: `,
    link(first, h("code", {}, first.name)),
    ` failed`,
    first.runs.length > 1 && ` ${first.runs.length} times`,
    others > 0 && `, and ${counted(others, "other node")}`,
    ".",
  ];
}

function facts() {
  const attempts = leaves.reduce((sum, node) => sum + node.runs.length, 0);
  const again = leaves.reduce((sum, node) => sum + Math.max(0, node.runs.length - 1), 0);
  const work = leaves.reduce((sum, node) => sum + node.runs.reduce((own, { start, end }) => own + end - start, 0), 0);
  const elements = nodes.size - steps.length;
  const cached = countOf("cached", leaves);
  const fact = (/** @type {string} */ label, /** @type {string} */ value, more = "") =>
    h("span", {}, label && label + " ", h("b", {}, value), more);
  const started = new Date(run.started).toISOString().replace("T", " ").slice(0, 19) + " UTC";
  return h(
    "div",
    { class: "facts" },
    fact("Started", started),
    fact("Took", length(run.took)),
    work > 0 && fact("Work", length(work), `, ${busyOfRun.most} at once`),
    h(
      "span",
      {},
      h("b", {}, grouped(steps.length)),
      steps.length == 1 ? " node" : " nodes",
      elements > 0 && [", ", h("b", {}, grouped(elements)), elements == 1 ? " element" : " elements"],
    ),
    attempts > 0 &&
      h(
        "span",
        {},
        h("b", {}, grouped(attempts)),
        attempts == 1 ? " attempt" : " attempts",
        again > 0 && [", ", h("b", {}, grouped(again)), " repeated"],
      ),
    cached > 0 && h("span", {}, h("b", {}, grouped(cached)), " from the cache"),
    (run.resumed ?? 0) > 0 && h("span", {}, "Resumed ", h("b", {}, run.resumed == 1 ? "once" : `${run.resumed} times`)),
    (run.damaged ?? 0) > 0 &&
      h(
        "span",
        { class: "bad" },
        `The last ${grouped(run.damaged ?? 0)} bytes of its record were changed after they were written`,
      ),
  );
}

function problems() {
  const list = failures.slice(0, 3).map(node => [node, node.error]);
  const lenient = steps.filter(node => tolerated(node).length > 0).slice(0, 2);
  const idle = steps.filter(node => node.state == "skipped" && !node.when);
  if (!list.length && !lenient.length && !idle.length) return null;
  const row = (/** @type {RunNode} */ node, /** @type {string} */ state, /** @type {string} */ text) =>
    h(
      "button",
      { class: "fail", "data-go": node.path },
      icon(state, true),
      h("span", { class: "cut" }, h("code", { class: "who" }, labelOf(node)), " ", text),
      h("span", { class: "src mono" }, sourceOf(node)),
    );
  const title = list.length ? "What failed" : lenient.length ? "What was tolerated" : "What never started";
  return h(
    "div",
    {},
    h("div", { class: "cap" }, h("b", {}, title), failures.length > 3 && `the first 3 of ${grouped(failures.length)}`),
    list.map(([node, error]) => row(/** @type {RunNode} */ (node), "failed", firstLine(/** @type {string} */ (error)))),
    lenient.map(node =>
      row(
        node,
        "retried",
        `${grouped(tolerated(node).length)} of ${counted(node.kids.length, "element")} failed, and the rest was enough`,
      ),
    ),
    idle.length > 0 &&
      h(
        "div",
        { class: "fail" },
        icon("skipped", true),
        h(
          "span",
          { class: "cut" },
          list.length ? "As a consequence, " : "",
          idle
            .slice(0, 3)
            .map((node, index) => [index > 0 && ", ", named(node)])
            .flat(),
          idle.length > 3 && ` and ${grouped(idle.length - 3)} more`,
          " never started",
        ),
      ),
  );
}

/** The critical path, told by its groups where it is long. */
function parts() {
  let strip = critical;
  for (let depth = Math.max(...critical.map(node => node.depth)); strip.length > PARTS && depth >= 0; depth--) {
    strip = [...new Set(critical.map(node => node.chain[Math.min(depth, node.depth)]))];
  }
  return strip;
}

function times() {
  if (!critical.length) return null;
  const strip = parts();
  // The time before the first node, after the last, and between those of the path.
  const rest = 1 - critical.reduce((sum, node) => sum + node.share, 0);
  const top = [...strip].sort((a, b) => b.share - a.share);
  const path = h(
    "div",
    { class: "path", role: "group", "aria-label": "Critical path in order of time" },
    strip.map(node => {
      const said = `${labelOf(node)}, ${percent(node.share)}, ${length(node.share * total)}`;
      const part = h(
        "button",
        {
          class: node.kind == "gate" ? "gate" : node.state,
          "data-go": node.path,
          "aria-label": said,
          "data-tip": said,
        },
        // What is seen is a part of what is told.
        node.share > 0.055 && percent(node.share),
      );
      part.style.flex = `${node.share.toFixed(4)} 1 0`;
      return part;
    }),
  );
  return h(
    "div",
    {},
    h(
      "div",
      { class: "cap" },
      h("b", {}, "What took the time"),
      h(
        "span",
        { class: "cut" },
        `Critical path, ${counted(critical.length, "node")}; ${percent(top[0].share)} is `,
        h("code", {}, labelOf(top[0])),
        rest > 0.02 && `; ${percent(rest)} is before, between and after them`,
      ),
    ),
    path,
    h(
      "div",
      { class: "keys" },
      top
        .slice(0, 6)
        .map(node =>
          link(
            node,
            h("code", {}, labelOf(node)),
            h("b", {}, percent(node.share)),
            h("span", { class: "mute" }, length(node.share * total)),
          ),
        ),
    ),
  );
}

/** Draws the header. */
export function drawHeader() {
  const state = run.state == "succeeded" && leaves.some(node => node.state == "retried") ? "succeeded" : run.state;
  const parts = [
    h(
      "div",
      { class: "bar" },
      h("span", { class: "id" }, h("button", { "data-go": "" }, h("b", {}, root.name)), " / " + run.id),
    ),
    h("div", { class: "say" }, icon(state, true), h("h1", {}, answer())),
    facts(),
    drawChanges(),
    h("div", { class: "two" }, problems(), times()),
  ];
  show(
    one("#what"),
    parts.filter(part => part != null),
  );
}
