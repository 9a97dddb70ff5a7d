/** Which class each district is in, on each day, for each mode of the map: worked out once. */
import { abClass, chanceClass, changeClass } from "holdfast/colours";

/** @typedef {import("holdfast/store").State} State */
/** @typedef {import("holdfast/store").Run} Run */
/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {import("holdfast/store").Mode} Mode */
/** @typedef {import("holdfast/decode").District} District */

const WEEK = 7;

/** @type {Map<Mode, {a: Run|null, b: Run|null, grid: Uint8Array}>} */
const known = new Map();

/**
 * Class of every district on a day, in the order of the districts; null while there is no run to show.
 * @param {Readonly<State>} state
 */
export function classesOn({ theatre, a, b, mode, day }) {
  if (mode !== "record" && (!a || (mode === "ab" && !b))) return null;
  let found = known.get(mode);
  if (!found || found.a !== a || found.b !== b) {
    found = { a, b, grid: GRIDS[mode](theatre, /** @type {Run} */ (a), /** @type {Run} */ (b)) };
    known.set(mode, found);
  }
  const n = theatre.districts.length;
  return found.grid.subarray(day * n, (day + 1) * n);
}

/** @type {Record<Mode, (theatre: Theatre, a: Run, b: Run) => Uint8Array>} */
const GRIDS = {
  holds: (_, a) => a.states,
  fallen: (_, a) => a.fallen.map(chanceClass),
  change: ({ districts }, a) => a.fallen.map((now, i) => changeClass(now - a.fallen[i % districts.length + back(i, districts.length)])),
  ab: (_, a, b) => a.fallen.map((_, i) => abClass(a.fallen[i] - b.fallen[i])), // stored negatives would wrap
  rank,
  record,
  against,
};

/**
 * Where the day a week before begins; the first day where there is none.
 * @param {number} i
 * @param {number} n
 */
const back = (i, n) => Math.max(0, Math.floor(i / n) - WEEK) * n;

/**
 * Class 0 was theirs from the start; then sixths, earliest first. Never falling comes after every day.
 * @param {Theatre} theatre
 * @param {Run} a
 */
function rank({ days, districts }, a) {
  const classes = new Uint8Array(districts.length);
  const falling = a.districts.map((row, i) => ({ i, chance: row[0], middle: row[2] ?? days, wars: row[5] })).filter((d) => d.wars > 0);
  falling.sort((p, q) => p.middle - q.middle || q.chance - p.chance);
  falling.forEach(({ i }, place) => { classes[i] = 1 + Math.floor((6 * place) / falling.length); });
  const grid = new Uint8Array(days * districts.length);
  for (let day = 0; day < days; day++) grid.set(classes, day * districts.length);
  return grid;
}

/**
 * The last report of a district up to a day.
 * @param {District} district
 * @param {number} day
 */
export const lastReport = (district, day) => district.record.filter((event) => event.day <= day).at(-1);

/** @param {Theatre} theatre */
function record({ days, districts }) {
  return each(days, districts, (district, day) => {
    const last = lastReport(district, day);
    return last ? (last.to === "insurgent" ? 1 : 3) + Number(last.sure === "low") : 0;
  });
}

/**
 * @param {Theatre} theatre
 * @param {Run} a
 */
function against({ days, districts }, a) {
  return each(days, districts, (district, day, i) => {
    const captures = district.record.filter((event) => event.to === "insurgent");
    const model = a.fallen[i] >= 50, taken = captures.some((event) => event.day <= day);
    return model ? (taken ? 1 : captures.length ? 2 : 3) : taken ? 4 : 0;
  });
}

/**
 * @param {number} days
 * @param {District[]} districts
 * @param {(district: District, day: number, i: number) => number} classOf
 */
function each(days, districts, classOf) {
  const n = districts.length;
  return Uint8Array.from({ length: days * n }, (_, i) => classOf(districts[i % n], Math.floor(i / n), i));
}
