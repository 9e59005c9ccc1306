// The knobs that are seldom needed, folded behind "More". The browser remembers whether they were open.

import { element, fill, make } from "../shared/dom.js";
import { kept } from "../shared/storage.js";

const MORE = "stride:more";

export class More {
  constructor(words, nodes) {
    this.root = element("details", "more");
    this.root.open = kept.get(MORE) === "open";
    this.off = words.knob_off;
    const summary = make("summary", "", this.root, words.more_knobs);
    this.told = make("span", "told", summary);
    make("div", "behind", this.root).append(...nodes);
    this.root.ontoggle = () => kept.set(MORE, this.root.open ? "open" : "");
  }

  /** Name the knobs that are not at their defaults, so that nothing is hidden silently. */
  mark(knobs) {
    const changed = knobs.filter((knob) => knob.more && knob.changed);
    this.root.classList.toggle("changed", changed.length > 0);
    const named = ({ label, value, kind }) => {
      if (kind !== "toggle") return `${label} ${[...new Set([value].flat())].join("×")}`;
      return value ? label : fill(this.off, { label });
    };
    this.told.textContent = changed.map(named).join(", ");
  }
}
