// The frame of the views: what is there before a run is drawn.
import { failures, leaves, nodes, run } from "./run.js";
import { STATES, h, icon, one, s } from "./words.js";

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
  ["changed:output", "what differs from the run it is compared with"],
  ["took:>10s", "also wait:, attempts:, share:>5%"],
  ["-kind:branch", "a minus negates"],
];

/** @param {string} action @param {import("./words.js").Child[]} label */
const tool = (action, ...label) => h("button", { class: "tool", type: "button", "data-do": action }, ...label);

/** @param {string} pane @param {string} what */
const enlarge = (pane, what) =>
  h(
    "button",
    { class: "tool", type: "button", "data-do": "enlarge", "data-pane": pane, "aria-label": `Enlarge ${what}` },
    "⤢",
  );

/** @param {string} key */
const key = key => h("kbd", {}, key);

/** @param {string} view @param {string} title @param {string} letter */
const tab = (view, title, letter) =>
  h(
    "button",
    { class: "tool", type: "button", role: "tab", id: "tab-" + view, "data-do": view, "aria-controls": view },
    title + " ",
    key(letter),
  );

/** @param {Record<string, string | number>} attributes */
const drawn = attributes => h("canvas", { tabindex: 0, role: "application", ...attributes });

function finder() {
  const lens = { viewBox: "0 0 16 16", fill: "none", stroke: "var(--mute)", "stroke-width": 1.5 };
  const next = tool("next", "Next failure ", key("n"));
  const theme = tool("theme", "Theme ", key("d"));
  theme.classList.add("hide");
  return h(
    "div",
    { class: "find", role: "search" },
    h(
      "label",
      {},
      h("span", { class: "sr" }, "Filter all views"),
      s(
        "svg",
        { class: "i", "aria-hidden": "true", ...lens },
        s("circle", { cx: 7, cy: 7, r: 4.25 }),
        s("path", { d: "M10.2 10.2 14 14" }),
      ),
      h("input", {
        id: "filter",
        spellcheck: "false",
        autocomplete: "off",
        placeholder: "Filter every view, as in  state:failed  kind:map  took:>10s",
        "aria-describedby": "hits",
      }),
      key("/"),
    ),
    h("span", { id: "hits", class: "count mute", role: "status" }),
    h("span", { class: "grow" }),
    next,
    theme,
    tool("help", "Keys ", key("?")),
  );
}

function where() {
  const label = "Graph of nodes. Arrow keys follow the edges, Enter opens a group. The table holds the same as text.";
  return h(
    "section",
    { class: "pane", id: "where", "aria-label": "Graph: where" },
    h(
      "div",
      { class: "top" },
      h("h2", {}, "Graph"),
      h("kbd", { class: "hide" }, "g"),
      h("span", { class: "grow" }),
      tool("all", "Open all"),
      tool("fit", "Fit ", key("0")),
      enlarge("where", "the graph"),
    ),
    h("div", { class: "body" }, drawn({ id: "graph", "aria-roledescription": "graph", "aria-label": label })),
    h("div", { class: "legend", id: "legend" }),
  );
}

function when() {
  const label = "Timeline of nodes. Up and down move, left and right close and open, plus and minus zoom.";
  const allTime = tool("alltime", "All time");
  allTime.id = "alltime";
  return h(
    "section",
    { class: "pane", id: "when", "aria-label": "Timeline and table: when" },
    h(
      "div",
      { class: "top" },
      h("div", { role: "tablist", "aria-label": "View" }, tab("time", "Timeline", "t"), tab("list", "Table", "l")),
      h("span", { class: "grow" }),
      allTime,
      enlarge("when", "the timeline or table"),
    ),
    h(
      "div",
      { class: "body", id: "time", role: "tabpanel", "aria-labelledby": "tab-time" },
      h(
        "div",
        { class: "scroll" },
        drawn({ id: "gantt", "aria-roledescription": "timeline", "aria-label": label }),
        h("div"),
      ),
    ),
    h(
      "div",
      { class: "body", id: "list", role: "tabpanel", "aria-labelledby": "tab-list", hidden: true },
      h("div", { class: "scroll", id: "grid", role: "treegrid", "aria-label": "Nodes", tabindex: 0 }),
    ),
    h("div", { class: "legend", id: "bars" }),
  );
}

