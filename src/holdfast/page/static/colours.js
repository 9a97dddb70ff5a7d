/**
 * Palettes, checked for normal sight, the three kinds of colour blindness, and grey (PAGE.md, 4).
 *
 * @typedef {{words: string, says?: string, colour: string, hatch?: Hatch, dashed?: boolean}} Kind a class of a legend
 * @typedef {"heavy"|"thin"|"dots"} Hatch
 */
import { s } from "holdfast/dom";

export const GOVERNMENT = "#4393c3";
export const CONTESTED = "#f2c14e";
export const INSURGENT = "#8c1d18";
export const UNKNOWN = "#d9d9d9";
export const HATCH = "#7a5200";
export const INK = "#1c1c1c";
export const CHANCE = ["#fcfbfd", "#e2e0ef", "#bfbcdc", "#9a94c8", "#7a65ae", "#5d3390", "#3a0a5e"];
export const AB = ["#7f3b08", "#c8781a", "#f3cf94", "#f1f1f1", "#c6c3de", "#8177b2", "#3f0f66"];
const CHANGE = ["#f6f6f4", "#f7dfb4", "#e3a857", "#b5651d", "#6b2f06"];

/** In the order in which they are stacked. @type {Record<string, string>} */
export const SOLDIERS = {
  serving: "#4477aa",
  returned: "#88ccee",
  surrendered: "#ddcc77",
  deserted: "#999933",
  abroad: "#332288",
  killed: "#222222",
};

/** Eight is the limit of what can be told apart; what is left over is drawn white with an outline. */
export const PUSHERS = ["#332288", "#88ccee", "#117733", "#ccbb44", "#aa3377", "#44aa99", "#9a6fb0", "#dddddd"];
export const UNEXPLAINED = "#ffffff";

/** Median and bands of a curve. */
export const CURVE = { line: "#1f5f93", half: "#9dc0dd", most: "#cfe0ee", other: "#7f3b08" };

const CHANCE_TOPS = [5, 20, 40, 60, 80, 95];
const CHANGE_TOPS = [1, 5, 20, 50];
const AB_TOPS = [-40, -20, -5, 5, 20, 40];

/**
 * How many bounds a value has reached.
 * @param {readonly number[]} tops
 * @param {number} x
 */
const reached = (tops, x) => tops.reduce((n, top) => n + Number(x >= top), 0);

/** @param {number} percent */
export const chanceClass = (percent) => reached(CHANCE_TOPS, percent);
/** @param {number} points gained in a week */
export const changeClass = (points) => reached(CHANGE_TOPS, points);
/** @param {number} points A less B; a difference of a bound itself belongs to the class farther from none */
export const abClass = (points) => (points < 0 ? 6 - reached(AB_TOPS, -points) : reached(AB_TOPS, points));

/** @param {number} percent */
export const chanceColour = (percent) => CHANCE[chanceClass(percent)];
/** @param {number} points */
export const abColour = (points) => AB[abClass(points)];

/**
 * @param {readonly string[]} colours
 * @param {readonly string[]} words
 * @returns {Kind[]}
 */
const ramp = (colours, words) => colours.map((colour, i) => ({ colour, words: words[i] }));

