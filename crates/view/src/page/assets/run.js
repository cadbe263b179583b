// The run: its nodes as a tree, and what follows from their times.

/**
 * An attempt, in seconds since the run began.
 * @typedef {object} Attempt
 * @property {number} start
 * @property {number} end that of the run for one that goes on
 * @property {string} [error]
 * @property {string} [log]
 * @property {number} [left]
 * @property {string} [rest]
 * @property {string} [deck] the file with its deck
 * @property {string} [frame] the deck, as HTML for a frame without scripts
 * @property {string} [frameAt] its address, where a server has it
 */

/**
 * A node as the program writes it.
 * @typedef {object} Told
 * @property {string} id
 * @property {number} [in]
 * @property {string} [name]
 * @property {string} kind
 * @property {string} [entity]
 * @property {string} state
 * @property {number} [ready]
 * @property {number} [start]
 * @property {number} [end]
 * @property {number[]} [needs]
 * @property {Attempt[]} [runs]
 * @property {[number, string][]} [waits]
 * @property {{ key: string, hit: boolean, why: string[] }} [cache]
 * @property {string} [error]
 * @property {[string, string][]} [inputs]
 * @property {[string, string][]} [outputs]
 * @property {[string, string][]} [from]
 * @property {string} [when]
 * @property {Change[]} [changes]
 * @property {number} [then] how long it took in the run that this one is compared with
 */

/**
 * Something that differs from the other run: what, its name, how it is here, and how it is there.
 * @typedef {[string, string, string | null, string | null]} Change
 */

/**
 * @typedef {object} Entity
 * @property {string} [source]
 * @property {string} [docs]
 * @property {[string, string][]} [options]
 */

/**
 * @typedef {object} RunTold
 * @property {string} id
 * @property {string} entity
 * @property {string} state
 * @property {number} started
 * @property {number} took
 * @property {number} [resumed]
 * @property {number} [damaged]
 * @property {string} [error]
 * @property {[string, string][]} [inputs]
 * @property {[string, string][]} [outputs]
 * @property {{ id: string, state: string, started: number, took: number }} [other] the run that it is compared with
 * @property {Change[]} [changes]
 */

/** What a node has nothing of, once for all of them. @type {never[]} */
const NOTHING = [];

/** A node with its place in the tree. */
export class RunNode {
  /**
   * @param {Told} told
   * @param {RunNode | null} parent
   */
  constructor(told, parent) {
    this.parent = parent;
    /** @type {RunNode[]} */
    this.kids = NOTHING;
    /** @type {RunNode[]} */
    this.needs = NOTHING;
    this.kind = told.kind;
    this.isElement = told.kind == "element";
    this.id = told.id;
    /** @type {string | null} */
    this.pathOnce = null;
    /** The name beside those of its siblings. */
    this.short = this.isElement ? told.id : (told.name ?? told.id);
    this.name = this.isElement && parent ? parent.name + told.id : this.short;
    this.entity = told.entity ?? "";
    /** @type {number} */
    this.depth = parent ? parent.depth + 1 : -1;
    /** @type {Attempt[]} */
    this.runs = told.runs ?? NOTHING;
    // One that goes on has no end yet.
    if (this.runs.some(own => own.end == null)) {
      this.runs = this.runs.map(own => ({ ...own, end: own.end ?? Math.max(own.start, run.took) }));
    }
    this.state = told.state == "succeeded" && this.runs.length > 1 ? "retried" : told.state;
    /** Whether it ever began; if it did not, its times are those at which this was clear. */
    this.began = told.start != null;
    this.ready = told.ready ?? told.start ?? 0;
    this.start = told.start ?? this.ready;
    this.end = told.end ?? (told.state == "running" ? Math.max(this.start, run.took) : this.start);
    this.waits = told.waits ?? NOTHING;
    this.cache = told.cache;
    this.error = told.error;
    this.inputs = told.inputs ?? NOTHING;
    this.outputs = told.outputs ?? NOTHING;
    this.from = told.from ?? NOTHING;
    /** When it runs, if that depends on something: the condition of its case, or a failure. */
    this.when = told.when ?? "";
    /** Whether it is on the critical path, and its share of the run then. */
    this.critical = false;
    this.share = 0;
    this.changes = told.changes ?? NOTHING;
    this.then = told.then;
    /** Whether it, or what is in it, differs from the other run. */
    this.differs = this.changes.length > 0;
    if (this.differs) for (let at = parent; at && !at.differs; at = at.parent) at.differs = true;
  }

