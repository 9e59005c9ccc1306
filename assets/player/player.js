// The player: mount(element, trace, callbacks) draws any trace and lets a learner step through it.
// It knows nothing of Streamlit, reads values from the trace, and builds no sentences.

import { element } from "./boards.js";
import { SPEEDS, makeControls } from "./controls.js";
import { Editing } from "./editing.js";
import { Inspector } from "./inspector.js";
import { Keyboard } from "./keyboard.js";
import { Model, STAGES, stagesOf } from "./model.js";
import { Pointer } from "./pointer.js";
import { Presenter } from "./presenter.js";
import { Sizing } from "./sizing.js";
import { Stage } from "./stage.js";

const STEP_MS = 1200;
const SLIDE_MS = 260;
const SPOKEN_MS = 1000; // steps that follow faster are not spoken

/**
 * Draw a trace in `host` and return { update, go, message, configure, setCallbacks, destroy }.
 *
 * trace: the JSON form that engine.payload makes. callbacks, all optional: onEdit({ board, cells, text } or
 * { board, flat, rows }, step) when the learner changed numbers; onView({ step }) when the step at rest changed.
 * options: { step, height }: the step to begin with; pixels for the boards and the lines of products below them.
 */
export function mount(host, trace, callbacks = {}, options = {}) {
  return new Player(host, trace, callbacks, options).api();
}

class Player {
  constructor(host, trace, callbacks, options) {
    this.host = host;
    this.callbacks = callbacks;
    this.options = options;
    this.state = {
      step: 0,
      stage: "result",
      staged: false,
      playing: false,
      speed: SPEEDS.indexOf(1),
      pinned: false,
      revealed: false,
      brushing: false,
    };
    this.model = new Model(trace);
    this.root = element("div", "stride", { tabindex: "0", role: "group" });
    this.area = element("div", "area");
    this.controls = makeControls(this.model.words, this);
    this.inspector = new Inspector(this);
    this.sizing = new Sizing(this);
    this.presenter = new Presenter(this);
    this.editing = new Editing(this);
    this.pointer = new Pointer(this);
    this.keyboard = new Keyboard(this);
    const head = element("div", "head");
    head.append(this.sizing.box, this.inspector.root, this.inspector.note);
    this.root.append(this.controls.bar, head, this.area, this.inspector.live, this.sizing.probe);
    this.host.append(this.root);
    this.pace();
    this.state.step = this.clamped(options.step ?? 0);
    this.build();
    this.observer = new ResizeObserver(() => this.sizing.apply(false));
    this.observer.observe(this.sizing.frame);
    this.observer.observe(this.root);
    this.observer.observe(this.sizing.probe); // changes when a font has been loaded
  }

  api() {
    return {
      update: (trace) => this.update(trace),
      go: (step) => this.go(step),
      message: (text) => this.inspector.tell(text),
      configure: (options) => {
        const before = this.options.height;
        Object.assign(this.options, options);
        if (this.options.height !== before) this.sizing.apply();
      },
      setCallbacks: (callbacks) => (this.callbacks = callbacks),
      destroy: () => this.destroy(),
    };
  }

  /** Draw the trace from nothing. */
  build() {
    const { words } = this.model;
    this.root.setAttribute("aria-label", words.player);
    this.inspector.name(words);
    this.stages = new Map();
    this.stage = undefined;
    this.render();
  }

  /** Put the stage of the phase that `step` belongs to on the page. */
  useStage(step) {
    const { phase } = this.model.at(step);
    if (this.stage?.phase === phase) return;
    let stage = this.stages.get(phase);
    if (!stage) {
      stage = new Stage(this.model, phase);
      stage.load(this.model);
      this.stages.set(phase, stage);
    }
    this.stage = stage;
    this.area.replaceChildren(stage.root, stage.strip.root);
    this.pointer.forget();
    this.sizing.build();
    this.fresh = true;
  }

  /** Show another trace: in place where it has the same form, else anew; the step stays where it was. */
  update(trace) {
    if (trace.id !== this.model.id) {
      const model = new Model(trace);
      const same = model.form === this.model.form;
      this.model = model;
      if (!same) {
        this.replace();
        return;
      }
    }
    const stages = [...this.stages.values()];
    this.stages.clear();
    for (const stage of stages) {
      stage.load(this.model);
      this.stages.set(stage.phase, stage);
    }
    this.sizing.apply();
    this.render();
  }

  replace() {
    this.editing.cancel();
    const focused = this.area.contains(this.root.getRootNode().activeElement);
    this.peek = undefined;
    this.state.pinned = false;
    this.state.step = this.clamped(this.state.step);
    this.state.stage = this.state.staged ? "window" : "result";
    this.build();
    if (focused) this.root.focus({ preventScroll: true });
  }

  clamped(step) {
    return Math.max(0, Math.min(this.model.count - 1, Math.trunc(step) || 0));
  }

