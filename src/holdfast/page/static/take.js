/** What can be taken away: pictures, tables, the report, a link. */

/** @typedef {import("holdfast/store").Store} Store */
/** @typedef {import("holdfast/store").State} State */
/** @typedef {import("holdfast/export").Cell} Cell */
/** @typedef {"png"|"svg"|"csv"} Form */
/** @typedef {{node: Element, form: Form, csv: () => Cell[][]}} Wish */

import { button, h } from "holdfast/dom";
import { linkOf } from "holdfast/link";
import { csvText, download, picture, png, svgText } from "holdfast/export";
import { request, tellProblem } from "holdfast/live";
import { say } from "holdfast/store";
import { dayText, stamp, wars } from "holdfast/words";

const EVENT = "holdfast-take";
const MODEL = "Bands and chances are those of the model, not of the world.";
const CLOSING = "Not for planning operations, nor for decisions about persons.";
/** @type {Record<string, string>} */
const NAMES = { map: "the map", timeline: "the timeline", lost: "districts fallen", capitals: "capitals fallen", soldiers: "soldiers", why: "why", compare: "A against B", verdicts: "shares", table: "the table" };
/** @type {Record<Form, string>} */
const FORMS = { png: "PNG", svg: "SVG", csv: "CSV" };

/**
 * Small buttons for a figure; for a table, which is no picture, CSV alone. They only say what is
 * wished, as figures know nothing of the run; `mount` hears it.
 * @param {Element} node with data-figure
 * @param {() => Cell[][]} csv rows, the first of them the header
 * @param {Form[]} forms
 */
export function buttons(node, csv, forms = ["png", "svg", "csv"]) {
  const name = node.getAttribute("data-figure") ?? "";
  return h("div", { class: "take" }, ...forms.map((form) => button(FORMS[form],
    () => node.dispatchEvent(new CustomEvent(EVENT, { bubbles: true, detail: /** @type {Wish} */ ({ node, form, csv }) })),
    { "data-form": form, "aria-label": `${FORMS[form]} of ${NAMES[name] ?? name}` })));
}

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  document.addEventListener(EVENT, (event) => {
    const wish = /** @type {CustomEvent<Wish>} */ (event).detail;
    take(store.state, wish).catch((problem) => say(store, `Nothing could be taken: ${problem.message}.`));
  });

  const which = h("select", { "aria-label": "What to take away" });
  function list() {
    const seen = [...document.querySelectorAll("[data-figure]")].filter((f) => f.getClientRects().length).map((f) => f.getAttribute("data-figure") ?? "");
    if (seen.join() === [...which.options].map((o) => o.value).join()) return;
    const before = which.value;
    which.replaceChildren(...seen.map((name) => h("option", { value: name }, NAMES[name] ?? name)));
    if (seen.includes(before)) which.value = before;
    offer();
  }
  /** The buttons of the head press those of the figure. @param {Form} form */
  const own = (form) => /** @type {HTMLButtonElement|null} */ (document.querySelector(`[data-figure="${which.value}"] .take [data-form=${form}]`));
  const forms = /** @type {Form[]} */ (Object.keys(FORMS)).map((form) => ({ form, press: button(FORMS[form], () => own(form)?.click()) }));
  const offer = () => forms.forEach(({ form, press }) => { press.disabled = !own(form); });
  which.addEventListener("change", offer);
  for (const event of ["focus", "pointerdown"]) which.addEventListener(event, list);
  requestAnimationFrame(list); // the other panels are mounted by then

  const said = h("span", { role: "status" });
  const field = h("input", { type: "text", readonly: true, hidden: true, "aria-label": "Link to this view" });
  const report = h("a", { class: "button", download: true, hidden: true }, "Report");
  node.append(which, ...forms.map((f) => f.press), report, button("Link", () => void link(store.state, field, said)), field, said);
  const offerReport = () => {
    const { a, b, live } = store.state;
    report.hidden = !live || !a || a.members < a.of; // a report of half a run would not say so
    if (a) report.href = `api/runs/${encodeURIComponent(a.id)}/report${b ? `?b=${encodeURIComponent(b.id)}` : ""}`;
  };
  report.addEventListener("click", (event) => {
    event.preventDefault(); // a plain link would save the refusal of a program that has forgotten the run
    request(report.href).then(async (answer) => download(`holdfast-${store.state.a?.id}.html`, await answer.blob()))
      .catch((problem) => tellProblem(store, problem, "There is no report: "));
  });
  store.on(["a", "b", "live"], offerReport);
  offerReport();
}

/** For whom a link is of use. @param {Readonly<State>} state */
function reach({ live, theatre }) {
  if (!live) return "It opens this file, on this computer.";
  return ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname)
    ? `It opens on this computer only, while “holdfast serve ${theatre.scenario}” runs here. For others save the report.`
    : `It opens where this computer can be reached${location.search.includes("token=") ? ", and its token lets in whoever has it" : ""}. For others save the report.`;
}

