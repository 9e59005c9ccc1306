// Predict: what a step comes to is a blank until the learner has said it. The engine judges what they say; nothing is
// worked out here, and what is right is drawn only when it has been said, or asked for.

import { element, make } from "../../shared/dom.js";
import { control } from "../controls.js";
import { setText } from "../stage/boards.js";
import { BLANKS, FIELD, hasBlank, keyOf, partsOf, questionOf } from "./blanks.js";
import { Choosing } from "./choosing.js";
import { Filling } from "./filling.js";
import { Marks } from "./marks.js";

const CHOSEN = ["window", "winner"]; // answered by choosing cells
const STANDS = 900; // ms that a right answer is looked at before the next blank comes

export class Predict {
  constructor(player) {
    this.player = player;
    this.on = false;
    this.wanted = "result"; // of what can be blank; a trace may not have it
    this.offered = [];
    this.said = new Set();
    this.cells = new Choosing(this);
    this.marks = new Marks(player);
    this.root = element("form", "predict", { "data-control": "predicting" });
    const top = make("div", "asking", this.root);
    this.question = make("label", "question", top, undefined, { for: "predicted", "aria-live": "polite" });
    const where = player.inspector.says.id; // of the step's place, in words
    this.field = make("input", "predicted", top, undefined, { ...FIELD, id: "predicted", "aria-describedby": where });
    this.check = control("check", undefined, { kind: "main" });
    this.check.type = "submit";
    this.reveal = control("show-me", () => this.showMe());
    this.blanks = make("select", "control", top, undefined, { "data-control": "blank" });
    top.append(this.check, this.reveal, this.blanks);
    this.verdict = make("p", "verdict", this.root, undefined, { role: "status" });
    this.filling = new Filling(this);
    this.blanks.onchange = () => this.choose(this.blanks.value);
    this.field.oninput = () => this.say("");
    this.root.onsubmit = (event) => {
      event.preventDefault();
      if (this.asked) this.guess();
      else this.goOn();
    };
  }

  /** Offer what can be blank in a trace. */
  build() {
    const { model } = this.player;
    const { words, phases } = model;
    this.offered = BLANKS.filter((kind) => phases.some((phase) => hasBlank(model, phase, kind)));
    Object.assign(this.blanks, { ariaLabel: words.predict_blank, title: words.predict_blank });
    this.blanks.replaceChildren();
    for (const kind of this.offered) make("option", "", this.blanks, words[`predict_${kind}`], { value: kind });
    this.blanks.value = this.kind;
    setText(this.reveal, words.show_me);
    this.shaped = false;
    this.begin();
  }

  /** What is left blank. */
  get kind() {
    return this.offered.includes(this.wanted) ? this.wanted : "result";
  }

  toggle() {
    this.take(this.on ? "" : this.kind);
    this.tell();
    this.focus();
  }

  /** Leave something blank, "" for nothing, as a link says it. */
  take(kind) {
    const { player } = this;
    if (kind === (this.on ? this.wanted : "")) return;
    if (!kind) this.end();
    else {
      this.on = true;
      this.wanted = kind;
      this.blanks.value = this.kind;
      this.shaped = false;
      player.stop();
      Object.assign(player.state, { staged: false, revealed: false, stage: "result" });
      this.begin();
    }
    player.moveTo(player.state.step, "result");
    player.sizing.apply();
  }

  /** The page is told what is left blank now. */
  tell() {
    this.player.callbacks.onPredict?.(this.on ? this.kind : "");
  }

  /** The height that it takes from the boards, in pixels. */
  get taken() {
    return this.on ? this.root.offsetHeight : 0;
  }

  /** Whether numbers are typed into a map. */
  get fills() {
    return this.on && this.kind === "map";
  }

  /** Something else that the learner wants leaves no room for blanks. */
  leave() {
    if (!this.on) return;
    this.end();
    this.tell();
  }

  end() {
    clearTimeout(this.later);
    this.filling.close();
    this.on = false;
    this.marks.clear();
    this.player.callbacks.onAsk?.(undefined);
  }

  choose(kind) {
    const walking = this.blanks.matches(":focus-visible"); // arrows go on from choice to choice
    this.take(kind);
    this.tell();
    if (!walking) this.focus();
  }

  /** Before a step is drawn: what was said of another one is forgotten. */
  arrive() {
    const { step } = this.player.state;
    if (!this.on || this.at === step) return;
    this.begin();
    this.at = step;
  }

  /** Nothing has been said yet of the step that the player stands at. */
  begin() {
    clearTimeout(this.later);
    this.stands = false; // whether a right answer has just been typed: its field stays, and keeps the focus
    this.said.clear();
    this.cells.chosen.clear();
    this.at = undefined;
    this.filling.close();
    this.field.value = "";
    this.say("");
  }

  // What is blank

  parts(step) {
    const { kind, shaped } = this;
    const { model } = this.player;
    const of = [model, step, kind, shaped];
    if (!this.parted?.of.every((one, k) => one === of[k])) this.parted = { of, parts: partsOf(model, step, kind, shaped) };
    return this.parted.parts;
  }

