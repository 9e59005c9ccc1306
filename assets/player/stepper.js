// Stepping and playing. What the learner asks for pauses; what the clock does, does not.

import { SPEEDS } from "./controls.js";
import { stagesOf } from "./trace/plan.js";
import { helpText } from "./trace/wording.js";

const STEP_MS = 1200;
const SLIDE_MS = 260;
const SPOKEN_MS = 4000; // a sentence takes that long to speak: steps that follow faster are summed up

/** The moves of a player, which has a `model`, a `state`, and draws itself by render(). */
export class Stepper {
  clamped(step) {
    return Math.max(0, Math.min(this.model.count - 1, Math.trunc(step) || 0));
  }

  /** Go to a step and show all of it, or only its first stage. */
  go(step, stage = "result") {
    this.stop();
    this.moveTo(this.clamped(step), stage);
    this.viewChanged();
  }

  start() {
    this.go(0, this.state.staged ? "window" : "result");
  }

  end() {
    this.go(this.model.count - 1);
  }

  /** One step, or in stages one stage, forward (1) or back (−1). */
  step(by) {
    const moved = this.state.playing;
    const before = this.state.step;
    this.stop();
    if (by > 0) this.forward();
    else this.back();
    if (moved) this.render();
    if (moved || this.state.step !== before) this.viewChanged();
  }

  forward() {
    const { state, model } = this;
    const stages = stagesOf(model.at(state.step).phase);
    const next = stages[stages.indexOf(state.stage) + 1];
    if (state.staged && next) this.advance(state.step, next);
    else if (state.step < model.count - 1) this.advance(state.step + 1, state.staged ? "window" : "result");
    else return false;
    return true;
  }

  advance(step, stage) {
    const fly = this.flight.prepare(step, stage);
    this.moveTo(step, stage);
    fly?.();
  }

  back() {
    const { state, model } = this;
    const stages = stagesOf(model.at(state.step).phase);
    const previous = stages[stages.indexOf(state.stage) - 1];
    if (state.staged && previous) this.moveTo(state.step, previous);
    else if (state.step > 0) this.moveTo(state.step - 1, "result");
  }

  moveTo(step, stage) {
    this.flight.land();
    Object.assign(this.state, { step, stage, pinned: false });
    this.peek = undefined;
    if (!this.state.playing) {
      this.pointer.forget();
      this.inspector.tell("");
    }
    this.render();
  }

  page(by) {
    const page = this.model.pageOf(this.state.step) + by;
    if (!(page in this.model.at(this.state.step).phase.pageStarts)) return;
    this.go(this.model.onPage(this.state.step, page), this.state.stage);
  }

  pin(step) {
    this.stop();
    this.moveTo(step, "result");
    this.state.pinned = true;
    this.render();
    this.viewChanged();
  }

  letGo() {
    if (!this.state.pinned) return;
    this.state.pinned = false;
    this.render();
  }

  // Modes

  setStaged() {
    this.predict.leave();
    this.state.staged = !this.state.staged;
    this.state.stage = this.state.staged ? "window" : "result";
    this.pace();
    this.sizing.reserve();
    this.render();
  }

  setRevealed() {
    this.predict.leave();
    this.state.revealed = !this.state.revealed;
    this.render();
  }

  setBrushing() {
    this.state.brushing = !this.state.brushing;
    this.root.classList.toggle("brushing", this.state.brushing);
    this.render();
  }

  help() {
    const help = helpText(this.model);
    this.inspector.tell(this.inspector.told._text === help ? "" : help);
  }

  // Playing

  toggle(playing = !this.state.playing) {
    const { state } = this;
    if (playing === state.playing) return;
    if (playing && this.predict.on) {
      this.predict.play();
      return;
    }
    state.playing = playing;
    if (playing) {
      this.editing.cancel();
      this.pictures.begin();
      const ended = state.step >= this.model.count - 1 && state.stage === "result";
      if (ended) this.moveTo(0, state.staged ? "window" : "result");
      else this.moveTo(state.step, state.stage);
      this.inspector.tell("");
      if (this.sizing.narrow) this.stage.showWritten();
      this.since = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
    } else {
      this.stop();
      this.render();
      this.viewChanged();
    }
  }

  stop() {
    this.state.playing = false;
    cancelAnimationFrame(this.frame);
  }

  get stepMs() {
    return STEP_MS / SPEEDS[this.state.speed] / (this.state.staged ? 2 : 1);
  }

  /** Whether each step stays long enough to be spoken. */
  get slow() {
    return this.stepMs >= SPOKEN_MS;
  }

  tick(now) {
    if (!this.state.playing) return;
    if (now - this.since >= this.stepMs) {
      this.since = now;
      if (!this.forward()) {
        this.toggle(false);
        return;
      }
    }
    this.frame = requestAnimationFrame((later) => this.tick(later));
  }

  speed(at) {
    this.state.speed = Math.max(0, Math.min(SPEEDS.length - 1, at));
    this.pace();
    this.render();
  }

  pace() {
    this.root.style.setProperty("--pace", `${Math.min(SLIDE_MS, this.stepMs / 2)}ms`);
  }

  viewChanged() {
    if (!this.state.playing) this.callbacks.onView?.({ step: this.state.step });
  }
}