/**
 * @param {Readonly<State>} state
 * @param {HTMLInputElement} field
 * @param {HTMLElement} said
 */
async function link(state, field, said) {
  const url = location.href.replace(/#.*$/, "") + linkOf(state); // the address of the page follows a moment later
  try {
    await navigator.clipboard.writeText(url);
    field.hidden = true;
    said.textContent = `Link copied. ${reach(state)}`;
  } catch {
    // From disk, in a frame, or without leave: the reader copies it.
    field.hidden = false;
    field.value = url;
    field.focus();
    field.select();
    said.textContent = `Copy the marked link. ${reach(state)}`;
  }
}

/**
 * @param {Readonly<State>} state
 * @param {Wish} wish
 */
async function take(state, { node, form, csv }) {
  const name = node.getAttribute("data-figure") ?? "figure";
  const file = `holdfast-${state.a?.id || state.theatre.scenario}-${name}.${form}`;
  if (form === "csv") {
    const rows = csv();
    if (!rows.length) throw new Error("there are no rows yet");
    return download(file, new Blob([csvText(rows)], { type: "text/csv;charset=utf-8" }));
  }
  const svg = [...node.children].find((child) => child instanceof SVGSVGElement) ?? node.querySelector("svg");
  if (!(svg instanceof SVGSVGElement) || !svg.getBoundingClientRect().width) throw new Error("the figure is folded away or empty");
  const { title, notes } = wordsOf(node);
  const closing = isRecord(state, name) ? CLOSING : `${MODEL} ${CLOSING}`;
  const drawn = picture(svg, { title, stamp: stampOf(state, name), notes: [...notes, ...(name === "map" ? undrawn(state) : []), closing] }, kindsOf(node, name));
  return download(file, form === "png" ? await png(drawn) : new Blob([svgText(drawn.svg)], { type: "image/svg+xml" }));
}

/** Whom the map leaves out. @param {Readonly<State>} state */
function undrawn({ theatre: { districts } }) {
  const lacking = districts.filter((district) => district.path === null).map((district) => district.name);
  return lacking.length ? [`Counted in the numbers and not drawn, for want of a shape: ${lacking.length} of ${districts.length} districts (${lacking.join(", ")}).`] : [];
}

/** @param {Readonly<State>} state @param {string} name */
const isRecord = (state, name) => name === "map" && state.mode === "record";

/**
 * Whether it is simulated, by which run, and of which day.
 * @param {Readonly<State>} state
 * @param {string} name
 */
function stampOf(state, name) {
  const { theatre, a, b, day, mode } = state;
  const shown = `Day shown: ${dayText(theatre, day)}`;
  if (isRecord(state, name)) return [`The record, not simulated · ${theatre.scenario} · holdfast ${theatre.version}`, shown];
  if (!a) return ["Simulated", shown];
  const againstB = ["lost", "capitals", "compare"].includes(name) || (name === "map" && mode === "ab");
  const world = a.world ? ` · ${a.world}` : "";
  return [`${stamp(theatre, a)}${world}`, ...(b && againstB ? [`B: run ${b.id} · seed ${b.seed}${b.world ? ` · ${b.world}` : ""}`] : []),
    `${wars(a.members)}${a.members < a.of ? ` of ${a.of}, unfinished` : ""} · parameters: ${a.parameters} · ${shown}`];
}

/** Its heading, or a caption short enough to be one. @param {Element} node */
function wordsOf(node) {
  let before = node.previousElementSibling;
  while (before && !/^H[1-6]$/.test(before.tagName)) before = before.previousElementSibling;
  const caption = node.querySelector("figcaption")?.textContent?.trim() ?? "";
  const heading = before?.textContent?.trim() || (caption.length <= 90 ? caption : "") || node.closest("section")?.getAttribute("aria-label") || "Holdfast";
  return { title: heading, notes: caption && caption !== heading ? [caption] : [] };
}

/** The map's legend stands beside it; charts carry their own. @param {Element} node @param {string} name */
function kindsOf(node, name) {
  const items = name === "map" ? document.querySelectorAll("#legend li:not([hidden])") : node.querySelectorAll("ul.legend li");
  return [...items].map((item) => {
    const swatch = item.querySelector("svg");
    const count = item.querySelector(".count")?.textContent?.trim();
    const bare = /** @type {Element} */ (item.cloneNode(true));
    bare.querySelectorAll("svg, small, .count").forEach((part) => part.remove());
    return { words: `${bare.textContent?.trim() ?? ""}${count ? ` (${count})` : ""}`, swatch: swatch instanceof SVGSVGElement ? swatch : null, colour: item.getAttribute("data-colour") ?? "#ffffff" };
  });
}
