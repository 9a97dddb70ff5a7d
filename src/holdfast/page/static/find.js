/** A box that reaches every district by name; where several are called so, it asks which. */
import { called } from "holdfast/chosen";
import { button, h } from "holdfast/dom";

/** @typedef {import("holdfast/store").Store} Store */

const MOST = 8; // offered to choose from
/** Letters that are not made of a plain one and a mark. @type {Record<string, string>} */
const PLAIN = { đ: "d", ð: "d", ı: "i", ł: "l", ø: "o", ß: "ss", æ: "ae", œ: "oe" };

/** As one would type it: no capitals, accents or apostrophes, and one blank for any gap. @param {string} name */
const plain = (name) => name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[đðıłøßæœ]/g, (letter) => PLAIN[letter])
  .replace(/['’‘`´ʻʼʿʾ]/g, "").replace(/\s*,\s*/g, ", ").replace(/[-‐–_\s]+/g, " ").trim();

/** @param {string} name */
const tight = (name) => name.replaceAll(" ", "");

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { districts } = store.state.theatre;
  const twice = doubles(districts.map(called));
  // What two districts share is told apart by the id.
  const names = districts.map((d) => (twice.has(called(d)) ? `${called(d)} (${d.id})` : called(d)));
  const known = districts.map((d, row) => ({ row, name: plain(d.name), whole: [names[row], called(d)].map(plain), id: plain(d.id) }));
  const told = h("div", { class: "found", role: "status" });
  const box = h("input", { type: "search", id: "find-box", list: "names", autocomplete: "off", placeholder: "Find a district", "aria-label": "Find a district" });

  /** Those that fit best: the whole name, then the name alone, its beginning, any part of it. @param {string} wanted */
  function fitting(wanted) {
    const bare = wanted.replace(/ (city|district|town)$/, "");
    const ways = [
      (/** @type {typeof known[number]} */ d) => d.whole.includes(wanted) || d.id === wanted,
      (/** @type {typeof known[number]} */ d) => d.name === wanted,
      (/** @type {typeof known[number]} */ d) => tight(d.name) === tight(bare),
      (/** @type {typeof known[number]} */ d) => d.whole[0].startsWith(wanted),
      (/** @type {typeof known[number]} */ d) => d.whole[0].includes(wanted),
    ];
    for (const fits of ways) {
      const found = known.filter(fits);
      if (found.length) return found.map((d) => d.row);
    }
    return [];
  }
  /** @param {boolean} asked Enter takes whatever fits; typing takes only a whole name */
  function look(asked) {
    const wanted = plain(box.value);
    const whole = known.filter((d) => d.whole.includes(wanted)).map((d) => d.row);
    if (!asked) {
      told.replaceChildren();
      if (whole.length === 1) choose(whole[0]);
      return;
    }
    if (!wanted) return told.replaceChildren();
    const rows = fitting(wanted);
    if (rows.length === 1) return choose(rows[0]);
    store.set({ chosen: null }); // what was chosen before is not what was asked for
    told.replaceChildren(...(rows.length ? which(rows) : [`No district is called “${box.value.trim()}”.`]));
  }
  /** @param {number[]} rows */
  function which(rows) {
    const more = rows.length - MOST;
    return [`${rows.length} districts fit. Which? `, ...rows.slice(0, MOST).flatMap((row) => [button(names[row], () => choose(row)), " "]),
      more > 0 ? `and ${more} more: type more of the name.` : ""];
  }
  /** @param {number} row */
  function choose(row) {
    told.replaceChildren();
    store.set({ chosen: row });
  }
  box.addEventListener("input", () => look(false));
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") look(true); });
  node.append(box, told, h("datalist", { id: "names" }, ...names.map((value) => h("option", { value }))));
}

/** @param {string[]} names */
const doubles = (names) => new Set(names.filter((name, i) => names.indexOf(name) !== i));
