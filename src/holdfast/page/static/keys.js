/** The keyboard, wherever no field or control wants the key for itself. */

/** @typedef {import("holdfast/store").Store} Store */

const WEEK = 7;

/** @param {Store} store */
export function listen(store) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("input:not(#scrub, [type=checkbox]), select, textarea, [contenteditable], .scroll")) return;
    const { day, playing, theatre } = store.state;
    const last = theatre.days - 1;
    const step = event.shiftKey ? WEEK : 1;
    if (event.key === " ") {
      if (target.closest("button, summary, a, [type=checkbox]")) return; // Space presses those
      store.set({ playing: !playing });
    } else {
      const to = { ArrowLeft: day - step, ArrowRight: day + step, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      store.set({ day: Math.min(last, Math.max(0, to)), playing: false });
    }
    event.preventDefault();
  });
}
