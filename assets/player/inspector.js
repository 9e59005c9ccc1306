// The line that explains: the step's sentence, or what the cell that is pointed at is and does.

import { element, fill } from "../shared/dom.js";
import { control } from "./controls.js";
import { setText } from "./stage/boards.js";
import { PICTURE } from "./stage/picture.js";
import { stagesOf } from "./trace/plan.js";
import { stageName } from "./trace/wording.js";

const SUMMARY_MS = 5000;
let count = 0; // of players: each has its own ids

export class Inspector {
  constructor(player) {
    this.player = player;
    const button = (name, run, text) => control(name, run, { kind: name, text });
    this.root = element("div", "inspector");
    this.unpin = button("unpin", () => player.letGo());
    this.stage = element("span", "pill", { "data-control": "stage" });
    this.says = element("span", "says", { id: `says-${(count += 1)}` });
    this.hint = element("span", "hint");
    this.edit = button("edit", () => player.editing.open(this.cell));
    this.lead = button("lead", () => player.lead(this.cell));
    this.root.append(this.unpin, this.stage, this.says, this.hint, this.edit, this.lead);
    this.note = element("div", "note");
    this.told = element("span", "told", { role: "alert" });
    this.close = button("close", () => this.tell(""), "×");
    this.note.append(this.told, this.close);
    this.note.hidden = true;
    this.live = element("div", "live", { "aria-live": "polite" });
  }

  name(words) {
    setText(this.unpin, words.pinned);
    this.unpin.title = words.unpin;
    setText(this.edit, words.edit);
    this.edit.title = words.edit_hint;
    this.hints = { editable: words.edit_hint, written: words.opens };
    this.lead.title = words.lead_hint;
    this.close.title = words.close;
    this.close.setAttribute("aria-label", words.close);
  }

  /** Say what the step on show does. */
  step(step, stage) {
    this.cell = undefined;
    const { state, model } = this.player;
    setText(this.says, model.say(step, state.view === PICTURE ? "window" : stage)); // where, and no number
    this.set({});
  }

  /**
   * Say what a part is; `cell` where it is a cell. about: whether it is editable, was written by an earlier phase, is
   * held when the pointer moves on, and the label of where it leads. relation: what of the text is spoken where the part
   * has the focus, which a screen reader has named already.
   */
  explain(text, cell, about) {
    this.cell = cell;
    setText(this.says, text);
    this.set(about);
    if (about.held) setText(this.live, about.relation);
  }

  set({ editable = false, held = false, written = false, lead }) {
    const { state, model } = this.player;
    const show = (node, on) => node.hidden === on && (node.hidden = !on);
    const hint = editable && !held ? this.hints.editable : written ? this.hints.written : "";
    setText(this.hint, hint);
    show(this.hint, hint !== "");
    show(this.edit, editable && held);
    setText(this.lead, lead ?? "");
    show(this.lead, lead !== undefined);
    show(this.unpin, state.pinned);
    show(this.stage, state.staged);
    if (!state.staged) return;
    const stages = stagesOf(model.at(this.player.shown).phase);
    const stage = this.player.stageOf(this.player.shown);
    setText(this.stage, fill(model.words.stage_of, {
      stage: stageName(model, this.player.shown, stage),
      at: String(stages.indexOf(stage) + 1),
      count: String(stages.length),
    }));
  }

  /** Speak a step's sentence to a screen reader, once. */
  speak(step, stage) {
    const text = this.player.model.say(step, stage);
    if (text !== this.spoken) setText(this.live, (this.spoken = text));
  }

  /** Speak now and then how far a play has come that is too fast for its sentences. */
  summarise(step) {
    const now = performance.now();
    if (now - (this.summarised ?? 0) < SUMMARY_MS) return;
    this.summarised = now;
    const { words, count } = this.player.model;
    setText(this.live, (this.spoken = fill(words.step_of, { step: String(step + 1), count: String(count) })));
  }

  /** Show a message in place of the line, until the learner closes it or goes on; "" takes it away. */
  tell(text) {
    const had = this.note.contains(this.note.getRootNode().activeElement);
    setText(this.told, text ?? "");
    this.note.hidden = !text;
    this.root.classList.toggle("covered", Boolean(text));
    if (had && !text) this.player.root.focus({ preventScroll: true });
  }
}
