// Where the nodes of the graph are: layers by the longest way, order by barycentres, then x towards the neighbours.
import { RunNode, criticalEdges, edge, nodes, root } from "./run.js";
import { colours, isOpen } from "./state.js";
import { grouped, length } from "./words.js";

const GAP = { x: 12, y: 24 };
/** A cell of an element of an open map, and how many are in a row. */
export const CELL = 5;
export const CELLS = 50;

/**
 * A node, or the way of an edge through a layer.
 * @typedef {object} Cell
 * @property {RunNode | null} node
 * @property {Cell[]} up
 * @property {Cell[]} down
 * @property {number} w
 * @property {number} h
 * @property {number} x
 * @property {number} y
 * @property {number} place
 * @property {number} wish
 * @property {number} least
 * @property {number} most
 * @property {number} layer
 * @property {string} text
 * @property {Level | null} inner
 * @property {number} top
 */

/**
 * @typedef {{ cells: Cell[], ways: [RunNode, RunNode, Cell[]][], left: number, w: number, h: number }} Level
 */

/**
 * @typedef {object} Box
 * @property {RunNode} node
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {string} text
 * @property {number} depth
 * @property {boolean} open
 */

/** @typedef {{ from: RunNode, to: RunNode, critical: boolean, points: [number, number][] }} Line */

/** What is drawn. */
export const graph = {
  /** @type {Box[]} */
  boxes: [],
  /** @type {Line[]} */
  lines: [],
  /** @type {Map<RunNode, Box>} */
  of: new Map(),
  w: 0,
  h: 0,
};

const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
/** @type {Map<string, number>} */
const widths = new Map();

