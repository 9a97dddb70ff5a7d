/** Talking to the program: the theatre once, then runs. The latest request wins; the ones before are dropped. */
import { decodeRun, isComplete } from "holdfast/decode";
import { wars } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {import("holdfast/decode").Asked} Asked */
/** @typedef {{ask: (asked: Asked) => Promise<void>, stop: () => void}} Runs */

const LOST = "The program does not answer. Is it still running? Start it with “holdfast serve” and load this page again.";

const RETRY = "Connection lost; trying again.";

/** @returns {Promise<Theatre>} */
export async function fetchTheatre() {
  const response = await fetch("api/theatre").catch(() => { throw new Error(LOST); });
  if (!response.ok) throw new Error(await reason(response));
  return response.json();
}

/** @param {Response} response */
async function reason(response) {
  const words = await response.json().then((body) => body.error, () => "");
  return String(words || `The program refused (${response.status}).`);
}

/**
 * @param {Store} store
 * @returns {Runs}
 */
export function makeRuns(store) {
  const session = Array.from(crypto.getRandomValues(new Uint8Array(12)), (x) => x.toString(16).padStart(2, "0")).join("");
  let turn = 0;
  /** @type {AbortController|null} */
  let asking = null;
  /** @type {EventSource|null} */
  let events = null;
  let settle = () => {};

  function drop() {
    turn++;
    asking?.abort();
    events?.close();
    settle();
    asking = events = null;
  }
  /** @param {string} notice */
  function end(notice) {
    drop();
    store.set({ busy: null, notice });
  }

  /**
   * Settles with the first part that arrives, or with what went wrong.
   * @param {Asked} asked
   */
  async function ask(asked) {
    drop();
    const mine = turn;
    asking = new AbortController();
    store.set({ busy: { id: "", members: 0, of: asked.members }, notice: "" });
    try {
      const response = await fetch("api/runs", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ session, ...asked }), signal: asking.signal,
      });
      if (!response.ok) throw new Error(await reason(response));
      const { id } = await response.json();
      if (mine !== turn) return;
      store.set({ busy: { id, members: 0, of: asked.members } });
      await follow(id);
    } catch (problem) {
      if (mine !== turn) return; // a later request took over: its words count
      end(problem instanceof TypeError ? LOST : problem instanceof Error ? problem.message : String(problem));
    }
  }

  /** @param {string} id */
  function follow(id) {
    const source = new EventSource(`api/runs/${encodeURIComponent(id)}/events`);
    events = source;
    return new Promise((/** @type {(value: void) => void} */ resolve) => {
      settle = resolve;
      /** @param {MessageEvent} event */
      const show = (event) => {
        const a = decodeRun(JSON.parse(event.data), store.state.theatre);
        store.set({ a, busy: { id, members: a.members, of: a.of } });
        settle();
        return a;
      };
      source.addEventListener("part", show);
      source.addEventListener("done", (event) => {
        const a = show(event);
        end(isComplete(a) ? store.state.notice : `Only ${wars(a.members)} of ${a.of} were fought.`);
      });
      source.addEventListener("stopped", () => end(stoppedWords()));
      source.addEventListener("failed", (event) => end(String(JSON.parse(event.data).error)));
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) end("The program no longer knows this run. Run it again.");
        else store.set({ notice: RETRY });
      });
      source.addEventListener("open", () => { if (store.state.notice === RETRY) store.set({ notice: "" }); });
    });
  }

  function stoppedWords() {
    const { busy } = store.state;
    return `Stopped after ${busy?.members ?? 0} of ${busy?.of ?? 0} wars; the page shows those.`;
  }

  function stop() {
    const id = store.state.busy?.id;
    const words = stoppedWords();
    end(words);
    if (id) fetch(`api/runs/${encodeURIComponent(id)}`, { method: "DELETE" }).catch(() => store.set({ notice: LOST }));
  }

  return { ask, stop };
}
