// What differs from another run.
import { RunNode, nodes, run } from "./run.js";
import { counted, h, icon, length } from "./words.js";

/** @typedef {import("./words.js").Child} Child */

/** How many differences of the run itself the header shows. */
const SHOWN = 4;

/** The kinds of differences, with what they are called. @type {Record<string, string>} */
const KINDS = {
  node: "in one run only",
  code: "code",
  input: "inputs",
  output: "outputs",
  state: "state",
  error: "errors",
  cache: "cache",
  attempts: "attempts",
  time: "time",
};

/** In what a node differs, in words. @param {RunNode} node */
export const differing = node =>
  Object.keys(KINDS)
    .filter(kind => node.changes.some(([what]) => what == kind))
    .map(kind => KINDS[kind])
    .join(", ");

/** @param {string | null} text */
const firstOf = text => (text == null ? "nothing" : text.split("\n")[0]);

/** The part of the header for the comparison, if there is one. */
export function drawChanges() {
  const { other, changes = [] } = run;
  if (!other) return null;
  const kinds = Object.entries(KINDS)
    .map(([kind, word]) => {
      let count = 0;
      for (const node of nodes.values()) if (node.changes.some(([what]) => what == kind)) count++;
      return { kind, word, count };
    })
    .filter(({ count }) => count > 0);
  return h(
    "section",
    { class: "changes", "aria-label": "Differences from another run" },
    h(
      "div",
      { class: "cap" },
      h("b", {}, "Compared with"),
      h("code", {}, other.id),
      icon(other.state, true),
      `took ${length(other.took)}`,
    ),
    changes
      .slice(0, SHOWN)
      .map(([what, name, a, b]) =>
        h(
          "div",
          { class: "change" },
          h("b", {}, what, name && " ", name && h("code", {}, name)),
          h("span", { class: "cut" }, "here ", h("code", {}, firstOf(a))),
          h("span", { class: "cut" }, "there ", h("code", {}, firstOf(b))),
        ),
      ),
    changes.length > SHOWN &&
      h("button", { class: "link", "data-go": "" }, `and ${changes.length - SHOWN} more of the run itself`),
    h(
      "div",
      { class: "keys" },
      kinds.length
        ? kinds.map(({ kind, word, count }) =>
            h("button", { "data-filter": `changed:${kind}` }, h("span", {}, word), h("b", {}, counted(count, "node"))),
          )
        : "Its nodes do not differ.",
    ),
  );
}

/**
 * The part of the detail for the comparison.
 * @param {import("./run.js").Change[]} changes
 * @param {RunNode | null} node
 */
export function changesOf(changes, node) {
  const { other } = run;
  if (!other) return null;
  const took = node?.then != null && node.began ? `It took ${length(node.took)}, there ${length(node.then)}.` : "";
  return h(
    "section",
    { "data-key": "changes" },
    h("h3", {}, "Compared with ", h("code", {}, other.id)),
    took && h("p", {}, took),
    !changes.length && h("p", { class: "mute" }, "It does not differ otherwise."),
    h(
      "dl",
      { class: "io" },
      changes.flatMap(([what, name, a, b]) => [
        h("dt", {}, what, name && [" ", h("code", {}, name)]),
        h("dd", {}, side("here", a), side("there", b)),
      ]),
    ),
  );
}

/** @param {string} where @param {string | null} text */
const side = (where, text) =>
  h(
    "div",
    { class: "side" },
    h("span", { class: "t" }, where),
    text == null ? h("span", { class: "t" }, "nothing") : h("pre", {}, text),
  );
