// Small parts that the console's own views share.

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error("the console has no element " + id);
  return found;
}

/**
 * A run as the list has it.
 * @typedef {object} Run
 * @property {string} id
 * @property {string} entity
 * @property {string} status
 * @property {string} started
 * @property {number} size
 * @property {string} [ended]
 * @property {number} [resumed]
 * @property {string} [error]
 * @property {string} [origin]
 * @property {Record<string, number>} [nodes]
 */

/**
 * A gate that waits for an answer.
 * @typedef {object} Question
 * @property {number} number
 * @property {string} run
 * @property {string} node
 * @property {string} gate
 * @property {string | null} value
 * @property {string | null} wanted
 * @property {boolean} secret
 */

/** What happens in the process of the console. @typedef {{ questions: Question[], own: string[] }} Here */

/** The runs by their ids, newest first when sorted. @type {Map<string, Run>} */
export const runs = new Map();

/** @type {Here} */
export const here = { questions: [], own: [] };

/** Shows what went wrong, until something else is done. @param {unknown} problem */
export function note(problem) {
  const element = byId("note");
  const text = problem instanceof Error ? problem.message : String(problem ?? "");
  element.textContent = text;
  element.hidden = !text;
}

/** Does something that may fail, and shows why it did. @param {() => Promise<unknown>} work */
export async function tried(work) {
  note("");
  try {
    return await work();
  } catch (problem) {
    note(problem);
  }
}

/** Whether somebody types, so that letters are no keys. @param {EventTarget | null} target */
export const isTyping = target =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") != null;
