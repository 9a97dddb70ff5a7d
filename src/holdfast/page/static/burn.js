/** Words burnt into a picture: below it, in it, and as large on the page however the picture is scaled. */
import { s } from "holdfast/dom";
import { PAPER, wide } from "holdfast/export";

const SIZE = 13; // of the type and of a line, in pixels of the page
const LINE = 17;
const PAD = 6; // around the picture, in its own units
const PAPER_HIGH = 800;

/**
 * Makes room below a picture and gives what writes there. A screenshot of the picture alone then still says
 * what it is.
 * @param {SVGSVGElement} svg
 * @param {number} width of the picture, in its own units from 0 0
 * @param {number} height
 * @returns {(words: string[]) => void} parts that stay in one line where they can
 */
export function burnInto(svg, width, height) {
  const node = s("text", { class: "stamp", "aria-hidden": "true", "text-anchor": "middle", "font-weight": 600, fill: "#3a0a5e" });
  let [across, most] = [0, Infinity];
  /** @type {string[]} */
  let words = [];
  svg.append(node);

  function lay() {
    if (across < 40) return;
    const lines = inLines(words, across - 8);
    const room = lines.length * LINE + 4;
    const scale = Math.min(across / (width + 2 * PAD), Math.max(most - room, 50) / (height + 2 * PAD));
    const box = `${-PAD} ${-PAD} ${width + 2 * PAD} ${height + 2 * PAD + room / scale}`;
    if (svg.getAttribute("viewBox") !== box) svg.setAttribute("viewBox", box);
    node.setAttribute("font-size", String(SIZE / scale));
    node.replaceChildren(...lines.map((line, i) => s("tspan", { x: width / 2, y: height + PAD + (LINE * (i + 1) - 3) / scale }, line)));
  }
  function measure() {
    [across, most] = [svg.getBoundingClientRect().width, Number.parseFloat(getComputedStyle(svg).maxHeight) || Infinity];
    lay();
  }
  new ResizeObserver(measure).observe(svg);
  addEventListener("beforeprint", () => {
    [across, most] = [PAPER, PAPER_HIGH];
    lay();
  });
  addEventListener("afterprint", measure);
  return (parts) => {
    words = parts;
    lay();
  };
}

/**
 * Parts in as few lines as they need; one that is too long for a line is broken after a hyphen.
 * @param {string[]} parts
 * @param {number} room
 */
function inLines(parts, room) {
  const fits = (/** @type {string} */ line) => wide(line, SIZE, 600) <= room;
  const pieces = parts.flatMap((part, i) => (fits(part) ? [part] : part.split(/(?<=[-\s])/)).map((words, k) => ({ words, before: i && !k ? " · " : "" })));
  /** @type {string[]} */
  const lines = [];
  for (const { words, before } of pieces) {
    const last = lines[lines.length - 1];
    if (last !== undefined && fits(last + before + words)) lines[lines.length - 1] = last + before + words;
    else lines.push(words);
  }
  return lines;
}
