/**
 * One state for all panels. Changes are gathered, and told once a frame.
 *
 * @typedef {import("holdfast/decode").Theatre} Theatre
 * @typedef {import("holdfast/decode").Run} Run
 * @typedef {"holds"|"fallen"|"rank"|"change"|"record"|"against"|"ab"} Mode
 * @typedef {Object} State
 * @property {Theatre} theatre    panels are mounted only once it is there
 * @property {Run|null} a         the run on show; null in a live page before its first part
 * @property {Run|null} b         the run kept for comparison
 * @property {boolean} live
 * @property {number} day         0 is the first day
 * @property {Mode} mode          of the map
 * @property {import("holdfast/decode").Asked} asked what the controls ask for now; not yet run, perhaps
 * @property {import("holdfast/decode").Asked|null} askedB what was asked for the run that is kept, or to be had, as B
 * @property {boolean} dots       whether the map has the record's captures
 * @property {number|null} chosen row of a district in theatre.districts
 * @property {{id: string, members: number, of: number}|null} busy
 * @property {string} notice      what the reader should know, in words; "" for nothing
 * @property {""|"run"|"load"} remedy offered beside the notice: to run again what is on show, to load the page again
 * @property {boolean} playing
 * @property {number} speed       days per second
 *
 * @typedef {(state: State, changed: Set<keyof State>) => void} Listener
 * @typedef {{state: Readonly<State>, set: (patch: Partial<State>) => void,
 *   on: (keys: (keyof State)[], fn: Listener) => void, flush: () => void}} Store
 */

/**
 * Says something to the reader, or takes it back; with a way on where there is one.
 * @param {Store} store
 * @param {string} notice
 * @param {State["remedy"]} remedy
 */
export const say = (store, notice, remedy = "") => store.set({ notice, remedy });

/**
 * @param {State} initial
 * @returns {Store}
 */
export function makeStore(initial) {
  const state = { ...initial };
  /** @type {{keys: (keyof State)[], fn: Listener}[]} */
  const listeners = [];
  /** @type {Set<keyof State>} */
  let changed = new Set();
  let waiting = false;

  function flush() {
    waiting = false;
    if (!changed.size) return;
    const told = changed;
    changed = new Set();
    for (const { keys, fn } of listeners) {
      if (!keys.some((key) => told.has(key))) continue;
      try {
        fn(state, told);
      } catch (problem) {
        reportError(problem); // one broken panel leaves the others standing
      }
    }
  }

  /** @param {Partial<State>} patch */
  function set(patch) {
    for (const key of /** @type {(keyof State)[]} */ (Object.keys(patch))) {
      if (state[key] === patch[key]) continue;
      Object.assign(state, { [key]: patch[key] });
      changed.add(key);
    }
    if (waiting || !changed.size) return;
    waiting = true;
    // A hidden tab gets no frames, and would never learn that its run is done.
    if (document.hidden) setTimeout(flush);
    else requestAnimationFrame(flush);
  }

  return { state, set, flush, on: (keys, fn) => void listeners.push({ keys, fn }) };
}
