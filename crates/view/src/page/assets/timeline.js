// When: the timeline on a canvas, with waiting, attempts and backoff apart.
import { RunNode, busy, busyOfRun, critical, total } from "./run.js";
import { cutTo, nameFont, smallFont, widthOf } from "./layout.js";
import { drawChevron, drawIcon, prepared } from "./graph.js";
import { colours, endOfTime, isUnfolded, rows, ui, visible } from "./state.js";
import { STATES, length, one } from "./words.js";

export const ROW = 24;
const AXIS = 24;
const BUSY = 36;
const PAD = 12;
/** The height of what is above the rows. */
export const HEAD = AXIS + BUSY + 8;
/** The distances that lines of time may have, in seconds. */
const STEPS = [
  1e-6, 1e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300,
  600, 1800, 3600, 7200, 21600, 86400,
];

const canvas2 = () => /** @type {HTMLCanvasElement} */ (one("#gantt"));
const scroller = () => /** @type {HTMLElement} */ (canvas2().parentElement);

/** The width of the names. @param {number} width */
export const namesOf = width => (width < 500 ? 128 : 196);

/** The time at a place of the canvas. @param {number} x */
export function timeAt(x) {
  const width = canvas2().clientWidth;
  const names = namesOf(width);
  return ui.from + ((x - names - PAD) / (width - names - 2 * PAD)) * (ui.until - ui.from);
}

/**
 * Of the elements of maps: how many ran at once, and those that have a mark.
 * @type {Map<RunNode, { busy: import("./run.js").Busy, marked: RunNode[] }>}
 */
const ofMaps = new Map();

/** Forgets what was counted of another run. */
export function countAgain() {
  ofMaps.clear();
}

/** Zooms to a part of the run, which stays in its bounds. @param {number} from @param {number} until */
export function zoomTime(from, until) {
  const width = Math.min(endOfTime(), Math.max(total * 1e-5, until - from));
  ui.from = Math.max(0, Math.min(endOfTime() - width, from));
  ui.until = ui.from + width;
}

/**
 * @typedef {{ g: CanvasRenderingContext2D, x: (time: number) => number, names: number, width: number }} Field
 */

/** Draws the timeline. */
export function drawTime() {
  const [width, height] = [scroller().clientWidth, scroller().clientHeight];
  if (!width || ui.view != "time") return;
  const list = rows();
  const names = namesOf(width);
  const x = (/** @type {number} */ time) =>
    names + PAD + ((time - ui.from) / (ui.until - ui.from)) * (width - names - 2 * PAD);
  const filler = /** @type {HTMLElement} */ (scroller().lastElementChild);
  filler.style.height = Math.max(0, HEAD + list.length * ROW + 8 - height) + "px";
  const g = prepared(canvas2(), width, height);
  const field = { g, x, names, width };
  drawAxis(field, height);
  g.save();
  g.beginPath();
  g.rect(0, HEAD - 4, width, height - HEAD + 4);
  g.clip();
  const scrolled = scroller().scrollTop;
  const [first, last] = [
    Math.max(0, Math.floor(scrolled / ROW)),
    Math.min(list.length, Math.ceil((scrolled + height) / ROW)),
  ];
  /** @type {Map<RunNode, number>} */
  const middles = new Map();
  const selected = ui.selected && visible(ui.selected);
  for (let i = first; i < last; i++) {
    const [node, top] = [list[i], HEAD + i * ROW - scrolled];
    middles.set(node, top + ROW / 2);
    if (node != ui.selected && node != ui.hovered && node != selected) continue;
    g.fillStyle = node == ui.selected || node != ui.hovered ? colours["accent-bg"] : colours.hover;
    g.fillRect(0, top, width, ROW);
    g.fillStyle = colours.accent;
    if (node == ui.selected) g.fillRect(0, top, 2, ROW);
  }
  drawThread(field, height, middles);
  for (const [node, middle] of middles) drawRow(field, node, middle);
  g.restore();
  g.globalAlpha = 1;
}

/**
 * The times, and how much ran at once, scaled to what is in view.
 * @param {Field} field
 * @param {number} height
 */