  /** The path, which is made when it is asked for first: a run may have very many. @returns {string} */
  get path() {
    if (this.pathOnce == null) {
      const around = this.parent?.path;
      this.pathOnce = around ? around + (this.isElement ? "" : "/") + this.id : this.id;
    }
    return this.pathOnce;
  }

  get took() {
    return this.end - this.start;
  }

  /** How long it waited after all that it needs had ended, until it or its first attempt began. */
  get waited() {
    return this.began ? Math.max(0, (this.runs[0]?.start ?? this.start) - this.ready) : 0;
  }

  get isGroup() {
    return this.kids.length > 0;
  }

  get isMap() {
    return this.kids.length > 0 && this.kids[0].isElement;
  }

  /** From the outermost group to this. */
  get chain() {
    /** @type {RunNode[]} */
    const chain = [];
    for (let node = /** @type {RunNode | null} */ (this); node?.parent; node = node.parent) chain.unshift(node);
    return chain;
  }
}

/**
 * What a program tells of a run.
 * @typedef {{ run: RunTold, entities: Record<string, Entity>, nodes: Told[] }} Model
 */

/** @type {RunTold} */
export let run = { id: "", entity: "", state: "running", started: 0, took: 0 };

/** @type {Record<string, Entity>} */
export let entities = {};

export let root = new RunNode({ id: "", kind: "workflow", state: "running" }, null);

/** All nodes, groups before what is in them. */
export const nodes = {
  /** @type {RunNode[]} */
  list: [],
  /** @type {Map<string, RunNode> | null} */
  byPath: null,
  get size() {
    return this.list.length;
  },
  values() {
    return this.list;
  },
  /** The node at a path. @param {string} path */
  get(path) {
    if (!path) return undefined;
    this.byPath ??= new Map(this.list.map(node => [node.path, node]));
    return this.byPath.get(path);
  },
};

/** The nodes that are not elements of maps, in the same order. @type {RunNode[]} */
export let steps = [];

/** The length of the run in seconds, never nothing. */
export let total = 1e-6;

/** Nodes without others in them. @type {RunNode[]} */
export let leaves = [];

/** The critical path: each began when the one before it ended. @type {RunNode[]} */
export let critical = [];

/** The edges of the critical path, as the paths of both ends. @type {Set<string>} */
export const criticalEdges = new Set();

/** The failed nodes without failed ones in them, in the order of time. @type {RunNode[]} */
export let failures = [];

/** @param {RunNode} a @param {RunNode} b */
export const edge = (a, b) => a.path + ">" + b.path;

/**
 * Reads a run, in place of the one before.
 * @param {Model} model
 * @param {number} now how long the run has gone on, if it has not ended
 */
export function readRun(model, now) {
  run = { ...model.run };
  if (run.state == "running") run.took = Math.max(run.took, now);
  entities = model.entities;
  alike.clear();
  total = Math.max(run.took, 1e-6);
  root = new RunNode({ id: "", name: run.entity, kind: "workflow", state: run.state, start: 0, end: run.took }, null);
  readNodes(model.nodes);
  steps = [];
  (function walk(/** @type {RunNode} */ node) {
    for (const kid of node.kids) {
      if (!kid.isElement) steps.push(kid);
      if (kid.isGroup) walk(kid);
    }
  })(root);
  leaves = nodes.list.filter(node => !node.isGroup);
  busyOfRun = busy(leaves);
  findCritical();
  failures = steps
    .filter(node => node.state == "failed" && !node.kids.some(kid => kid.state == "failed"))
    .sort((a, b) => a.end - b.end);
}

/** @param {Told[]} told */
function readNodes(told) {
  /** @type {RunNode[]} */
  const all = [];
  for (const one of told) {
    const parent = one.in == null ? root : all[one.in];
    const node = new RunNode(one, parent);
    all.push(node);
    if (parent.kids == NOTHING) parent.kids = [];
    parent.kids.push(node);
  }
  nodes.list = all;
  nodes.byPath = null;
  told.forEach((one, index) => {
    if (one.needs) all[index].needs = one.needs.map(need => all[need]);
  });
  // A failure handler is in no list of the graph, so what it waits for is not recorded.
  for (const node of all) {
    if (node.kind == "handler" && node.began) {
      node.ready = Math.min(
        node.start,
        node.needs.reduce((last, need) => Math.max(last, need.end), node.ready),
      );
    }
  }
}

