/** How much of the window the bars cover that stay in view, so that nothing that has the focus scrolls under one. */

/**
 * Tells the style sheet, which keeps that much free at the edges.
 * @param {string} name of the property
 * @param {HTMLElement[]} bars at one edge of the window
 */
export function keepClear(name, bars) {
  const tell = () => {
    const sticky = bars.filter((bar) => getComputedStyle(bar).position === "sticky");
    document.documentElement.style.setProperty(name, `${sticky.reduce((sum, bar) => sum + bar.offsetHeight, 0)}px`);
  };
  const watch = new ResizeObserver(tell);
  for (const bar of bars) watch.observe(bar);
}

/**
 * Scrolls a table sideways until the whole of what has the focus is in view: browsers leave out heads that stay in view.
 * @param {FocusEvent} event
 */
export function showWhole({ target }) {
  const box = target instanceof Element ? target.closest(".scroll") : null;
  if (!box || !(target instanceof Element) || target === box) return;
  const [outer, inner] = [box.getBoundingClientRect(), target.getBoundingClientRect()];
  const first = target.closest("tbody th") ? null : box.querySelector("table.districts tbody th"); // lies over the others
  const left = outer.left + (first?.getBoundingClientRect().width ?? 0), right = outer.left + box.clientWidth;
  if (inner.right > right) box.scrollLeft += inner.right - right + 4;
  else if (inner.left < left) box.scrollLeft -= left - inner.left + 4;
}