function drawAxis({ g, x, names, width }, height) {
  const room = width - names;
  const step = STEPS.find(step => (step / (ui.until - ui.from)) * room > 68) ?? 7 * 86400;
  g.save();
  g.beginPath();
  g.rect(names, 0, room, height);
  g.clip();
  g.lineWidth = 1;
  g.font = smallFont();
  g.textAlign = "left";
  for (let tick = Math.ceil(ui.from / step); tick * step <= ui.until; tick++) {
    const at = Math.round(x(tick * step)) + 0.5;
    g.strokeStyle = colours.line;
    g.beginPath();
    g.moveTo(at, 20);
    g.lineTo(at, height);
    g.stroke();
    const text = length(tick * step)
      .replace(/\.0 (s|ms)$/, " $1")
      .replace(" 00 s", "");
    g.fillStyle = colours.mute;
    if (at + widthOf(text, g.font) < width - 4) g.fillText(text, at, 11);
  }
  const { times, counts } = busyOfRun;
  const first = placeOf(times, ui.from);
  let most = Math.max(1, counts[first - 1] ?? 0);
  for (let i = first; i < times.length && times[i] <= ui.until; i++) most = Math.max(most, counts[i]);
  drawArea(g, busyOfRun, most, x, [names, width], AXIS + 4, BUSY - 8, colours["accent-bg"], colours.accent);
  g.restore();
  g.fillStyle = colours.mute;
  g.textAlign = "left";
  g.fillText(names < 150 ? "At once" : "Running at once", 12, AXIS + 18);
  g.textAlign = "right";
  g.fillStyle = colours.ink;
  g.fillText("max " + most, names - 8, AXIS + 18);
  g.strokeStyle = colours.line;
  g.beginPath();
  g.moveTo(0, HEAD - 4.5);
  g.lineTo(width, HEAD - 4.5);
  g.stroke();
}

/** The place of the first of the times that is not before a time. @param {Float64Array} times @param {number} time */
function placeOf(times, time) {
  let [least, most] = [0, times.length];
  while (least < most) {
    const middle = (least + most) >> 1;
    if (times[middle] < time) least = middle + 1;
    else most = middle;
  }
  return least;
}

/**
 * How much ran at once: for each column of pixels the most, so that a long run costs no more than a short one.
 * @param {CanvasRenderingContext2D} g
 * @param {import("./run.js").Busy} busy
 * @param {number} most
 * @param {(time: number) => number} x
 * @param {[number, number]} bounds
 * @param {number} y
 * @param {number} h
 * @param {string} fill
 * @param {string} line
 */
function drawArea(g, { times, counts }, most, x, [left, right], y, h, fill, line) {
  if (!times.length) return;
  let i = placeOf(times, ui.from);
  let before = counts[i - 1] ?? 0;
  const start = i > 0 ? left : Math.max(left, x(times[0]));
  g.beginPath();
  g.moveTo(start, y + h);
  let [column, highest] = [start, before];
  const level = (/** @type {number} */ count) => y + h - (count / most) * h;
  g.lineTo(start, level(before));
  for (; i < times.length; i++) {
    const at = x(times[i]);
    if (at > right) break;
    if (at - column >= 1) {
      g.lineTo(column, level(highest));
      g.lineTo(column, level(before));
      g.lineTo(at, level(before));
      [column, highest] = [at, before];
    }
    before = counts[i];
    highest = Math.max(highest, before);
  }
  const end = i < times.length ? right : column;
  g.lineTo(column, level(highest));
  g.lineTo(column, level(before));
  g.lineTo(end, level(before));
  g.lineTo(end, y + h);
  g.closePath();
  g.fillStyle = fill;
  g.fill();
  g.strokeStyle = line;
  g.lineWidth = 1;
  g.stroke();
}

/**
 * The critical path from row to row, under the bars.
 * @param {Field} field
 * @param {number} height
 * @param {Map<RunNode, number>} middles
 */
function drawThread({ g, x, names, width }, height, middles) {
  g.save();
  g.beginPath();
  g.rect(names, 0, width - names, height);
  g.clip();
  g.strokeStyle = colours.ink;
  g.lineWidth = 1;
  g.beginPath();
  for (let i = 1; i < critical.length; i++) {
    const [a, b] = [visible(critical[i - 1]), visible(critical[i])];
    const [ya, yb] = [middles.get(a), middles.get(b)];
    if (a == b || ya == null || yb == null) continue;
    const at = Math.round(x(b.ready)) + 0.5;
    const off = yb > ya ? 9 : -6;
    g.moveTo(at, ya + off);
    g.lineTo(at, yb + off);
  }
  g.stroke();
  g.restore();
}

