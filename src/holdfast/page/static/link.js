/** The state in the address after the #: a link brings back the day, the map and the run that was asked for. */
import { MODES } from "holdfast/colours";

/** @typedef {import("holdfast/store").State} State */
/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {import("holdfast/store").Mode} Mode */
/** @typedef {import("holdfast/decode").Asked} Asked */
/** @typedef {import("holdfast/decode").Knots} Knots */

const DELAY = 250; // browsers throttle changes of the address while playing

/**
 * What is asked for where nothing has been asked.
 * @param {Theatre} theatre
 * @returns {Asked}
 */
export const plainAsk = (theatre) => ({ members: Math.min(100, theatre.limits.members[1]), seed: Math.max(1, theatre.limits.seed[0]), strengths: {}, series: {}, set: "default" });

/** @param {Readonly<State>} state */
export function linkOf({ theatre, asked, day, mode, chosen }) {
  const link = new URLSearchParams({ d: String(day), m: mode });
  if (chosen !== null) link.set("x", theatre.districts[chosen].id);
  link.set("seed", String(asked.seed));
  link.set("n", String(asked.members));
  for (const [name, value] of Object.entries(asked.strengths)) link.set(`p.${name}`, String(value));
  for (const [key, knots] of Object.entries(asked.series)) link.set(`s.${key}`, knots.map((knot) => knot.join("*")).join("_"));
  link.set("set", asked.set);
  link.set("v", theatre.version);
  link.set("t", theatre.hash);
  return `#${link}`;
}

/**
 * What a link says, as far as this theatre understands it, and in words what it does not.
 * @param {string} hash
 * @param {Theatre} theatre
 * @param {Asked} before stands where the link is silent
 * @returns {{view: Partial<State>, asked: Asked, notice: string}}
 */
export function readLink(hash, theatre, before) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Partial<State>} */
  const view = {};
  /** @type {string[]} */
  const notes = [];
  const given = [...link.keys()].length > 0;
  const asked = given ? { ...before, strengths: { ...before.strengths }, series: { ...before.series } } : before;
  if (!given) return { view, asked, notice: "" };

  const whole = (/** @type {string} */ key, /** @type {readonly [number, number]} */ [low, high]) => {
    const value = link.get(key);
    if (value === null) return null;
    if (/^-?\d+$/.test(value) && Number(value) >= low && Number(value) <= high) return Number(value);
    notes.push(`the link's ${key}=${value} is not a whole number from ${low} to ${high} and was left out`);
    return null;
  };
  view.day = whole("d", [0, theatre.days - 1]) ?? undefined;
  if (view.day === undefined) delete view.day;
  const mode = link.get("m");
  if (mode && Object.hasOwn(MODES, mode)) view.mode = /** @type {Mode} */ (mode);
  const row = link.has("x") ? theatre.districts.findIndex((district) => district.id === link.get("x")) : -1;
  if (row >= 0) view.chosen = row;
  else if (link.has("x")) notes.push(`no district ${link.get("x")} here`);

  asked.seed = whole("seed", theatre.limits.seed) ?? asked.seed;
  asked.members = whole("n", theatre.limits.members) ?? asked.members;
  if (link.has("set")) asked.set = link.get("set") === "prior" ? "prior" : "default";
  if ([...link.keys()].some((key) => key.startsWith("p."))) asked.strengths = {};
  if ([...link.keys()].some((key) => key.startsWith("s."))) asked.series = {};
  for (const [key, value] of link) {
    const name = key.slice(2);
    if (key.startsWith("p.")) {
      const known = theatre.mechanisms.find((mechanism) => mechanism.name === name)?.strength;
      if (!known) notes.push(`explanation “${name}” is unknown here and was left out`);
      else if (value.trim() === "" || !(Number(value) >= known.low && Number(value) <= known.high)) notes.push(`strength ${value} of ${name} is outside ${known.low} to ${known.high} and was left out`);
      else asked.strengths[name] = Number(value);
    } else if (key.startsWith("s.")) {
      const knots = /** @type {Knots} */ (value.split("_").map((knot) => knot.split("*").map(Number)));
      if (!theatre.series.some((series) => series.key === name)) notes.push(`schedule “${name}” is unknown here and was left out`);
      else if (knots.some((knot) => knot.length !== 2 || !knot.every(Number.isFinite))) notes.push(`schedule ${name} could not be read and was left out`);
      else asked.series[name] = knots;
    }
  }
  const [v, t] = [link.get("v"), link.get("t")];
  if (v && v !== theatre.version) notes.push(`made with version ${v}, this is ${theatre.version}: numbers may differ`);
  if (t && t !== theatre.hash) notes.push("made with other scenario data: numbers may differ");
  return { view, asked, notice: notes.length ? `About the link: ${notes.join("; ")}.` : "" };
}

/** @param {Store} store */
export function keepAddress(store) {
  let timer = 0;
  store.on(["day", "mode", "chosen", "asked"], () => {
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
