/** A box that reaches every district by name. */
import { called } from "holdfast/chosen";
import { h } from "holdfast/dom";

/** @typedef {import("holdfast/store").Store} Store */

/**
 * @param {HTMLElement} node
 * @param {Store} store
 */
export function mount(node, store) {
  const names = store.state.theatre.districts.map(called);
  const plain = names.map((name) => name.toLowerCase());
  const told = h("span", { class: "note", role: "status" });
  const box = h("input", { type: "search", id: "find-box", list: "names", autocomplete: "off", placeholder: "Find a district", "aria-label": "Find a district" });

  /** @param {boolean} asked Enter takes the first that fits; typing takes only a whole name */
  function look(asked) {
    const wanted = box.value.trim().toLowerCase();
    const whole = plain.indexOf(wanted);
    const first = plain.findIndex((name) => name.startsWith(wanted));
    const row = whole >= 0 || !asked ? whole : first >= 0 ? first : plain.findIndex((name) => name.includes(wanted));
    told.textContent = asked && wanted && row < 0 ? `No district is called ${box.value.trim()}.` : "";
    if (wanted && row >= 0) store.set({ chosen: row });
  }
  box.addEventListener("input", () => look(false));
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") look(true); });
  node.append(box, " ", told,
    h("datalist", { id: "names" }, ...names.map((value) => h("option", { value }))));
}