function detail() {
  return h(
    "section",
    { class: "pane", id: "why", "aria-label": "Detail: why" },
    h("div", { class: "top" }, h("h2", {}, "Detail"), h("span", { class: "grow" }), tool("copy", "Copy link")),
    h("div", { class: "body", tabindex: 0, role: "region", "aria-label": "What is known of the selection" }),
  );
}

/** The frame, empty. */
export function frame() {
  const keys = [...KEYS, ...WORDS].flatMap(([sign, text]) => {
    const isWord = sign.includes(":") || sign == "retrain";
    const signs = isWord ? [h("code", {}, sign)] : sign.split(" ").map(key);
    return [h("dt", {}, signs), h("dd", {}, text)];
  });
  return [
    h("header", { id: "what" }),
    finder(),
    h("main", {}, where(), when(), detail()),
    h("div", { id: "live", class: "sr", role: "status", "aria-live": "polite" }),
    h("div", { id: "tip", "aria-hidden": "true" }),
    h(
      "dialog",
      { id: "help", "aria-labelledby": "help-title" },
      h(
        "form",
        { method: "dialog", class: "top" },
        h("h2", { id: "help-title" }, "Keys"),
        h("button", { class: "tool" }, "Close ", key("Esc")),
      ),
      h("dl", {}, keys),
    ),
  ];
}

/** Draws what the shapes and colours mean: of the states, those that the run has. */
export function drawLegends() {
  const mark = (/** @type {string} */ word, /** @type {Element[]} */ ...shapes) =>
    h("span", {}, s("svg", { class: "i", viewBox: "0 0 16 16", "aria-hidden": "true" }, ...shapes), word);
  const box = (/** @type {string} */ fill, more = {}) =>
    s("rect", { y: 3, width: 16, height: 10, rx: 2, fill, ...more });
  const path = mark("critical path", s("path", { d: "M0 8h16", stroke: "var(--ink)", "stroke-width": 3 }));
  const states = new Set();
  for (const node of nodes.values()) states.add(node.state);
  const seen = Object.keys(STATES).filter(state => states.has(state));
  one("#legend").replaceChildren(...seen.map(state => h("span", {}, icon(state), STATES[state].word)), path);
  if (run.other) one("#legend").append(h("span", {}, h("b", {}, "≠"), "differs from the other run"));
  one("[data-do=next]").hidden = !failures.length;
  let [hasFailed, hasBackoff, hasWaited] = [false, false, false];
  for (const node of leaves) {
    hasWaited ||= node.waited > 0;
    hasBackoff ||= node.runs.length > 1;
    hasFailed ||= node.runs.some(own => own.error != null);
  }
  const bars = [
    hasWaited &&
      mark("waiting", s("rect", { x: 1, y: 5.5, width: 14, height: 5, fill: "none", stroke: "var(--edge)" })),
    mark("attempt", box("var(--ok-bar)")),
    hasFailed &&
      mark(
        "failed attempt",
        box("var(--failed)"),
        s("path", { d: "M5.5 5.5l5 5m0-5l-5 5", stroke: "var(--glyph)", "stroke-width": 1.5 }),
      ),
    hasBackoff &&
      mark(
        "backoff",
        s("path", { d: "M0 8h16", stroke: "var(--retried)", "stroke-width": 2.5, "stroke-dasharray": "3 2" }),
      ),
    mark("critical path", box("var(--ok)"), s("path", { d: "M0 13.5h16", stroke: "var(--ink)", "stroke-width": 2.5 })),
    run.other && mark("in the other run", s("path", { d: "M1 5v6M1 8h14M15 5v6", stroke: "var(--edge)" })),
  ];
  one("#bars").replaceChildren(...bars.filter(bar => bar instanceof Element));
}
