/** Pictures and tables that leave the page: whole, light, and saying of themselves that they are simulated. */
import { INK } from "holdfast/colours";
import { h, s } from "holdfast/dom";

/** @typedef {{title: string, stamp: string[], notes: string[]}} Words around the picture */
/** @typedef {{words: string, swatch: SVGSVGElement|null, colour: string}} Kind of a legend */
/** @typedef {string|number|null|undefined} Cell */

export const PAPER = 640; // pixels across on paper, where no script can measure; the style sheet gives the map the same
const PAD = 14;
const FACE = "system-ui, sans-serif";
/** What style sheets may set and a copy would lose; only what differs from the parent is written. */
const INHERITED = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin", "stroke-linecap",
  "font-family", "font-size", "font-weight", "font-style", "text-anchor", "visibility"];
const OWN = { opacity: "1", display: "inline", "vector-effect": "none" };
const PAGE_ONLY = /^(class|style|tabindex|role|aria-.*|data-.*)$/;

/**
 * A copy that looks the same without the page's styles.
 * @param {SVGElement} from
 * @returns {SVGElement}
 */
function copy(from) {
  const made = /** @type {SVGElement} */ (from.cloneNode(true));
  dress(from, made, null);
  return made;
}

/**
 * @param {Element} from
 * @param {Element} made
 * @param {CSSStyleDeclaration|null} parent
 */
function dress(from, made, parent) {
  const style = getComputedStyle(from);
  for (const { name } of [...made.attributes]) if (PAGE_ONLY.test(name)) made.removeAttribute(name);
  for (const name of INHERITED) {
    const value = plain(style.getPropertyValue(name));
    if (parent && value === plain(parent.getPropertyValue(name))) made.removeAttribute(name);
    else made.setAttribute(name, value);
  }
  for (const [name, usual] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    if (value !== usual && parent && !(name === "display" && value !== "none")) made.setAttribute(name, value);
  }
  if (from instanceof SVGElement && from.style.transform) made.setAttribute("transform", style.transform);
  const children = [...made.children];
  [...from.children].forEach((child, i) => {
    if (child.matches(".stamp, .selection")) children[i].remove(); // the head of the picture says it; what one chose is of no use to another
    else if (getComputedStyle(child).display === "none" && child.tagName !== "defs" && child.tagName !== "title") children[i].remove();
    else if (child.tagName !== "title") dress(child, children[i], style);
  });
}

/** @param {string} value */
const plain = (value) => value.replace(/(\d)px/g, "$1").replace(/url\("(#[^"]+)"\)/g, "url($1)");

const pen = document.createElement("canvas").getContext("2d");
/** Width of a text in pixels. @param {string} text @param {number} size @param {number} weight */
export function wide(text, size, weight = 400) {
  if (!pen) return text.length * size * 0.6;
  pen.font = `${weight} ${size}px ${FACE}`;
  return pen.measureText(text).width;
}

/**
 * Text in lines, below `y`; returns where the next may begin.
 * @param {SVGElement} svg @param {string} text @param {number} y @param {number} room
 * @param {{size: number, weight?: number, fill?: string}} type
 */
function write(svg, text, y, room, { size, weight = 400, fill = "#333" }) {
  let line = "";
  const put = () => {
    y += Math.round(size * 1.4);
    svg.append(s("text", { x: PAD, y: y - Math.round(size * 0.35), "font-size": size, "font-weight": weight, fill }, line));
  };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const next = line ? `${line} ${word}` : word;
    if (line && wide(next, size, weight) > room) {
      put();
      line = word;
    } else line = next;
  }
  if (line) put();
  return y;
}

/** @param {SVGElement} svg @param {Kind[]} kinds @param {number} y @param {number} room */
function legend(svg, kinds, y, room) {
  let x = 0;
  for (const { words, swatch, colour } of kinds) {
    const size = 24 + wide(words, 12) + 14;
    if (x > 0 && x + size - 14 > room) [x, y] = [0, y + 18];
    const sign = swatch ? copy(swatch) : s("rect", { width: 18, height: 13, fill: colour, stroke: "#777" });
    for (const [key, value] of Object.entries({ x: PAD + x, y: y + 3, width: 18, height: 13 })) sign.setAttribute(key, String(value));
    svg.append(sign, s("text", { x: PAD + x + 24, y: y + 14, "font-size": 12, fill: "#333" }, words));
    x += size;
  }
  return kinds.length ? y + 22 : y;
}

/**
 * The picture of a figure with what it needs to stand alone.
 * @param {SVGSVGElement} from
 * @param {Words} words
 * @param {Kind[]} kinds
 */
export function picture(from, { title, stamp, notes }, kinds) {
  const seen = from.getBoundingClientRect();
  const width = Math.ceil(Math.max(seen.width, 360)) + 2 * PAD;
  const room = width - 2 * PAD;
  const svg = s("svg", { "font-family": FACE });
  let y = write(svg, title, PAD - 4, room, { size: 15, weight: 600, fill: INK });
  for (const line of stamp) y = write(svg, line, y, room, { size: 11.5, weight: 600, fill: "#3a0a5e" });
  y = legend(svg, kinds, y + 6, room);
  const inner = copy(from);
  inner.querySelectorAll("title").forEach((node) => node.remove()); // tips are of no use in a file
  if (!from.hasAttribute("viewBox")) inner.setAttribute("viewBox", `0 0 ${seen.width} ${seen.height}`);
  for (const [key, value] of Object.entries({ x: PAD, y, width: seen.width, height: seen.height })) inner.setAttribute(key, String(value));
  svg.append(inner);
  y += seen.height + 4;
  for (const line of notes) y = write(svg, line, y, room, { size: 10.5, fill: "#555" });
  const height = Math.ceil(y + PAD - 4);
  for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) svg.setAttribute(key, String(value));
  svg.prepend(s("title", {}, [title, ...stamp, from.getAttribute("aria-label") ?? ""].join(". ")), s("rect", { width, height, fill: "#ffffff" }));
  return { svg, width, height };
}

/** @param {SVGSVGElement} svg */
export const svgText = (svg) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;

/**
 * Twice the size of the page, for slides and print.
 * @param {ReturnType<typeof picture>} drawn
 * @returns {Promise<Blob>}
 */
export async function png({ svg, width, height }) {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = h("canvas", { width: 2 * width, height: 2 * height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, 2 * width, 2 * height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture is too large for this browser"))), "image/png"));
}

/**
 * A cell that a spreadsheet will not run: names come from users' files, and = + - @ begin formulas.
 * @param {Cell} cell
 */
function quoted(cell) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {readonly (readonly Cell[])[]} rows the first is the header */
export const csvText = (rows) => rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");

/** @param {string} name @param {Blob} blob */
export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name.replace(/[^\w.-]+/g, "-") });
  document.body.append(link); // Firefox follows only links that are in the page
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
