// The pointer in the graph and in the timeline.
import { RunNode } from "./run.js";
import { camera, graphAt, zoomGraph } from "./graph.js";
import { HEAD, ROW, namesOf, timeAt, zoomTime } from "./timeline.js";
import { rows, ui } from "./state.js";
import { paint, select, toggle } from "./actions.js";
import { STATES, length, one } from "./words.js";

/** @param {MouseEvent} event @param {string} text */
export function tip(event, text) {
  const own = one("#tip");
  own.textContent = text;
  if (!text) return;
  own.style.left = Math.min(event.clientX + 12, innerWidth - own.offsetWidth - 8) + "px";
  own.style.top = Math.min(event.clientY + 16, innerHeight - own.offsetHeight - 8) + "px";
}

/** @param {RunNode} node */
function tipOf(node) {
  const state = `${node.name}, ${STATES[node.state].word}\n`;
  if (!node.began) return state + "never started";
  const attempts = node.runs.length > 1 ? `, ${node.runs.length} attempts` : "";
  return `${state}took ${length(node.took)}${attempts}\n+${length(node.start)} to +${length(node.end)}`;
}

/** @param {RunNode | null} node */
function hover(node) {
  if (node == ui.hovered) return;
  ui.hovered = node;
  paint("graph", "time");
}

export function onGraph() {
  const canvas = one("#graph");
  /** @type {{ x: number, y: number, cx: number, cy: number, far: number } | null} */
  let drag = null;
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.offsetX, y: event.offsetY, cx: camera.x, cy: camera.y, far: 0 };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", event => {
    if (drag) {
      const [dx, dy] = [event.offsetX - drag.x, event.offsetY - drag.y];
      drag.far = Math.max(drag.far, Math.hypot(dx, dy));
      if (drag.far <= 3) return;
      [camera.x, camera.y] = [drag.cx + dx, drag.cy + dy];
      return paint("graph");
    }
    const node = graphAt(event.offsetX, event.offsetY)?.node ?? null;
    canvas.style.cursor = node ? "pointer" : "grab";
    hover(node);
    tip(event, node && (camera.scale < 0.6 || node.isElement) ? tipOf(node) : "");
  });
  canvas.addEventListener("pointerup", event => {
    const was = drag;
    drag = null;
    if (!was || was.far > 3) return;
    const hit = graphAt(event.offsetX, event.offsetY);
    if (!hit) return;
    if (hit.isHead || ui.selected == hit.node) toggle(hit.node);
    select(hit.node, "graph");
  });
  canvas.addEventListener("pointerleave", event => {
    tip(event, "");
    hover(null);
  });
  canvas.addEventListener(
    "wheel",
    event => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || (!event.shiftKey && Math.abs(event.deltaY) >= 50)) {
        zoomGraph(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
      } else {
        camera.x -= event.deltaX;
        camera.y -= event.deltaY;
      }
      paint("graph");
    },
    { passive: false },
  );
}

export function onTimeline() {
  const canvas = one("#gantt");
  const rowAt = (/** @type {MouseEvent} */ event) => {
    const y = event.offsetY - HEAD;
    return y < 0 ? null : (rows()[Math.floor((y + one("#time .scroll").scrollTop) / ROW)] ?? null);
  };
  /** @type {{ x: number, from: number, until: number, far: number } | null} */
  let drag = null;
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.offsetX, from: ui.from, until: ui.until, far: 0 };
  });
  canvas.addEventListener("pointermove", event => {
    if (drag && event.buttons) {
      const wide = drag.until - drag.from;
      const by = ((drag.x - event.offsetX) / (canvas.clientWidth - namesOf(canvas.clientWidth))) * wide;
      drag.far = Math.max(drag.far, Math.abs(drag.x - event.offsetX));
      if (drag.far > 3) {
        zoomTime(drag.from + by, drag.from + by + wide);
        paint("time");
      }
      return;
    }
    const node = rowAt(event);
    hover(node);
    tip(event, node && event.offsetX > namesOf(canvas.clientWidth) ? tipOf(node) : "");
  });
  canvas.addEventListener("pointerup", event => {
    const was = drag;
    drag = null;
    if (was && was.far > 3) return;
    const node = rowAt(event);
    if (!node) return;
    if (event.offsetX < 28 + Math.max(0, node.depth) * 14) toggle(node);
    select(node, "time");
  });
  canvas.addEventListener("pointerleave", event => {
    tip(event, "");
    hover(null);
  });
  canvas.addEventListener(
    "wheel",
    event => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) return;
      event.preventDefault();
      zoomAt(Math.exp(event.deltaY / 300), timeAt(event.offsetX));
    },
    { passive: false },
  );
}

/** @param {number} by @param {number} [at] */
export function zoomAt(by, at = (ui.from + ui.until) / 2) {
  zoomTime(at - (at - ui.from) * by, at + (ui.until - at) * by);
  paint("time");
}
