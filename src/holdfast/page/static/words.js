/** Dates, numbers and the few sentences that several panels say. All dates are UTC. */

/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {import("holdfast/store").Run} Run */

const DAY = 86_400_000;

/**
 * @param {Theatre} theatre
 * @param {number} day
 */
export const dateOf = (theatre, day) => new Date(Date.parse(`${theatre.start}T00:00:00Z`) + day * DAY);

/**
 * 2021-06-10
 * @param {Theatre} theatre
 * @param {number} day
 */
export const dayText = (theatre, day) => dateOf(theatre, day).toISOString().slice(0, 10);

/**
 * 10 Jun
 * @param {Theatre} theatre
 * @param {number} day
 */
export const dayShort = (theatre, day) =>
  dateOf(theatre, day).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/**
 * Day of an ISO date; NaN if it is none.
 * @param {Theatre} theatre
 * @param {string} date
 */
export const dayOf = (theatre, date) => Math.round((Date.parse(`${date}T00:00:00Z`) - Date.parse(`${theatre.start}T00:00:00Z`)) / DAY);

/** @param {number} x */
export const number = (x) => Math.round(x).toLocaleString("en-US");

/** @param {number} x in percent, 0 to 100 */
export const percent = (x) => (x > 0 && x < 1 ? "<1%" : x > 99 && x < 100 ? ">99%" : `${Math.round(x)}%`);

/**
 * 7 (3 to 12)
 * @param {readonly number[]|null} triple middle, low, high
 * @param {string} unit
 */
export function span(triple, unit = "") {
  if (!triple) return "";
  const [middle, low, high] = triple;
  return `${number(middle)}${unit} (${number(low)} to ${number(high)}${unit})`;
}

/** @param {number} n */
export const wars = (n) => (n === 1 ? "1 war" : `${number(n)} wars`);

/** @param {string} name */
export const spoken = (name) => name.replaceAll("_", " ");

/**
 * What every picture says of itself. The id of a run begins with its scenario.
 * @param {Theatre} _
 * @param {Run} run
 */
export const stamp = (_, run) => `Simulated · run ${run.id} · holdfast ${run.version} · seed ${run.seed}`;