  // Stepping. What the learner asks for pauses and lets go of a pin; what the clock does, does not.

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
    if (state.staged && next) this.moveTo(state.step, next);
    else if (state.step < model.count - 1) this.moveTo(state.step + 1, state.staged ? "window" : "result");
    else return false;
    return true;
  }

  back() {
    const { state, model } = this;
    const stages = stagesOf(model.at(state.step).phase);
    const previous = stages[stages.indexOf(state.stage) - 1];
    if (state.staged && previous) this.moveTo(state.step, previous);
    else if (state.step > 0) this.moveTo(state.step - 1, "result");
  }

  moveTo(step, stage) {
    Object.assign(this.state, { step, stage, pinned: false });
    this.peek = undefined;
    this.pointer.forget();
    if (!this.state.playing) this.inspector.tell("");
    this.render();
  }

  page(by) {
    const page = this.model.pageOf(this.state.step) + by;
    if (page < 0 || page >= this.model.pageCount) return;
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

  // Playing

  toggle(playing = !this.state.playing) {
    const { state } = this;
    if (playing === state.playing) return;
    state.playing = playing;
    if (playing) {
      this.editing.cancel();
      const ended = state.step >= this.model.count - 1 && state.stage === "result";
      if (ended) this.moveTo(0, state.staged ? "window" : "result");
      else this.moveTo(state.step, state.stage);
      this.inspector.tell("");
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

  // Modes

  setStaged() {
    this.state.staged = !this.state.staged;
    this.state.stage = this.state.staged ? "window" : "result";
    this.pace();
    this.sizing.reserve();
    this.render();
  }

  setRevealed() {
    this.state.revealed = !this.state.revealed;
    this.render();
  }

  setBrushing() {
    this.state.brushing = !this.state.brushing;
    this.root.classList.toggle("brushing", this.state.brushing);
    this.render();
  }

  help() {
    const { help } = this.model.words;
    this.inspector.tell(this.inspector.told._text === help ? "" : help);
  }

  /** Esc: the focus returns from a cell to the player, a pin and a message go; else presenter size ends. */
  escape() {
    const { pinned } = this.state;
    const busy = pinned || !this.inspector.note.hidden || this.root.getRootNode().activeElement !== this.root;
    this.root.focus({ preventScroll: true });
    this.pointer.forget();
    this.inspector.tell("");
    this.peek = undefined;
    this.state.pinned = false;
    this.render();
    if (!busy && this.presenter.popover) this.presenter.end();
  }

  viewChanged() {
    if (!this.state.playing) this.callbacks.onView?.({ step: this.state.step });
  }

  // Drawing

  /** The step on show: one that the pointer peeks at, or the present one. */
  get shown() {
    return this.peek ?? this.state.step;
  }

  /**
   * How far a step may be shown: a name of STAGES. Everything drawn, named or spoken of a step asks here, so a mode
   * that wants a guess before the result has one place to hold it back.
   */
  stageOf(step) {
    return step === this.state.step ? this.state.stage : "result";
  }

  /** How many steps, from the first, show their results on the output board. */
  get resultsShown() {
    return this.state.revealed ? this.model.count : this.state.step + (this.stageOf(this.state.step) === "result" ? 1 : 0);
  }

  /** Whether the step on show has come to a stage. */
  past(stage) {
    return STAGES.indexOf(stage) <= STAGES.indexOf(this.stageOf(this.shown));
  }

  render() {
    const { state, model, root } = this;
    const step = this.shown;
    const stage = this.stageOf(step);
    const page = model.pageOf(step);
    this.useStage(step);
    const near = this.drawn?.page === page && Math.abs(this.drawn.step - step) <= 1;
    const sliding = near && !this.fresh;
    if (this.sliding !== sliding) root.classList.toggle("sliding", (this.sliding = sliding));
    this.stage.show(step, stage, this.resultsShown);
    this.drawn = { step, page };
    if (this.fresh) {
      this.fresh = false;
      this.sizing.apply();
    }
    this.sizing.showChannel();
    const marks = { step, stage, playing: state.playing };
    for (const [name, value] of Object.entries(marks)) {
      if (root.dataset[name] !== String(value)) root.dataset[name] = value;
    }
    if (this.pinned !== state.pinned) root.classList.toggle("pinned", (this.pinned = state.pinned));
    this.controls.show({
      ...state,
      count: model.count,
      page,
      pageCount: model.pageCount,
      pageName: model.pageName,
      editable: [...this.stage.views.values()].some(({ board }) => board.role === "input" && board.editable),
      presenting: this.presenter.presenting,
      shown: step,
    });
    if (!state.playing) this.stage.nameParts(stage);
    this.pointer.show();
    if (!state.playing || this.stepMs >= SPOKEN_MS) this.inspector.speak(state.step, this.stageOf(state.step));
  }

  destroy() {
    this.editing.cancel();
    this.stop();
    this.observer.disconnect();
    this.presenter.destroy();
    this.root.remove();
  }
}