  /** What is asked now; undefined where nothing is. */
  get asked() {
    if (!this.on) return undefined;
    return this.parts(this.player.state.step).find((part) => !this.said.has(keyOf(part)));
  }

  /** Whether cells are chosen for an answer. */
  get choosing() {
    return CHOSEN.includes(this.asked?.target);
  }

  /** How far a step is held back; undefined where it is not. */
  heldAt(step) {
    const { state } = this.player;
    if (!this.on || step < state.step) return undefined;
    if (this.filling.told(step)) return "result";
    return step === state.step ? this.asked?.stage : this.parts(step)[0]?.stage;
  }

  /** Whether the learner has said a part of a stage that the step as a whole has not come to. */
  told(step, stage, part) {
    return this.on && step === this.player.state.step && this.said.has(`${stage}:${part}`);
  }

  // Answers

  async guess(cells = this.cells.cells) {
    const { asked, player, filling } = this;
    const { step } = player.state;
    if (this.judging) return;
    const given = filling.open ? { answers: filling.typed } : this.choosing ? { cells } : { text: this.field.value };
    if (given.answers?.length === 0) {
      filling.focus();
      return;
    }
    this.judging = true;
    try {
      const verdict = await player.callbacks.onGuess({ step, target: asked.target, ...given });
      const stale = player.state.step !== step || keyOf(this.asked ?? {}) !== keyOf(asked);
      if (verdict && !stale) this.judged(asked, verdict);
    } finally {
      this.judging = false;
    }
  }

  /** cells: the verdict on each number of a map. */
  judged(asked, { wrong, message, cells }) {
    this.stands = !wrong && !cells && this.field.matches(":focus");
    if (cells ? this.filling.judged(cells) : !wrong) this.done(asked);
    if (cells && this.asked) {
      this.player.render();
      this.focus();
    }
    this.say(message, wrong ? "wrong" : "right");
    if (wrong && !cells) this.field.select();
    else if (this.asked) this.focus();
    else this.later = setTimeout(() => this.goOn(), STANDS);
  }

  /** What was asked has been said: show it. */
  done(asked) {
    const { player } = this;
    if (asked.target === "map") player.moveTo(this.filling.last, "result");
    if (asked.target === "shape") this.shaped = true;
    this.at = player.state.step;
    this.said.add(keyOf(asked));
    this.cells.chosen.clear();
    this.field.value = "";
    player.render();
  }

  /** A play goes on when what is asked has been said. */
  play() {
    if (this.asked) this.focus();
    else this.goOn();
  }

  goOn() {
    const { player } = this;
    if (!this.on) return;
    if (player.state.step >= player.model.count - 1) return this.stands && this.rest();
    const here = player.root.getRootNode().activeElement;
    const told = this.verdict._text;
    player.forward();
    player.viewChanged();
    if (told) this.say(told, "right");
    if (!here || this.root.contains(here) || here === player.root) this.focus();
  }

  /** All has been said: the field goes, and the focus with it. */
  rest() {
    this.stands = false;
    this.player.render();
    this.focus();
  }

  showMe() {
    const { asked, filling } = this;
    if (!asked) return;
    this.stands = false;
    if (filling.open) filling.tell();
    if (!filling.open || filling.done) this.done(asked);
    else this.player.render();
    this.say("");
    this.focus();
  }

  say(text, kind = "") {
    setText(this.verdict, text);
    this.verdict.dataset.kind = kind;
  }

  /** The focus goes to where the answer is given. */
  focus() {
    if (!this.on) return;
    if (!this.asked) (this.check.hidden ? this.player.root : this.check).focus({ preventScroll: true });
    else if (this.filling.open) this.filling.focus();
    else if (!this.choosing) this.field.focus({ preventScroll: true });
    else this.player.stage.first.cells.find((cell) => cell.tabIndex === 0)?.focus({ preventScroll: true });
  }

  // Drawing

  show() {
    const { player, root, asked } = this;
    const { model, state } = player;
    root.hidden = !this.on;
    player.root.classList.toggle("shape-blank", asked?.target === "shape");
    player.root.classList.toggle("fills", this.fills);
    this.marks.clear();
    if (!this.on) return;
    player.callbacks.onAsk?.(asked?.target);
    const { words } = model;
    setText(this.question, asked ? questionOf(model, state.step, asked) : words.ask_done);
    this.field.hidden = asked ? this.choosing || asked.target === "map" : !this.stands;
    this.field.readOnly = !asked;
    this.field.ariaLabel = this.question._text;
    setText(this.check, asked ? words.check : words.go_on);
    this.check.hidden = asked?.target === "winner" || (!asked && state.step >= model.count - 1);
    this.reveal.hidden = !asked;
    if (asked?.target === "map") this.filling.show();
    else this.filling.close();
    if (asked) this.marks.show(asked, this.cells.cells);
  }
}