function findCritical() {
  const last = (/** @type {RunNode[]} */ list) => {
    /** @type {RunNode | null} */
    let latest = null;
    for (const node of list) if (node.began && !(latest && latest.end >= node.end)) latest = node;
    return latest;
  };
  critical = [];
  criticalEdges.clear();
  let node = last(root.kids);
  while (node) {
    // Elements of a map take turns, so the map stands for them.
    for (let inner = last(node.kids); inner && !node.isMap; inner = last(node.kids)) node = inner;
    critical.push(node);
    /** @type {RunNode | null} */
    let from = node;
    let before = last(from.needs);
    while (!before && from && from.parent != root) {
      from = from.parent;
      before = from ? last(from.needs) : null;
    }
    node = before;
  }
  critical.reverse();
  for (const node of critical) {
    node.critical = true;
    node.share = (node.end - node.ready) / total;
    for (const around of node.chain.slice(0, -1)) {
      around.critical = true;
      around.share += node.share;
    }
  }
  for (let i = 1; i < critical.length; i++) {
    const [a, b] = [critical[i - 1].chain, critical[i].chain];
    let common = 0;
    while (common < a.length && a[common] == b[common]) common++;
    if (a[common] && b[common]) criticalEdges.add(edge(a[common], b[common]));
  }
}

/** @param {string} state @param {RunNode[]} list */
export const countOf = (state, list) => list.reduce((count, node) => count + (node.state == state ? 1 : 0), 0);

/** The failed elements of a map that the map got over. @param {RunNode} node */
export const tolerated = node =>
  node.isMap && node.state != "failed" ? node.kids.filter(kid => kid.state == "failed") : [];

/** The place in the source of a node's entity, or of what it is in. @param {RunNode} node */
export function sourceOf(node) {
  for (let at = /** @type {RunNode | null} */ (node); at; at = at.parent) {
    const source = entities[at.entity]?.source;
    if (source) return source;
  }
  return "";
}

/**
 * How much ran at once: from each of the times on so many.
 * @typedef {{ times: Float64Array, counts: Int32Array, most: number }} Busy
 */

/** @param {RunNode[]} list @returns {Busy} */
export function busy(list) {
  const size = list.reduce((sum, node) => sum + node.runs.length, 0);
  const [starts, ends] = [new Float64Array(size), new Float64Array(size)];
  let at = 0;
  for (const node of list)
    for (const { start, end } of node.runs) {
      starts[at] = start;
      ends[at++] = end;
    }
  starts.sort();
  ends.sort();
  const [times, counts] = [new Float64Array(2 * size), new Int32Array(2 * size)];
  let [began, ended, most] = [0, 0, 0];
  while (ended < size) {
    const isStart = began < size && starts[began] < ends[ended];
    times[began + ended] = isStart ? starts[began] : ends[ended];
    if (isStart) began++;
    else ended++;
    // One that takes no time ends when it begins, and then counts as less than none for a moment.
    counts[began + ended - 1] = Math.max(0, began - ended);
    most = Math.max(most, began - ended);
  }
  return { times, counts, most };
}

/** How much of the whole run ran at once. */
export let busyOfRun = busy([]);

/** How many nodes have a name. @type {Map<string, number>} */
const alike = new Map();

/** The name of a node, with what tells it from others of this name: what it is in, or its id. @param {RunNode} node */
export function labelOf(node) {
  if (!alike.size) for (const { name } of steps) alike.set(name, (alike.get(name) ?? 0) + 1);
  if (node.isElement || (alike.get(node.name) ?? 0) < 2) return node.name;
  const beside = node.parent?.kids.filter(other => other.name == node.name) ?? [];
  const own = beside.length > 1 ? `${node.name} (${node.id})` : node.name;
  return node.parent && node.parent != root ? `${node.parent.name}/${own}` : own;
}

/** The first line of an error. @param {string | undefined} error */
export const firstLine = error => (error ?? "").split("\n")[0];

/** The time of day, in UTC. @param {number} seconds */
export const clock = seconds => new Date(run.started + seconds * 1e3).toISOString().slice(11, 19);
