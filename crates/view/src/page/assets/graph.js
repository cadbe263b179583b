// Where: the graph on a canvas.
import { RunNode, countOf } from "./run.js";
import { CELL, CELLS, cutTo, graph, layOut, nameFont, smallFont, widthOf } from "./layout.js";
import { colours, setOpen, ui, visible } from "./state.js";
import { STATES, one } from "./words.js";

/** How the graph is looked at: moved by so many pixels, after it was scaled. */
export const camera = { x: 0, y: 0, scale: 1 };

/** What makes the graph be laid out, or fitted into its pane, before it is drawn again. */
export const stale = { layout: true, fit: true };

const canvas = () => /** @type {HTMLCanvasElement} */ (one("#graph"));
const pane = () => /** @type {HTMLElement} */ (canvas().parentElement);

/** The outlines and signs of states. @type {Map<string, { outline: Path2D, sign: Path2D }>} */
const paths = new Map(
  Object.entries(STATES).map(([state, { outline, sign }]) => [
    state,
    { outline: new Path2D(outline), sign: new Path2D(sign) },
  ]),
);

/** The box that shows a node. @param {RunNode} node */
export const boxOf = node => graph.of.get(visible(node)) ?? (node.parent && graph.of.get(node.parent));

/** A canvas of this size for drawing. @param {HTMLCanvasElement} on @param {number} w @param {number} h */
export function prepared(on, w, h) {
  const dense = devicePixelRatio || 1;
  if (on.width != Math.round(w * dense) || on.height != Math.round(h * dense)) {
    on.width = Math.round(w * dense);
    on.height = Math.round(h * dense);
    on.style.width = w + "px";
    on.style.height = h + "px";
  }
  const g = /** @type {CanvasRenderingContext2D} */ (on.getContext("2d"));
  g.setTransform(dense, 0, 0, dense, 0, 0);
  g.clearRect(0, 0, w, h);
  g.textBaseline = "middle";
  return g;
}

/**
 * The icon of a state.
 * @param {CanvasRenderingContext2D} g
 * @param {string} state
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function drawIcon(g, state, x, y, size = 16) {
  const { colour, filled, dashes } = STATES[state];
  const path = /** @type {{ outline: Path2D, sign: Path2D }} */ (paths.get(state));
  g.save();
  g.translate(x, y);
  g.scale(size / 16, size / 16);
  g.lineWidth = 1.4;
  g.lineCap = g.lineJoin = "round";
  g.strokeStyle = g.fillStyle = colours[colour];
  g.setLineDash(dashes);
  if (filled) g.fill(path.outline);
  g.stroke(path.outline);
  g.setLineDash([]);
  g.lineWidth = 1.6;
  if (filled) g.strokeStyle = colours.glyph;
  g.stroke(path.sign);
  g.restore();
}

/**
 * Fits the graph into its pane: legible first, so that a long one begins at its top. With `all` everything is seen.
 * @param {boolean} all
 */
export function fit(all) {
  if (stale.layout) layOutAgain();
  const [w, h] = [pane().clientWidth, pane().clientHeight];
  const [across, down] = [(w - 24) / graph.w, (h - 24) / graph.h];
  const box = ui.selected && boxOf(ui.selected);
  camera.scale = all
    ? Math.min(1.25, across, down)
    : down >= 0.74
      ? Math.min(1.1, across, down)
      : Math.min(1, Math.max(across, 0.6));
  const at = (/** @type {number} */ room, /** @type {number} */ size, /** @type {number} */ centre) => {
    const own = size * camera.scale;
    if (own <= room - 24) return (room - own) / 2;
    return Math.min(12, Math.max(room - 12 - own, room / 2 - centre * camera.scale));
  };
  camera.x = at(w, graph.w, box ? box.x + box.w / 2 : graph.w / 2);
  camera.y = at(h, graph.h, box ? box.y + Math.min(box.h, 200) / 2 : 0);
  stale.fit = false;
}

/** Moves the graph until a node is in view. @param {RunNode} node */
export function showInGraph(node) {
  if (stale.layout) layOutAgain();
  const box = boxOf(node);
  if (!box) return;
  const [w, h] = [pane().clientWidth, pane().clientHeight];
  const [left, top] = [box.x * camera.scale + camera.x, box.y * camera.scale + camera.y];
  const [right, bottom] = [left + box.w * camera.scale, top + Math.min(box.h, 60) * camera.scale];
  if (left < 12) camera.x += 24 - left;
  else if (right > w - 12) camera.x -= right - w + 24;
  if (top < 12) camera.y += 24 - top;
  else if (bottom > h - 12) camera.y -= bottom - h + 24;
}

