/** Playing by the clock and not by the frame: a slow machine skips days and keeps the time. */

/** @typedef {import("holdfast/store").Store} Store */

/** @param {Store} store */
export function play(store) {
  let frame = 0;
  let began = 0; // on the clock of frames
  let from = 0;
  let shown = -1; // the day that playing itself set last

  /** @param {number} now */
  function tick(now) {
    const { playing, day, speed, theatre } = store.state;
    if (!playing) return;
    if (day !== shown) [began, from] = [now, day]; // someone moved the day
    shown = Math.min(theatre.days - 1, from + Math.floor(((now - began) * speed) / 1000));
    store.set({ day: shown, playing: shown < theatre.days - 1 });
    frame = requestAnimationFrame(tick);
  }

  store.on(["playing", "speed"], ({ playing, day, theatre }, changed) => {
    shown = -1; // counts from now on, at the speed of now
    if (!playing || !changed.has("playing")) return;
    if (day >= theatre.days - 1) store.set({ day: 0 });
    cancelAnimationFrame(frame); // paused and played within one frame
    frame = requestAnimationFrame(tick);
  });
}
