/** Talking to the program: the theatre once, then runs. The latest request wins; the ones before are dropped. */
import { decodeRun, isComplete } from "holdfast/decode";
import { say } from "holdfast/store";
import { wars } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").Theatre} Theatre */
/** @typedef {import("holdfast/decode").Asked} Asked */
/** @typedef {"a"|"b"} Side of a comparison */
/** @typedef {{ask: (asked: Asked) => Promise<void>, stop: () => void}} Runs */

const RETRY = "Connection lost; trying again.";
const GONE = "The program no longer has this run: it was started anew, or has forgotten it. What is on show stays.";
const OTHER = "The program at this address shows other data now, or is another version, than when this page was loaded.";

/** An answer of the program that says no. */
class Refused extends Error {
  /** @param {number} status @param {string} words */
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

/**
 * What the program answers; everything else is thrown, in words for the reader.
 * @param {string} path
 * @param {RequestInit} options
 */
export async function request(path, options = {}) {
  const response = await fetch(path, options).catch((problem) => {
    throw options.signal?.aborted ? problem : new TypeError(lost());
  });
  if (response.ok) return response;
  const words = await response.json().then((body) => body.error, () => "");
  throw new Refused(response.status, String(words || `The program refused (${response.status}).`));
}

/** A way on for who reads it: the program can be started anew at the same address. */
const lost = () => `The program does not answer. If it has ended, start it anew: “holdfast serve” with the name of the scenario and --port ${location.port || "80"}.`;

/**
 * Tells the reader what went wrong, and offers the way on.
 * @param {Store} store
 * @param {unknown} problem
 * @param {string} before
 */
export function tellProblem(store, problem, before = "") {
  const status = problem instanceof Refused ? problem.status : 0;
  if (status === 404) say(store, GONE, "run");
  else if (status === 412) say(store, OTHER, "load");
  else say(store, before + (problem instanceof Error ? problem.message : String(problem)), problem instanceof TypeError ? "run" : "");
}

/** @returns {Promise<Theatre>} */
export const fetchTheatre = () => request("api/theatre").then((answer) => answer.json());

/**
 * @param {Store} store
 * @returns {Runs}
 */
export function makeRuns(store) {
  const session = Array.from(crypto.getRandomValues(new Uint8Array(12)), (x) => x.toString(16).padStart(2, "0")).join("");
  const { hash, version } = store.state.theatre;
  let turn = 0;
  /** @type {Side} */
  let running = "a";
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
  function end() {
    drop();
    const { b, mode } = store.state;
    if (running === "b" && !b) store.set({ askedB: null, mode: mode === "ab" ? "fallen" : mode });
    store.set({ busy: null });
  }

  /**
   * Settles with the first part that arrives, or with what went wrong.
   * @param {Asked} asked
   * @param {Side} side
   */
  async function ask(asked, side = "a") {
    drop();
    const mine = turn;
    running = side;
    asking = new AbortController();
    store.set({ busy: { id: "", members: 0, of: asked.members } });
    if (side === "a") say(store, "");
    try {
      const response = await request("api/runs", {
        method: "POST", headers: { "Content-Type": "application/json", "If-Match": `"${hash}-${version}"` },
        body: JSON.stringify({ session, ...asked }), signal: asking.signal,
      });
      const { id } = await response.json();
      if (mine !== turn) return;
      store.set({ busy: { id, members: 0, of: asked.members } });
      await follow(id);
    } catch (problem) {
      if (mine !== turn) return; // a later request took over: its words count
      end();
      tellProblem(store, problem);
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
        const run = decodeRun(JSON.parse(event.data), store.state.theatre);
        store.set({ busy: { id, members: run.members, of: run.of } });
        if (running === "a") store.set({ a: run });
        else if (isComplete(run)) store.set({ b: run }); // a part of it would be compared with the whole of A
        settle();
        return run;
      };
      const heard = (/** @type {string} */ name, /** @type {(event: MessageEvent) => void} */ act) => source.addEventListener(name, (event) => {
        try {
          act(/** @type {MessageEvent} */ (event));
        } catch {
          close(OTHER, "load"); // a run of another map cannot be read
        }
      });
      /** @param {string} words @param {import("holdfast/store").State["remedy"]} remedy */
      const close = (words, remedy = "") => {
        end();
        say(store, words, remedy);
      };
      heard("part", show);
      heard("done", (event) => {
        const run = show(event);
        end();
        if (!isComplete(run)) say(store, `Only ${wars(run.members)} of ${run.of} were fought.`);
        const { askedB, b } = store.state;
        if (running === "a" && askedB && !b) void ask(askedB, "b");
      });
      heard("stopped", () => close(stoppedWords()));
      heard("failed", (event) => close(String(JSON.parse(event.data).error)));
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) close(GONE, "run");
        else say(store, RETRY);
      });
      source.addEventListener("open", () => { if (store.state.notice === RETRY) say(store, ""); });
    });
  }

  function stoppedWords() {
    const { busy } = store.state;
    return running === "b" ? "Stopped: B is not there to compare with."
      : `Stopped after ${busy?.members ?? 0} of ${busy?.of ?? 0} wars; the page shows those.`;
  }

  function stop() {
    const { busy } = store.state;
    const words = stoppedWords();
    end();
    say(store, words);
    if (busy?.id) request(`api/runs/${encodeURIComponent(busy.id)}`, { method: "DELETE" }).catch((problem) => tellProblem(store, problem));
  }

  return { ask, stop };
}