/** @param {Field} field @param {RunNode} node @param {number} middle */
function drawRow(field, node, middle) {
  const { g, names, width } = field;
  const left = 12 + Math.max(0, node.depth) * 14;
  g.globalAlpha = !ui.shown || ui.hits.has(node) ? 1 : 0.7;
  if (node.isGroup) {
    g.strokeStyle = colours.mute;
    g.lineWidth = 1.4;
    drawChevron(g, left, middle, isUnfolded(node));
  }
  drawIcon(g, node.state, left + 12, middle - 7, 14);
  g.font = (node.isGroup ? "600 " : "") + nameFont();
  g.fillStyle = node.began ? colours.ink : colours.mute;
  g.textAlign = "left";
  g.fillText(cutTo(node.short, g.font, names - left - 36), left + 31, middle + 0.5);
  g.save();
  g.beginPath();
  g.rect(names, middle - ROW / 2, width - names, ROW);
  g.clip();
  drawBar(field, node, middle);
  g.restore();
}

/** @param {Field} field @param {RunNode} node @param {number} middle */
function drawBar(field, node, middle) {
  const { g, x, names, width } = field;
  g.font = smallFont();
  g.fillStyle = colours.mute;
  if (node.end < ui.from || node.ready > ui.until) {
    const isEarly = node.end < ui.from;
    g.textAlign = isEarly ? "left" : "right";
    const text = isEarly ? "‹ ended at " + length(node.end) : "starts at " + length(node.ready) + " ›";
    g.fillText(text, isEarly ? names + 8 : width - 8, middle + 0.5);
    return;
  }
  const [start, end] = [x(node.start), x(node.end)];
  const wide = Math.max(2, end - start);
  if (!node.began) {
    const isRight = start > width - 90;
    g.textAlign = isRight ? "right" : "left";
    const told = { queued: "not begun", absent: "only in the other run" }[node.state] ?? "never started";
    g.fillText(told, start + (isRight ? -6 : 6), middle + 0.5);
    return;
  }
  let tail = end;
  if (node.isMap) drawDensity(field, node, middle);
  else if (node.isGroup) {
    g.fillStyle = node.state == "failed" ? colours.failed : colours.idle;
    g.fillRect(start, middle - 2, wide, 3);
    g.fillRect(start, middle - 2, 1.5, 7);
    g.fillRect(end - 1.5, middle - 2, 1.5, 7);
  } else if (node.state == "cached") {
    g.fillStyle = colours.cached;
    g.beginPath();
    g.moveTo(start, middle - 6);
    g.lineTo(start + 6, middle);
    g.lineTo(start, middle + 6);
    g.lineTo(start - 6, middle);
    g.fill();
    tail = start + 4;
  } else {
    drawWaits(field, node, middle);
    node.runs.forEach((_, index) => drawAttempt(field, node, index, middle));
    if (!node.runs.length && node.kind != "gate") {
      g.fillStyle = node.state == "failed" ? colours.failed : node.critical ? colours.ok : colours["ok-bar"];
      g.fillRect(start, middle - 6, wide, 12);
    }
  }
  if (node.critical && (!node.isGroup || node.isMap)) {
    g.fillStyle = colours.ink;
    const from = node.isMap ? start : x(node.ready);
    g.fillRect(from, middle + (node.isMap ? 10 : 8), Math.max(2, end - from), 2);
  }
  if (node.then != null) drawThen(field, start, x(node.start + node.then), middle);
  const whole =
    node.state == "cached"
      ? "from the cache"
      : node.kind == "gate"
        ? "waited " + length(node.took)
        : length(node.took) + (node.runs.length > 1 ? `, ${node.runs.length} attempts` : "");
  // Beside the bar, over the waiting, or over the bar. There it is as short as can be, as it hides attempts.
  const beside = tail + 8 + widthOf(whole, smallFont()) <= width - 4;
  const text = beside ? whole : length(node.took);
  const textWidth = widthOf(text, smallFont());
  const isLeft = tail + 8 + textWidth > width - 4;
  const room = [x(node.ready) - 6, start - 6].find(at => at - textWidth >= names + 4) ?? end - 8;
  const at = isLeft ? room : tail + 8;
  const isSelected = ui.selected && (node == ui.selected || node == visible(ui.selected));
  g.fillStyle = isSelected ? colours["accent-bg"] : node == ui.hovered ? colours.hover : colours.pane;
  g.fillRect(isLeft ? at - textWidth - 2 : at - 2, middle - 7, textWidth + 4, 14);
  g.fillStyle = colours.mute;
  g.font = smallFont();
  g.textAlign = isLeft ? "right" : "left";
  g.fillText(text, at, middle + 0.5);
}