/** The width of text. @param {string} text @param {string} font */
export function widthOf(text, font) {
  const key = font + text;
  let width = widths.get(key);
  if (width == null) {
    pen.font = font;
    width = pen.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

export const nameFont = () => "12px " + colours.mono;
export const smallFont = () => "11px " + colours.ui;

/** The text, cut to a width. @param {string} text @param {string} font @param {number} width */
export function cutTo(text, font, width) {
  if (widthOf(text, font) <= width) return text;
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (widthOf(text.slice(0, middle) + "…", font) <= width) least = middle;
    else most = middle - 1;
  }
  return text.slice(0, least) + "…";
}

/** The longest name of a box, in pixels. */
const LONGEST = 260;

/** @param {RunNode | null} node @returns {Cell} */
function cell(node) {
  return {
    node,
    up: [],
    down: [],
    w: 2,
    h: 0,
    x: 0,
    y: 0,
    place: 0,
    wish: 0,
    least: 0,
    most: 0,
    layer: 0,
    text: "",
    inner: null,
    top: 0,
  };
}

/** @param {RunNode} node */
function sized(node) {
  const own = cell(node);
  const name = Math.min(LONGEST, widthOf(node.name, nameFont()));
  const elements = () => `${grouped(node.kids.length)} in ${length(node.took)}`;
  if (!isOpen(node)) {
    own.text = !node.began
      ? ""
      : node.state == "cached"
        ? "cached"
        : node.kind == "gate"
          ? "waited " + length(node.took)
          : node.isMap
            ? elements()
            : length(node.took);
    if (node.differs) own.text = own.text ? "≠ " + own.text : "≠";
    const text = own.text ? 8 + widthOf(own.text, smallFont()) : 0;
    own.w = Math.ceil((30 + name + text + (node.isGroup ? 16 : 0) + 10) / 4) * 4;
    own.h = node.isMap ? 36 : 28;
  } else if (node.isMap) {
    own.text = elements();
    own.w = Math.max(CELLS * CELL + 23, name + 130);
    own.h = 44 + Math.ceil(node.kids.length / CELLS) * CELL;
  } else {
    own.text = (node.differs ? "≠ " : "") + length(node.took);
    own.inner = level(node);
    own.top = node.kids.some(kid => kid.when) ? 44 : 32;
    own.w = Math.max(own.inner.w + 24, name + 170);
    own.h = own.inner.h + own.top + 12;
  }
  return own;
}

/** What is in a group. @param {RunNode} group @returns {Level} */
function level(group) {
  const cells = new Map(group.kids.map(kid => [kid, sized(kid)]));
  /** @type {Cell[][]} */
  const layers = [];
  /** @type {Map<RunNode, number>} */
  const ranks = new Map();
  /** @type {(node: RunNode) => number} */
  const rank = node => {
    // Zero while it is worked out, so that even a circle ends.
    let own = ranks.get(node);
    if (own == null) {
      ranks.set(node, 0);
      own = node.needs.reduce(
        (/** @type {number} */ most, need) => (cells.has(need) ? Math.max(most, rank(need) + 1) : most),
        0,
      );
      ranks.set(node, own);
    }
    return own;
  };
  for (const [node, own] of cells) (layers[rank(node)] ??= []).push(own);
  /** @type {[RunNode, RunNode, Cell[]][]} */
  const ways = [];
  for (const [node, own] of cells)
    for (const need of node.needs) {
      let at = cells.get(need);
      if (!at) continue;
      const way = [at];
      const join = (/** @type {Cell} */ next) => {
        at?.down.push(next);
        if (at) next.up.push(at);
        way.push(next);
        at = next;
      };
      for (let layer = rank(need) + 1; layer < rank(node); layer++) {
        const through = cell(null);
        layers[layer].push(through);
        join(through);
      }
      join(own);
      ways.push([need, node, way]);
    }
  ordered(layers);
  return { ...placed(layers), cells: [...cells.values()], ways };
}

/** Fewer crossings: each layer in the order of the middles of its neighbours. @param {Cell[][]} layers */
function ordered(layers) {
  const number = (/** @type {Cell[]} */ layer) =>
    layer.forEach((own, place) => (own.place = place / Math.max(1, layer.length - 1)));
  layers.forEach(number);
  for (let sweep = 0; sweep < sweeps(); sweep++)
    for (let i = 0; i < layers.length; i++) {
      const isUp = sweep % 2 == 1;
      const layer = layers[isUp ? layers.length - 1 - i : i];
      for (const own of layer) {
        const near = isUp ? own.down : own.up;
        own.wish = near.length ? near.reduce((sum, other) => sum + other.place, 0) / near.length : own.place;
      }
      layer.sort((a, b) => a.wish - b.wish);
      number(layer);
    }
}

const sweeps = () => (nodes.size > 5000 ? 4 : 10);

/** Places in pixels, without overlaps. @param {Cell[][]} layers */
function placed(layers) {
  for (const layer of layers) {
    let x = 0;
    for (const own of layer) {
      own.x = x + own.w / 2;
      x += own.w + GAP.x;
    }
    for (const own of layer) own.x -= x / 2;
  }
  for (let sweep = 0; sweep < sweeps(); sweep++)
    for (const layer of sweep % 2 ? [...layers].reverse() : layers) {
      for (const own of layer) {
        const near = sweep == 0 ? own.up : [...own.up, ...own.down];
        own.wish = near.length ? near.reduce((sum, other) => sum + other.x, 0) / near.length : own.x;
      }
      let edgeAt = -Infinity;
      for (const own of layer) {
        own.least = Math.max(own.wish, edgeAt + own.w / 2);
        edgeAt = own.least + own.w / 2 + GAP.x;
      }
      edgeAt = Infinity;
      for (const own of [...layer].reverse()) {
        own.most = Math.min(own.wish, edgeAt - own.w / 2);
        edgeAt = own.most - own.w / 2 - GAP.x;
      }
      for (const own of layer) own.x = (own.least + own.most) / 2;
    }
  let [y, left, right] = [0, Infinity, -Infinity];
  for (const layer of layers) {
    const height = Math.max(...layer.map(own => own.h));
    for (const own of layer) {
      own.y = y;
      own.layer = height;
      left = Math.min(left, own.x - own.w / 2);
      right = Math.max(right, own.x + own.w / 2);
    }
    y += height + GAP.y;
  }
  return { left, w: Math.max(0, right - left), h: Math.max(0, y - GAP.y) };
}

/** Lays out everything that is open. */
export function layOut() {
  graph.boxes = [];
  graph.lines = [];
  const top = level(root);
  (function place(
    /** @type {Level} */ at,
    /** @type {number} */ x0,
    /** @type {number} */ y0,
    /** @type {number} */ depth,
  ) {
    for (const own of at.cells) {
      const node = /** @type {RunNode} */ (own.node);
      const box = {
        node,
        x: x0 + own.x - at.left - own.w / 2,
        y: y0 + own.y,
        w: own.w,
        h: own.h,
        text: own.text,
        depth,
        open: isOpen(node),
      };
      graph.boxes.push(box);
      if (own.inner) place(own.inner, box.x + (box.w - own.inner.w) / 2, box.y + own.top, depth + 1);
    }
    for (const [from, to, way] of at.ways) {
      const points = way.flatMap((own, index) => {
        const [x, y] = [x0 + own.x - at.left, y0 + own.y];
        /** @type {[number, number][]} */
        const first =
          own.h < own.layer
            ? [
                [x, y + own.h],
                [x, y + own.layer],
              ]
            : [[x, y + own.h]];
        /** @type {[number, number][]} */
        const rest =
          index == way.length - 1
            ? [[x, y]]
            : [
                [x, y],
                [x, y + own.layer],
              ];
        return index == 0 ? first : rest;
      });
      graph.lines.push({ from, to, critical: criticalEdges.has(edge(from, to)), points });
    }
  })(top, 0, 0, 0);
  graph.w = top.w;
  graph.h = top.h;
  graph.lines.sort((a, b) => Number(a.critical) - Number(b.critical));
  graph.of = new Map(graph.boxes.map(box => [box.node, box]));
}
