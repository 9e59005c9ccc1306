// A strip of parts side by side. Where it is wider than its room, whole parts are shown, and the next ones on a button's
// press, a swipe or a key: the buttons say how many are hidden on either side.

import { fill, make, makeButton } from "./dom.js";

/**
 * Make a strip; words: `walk_back`, `walk_on` with a {count}, `walk_back_one`, `walk_on_one`.
 *
 * Returns its `root`, the `scroller` and in it the `track` that takes the parts; lay(parts, apart) after these have been
 * put there, and reveal(part).
 */
export function makeStrip(parent, words) {
  const root = make("div", "strip-of", parent);
  const scroller = make("div", "scroller", root);
  const track = make("div", "track", scroller);
  const walk = make("div", "walk", root);
  const buttons = ["back", "on"].map((name) => makeButton("press small", walk, "", { "data-control": `strip-${name}` }));
  let parts = [];
  let pages = [];
  let width = 0;

  const present = () => Math.max(0, Math.min(pages.length - 1, Math.round(scroller.scrollLeft / (width || 1))));
  const say = () => {
    const at = present();
    const hidden = [pages.slice(0, at), pages.slice(at + 1)].map((some) => some.flat().length);
    buttons.forEach((button, k) => {
      const name = `walk_${["back", "on"][k]}`;
      const text = fill(hidden[k] === 1 ? words[`${name}_one`] : words[name], { count: hidden[k] });
      if (button.textContent !== text) button.textContent = text;
      button.classList.toggle("away", !hidden[k]);
    });
  };
  const go = (page, behavior = "auto") => scroller.scrollTo({ left: page * width, behavior });
  buttons.forEach((button, k) => (button.onclick = () => go(present() + [-1, 1][k])));
  scroller.onscroll = say;

  return {
    root, scroller, track,
    /** Lay the parts out anew: all in a row where they fit, else page by page. */
    lay(all, apart) {
      const first = parts.length && pages[present()]?.[0];
      parts = all;
      for (const part of parts) part.style.marginRight = "";
      width = scroller.clientWidth;
      const widths = parts.map((part) => part.getBoundingClientRect().width); // a part may end within a pixel
      const laid = paged(widths, apart, width);
      pages = laid.map((page) => page.map((k) => parts[k]));
      const several = pages.length > 1;
      root.classList.toggle("walked", several);
      for (const page of several ? laid : []) {
        const used = page.reduce((sum, k) => sum + widths[k], 0);
        const spare = Math.floor(Math.min((width - used) / Math.max(1, page.length - 1), 6 * apart));
        const rest = width - used - spare * (page.length - 1);
        page.forEach((k, place) => {
          parts[k].style.marginRight = `${place < page.length - 1 ? spare : rest}px`;
          parts[k].classList.toggle("begins", place === 0);
        });
      }
      const again = first?.dataset ? parts.find((part) => part.dataset.number === first.dataset.number) : undefined;
      if (several && again) this.reveal(again);
      say();
    },
    /** The width that it is laid out for. */
    width: () => width,
    /** Bring a part into view. */
    reveal(part) {
      const page = pages.findIndex((some) => some.includes(part));
      if (page >= 0 && page !== present()) go(page, "instant");
      say();
    },
  };
}

/** How many of some widths, that lie apart, fit a width: their numbers, page by page. */
export function paged(widths, apart, width) {
  const pages = [[]];
  let used = 0;
  widths.forEach((one, k) => {
    if (pages.at(-1).length && used + apart + one > width) {
      pages.push([]);
      used = -apart;
    } else if (!pages.at(-1).length) used = -apart;
    pages.at(-1).push(k);
    used += apart + one;
  });
  return pages;
}
