// Where one channel at a time gives larger cells: which one is on show, and the way to all of them together.

import { element, fill } from "../../shared/dom.js";
import { kept } from "../../shared/storage.js";
import { control } from "../controls.js";
import { setAttribute } from "./boards.js";
import { canBeTogether } from "./fit.js";

const KEPT = "stride:together"; // what the learner chose, in this browser: "yes" or "no"

export class Channels {
  constructor(player) {
    this.player = player;
    this.root = element("div", "group channels", { role: "group" });
    this.single = false;
    this.chips = [];
  }

  /** Whether the learner wants all channels and maps at once, or one at a time; undefined leaves it to the room. */
  get together() {
    return { yes: true, no: false }[kept.get(KEPT)];
  }

  set together(together) {
    kept.set(KEPT, together ? "yes" : "no");
    this.player.sizing.apply();
    this.player.render();
  }

  /** Draw a chip for each channel of the stage, and one for all; none where there is nothing to choose. */
  build() {
    const { words } = this.player.model;
    const { first, output } = this.player.stage;
    const { board, panes } = first;
    setAttribute(this.root, "aria-label", words.channel);
    this.channel = undefined;
    this.chips = panes.map((_, p) => {
      const text = board.panes[p] || String(board.first_pane + p);
      const title = fill(words.channel_alone, { channel: text });
      return control(`channel-${p}`, () => this.choose(p), { kind: "chip", title, text });
    });
    if (this.chips.length < 2) this.chips = [];
    const title = words.together_help;
    this.all = control("together", () => (this.together = this.split), { kind: "chip", title, text: words.together });
    this.count = this.chips.length + 1;
    this.all.hidden = !canBeTogether(panes.length, output.panes.length);
    this.root.hidden = panes.length < 2;
    this.root.replaceChildren(...this.chips, this.all);
  }

  /** How the stage is sized: single, one channel at a time; split, one channel or one output map at a time. */
  size(single, split) {
    Object.assign(this, { single, split });
    this.shown = undefined;
  }

  /** Keep to a channel from now on. */
  choose(channel) {
    this.channel = channel;
    if (this.single) this.show();
    else this.together = false;
  }

  /** Show the channel that `part` lies in, without keeping to it; undefined goes back. */
  glimpse(channel) {
    if (this.glimpsed === channel) return;
    this.glimpsed = channel;
    this.show();
  }

  show() {
    const { stage } = this.player;
    if (!stage.rows) return;
    const wanted = this.glimpsed ?? this.channel;
    const channel = stage.rows.includes(wanted) ? wanted : stage.rows[0];
    const shown = this.single ? `${channel} of ${stage.rows}` : `all, ${this.split}`;
    if (shown === this.shown) return;
    this.shown = shown;
    for (const [p, chip] of this.chips.entries()) {
      chip.setAttribute("aria-pressed", String(this.single && p === channel));
      chip.disabled = !stage.rows.includes(p);
    }
    this.all.setAttribute("aria-pressed", String(!this.split));
    for (const node of stage.root.children) {
      const row = node.style.getPropertyValue("--r");
      const bound = row !== "" && !node.matches(".sum, .whole, .total, .outputs, .spanning");
      node.classList.toggle("away", this.single && bound && Number(row) !== channel);
    }
    for (const view of stage.views.values()) for (const pane of view.panes) view.keepInView(pane);
  }

  /** The channel in which a part of the stage is drawn, where one channel at a time is shown. */
  of(part) {
    if (!this.single) return undefined;
    const { stage } = this.player;
    const { term, partial } = part.dataset;
    if (term !== undefined) return stage.rows[stage.phase.groups[term]];
    const group = partial === undefined ? null : stage.phase.partials[partial].group;
    return group === null ? undefined : stage.rows[group];
  }
}
