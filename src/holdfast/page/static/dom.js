/** Nodes in one line. Text from files becomes text nodes and never markup. */

/** @typedef {Record<string, string|number|boolean|null|undefined>} Attributes null, undefined and false leave one out */
/** @typedef {Node|string|number|null|undefined|false} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {Element} T
 * @param {T} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {SVGElementTagNameMap[K]}
 */
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function $(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}

/**
 * A button that does something.
 * @param {string} words
 * @param {() => void} act
 * @param {Attributes} attributes
 */
export function button(words, act, attributes = {}) {
  const node = h("button", { type: "button", ...attributes }, words);
  node.addEventListener("click", act);
  return node;
}

/**
 * A patch of colour; set from script because the policy forbids style attributes.
 * @param {string} colour
 */
export function swatch(colour) {
  const node = h("span", { class: "swatch", "aria-hidden": "true" });
  node.style.background = colour;
  return node;
}
