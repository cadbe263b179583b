// Words, shapes and elements that all views share.

/**
 * A state: its word, its colour, the outline and the sign of its icon, whether the icon is filled, and its dashes.
 * Every state differs in shape as well as in colour.
 * @typedef {{ word: string, colour: string, outline: string, sign: string, filled: boolean, dashes: number[] }} Look
 */

const circle = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z";
const octagon = "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4L1.8 10.6V5.4z";

/** @type {Record<string, Look>} */
export const STATES = {
  failed: look("failed", "failed", octagon, "M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6", true),
  cancelled: look("cancelled", "failed", octagon, "M5.4 8h5.2", false),
  interrupted: look("interrupted", "failed", octagon, "M8 4.6v4M8 11v.4", false),
  retried: look("retried", "retried", "M8 1.6l6.4 11.6H1.6z", "M8 6v3.4M8 11.2v.4", true),
  running: look("running", "accent", circle, "M6.6 5.2v5.6L11 8z", false),
  cached: look("cached", "cached", "M8 1.2L14.8 8 8 14.8 1.2 8z", "M5.6 6.8h4.8M5.6 9.2h4.8", true),
  succeeded: look("succeeded", "ok", circle, "M5.2 8.2l2 2 3.7-4.2", false),
  queued: look("not begun", "idle", circle, "M8 4.9V8l2.2 1.5", false, [2, 2]),
  absent: look("only in the other run", "idle", "M2.5 2.5h11v11h-11z", "M5.4 8h5.2M8 5.4v5.2", false, [2, 2]),
  skipped: look("skipped", "idle", circle, "M5.4 8h5.2", false, [2, 2]),
};

/**
 * @param {string} word
 * @param {string} colour
 * @param {string} outline
 * @param {string} sign
 * @param {boolean} filled
 * @param {number[]} dashes
 * @returns {Look}
 */
function look(word, colour, outline, sign, filled, dashes = []) {
  return { word, colour, outline, sign, filled, dashes };
}

/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {Child | Child[]} Children */

/**
 * An element. Values become text and never markup.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {Children[]} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(tag), attributes, children));
}

/**
 * An element of SVG.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {Children[]} children
 * @returns {SVGElement}
 */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return /** @type {SVGElement} */ (filled(element, attributes, children));
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {Children[]} children
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children
      .flat()
      .filter(child => child != null && child !== false)
      .map(child => (typeof child == "number" ? String(child) : /** @type {Node | string} */ (child))),
  );
  return element;
}

/** The element that the views are in. @type {ParentNode} */
let place = document;

/** Says what the views are in. @param {HTMLElement} root */
export function findIn(root) {
  place = root;
}

/** All elements of the views for a selector. @param {string} selector */
export const every = selector => /** @type {HTMLElement[]} */ ([...place.querySelectorAll(selector)]);

/**
 * The element for a selector that the views have.
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(selector) {
  const found = place.querySelector(selector);
  if (!found) throw new Error("the page has no " + selector);
  return /** @type {HTMLElement} */ (found);
}

/**
 * The icon of a state. With a label, a screen reader says the state.
 * @param {string} state
 * @param {boolean} labelled
 */
export function icon(state, labelled = false) {
  const { word, colour, outline, sign, filled, dashes } = STATES[state];
  const said = labelled ? { role: "img", "aria-label": word } : { "aria-hidden": "true" };
  const pen = {
    fill: "none",
    stroke: `var(--${colour})`,
    "stroke-width": 1.4,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  return s(
    "svg",
    { class: "i", viewBox: "0 0 16 16", ...said, ...pen },
    s("path", { d: outline, fill: filled && `var(--${colour})`, "stroke-dasharray": dashes.join(" ") || null }),
    s("path", { d: sign, stroke: filled && "var(--glyph)", "stroke-width": 1.6 }),
  );
}

/**
 * A length of time in words.
 * @param {number} seconds
 */
export function length(seconds) {
  const two = (/** @type {number} */ number) => String(Math.floor(number)).padStart(2, "0");
  if (!(seconds >= 5e-7)) return "0";
  if (seconds < 0.00095) return Math.round(seconds * 1e6) + " µs";
  if (seconds < 0.95) return (seconds < 0.00995 ? (seconds * 1e3).toFixed(1) : Math.round(seconds * 1e3)) + " ms";
  if (seconds < 59.95) return seconds.toFixed(1) + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " m " + two(seconds % 60) + " s";
  return Math.floor(seconds / 3600) + " h " + two((seconds % 3600) / 60) + " m";
}

/** @param {number} number */
export const grouped = number => number.toLocaleString("en-US");

/** @param {number} part */
export const percent = part => (part * 100 >= 10 ? Math.round(part * 100) : (part * 100).toFixed(1)) + " %";

/**
 * A number of things.
 * @param {number} number
 * @param {string} thing
 */
export const counted = (number, thing) => grouped(number) + " " + thing + (number == 1 ? "" : "s");
