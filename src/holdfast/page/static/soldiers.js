/** What became of soldiers; and, beside every number of the pledge, what followed it in the record. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/decode").Afterwards} Afterwards */

import { area, blank, cursor, figure, frame, inkOn, patch, roomFor, stacked } from "holdfast/chart";
import { SOLDIERS } from "holdfast/colours";
import { h, s } from "holdfast/dom";
import { dayText, number, span } from "holdfast/words";

/** @type {Record<string, string>} */
const WORDS = { serving: "serving", returned: "returned to duty", surrendered: "surrendered", deserted: "went home", abroad: "crossed a border", killed: "killed in fighting" };

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const { theatre } = store.state;
  const days = Array.from({ length: theatre.days }, (_, i) => i);
  let follow = (/** @type {number} */ _day) => {};

  function layers() {
    const told = store.state.a?.soldiers;
    return told ? Object.keys(SOLDIERS).filter((name) => told.names.includes(name)).map((name) => ({ name, values: told.mean[told.names.indexOf(name)] })) : [];
  }

  /** @param {number} width */
  function draw(width) {
    const found = layers();
    if (!found.length) return blank(width, "Waiting for the first wars.");
    const sums = stacked(found.map((l) => l.values));
    const label = `Soldiers by what became of them, simulated, mean of the wars on the last day: ${found.map((l) => `${WORDS[l.name]} ${number(l.values[theatre.days - 1])}`).join(", ")}.`;
    const top = Math.max(1, ...sums[sums.length - 1]) * 1.02;
    const plan = { width, height: 230, top, label };
    const bare = frame(theatre, plan);
    const rooms = found.map((l, k) => roomFor(bare.x, bare.y, days, sums[k], sums[k + 1], WORDS[l.name], bare.box));
    const unnamed = found.filter((_, k) => !rooms[k]);
    const { svg, plot, over, x, y, box } = frame(theatre, { ...plan, entries: unnamed.map((l) => ({ words: WORDS[l.name], sign: patch(SOLDIERS[l.name]) })) });
    const drop = box.top - bare.box.top;
    found.forEach((l, k) => {
      plot.append(s("path", { d: area(x, y, days, sums[k], sums[k + 1]), fill: SOLDIERS[l.name] }));
      const room = rooms[k];
      if (room) over.append(s("text", { x: room.x, y: room.y + drop, "text-anchor": "middle", fill: inkOn(SOLDIERS[l.name]), "font-weight": 600 }, WORDS[l.name]));
    });
    follow = cursor(over, x, box);
    follow(store.state.day);
    return svg;
  }

  const csv = () => {
    const found = layers();
    return found.length ? [["day", "date", ...found.map((l) => l.name)], ...days.map((day) => [day, dayText(theatre, day), ...found.map((l) => l.values[day])])] : [];
  };
  const made = figure(store, ["a"], { name: "soldiers", csv, draw });
  made.caption.append("Mean of the wars. “Serving” leaves out those who left and came back; they have a band of their own.");

  const rows = h("tbody");
  const pledge = h("p");
  node.append(
    h("h2", {}, "What became of soldiers"), made.node,
    h("table", { class: "fates" }, h("caption", {}, "On the last day: median, and 90% of the wars"),
      h("thead", {}, h("tr", {}, ...["Fate", "Soldiers", "Of those who left"].map((words) => h("th", { scope: "col" }, words)))), rows),
    pledge, ...afterwards(theatre.afterwards));

  function tell() {
    const fates = store.state.a?.fates ?? [];
    rows.replaceChildren(...fates.map(([words, soldiers, share]) => h("tr", {},
      h("th", { scope: "row" }, words), h("td", {}, ...lines(span(soldiers))), h("td", {}, ...lines(small(share))))));
    const find = (/** @type {string} */ begin) => fates.find(([words]) => words.startsWith(begin));
    const [pledged, murdered] = [find("surrendered"), find("killed after")];
    pledge.textContent = pledged
      ? `In these wars ${span(pledged[1])} soldiers took the pledge of amnesty${murdered ? `, and ${span(murdered[1])} of those who had surrendered were killed` : ""}. Killing people who have surrendered is a war crime.`
      : "";
  }
  store.on(["a"], tell);
  store.on(["day"], ({ day }) => follow(day));
  tell();
}

/** A share of leavers; one that is rounded away is not none. @param {import("holdfast/decode").Span|null} share */
const small = (share) => span(share, "%").replace(/^0%/, share?.[2] ? "<1%" : "0%");

/** A range on a line of its own, as columns are narrow. @param {string} words */
const lines = (words) => words.split(/(?= \()/).map((part, i) => (i ? h("small", {}, part) : part));

/** @param {Afterwards[]} told */
function afterwards(told) {
  if (!told.length) return [h("p", { class: "note" }, "The record of this scenario has no row on what followed for people who trusted a pledge.")];
  return [h("details", { class: "afterwards" },
    h("summary", {}, `What followed in the record: ${told.length === 1 ? "1 row" : `${number(told.length)} rows`} on people who had trusted the pledge and were later killed or disappeared${told.length === 1 ? "" : ", those that dispute others among them"}`),
    h("ul", {}, ...told.map((t) => h("li", {},
      `${t.date}, ${t.place}: ${t.count}${t.count === "no number" ? "" : ` ${t.whom}`}, ${t.what}; ${t.speaker} ${t.stance} it${t.note ? ` (${t.note})` : ""}`))))];
}
