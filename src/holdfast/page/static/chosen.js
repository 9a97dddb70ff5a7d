/** What is said of one district, in a sentence or two. */
import { dayText, percent, spoken, wars } from "holdfast/words";

/** @typedef {import("holdfast/store").State} State */
/** @typedef {import("holdfast/store").Theatre} Theatre */

const MANNERS = ["negotiated", "abandoned", "taken by assault", "left on orders"];

/** @param {{name: string, province: string}} district */
export const called = (district) => `${district.name}, ${district.province}`;

/**
 * @param {Readonly<State>} state
 * @param {number} row
 */
export function sentence(state, row) {
  const { theatre, a, b, day } = state;
  const district = theatre.districts[row];
  const capital = district.capital ? " (provincial capital)" : "";
  const said = [`${called(district)}${capital}.`];
  if (a) {
    const chance = a.fallen[day * theatre.districts.length + row];
    const count = Math.round((chance * a.members) / 100);
    said.push(`Simulated: fallen by ${dayText(theatre, day)} in ${count} of ${wars(a.members)}` +
      (b ? ` (${percent(b.fallen[day * theatre.districts.length + row])} in B)` : "") + `; ${outcome(state, row)}.`);
  }
  said.push(`Record: ${reports(theatre, row)}.`);
  return said.join(" ");
}

/**
 * @param {Readonly<State>} state
 * @param {number} row
 */
function outcome({ theatre, a }, row) {
  if (!a) return "";
  const [chance, low, middle, high, manners, counted] = a.districts[row];
  if (!counted) return "theirs before the first day";
  if (!chance) return "does not fall in any";
  const when = (/** @type {number|null} */ day) => (day === null ? "never" : dayText(theatre, day));
  const span = middle === null
    ? "falls in fewer than half of them in the end"
    : `median day ${when(middle)} (90% of wars: ${when(low)} to ${when(high)})`;
  const ways = manners.map((share, i) => ({ share, words: MANNERS[i] })).filter((way) => way.share > 0).sort((p, q) => q.share - p.share);
  return `${span}; of its falls ${ways.map((way) => `${percent(way.share)} ${way.words}`).join(", ")}`;
}

/**
 * @param {Theatre} theatre
 * @param {number} row
 */
function reports(theatre, row) {
  const told = theatre.districts[row].record.map((event) => {
    const what = event.to === "insurgent" ? "captured" : "retaken";
    const how = event.how === "unknown" ? "" : `${spoken(event.how)}, `;
    return `${event.sure === "low" ? "claimed " : ""}${what} ${dayText(theatre, event.day)} (${how}confidence ${event.sure}; ${event.by.replaceAll(";", ", ")})`;
  });
  return told.length ? told.join("; ") : "no dated change of hands";
}