/**
 * Larger or smaller, around a point of the pane.
 * @param {number} by
 * @param {number} [x]
 * @param {number} [y]
 */
export function zoomGraph(by, x = pane().clientWidth / 2, y = pane().clientHeight / 2) {
  const scale = Math.min(3, Math.max(0.02, camera.scale * by));
  camera.x = x - ((x - camera.x) * scale) / camera.scale;
  camera.y = y - ((y - camera.y) * scale) / camera.scale;
  camera.scale = scale;
}

function layOutAgain() {
  layOut();
  stale.layout = false;
}

/** Opens or closes a group, which stays where it is. @param {RunNode} node @param {boolean} open */
export function fold(node, open) {
  const before = graph.of.get(node);
  setOpen(node, open);
  layOutAgain();
  const after = graph.of.get(node);
  if (!before || !after) return;
  camera.x += (before.x + (before.w - after.w) / 2 - after.x) * camera.scale;
  camera.y += (before.y - after.y) * camera.scale;
}

/** What is at a point of the pane. @param {number} x @param {number} y */
export function graphAt(x, y) {
  const [gx, gy] = [(x - camera.x) / camera.scale, (y - camera.y) / camera.scale];
  const hits = graph.boxes.filter(box => gx >= box.x && gx <= box.x + box.w && gy >= box.y && gy <= box.y + box.h);
  const box = hits.reduce(
    (/** @type {import("./layout.js").Box | null} */ a, b) => (a && a.depth > b.depth ? a : b),
    null,
  );
  if (!box) return null;
  const isHead = gx > box.x + box.w - 26 && gy < box.y + 30;
  if (box.open && box.node.isMap) {
    const [column, row] = [Math.floor((gx - box.x - 12) / CELL), Math.floor((gy - box.y - 32) / CELL)];
    const element = column >= 0 && column < CELLS && row >= 0 ? box.node.kids[row * CELLS + column] : undefined;
    if (element) return { node: element, isHead: false };
  }
  return { node: box.node, isHead };
}

/** The number of boxes in view from which a graph that is moved is a picture until it rests. */
const MANY = 1000;

/** How many milliseconds it must rest. */
const REST = 120;

/** A large graph as it was last drawn, and how it was looked at. */
const picture = { of: document.createElement("canvas"), camera: { ...camera }, isThere: false, resting: 0 };

/**
 * Draws the graph. One of very many boxes is moved as a picture, and drawn as soon as it rests.
 * @param {boolean} isNew whether more than the camera has changed
 * @param {() => void} again what has it drawn again
 */
export function drawGraph(isNew, again) {
  const [w, h] = [pane().clientWidth, pane().clientHeight];
  if (!w) return;
  if (stale.layout) layOutAgain();
  if (stale.fit) fit(false);
  clearTimeout(picture.resting);
  if (!isNew && picture.isThere) {
    picture.resting = setTimeout(() => {
      picture.isThere = false;
      again();
    }, REST);
    return drawPicture(w, h);
  }
  const shown = drawWhole(w, h);
  picture.isThere = shown > MANY;
  if (!picture.isThere) return;
  const { of } = picture;
  [of.width, of.height] = [canvas().width, canvas().height];
  of.getContext("2d")?.drawImage(canvas(), 0, 0);
  Object.assign(picture.camera, camera);
}

/** Draws the picture where the graph is now. @param {number} w @param {number} h */
function drawPicture(w, h) {
  const g = prepared(canvas(), w, h);
  const was = picture.camera;
  const by = camera.scale / was.scale;
  g.imageSmoothingEnabled = false;
  g.drawImage(picture.of, camera.x - was.x * by, camera.y - was.y * by, w * by, h * by);
}

/** Draws all boxes in view, and says how many they are. @param {number} w @param {number} h */
function drawWhole(w, h) {
  const g = prepared(canvas(), w, h);
  const { scale } = camera;
  const [x0, y0] = [-camera.x / scale, -camera.y / scale];
  const [x1, y1] = [x0 + w / scale, y0 + h / scale];
  g.translate(camera.x, camera.y);
  g.scale(scale, scale);
  const shown = graph.boxes.filter(box => box.x < x1 && box.x + box.w > x0 && box.y < y1 && box.y + box.h > y0);
  for (const box of shown) if (box.open) drawFrame(g, box);
  const isFar = scale < 0.2;
  for (const line of graph.lines) {
    const [first, last] = [line.points[0], line.points[line.points.length - 1]];
    const [left, right] = [Math.min(first[0], last[0]), Math.max(first[0], last[0])];
    if (right < x0 - 200 || left > x1 + 200 || last[1] < y0 || first[1] > y1) continue;
    if (isFar && !line.critical && shown.length > 1500) continue;
    drawLine(g, line, isFar);
  }
  for (const box of shown) drawBox(g, box, isFar);
  g.globalAlpha = 1;
  return shown.length;
}

