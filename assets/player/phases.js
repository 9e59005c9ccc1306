// The phases of a trace, one after another: which one the step on show belongs to, and the way to the others.

import { element, fill } from "../shared/dom.js";
import { setAttribute, setText } from "./stage/boards.js";
import { control } from "./controls.js";

export class Phases {
  constructor(player) {
    this.player = player;
    this.root = element("div", "phases", { role: "group" });
    this.list = element("div", "list");
    this.where = element("span", "where", { "data-control": "phase" });
    this.prev = control("phase-prev", () => this.move(-1), { drawn: "less" });
    this.next = control("phase-next", () => this.move(1), { drawn: "more" });
    this.root.append(this.prev, this.where, this.next, this.list);
  }

  /** Draw a chip for each phase; nothing where there is only one. */
  build() {
    const { words, phases } = this.player.model;
    this.root.hidden = phases.length < 2;
    setAttribute(this.root, "aria-label", words.phases);
    this.root.title = words.phases_help;
    for (const [way, name] of [[this.prev, "phase_prev"], [this.next, "phase_next"]]) {
      setAttribute(way, "aria-label", words[name]);
      way.title = words[name];
    }
    this.chips = phases.map(({ name }, k) => control(`phase-${k}`, () => this.go(k), { kind: "chip", text: name }));
    this.list.replaceChildren(...(phases.length > 1 ? this.chips : []));
    this.shown = undefined;
  }

  get at() {
    return this.player.model.phases.indexOf(this.player.model.at(this.player.state.step).phase);
  }

  move(by) {
    const to = this.at + by;
    if (this.player.model.phases[to]) this.go(to);
  }

  /** Go to the first step of a phase; of the same page, where it has pages. */
  go(k) {
    const { model, state } = this.player;
    const { pageStarts, start } = model.phases[k];
    this.player.go(pageStarts[model.pageOf(state.step)] ?? start, state.staged ? "window" : "result");
  }

  show(step) {
    const { model } = this.player;
    const at = model.phases.indexOf(model.at(step).phase);
    if (at === this.shown) return;
    this.shown = at;
    setText(this.where, fill(model.words.phase_of, { phase: String(at + 1), count: String(model.phases.length) }));
    this.chips.forEach((chip, k) => {
      if (k === at) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
    });
    this.prev.disabled = at === 0;
    this.next.disabled = at === model.phases.length - 1;
    const { list } = this;
    const chip = this.chips[at];
    if (chip && list.scrollWidth > list.clientWidth) list.scrollLeft = chip.offsetLeft - list.offsetLeft - 24;
  }
}
