/** The page: reads what it carries or asks the program, then sets up every panel on one state. */
import { mount as claims } from "holdfast/claims";
import { mount as compare } from "holdfast/compare";
import { askedOf, mount as controls } from "holdfast/controls";
import { decodeRun, isComplete } from "holdfast/decode";
import { keepClear, showWhole } from "holdfast/bars";
import { $, button } from "holdfast/dom";
import { mount as find } from "holdfast/find";
import { listen } from "holdfast/keys";
import { mount as legend } from "holdfast/legend";
import { keepAddress, plainAsk, readLink } from "holdfast/link";
import { fetchTheatre } from "holdfast/live";
import { mount as lost } from "holdfast/lost";
import { mount as map } from "holdfast/map";
import { mount as soldiers } from "holdfast/soldiers";
import { makeStore, say } from "holdfast/store";
import { mount as table } from "holdfast/table";
import { mount as take } from "holdfast/take";
import { mount as timeline } from "holdfast/timeline";
import { mount as verdicts } from "holdfast/verdicts";
import { mount as why } from "holdfast/why";
import { dayText, stamp, wars } from "holdfast/words";

/** @typedef {import("holdfast/store").Store} Store */

const PANELS = { map, legend, timeline, find, compare, lost, soldiers, why, verdicts, claims, table, take };
const SPEED = 7;

export async function start() {
  const root = document.documentElement;
  try {
    await begin(JSON.parse($("data").textContent || "{}"));
  } catch (problem) {
    $("notice").textContent = problem instanceof Error ? problem.message : String(problem);
    throw problem;
  }
  root.dataset.ready = "yes";
}

/** @param {{live: boolean, theatre: import("holdfast/decode").Theatre, a: import("holdfast/decode").SentRun, b: import("holdfast/decode").SentRun|null}} given */
async function begin(given) {
  const theatre = given.live ? await fetchTheatre() : given.theatre;
  const a = given.live ? null : decodeRun(given.a, theatre);
  const b = given.live || !given.b ? null : decodeRun(given.b, theatre);
  const plain = plainAsk(theatre);
  const { view, asked, askedB, notice } = readLink(location.hash, theatre, a ? askedOf(a, plain) : plain);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const store = makeStore({
    theatre, a, b, asked: a ? askedOf(a, plain) : asked, askedB: given.live ? askedB : b && askedOf(b, plain), live: given.live,
    day: theatre.days - 1, mode: "fallen", dots: true, chosen: null, busy: null, notice: "", remedy: "", playing: false, speed: calm ? 1 : SPEED, ...view,
  });
  Object.assign(window, { holdfast: { store } });
  if (store.state.mode === "ab" && !store.state.askedB) store.set({ mode: "fallen" });

  store.on(["a", "b", "busy"], () => header(store));
  const runs = controls($("controls"), store);
  const remedies = {
    run: button("Run it again", () => {
      store.set({ b: null }); // it is forgotten too, and comes after A
      void runs?.ask(store.state.asked);
    }),
    load: button("Load the page again", () => location.reload()),
  };
  store.on(["notice", "remedy"], ({ notice, remedy }) => $("notice").replaceChildren(notice, ...(notice && remedy ? [" ", remedies[remedy]] : [])));
  for (const [id, mount] of Object.entries(PANELS)) {
    try {
      mount($(id), store);
    } catch (problem) {
      reportError(problem); // the other panels are of use without it
    }
  }
  listen(store);
  keepAddress(store);
  document.addEventListener("focusin", showWhole);
  keepClear("--under", [$("timeline")]);
  keepClear("--over", [$("notice"), ...document.querySelectorAll(/** @type {"div"} */ (".run"))]);
  window.addEventListener("hashchange", () => {
    const { view, asked, askedB, notice } = readLink(location.hash, theatre, plain);
    const { state } = store;
    const differs = (/** @type {unknown} */ one, /** @type {unknown} */ other) => JSON.stringify(one) !== JSON.stringify(other);
    const other = differs(asked, state.asked), otherB = differs(askedB, state.askedB);
    if (view.mode === "ab" && !(runs ? askedB : state.b)) delete view.mode;
    store.set(view);
    if (runs && otherB) store.set({ askedB, b: null });
    if (runs && (other || (otherB && askedB))) {
      store.set({ asked });
      void runs.ask(asked);
    }
    say(store, notice);
  });
  header(store);
  const first = runs?.ask(asked);
  say(store, notice);
  store.flush();
  await first;
  store.flush();
}

/** How far other dice might be from it, and of what wars it is a share. @param {import("holdfast/decode").Run} a */
const collapse = ({ collapse_likely: likely, collapse_words: words }) => (likely ? ` (with other dice ${likely[0]}% to ${likely[1]}%)` : "") + (words ? `, a share ${words}` : "");

/** @param {Store} store */
function header({ state: { theatre, a, b, busy, live } }) {
  const { dataset } = document.documentElement;
  if (busy) dataset.busy = "yes";
  else delete dataset.busy;
  if (a && isComplete(a) && !busy) dataset.run = a.id;
  else delete dataset.run;

  document.title = `Simulated: ${theatre.title}`;
  const heading = document.querySelector("h1");
  if (heading) heading.textContent = theatre.title;
  $("burn").textContent = a ? `${stamp(theatre, a)} · ${wars(a.members)} · parameters: ${a.parameters}${a.world ? ` · ${a.world}` : ""}${b ? ` · against B: run ${b.id}, seed ${b.seed}` : ""}`
    : live ? "Simulated · no run yet" : "Simulated";
  $("summary").textContent = `${theatre.summary} ${dayText(theatre, 0)} to ${dayText(theatre, theatre.days - 1)}.` +
    (a ? ` The state collapsed in ${a.collapsed} of ${wars(a.members)}${collapse(a)}.` : "");
}