/** @param {CanvasRenderingContext2D} g @param {import("./layout.js").Box} box */
function drawFrame(g, box) {
  g.beginPath();
  g.roundRect(box.x, box.y, box.w, box.h, 8);
  g.fillStyle = box.depth % 2 ? colours.pane : colours.raise;
  g.fill();
  g.lineWidth = 1 / Math.min(1, camera.scale);
  g.strokeStyle = box.node.state == "failed" ? colours.failed : colours.line2;
  g.stroke();
}

/**
 * Thin and grey, or ink and thick on the critical path.
 * @param {CanvasRenderingContext2D} g
 * @param {import("./layout.js").Line} line
 * @param {boolean} isFar
 */
function drawLine(g, line, isFar) {
  const { scale } = camera;
  const selected = ui.selected && visible(ui.selected);
  const isMine = line.from == selected || line.to == selected;
  const isDim = ui.shown && !(ui.shown.has(line.from) && ui.shown.has(line.to));
  g.globalAlpha = isDim ? 0.25 : isFar && !line.critical ? 0.5 : 1;
  const width = ((line.critical ? 2.25 : isMine ? 1.75 : 1) / Math.max(0.6, Math.min(1, scale))) * (isFar ? 1.6 : 1);
  g.lineWidth = line.critical ? Math.max(width, 1.25 / scale) : width;
  g.strokeStyle = isMine ? colours.accent : line.critical ? colours.ink : colours.edge;
  g.setLineDash(line.to.kind == "handler" || !line.to.began ? [4, 4] : []);
  g.beginPath();
  let [px, py] = line.points[0];
  g.moveTo(px, py);
  for (const [x, y] of line.points.slice(1)) {
    const middle = (py + y) / 2;
    if (px == x) g.lineTo(x, y);
    else g.bezierCurveTo(px, middle, x, middle, x, y);
    [px, py] = [x, y];
  }
  g.stroke();
  g.setLineDash([]);
  if (scale <= 0.55) return;
  g.beginPath();
  g.moveTo(px - 3.5, py - 5);
  g.lineTo(px, py - 0.5);
  g.lineTo(px + 3.5, py - 5);
  g.lineWidth = 1.5;
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g @param {import("./layout.js").Box} box @param {boolean} isFar */
function drawBox(g, box, isFar) {
  const { scale } = camera;
  const node = box.node;
  const alpha = ui.shown && !ui.shown.has(node) ? 0.28 : 1;
  g.globalAlpha = alpha;
  if (!box.open && isFar) drawSpeck(g, box, alpha);
  else if (!box.open) drawCard(g, box);
  if (ui.selected && node == visible(ui.selected)) {
    const off = 3 / Math.min(1, scale);
    g.beginPath();
    g.roundRect(box.x - off, box.y - off, box.w + 2 * off, box.h + 2 * off, 6 + off);
    g.lineWidth = 2 / Math.min(1, scale);
    g.strokeStyle = colours.accent;
    g.stroke();
  }
  if (isFar) return;
  const middle = box.y + (box.open ? 16 : 14);
  drawIcon(g, node.state, box.x + 8, middle - 8);
  if (scale <= 0.45) return;
  let right = box.x + box.w - 8;
  if (node.isGroup) {
    g.strokeStyle = colours.mute;
    g.lineWidth = 1.4;
    drawChevron(g, right - 8, middle, box.open);
    right -= 14;
  }
  g.font = smallFont();
  g.textAlign = "right";
  g.fillStyle = colours.mute;
  g.fillText(box.text, right, middle + 0.5);
  const room = right - box.x - 30 - (box.text ? widthOf(box.text, smallFont()) + 8 : 0);
  const name = cutTo(node.name, nameFont(), room);
  g.font = nameFont();
  g.fillStyle = node.began ? colours.ink : colours.mute;
  g.textAlign = "left";
  g.fillText(name, box.x + 30, middle + 0.5);
  g.font = smallFont();
  g.fillStyle = colours.mute;
  if (box.open && !node.isMap) g.fillText(node.kind, box.x + 38 + widthOf(name, nameFont()), middle + 0.5);
  if (node.when) {
    g.font = "600 10px " + colours.ui;
    g.fillText(cutTo(node.when, g.font, Math.max(box.w, 120)), box.x + 2, box.y - 7);
  }
  if (node.isMap) {
    if (box.open) drawCells(g, box);
    else drawShares(g, node, box.x + 30, box.y + 25, box.w - 42);
  }
}

/**
 * The sign of a group: open or closed.
 * @param {CanvasRenderingContext2D} g
 * @param {number} x
 * @param {number} y
 * @param {boolean} open
 */
export function drawChevron(g, x, y, open) {
  g.beginPath();
  const [dx, dy] = open ? [4, 2] : [2, 4];
  g.moveTo(x + (open ? 0 : 2), y - dy);
  g.lineTo(x + (open ? dx : 6), open ? y + dy : y);
  g.lineTo(x + (open ? 8 : 2), open ? y - dy : y + dy);
  g.stroke();
}

/**
 * A node too small for words.
 * @param {CanvasRenderingContext2D} g
 * @param {import("./layout.js").Box} box
 * @param {number} alpha
 */
function drawSpeck(g, box, alpha) {
  const { node } = box;
  const colour = node.state == "succeeded" ? colours["ok-bar"] : colours[STATES[node.state].colour];
  g.fillStyle = node.critical && node.state != "failed" ? colours.ink : colour;
  if (node.state == "cached" && !node.critical) g.globalAlpha = alpha * 0.4;
  g.fillRect(box.x, box.y, box.w, box.h);
  g.globalAlpha = alpha;
  if (node.state != "failed") return;
  const off = 2 / camera.scale;
  g.lineWidth = off;
  g.strokeStyle = colours.failed;
  g.strokeRect(box.x - off, box.y - off, box.w + 2 * off, box.h + 2 * off);
}

/** @param {CanvasRenderingContext2D} g @param {import("./layout.js").Box} box */
function drawCard(g, box) {
  const { node } = box;
  if (node.isGroup) {
    g.beginPath();
    g.roundRect(box.x + 4, box.y + 4, box.w - 8, box.h, 6);
    g.fillStyle = colours.raise;
    g.fill();
    g.strokeStyle = colours.line2;
    g.lineWidth = 1;
    g.stroke();
  }
  g.beginPath();
  g.roundRect(box.x, box.y, box.w, box.h, 6);
  g.fillStyle = node.state == "failed" ? colours["failed-bg"] : node == ui.hovered ? colours.hover : colours.pane;
  g.fill();
  g.lineWidth = node.critical ? 1.75 : 1;
  g.strokeStyle = node.state == "failed" ? colours.failed : node.critical ? colours.ink : colours.line2;
  g.setLineDash(node.began ? [] : [3, 3]);
  g.stroke();
  g.setLineDash([]);
}

/**
 * The shares of the states of a closed map.
 * @param {CanvasRenderingContext2D} g
 * @param {RunNode} map
 * @param {number} x
 * @param {number} y
 * @param {number} w
 */
function drawShares(g, map, x, y, w) {
  for (const state of Object.keys(STATES).reverse()) {
    const count = countOf(state, map.kids);
    if (!count) continue;
    const part = Math.max(3, (count / map.kids.length) * w);
    g.fillStyle = state == "succeeded" ? colours["ok-bar"] : colours[STATES[state].colour];
    g.fillRect(x, y, Math.min(part, w) - 1, 4);
    x += part * (state == "succeeded" ? 0.98 : 1);
  }
}

/** The elements of an open map. @param {CanvasRenderingContext2D} g @param {import("./layout.js").Box} box */
function drawCells(g, box) {
  box.node.kids.forEach((element, index) => {
    const x = box.x + 12 + (index % CELLS) * CELL;
    const y = box.y + 32 + Math.floor(index / CELLS) * CELL;
    g.fillStyle = element.state == "succeeded" ? colours["ok-bar"] : colours[STATES[element.state].colour];
    if (element.state == "cached") g.fillRect(x + 1, y + 1, 2, 2);
    else g.fillRect(x, y, 4, 4);
    g.strokeStyle = element == ui.selected ? colours.accent : colours.failed;
    g.lineWidth = element == ui.selected ? 2 : 1;
    if (element == ui.selected) g.strokeRect(x - 3, y - 3, 10, 10);
    else if (element.state == "failed") g.strokeRect(x - 1.5, y - 1.5, 7, 7);
  });
}