/** What each mode of the map shows: its question, how to read it, and its classes in order. */
export const MODES = {
  fallen: {
    words: "Chance of having fallen",
    says: "Share of the simulated wars in which the district has fallen to the insurgents at least once by the end of the day, or was theirs before the first.",
    kinds: ramp(CHANCE, ["0–5%", "5–20%", "20–40%", "40–60%", "60–80%", "80–95%", "95–100%"]),
  },
  holds: {
    words: "Who holds, in one war",
    says: "The first of the simulated wars and no forecast of any one district: other wars with the same rules went otherwise.",
    kinds: /** @type {Kind[]} */ ([
      { words: "government", colour: GOVERNMENT, says: "its forces hold the centre, and most of the countryside around it" },
      { words: "contested", colour: CONTESTED, hatch: "heavy", says: "the centre stands, and insurgents run more than half of the district outside it" },
      { words: "insurgents", colour: INSURGENT, says: "the centre is theirs" },
    ]),
  },
  rank: {
    words: "Order of falls",
    says: "Districts in the order in which the model expects them to fall: by median day, then by chance. The same on every day.",
    kinds: [
      { words: "theirs before the first day", colour: INSURGENT },
      ...ramp([...CHANCE].reverse().slice(0, 6), ["first sixth", "second", "third", "fourth", "fifth", "last sixth"]),
    ],
  },
  change: {
    words: "Change in a week",
    says: "Points by which the chance of having fallen rose over the seven days up to this one.",
    kinds: ramp(CHANGE, ["under 1", "1–5", "5–20", "20–50", "50 or more"]),
  },
  record: {
    words: "The record",
    says: "What the sources say up to this day. Not simulated. A district without a dated report may have changed hands unseen.",
    kinds: /** @type {Kind[]} */ ([
      { words: "no report", colour: UNKNOWN, hatch: "dots", says: "the record dates no change of hands up to this day" },
      { words: "captured", colour: INSURGENT, says: "the last report has insurgents take it" },
      { words: "claimed captured", colour: INSURGENT, hatch: "thin", dashed: true, says: "the same, from a claim or a row of low confidence" },
      { words: "retaken", colour: GOVERNMENT, says: "the last report has the government take it back" },
      { words: "claimed retaken", colour: GOVERNMENT, hatch: "thin", dashed: true, says: "the same, from a claim or a row of low confidence" },
    ]),
  },
  against: {
    words: "Model against record",
    says: "The model says fallen where at least half of the wars have the district fallen by this day; the record, where any dated row has it captured by this day.",
    kinds: /** @type {Kind[]} */ ([
      { words: "neither", colour: "#f1f1f1", says: "not fallen in either; the record may have missed it" },
      { words: "both", colour: "#222222", says: "fallen in both" },
      { words: "model earlier", colour: "#9a6fb0", says: "the record dates the capture later" },
      { words: "model only", colour: "#9a6fb0", hatch: "thin", says: "the record dates no capture at all: it may have fallen unseen" },
      { words: "record only", colour: "#e6a532", says: "captured in the record, and in fewer than half of the wars" },
    ]),
  },
  ab: {
    words: "A against B",
    says: "Chance of having fallen by this day in run A, on show, less that in run B, which was kept, in points. Brown: falls less often in A. Purple: more often in A.",
    kinds: ramp(AB, ["−40 or more", "−40 to −20", "−20 to −5", "within 5", "+5 to +20", "+20 to +40", "+40 or more"]),
  },
};

/**
 * What to fill a shape of this class with. Hatched ones need `patterns` with the same prefix in their SVG.
 * @param {string} prefix
 * @param {Kind} kind
 */
export const fillOf = (prefix, kind) => (kind.hatch ? `url(#${prefix}-${kind.hatch}-${kind.colour.slice(1)})` : kind.colour);

/**
 * The hatch patterns of these classes. They live in the SVG that uses them so that a copy of it is whole.
 * @param {string} prefix
 * @param {readonly Kind[]} kinds
 */
export function patterns(prefix, kinds) {
  const made = kinds.filter((kind) => kind.hatch).map((kind) => {
    const size = kind.hatch === "heavy" ? 7 : 5;
    const paper = kind.hatch === "thin" ? "#ffffff" : kind.colour;
    const drawn = kind.hatch === "dots"
      ? s("circle", { cx: 2.5, cy: 2.5, r: 0.8, fill: "#6b6b6b" })
      : s("path", { d: `M${size / 2} 0V${size}`, stroke: kind.hatch === "heavy" ? HATCH : kind.colour,
        "stroke-width": kind.hatch === "heavy" ? 2.2 : 2, "stroke-opacity": kind.hatch === "heavy" ? 0.6 : 1 });
    return s("pattern", { id: `${prefix}-${kind.hatch}-${kind.colour.slice(1)}`, width: size, height: size,
      patternUnits: "userSpaceOnUse", patternTransform: kind.hatch === "dots" ? null : "rotate(45)" },
    s("rect", { width: size, height: size, fill: paper }), drawn);
  });
  return s("defs", {}, ...made);
}
