// The form that starts a run.
import { h } from "./words.js";
import { Refused, ask } from "./connection.js";
import { byId } from "./parts.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} type
 * @property {string} docs
 * @property {boolean} required
 * @property {string} kind
 * @property {boolean} secret
 * @property {string} [default]
 * @property {string} [problem]
 * @property {string[]} [options]
 */

/** @typedef {{ name: string, kind: string, docs: string, inputs: Field[] }} Entity */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

const dialog = () => /** @type {HTMLDialogElement} */ (byId("form"));

/** Opens the form. @param {(path: string) => void} goTo */
export async function openForm(goTo) {
  /** @type {Entity[]} */
  const entities = await ask("/api/entities");
  const choice = /** @type {HTMLSelectElement} */ (
    h("select", { id: "form-entity" }, ...entities.map(({ name, kind }) => h("option", { value: name }, `${name} (${kind})`)))
  );
  const first = entities.findIndex(({ kind }) => kind == "workflow");
  choice.selectedIndex = Math.max(0, first);
  const fields = h("div", {});
  const problem = h("p", { class: "bad", role: "alert" });
  const cancel = h("button", { type: "button", class: "tool" }, "Close");
  const start = /** @type {HTMLButtonElement} */ (h("button", { class: "tool strong" }, "Start"));
  const form = h(
    "form",
    {},
    h("h2", { id: "form-title" }, "Start a run"),
    h("label", { class: "field" }, h("span", {}, "What"), choice),
    fields,
    problem,
    h("div", { class: "buttons" }, cancel, start),
  );
  /** @type {Map<string, { control: Control, field: Field, bad: HTMLElement }>} */
  let controls = new Map();
  const chosen = () => entities[choice.selectedIndex];
  const draw = () => {
    controls = new Map();
    problem.textContent = "";
    const entity = chosen();
    start.disabled = !entity;
    fields.replaceChildren(
      ...(entity?.docs ? [h("p", { class: "mute" }, entity.docs)] : []),
      ...(entity?.inputs ?? []).map(field => {
        const control = controlOf(field);
        const bad = h("span", { class: "bad", id: "bad-" + field.name }, field.problem ?? "");
        control.setAttribute("aria-describedby", bad.id);
        controls.set(field.name, { control, field, bad });
        const type = h("span", { class: "mute" }, " " + field.type + (field.required ? ", required" : ""));
        const docs = field.docs && h("span", { class: "mute" }, field.docs);
        return h("label", { class: "field" }, h("span", {}, h("b", {}, field.name), type), docs, control, bad);
      }),
    );
  };
  choice.addEventListener("change", draw);
  cancel.addEventListener("click", () => dialog().close());
  form.addEventListener("submit", async event => {
    event.preventDefault();
    start.disabled = true;
    problem.textContent = "";
    for (const { control, bad } of controls.values()) {
      bad.textContent = "";
      control.removeAttribute("aria-invalid");
    }
    /** @type {Record<string, string>} */
    const inputs = {};
    for (const [name, { control, field }] of controls) {
      const { value } = control;
      // What is left as it is takes its default, and an optional value is left out. A default that is emptied is the
      // empty text, where there is one.
      const isChanged = value != (field.default ?? "") && (value != "" || field.kind == "text");
      if (field.required || isChanged) inputs[name] = value;
    }
    try {
      const { run } = await ask("/api/start", { entity: chosen().name, inputs });
      dialog().close();
      goTo("/runs/" + run);
    } catch (refused) {
      problem.textContent = refused instanceof Error ? refused.message : String(refused);
      if (refused instanceof Refused) showProblems(refused.inputs, controls);
    }
    start.disabled = false;
  });
  draw();
  dialog().replaceChildren(form);
  dialog().showModal();
}

/** @param {Record<string, string>} problems @param {Map<string, { control: Control, bad: HTMLElement }>} controls */
function showProblems(problems, controls) {
  let isFirst = true;
  for (const [name, text] of Object.entries(problems)) {
    const own = controls.get(name);
    if (!own) continue;
    own.bad.textContent = text;
    own.control.setAttribute("aria-invalid", "true");
    if (isFirst) own.control.focus();
    isFirst = false;
  }
}

/** @param {Field} field @returns {Control} */
function controlOf(field) {
  const value = field.default ?? "";
  const choose = (/** @type {string[]} */ options) => {
    const all = field.required ? options : ["", ...options];
    const made = h("select", {}, ...all.map(option => h("option", { value: option }, option || "(default)")));
    /** @type {HTMLSelectElement} */ (made).value = all.includes(value) ? value : all[0];
    return /** @type {HTMLSelectElement} */ (made);
  };
  if (field.kind == "enum") return choose(field.options ?? []);
  if (field.kind == "boolean") return choose(["true", "false"]);
  const said = { placeholder: field.required ? null : value || "(default)", spellcheck: "false", autocomplete: "off" };
  if (field.kind == "json") {
    const text = /** @type {HTMLTextAreaElement} */ (h("textarea", said));
    text.value = value;
    return text;
  }
  const mode = { integer: "numeric", number: "decimal" }[field.kind] ?? null;
  const type = field.secret ? "password" : "text";
  const input = h("input", { ...said, type, inputmode: mode, autocomplete: field.secret ? "new-password" : "off" });
  /** @type {HTMLInputElement} */ (input).value = value;
  return /** @type {HTMLInputElement} */ (input);
}
