// Gates that wait for an answer.
import { h } from "./words.js";
import { ask } from "./connection.js";
import { byId, here, tried } from "./parts.js";

/** The questions that are drawn, by what they are; what is typed in one stays. @type {Map<string, HTMLElement>} */
const drawn = new Map();

/**
 * What a question is. Its number alone is not enough: in a console that was started again another has it.
 * @param {import("./parts.js").Question} question
 */
const keyOf = question => [question.run, question.number, question.node, question.gate, question.value].join("\n");

/** Draws the questions of the runs of this process. */
export function drawGates() {
  const root = byId("gates");
  const open = new Set(here.questions.map(keyOf));
  for (const [key, element] of drawn) {
    if (open.has(key)) continue;
    element.remove();
    drawn.delete(key);
  }
  for (const question of here.questions) {
    if (drawn.has(keyOf(question))) continue;
    const element = ofQuestion(question);
    drawn.set(keyOf(question), element);
    root.append(element);
  }
  root.hidden = drawn.size == 0;
}

/** @param {import("./parts.js").Question} question */
function ofQuestion(question) {
  const { number, run, node, gate, value, wanted, secret } = question;
  const answer = (/** @type {string} */ text) =>
    tried(() => ask("/api/answer", { question: number, run, node, answer: text }));
  const where = h("a", { href: `/runs/${run}#${encodeURIComponent(node)}`, class: "mono" }, run);
  if (wanted == null) {
    const yes = h("button", { type: "button", class: "tool strong" }, "Approve");
    const no = h("button", { type: "button", class: "tool" }, "Reject");
    yes.addEventListener("click", () => answer("yes"));
    no.addEventListener("click", () => answer("no"));
    return h("div", { class: "question", role: "group", "aria-label": `Gate ${gate}` },
      h("b", {}, gate), where, h("code", {}, value ?? ""), yes, no);
  }
  const label = `${gate}: ${wanted}`;
  const input = h("input", { type: secret ? "password" : "text", autocomplete: "off", "aria-label": label });
  const form = h("form", {}, input, h("button", { class: "tool strong" }, "Send"));
  form.addEventListener("submit", event => {
    event.preventDefault();
    void answer(/** @type {HTMLInputElement} */ (input).value);
  });
  return h("div", { class: "question", role: "group", "aria-label": `Gate ${gate}` },
    h("b", {}, gate), where, h("span", { class: "mute" }, wanted), form);
}
