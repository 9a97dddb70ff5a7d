/**
 * The pressure on one district's garrisons, as the chart of explanations stacks it.
 *
 * @typedef {import("holdfast/store").Run} Run
 * @typedef {{weeks: number[], pushers: string[], push: (number|null)[][], members: number}} Pushes what GET why answers
 * @typedef {{words: string, colour: string, values: number[]}} Layer
 */
import { PUSHERS, UNEXPLAINED } from "holdfast/colours";
import { spoken } from "holdfast/words";

const LARGEST = 7;
export const CHANCE = "chance and what is not explained";

/**
 * The pushes that a report carries.
 * @param {Run} a
 * @param {number} chosen
 * @param {number} n districts
 * @returns {Pushes}
 */
export function carried(a, chosen, n) {
  const { push, weeks, pushers, step } = a;
  const size = (push?.length ?? 0) / n;
  const here = push?.subarray(chosen * size, (chosen + 1) * size) ?? new Int8Array();
  return { weeks, pushers, members: a.districts[chosen][6],
    push: weeks.map((_, w) => pushers.map((_, m) => here[w * pushers.length + m]).map((v) => (v === -128 ? null : Math.round(v * step * 1000) / 1000))) };
}

/** @param {(number|null)[]} values */
export const sumOf = (values) => (values.every((v) => v === null) ? null : Math.round(values.reduce((/** @type {number} */ sum, v) => sum + (v ?? 0), 0) * 1000) / 1000);

/**
 * The largest explanations by name, the rest as one, chance outermost. One that is large in the nation has the
 * same colour in every district.
 * @param {Pushes} pushes
 * @param {Run["why"]} nationally
 */
export function bandsOf({ weeks, pushers, push }, nationally) {
  const rows = weeks.map((_, w) => w).filter((w) => push[w].some((v) => v !== null));
  const size = (/** @type {number} */ m) => rows.reduce((sum, w) => sum + Math.abs(push[w][m] ?? 0), 0);
  const last = pushers.length - 1;
  const order = pushers.map((_, m) => m).slice(0, last).filter((m) => size(m) > 0).sort((p, q) => size(q) - size(p));
  const large = order.slice(0, LARGEST);
  const ranked = [...nationally].sort((p, q) => Math.abs(q[1]) - Math.abs(p[1])).map(([name]) => name).slice(0, LARGEST);
  const free = PUSHERS.slice(0, LARGEST).filter((_, i) => !large.some((m) => pushers[m] === ranked[i]));
  const at = (/** @type {number[]} */ which) => rows.map((w) => which.reduce((sum, m) => sum + (push[w][m] ?? 0), 0));
  /** @type {Layer[]} */
  const bands = large.map((m) => ({ words: spoken(pushers[m]), colour: ranked.includes(pushers[m]) ? PUSHERS[ranked.indexOf(pushers[m])] : String(free.shift()), values: at([m]) }));
  const rest = order.slice(LARGEST);
  if (rest.length) bands.push({ words: "others", colour: PUSHERS[LARGEST], values: at(rest) });
  bands.push({ words: CHANCE, colour: UNEXPLAINED, values: at([last]) });
  const found = { weeks: rows.map((w) => weeks[w]), bands, sum: at(pushers.map((_, m) => m)) };
  if (rows.length === 1) { // a week alone has no width to fill
    found.weeks.push(found.weeks[0] + 3);
    for (const values of [found.sum, ...bands.map((b) => b.values)]) values.push(values[0]);
  }
  return found;
}

/**
 * What pushes out is stacked upwards from 0, what kept men downwards; a layer that does both has a part on each side.
 * @param {number[][]} layers
 */
export function pile(layers) {
  const side = (/** @type {(v: number) => number} */ part) => {
    let edge = layers[0].map(() => 0);
    return layers.map((layer) => {
      const [before, after] = [edge, edge.map((e, i) => e + part(layer[i]))];
      edge = after;
      return { low: after.map((v, i) => Math.min(v, before[i])), high: after.map((v, i) => Math.max(v, before[i])) };
    });
  };
  const [up, down] = [side((v) => Math.max(v, 0)), side((v) => Math.min(v, 0))];
  return layers.map((layer, k) => ({ parts: [...(layer.some((v) => v > 0) ? [up[k]] : []), ...(layer.some((v) => v < 0) ? [down[k]] : [])],
    low: Math.min(...down[k].low), high: Math.max(...up[k].high) }));
}