/**
 * How long it took in the other run: a line over the bar, with ends.
 * @param {Field} field
 * @param {number} from
 * @param {number} until
 * @param {number} middle
 */
function drawThen({ g }, from, until, middle) {
  g.fillStyle = colours.edge;
  g.fillRect(from, middle - 9, Math.max(1, until - from), 1);
  g.fillRect(from, middle - 10, 1, 3);
  g.fillRect(Math.max(from, until - 1), middle - 10, 1, 3);
}

/**
 * The elements of a map: how many ran at once, and which failed.
 * @param {Field} field
 * @param {RunNode} map
 * @param {number} middle
 */
function drawDensity({ g, x, names, width }, map, middle) {
  let own = ofMaps.get(map);
  if (!own) {
    const marked = map.kids.filter(element => element.state == "failed" || element.state == "retried");
    ofMaps.set(map, (own = { busy: busy(map.kids), marked }));
  }
  const most = Math.max(1, own.busy.most);
  drawArea(g, own.busy, most, x, [names, width], middle - 8, 16, colours["ok-bar"], colours.ok);
  for (const element of own.marked) {
    const at = Math.round(x(element.end));
    g.fillStyle = colours[STATES[element.state].colour];
    if (element.state == "failed") {
      g.fillRect(at - 1, middle - 10, 2, 18);
      g.fillRect(at - 3, middle - 11, 6, 5);
    } else g.fillRect(at, middle + 3, 1, 5);
  }
}

/**
 * What it waited for before its first attempt; all of it for a gate.
 * @param {Field} field
 * @param {RunNode} node
 * @param {number} middle
 */
function drawWaits({ g, x }, node, middle) {
  const isGate = node.kind == "gate";
  const [from, until] = [x(node.ready), x(isGate ? node.end : (node.runs[0]?.start ?? node.start))];
  const wide = until - from;
  if (wide <= 1) return;
  g.strokeStyle = colours.edge;
  g.fillStyle = colours.edge;
  g.lineWidth = 1;
  if (isGate) {
    g.save();
    g.beginPath();
    g.rect(from, middle - 5, wide, 10);
    g.clip();
    g.beginPath();
    for (let at = from - 10; at < until; at += 5) {
      g.moveTo(at, middle + 5);
      g.lineTo(at + 10, middle - 5);
    }
    g.stroke();
    g.restore();
    g.strokeRect(from + 0.5, middle - 5, wide - 1, 10);
  } else if (wide > 4) g.strokeRect(from + 0.5, middle - 2.5, wide - 1, 5);
  else g.fillRect(from, middle, wide, 1);
}

/**
 * An attempt, and the backoff after it.
 * @param {Field} field
 * @param {RunNode} node
 * @param {number} index
 * @param {number} middle
 */
function drawAttempt({ g, x }, node, index, middle) {
  const own = node.runs[index];
  const at = x(own.start);
  const wide = Math.max(1.5, x(own.end) - at);
  g.fillStyle = own.error != null ? colours.failed : node.critical ? colours.ok : colours["ok-bar"];
  g.beginPath();
  g.roundRect(at, middle - 6, wide, 12, Math.min(2, wide / 2));
  g.fill();
  if (own.error != null && wide > 12) {
    g.strokeStyle = colours.glyph;
    g.lineWidth = 1.5;
    const centre = at + wide / 2;
    g.beginPath();
    g.moveTo(centre - 3, middle - 3);
    g.lineTo(centre + 3, middle + 3);
    g.moveTo(centre + 3, middle - 3);
    g.lineTo(centre - 3, middle + 3);
    g.stroke();
  } else if (own.error == null && wide > 5 && !node.critical) {
    g.strokeStyle = colours.ok;
    g.lineWidth = 1;
    g.beginPath();
    g.roundRect(at + 0.5, middle - 5.5, wide - 1, 11, 1.5);
    g.stroke();
  }
  const next = node.runs[index + 1];
  if (!next || x(next.start) - at - wide < 2) return;
  g.strokeStyle = colours.retried;
  g.lineWidth = 2;
  g.setLineDash([2, 2]);
  g.beginPath();
  g.moveTo(at + wide + 1, middle);
  g.lineTo(x(next.start) - 1, middle);
  g.stroke();
  g.setLineDash([]);
}
