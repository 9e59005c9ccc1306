// The player at a number, to look at: what a case's numbers are made of.

import { make } from "../shared/dom.js";
import { mount } from "../player/player.js";

/** Draw a player without knobs; data: `trace`, `step`, `height`. */
export function foundWidget(parent, data, page) {
  const named = (trace) => ({ words: page.data.words, ...trace });
  const player = mount(make("div", "place", parent), named(data.trace), {}, { step: data.step, height: data.height });
  return {
    update(now) {
      player.update(named(now.trace));
      player.go(now.step);
    },
    destroy: () => player.destroy(),
  };
}
