// Elements are changed into what they should be, so that focus, scrolling and what is open in them stay.

/**
 * Puts children in place of those of an element. A child that is like the one there, by its tag, `id` and `data-key`,
 * does not replace it: the one there takes its attributes and children.
 * @param {Element} parent
 * @param {(Node | string)[]} children
 */
export function show(parent, children) {
  let at = parent.firstChild;
  /** @type {Map<string, ChildNode>} */
  const keyed = new Map();
  for (const old of parent.childNodes) {
    const key = keyOf(old);
    if (key) keyed.set(key, old);
  }
  for (const child of children) {
    const next = typeof child == "string" ? document.createTextNode(child) : child;
    const key = keyOf(next);
    let old = key ? (keyed.get(key) ?? null) : at;
    if (!key) while (old && keyOf(old)) old = old.nextSibling;
    if (!old || !isLike(old, next)) {
      parent.insertBefore(next, at);
      continue;
    }
    if (old == at) at = at.nextSibling;
    else parent.insertBefore(old, at);
    become(old, next);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** @param {Node} node */
const keyOf = node => (node instanceof Element ? node.id || node.getAttribute("data-key") : null);

/** @param {Node} a @param {Node} b */
const isLike = (a, b) => a.nodeType == b.nodeType && a.nodeName == b.nodeName && keyOf(a) == keyOf(b);

/** @param {Node} old @param {Node} next */
function become(old, next) {
  if (!(old instanceof Element && next instanceof Element)) {
    if (old.nodeValue != next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    // What the reader has opened stays open.
    if (!next.hasAttribute(name) && name != "open") old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) == value) continue;
    // The console's content policy forbids the attribute, and not the property.
    if (name == "style") /** @type {HTMLElement} */ (old).style.cssText = value;
    else old.setAttribute(name, value);
  }
  show(old, [...next.childNodes]);
}
