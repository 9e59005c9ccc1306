// What the colours and frames of a player's boards mean.

import { element, fill, make } from "../shared/dom.js";

const SIGNED = ["positive", "negative"];

export class Legend {
  constructor() {
    this.root = element("ul", "legend");
  }

  /** Name what occurs on the boards of a model, and of which boards the colours mean other numbers than before. */
  build({ words, boards }, scaled = []) {
    const all = [...boards.values()];
    const some = {
      signed: all.some(({ shade }) => shade === "sign"),
      padding: all.some(({ padding }) => padding.size),
      dropped: all.some(({ dropped }) => dropped?.size),
    };
    const names = [...(some.signed ? SIGNED : []), "read", "written", ...["padding", "dropped"].filter((name) => some[name])];
    const said = scaled.map(({ kind, ...change }) => fill(words[kind], change));
    const shown = [...names, ...said].join();
    if (this.shown === shown) return;
    this.shown = shown;
    this.root.setAttribute("aria-label", words.legend);
    this.root.replaceChildren(
      ...names.map((name) => {
        const entry = element("li", "");
        make("i", name, entry);
        entry.append(words[`legend_${name}`]);
        return entry;
      }),
      ...said.map((text) => element("li", "scaled", {}, text)),
    );
  }
}
