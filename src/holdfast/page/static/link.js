/** The state in the address after the #: a link brings back the day, the map and the runs that were asked for. */
import { MODES } from "holdfast/colours";

/** @typedef {import("holdfast/store").State} State */
/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {import("holdfast/store").Mode} Mode */
/** @typedef {import("holdfast/decode").Asked} Asked */
/** @typedef {import("holdfast/decode").Knots} Knots */

const DELAY = 250; // browsers throttle changes of the address while playing
const OF_B = "b."; // before the keys of the run that is kept for comparison

/**
 * What is asked for where nothing has been asked.
 * @param {Theatre} theatre
 * @returns {Asked}
 */
export const plainAsk = (theatre) => ({ members: Math.min(100, theatre.limits.members[1]), seed: Math.max(1, theatre.limits.seed[0]), strengths: {}, series: {}, set: "default" });

/** @param {Readonly<State>} state */
export function linkOf({ theatre, asked, askedB, day, mode, chosen }) {
  const link = new URLSearchParams({ d: String(day), m: mode });
  if (chosen !== null) link.set("x", theatre.districts[chosen].id);
  putAsk(link, "", asked);
  if (askedB) putAsk(link, OF_B, askedB);
  link.set("v", theatre.version);
  link.set("t", theatre.hash);
  return `#${link}`;
}

/** @param {URLSearchParams} link @param {string} before @param {Asked} asked */
function putAsk(link, before, { seed, members, strengths, series, set }) {
  link.set(`${before}seed`, String(seed));
  link.set(`${before}n`, String(members));
  for (const [name, value] of Object.entries(strengths)) link.set(`${before}p.${name}`, String(value));
  for (const [key, knots] of Object.entries(series)) link.set(`${before}s.${key}`, knots.map((knot) => knot.join("*")).join("_"));
  link.set(`${before}set`, set);
}

/**
 * What a link says, as far as this theatre understands it, and in words what it does not.
 * @param {string} hash
 * @param {Theatre} theatre
 * @param {Asked} before stands where the link is silent
 * @returns {{view: Partial<State>, asked: Asked, askedB: Asked|null, notice: string}}
 */
export function readLink(hash, theatre, before) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Partial<State>} */
  const view = {};
  /** @type {string[]} */
  const notes = [];
  if (![...link.keys()].length) return { view, asked: before, askedB: null, notice: "" };

  const day = whole(link, "d", [0, theatre.days - 1], notes);
  if (day !== null) view.day = day;
  const mode = link.get("m");
  if (mode && Object.hasOwn(MODES, mode)) view.mode = /** @type {Mode} */ (mode);
  const row = link.has("x") ? theatre.districts.findIndex((district) => district.id === link.get("x")) : -1;
  if (row >= 0) view.chosen = row;
  else if (link.has("x")) notes.push(`no district ${link.get("x")} here`);

  const asked = readAsk(link, "", theatre, before, notes);
  const compared = [...link.keys()].some((key) => key.startsWith(OF_B));
  const askedB = compared ? readAsk(link, OF_B, theatre, plainAsk(theatre), notes) : null;
  const [v, t] = [link.get("v"), link.get("t")];
  if (v && v !== theatre.version) notes.push(`made with version ${v}, this is ${theatre.version}: numbers may differ`);
  if (t && t !== theatre.hash) notes.push("made with other scenario data: numbers may differ");
  return { view, asked, askedB, notice: notes.length ? `About the link: ${notes.join("; ")}.` : "" };
}

/**
 * A whole number of the link within limits; null where there is none.
 * @param {URLSearchParams} link @param {string} key @param {readonly [number, number]} limits @param {string[]} notes
 */
function whole(link, key, [low, high], notes) {
  const value = link.get(key);
  if (value === null) return null;
  if (/^-?\d+$/.test(value) && Number(value) >= low && Number(value) <= high) return Number(value);
  notes.push(`the link's ${key}=${value} is not a whole number from ${low} to ${high} and was left out`);
  return null;
}

/**
 * What one of the two runs was asked.
 * @param {URLSearchParams} link @param {string} before its keys @param {Theatre} theatre @param {Asked} otherwise @param {string[]} notes
 * @returns {Asked}
 */
function readAsk(link, before, theatre, otherwise, notes) {
  const asked = { ...otherwise, strengths: { ...otherwise.strengths }, series: { ...otherwise.series } };
  asked.seed = whole(link, `${before}seed`, theatre.limits.seed, notes) ?? asked.seed;
  asked.members = whole(link, `${before}n`, theatre.limits.members, notes) ?? asked.members;
  const set = link.get(`${before}set`);
  if (set !== null) asked.set = set === "prior" ? "prior" : "default";
  const [strengths, series] = [`${before}p.`, `${before}s.`];
  if ([...link.keys()].some((key) => key.startsWith(strengths))) asked.strengths = {};
  if ([...link.keys()].some((key) => key.startsWith(series))) asked.series = {};
  for (const [key, value] of link) {
    if (key.startsWith(strengths)) {
      const name = key.slice(strengths.length);
      const known = theatre.mechanisms.find((mechanism) => mechanism.name === name)?.strength;
      if (!known) notes.push(`explanation “${name}” is unknown here and was left out`);
      else if (value.trim() === "" || !(Number(value) >= known.low && Number(value) <= known.high)) notes.push(`strength ${value} of ${name} is outside ${known.low} to ${known.high} and was left out`);
      else asked.strengths[name] = Number(value);
    } else if (key.startsWith(series)) {
      const name = key.slice(series.length);
      const knots = /** @type {Knots} */ (value.split("_").map((knot) => knot.split("*").map(Number)));
      if (!theatre.series.some((known) => known.key === name)) notes.push(`schedule “${name}” is unknown here and was left out`);
      else if (knots.some((knot) => knot.length !== 2 || !knot.every(Number.isFinite))) notes.push(`schedule ${name} could not be read and was left out`);
      else asked.series[name] = knots;
    }
  }
  return asked;
}

/** @param {Store} store */
export function keepAddress(store) {
  let timer = 0;
  store.on(["day", "mode", "chosen", "asked", "askedB"], () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      try {
        history.replaceState(null, "", linkOf(store.state));
      } catch {
        // A page without an address of its own, as in a notebook's frame, cannot keep one.
      }
    }, DELAY);
  });
}
