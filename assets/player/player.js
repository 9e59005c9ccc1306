// The player: mount(element, trace, callbacks) draws any trace and lets a learner step through it.
// It knows nothing of Streamlit, reads values from the trace, and builds no sentences.

import { element } from "../shared/dom.js";
import { SPEEDS, makeControls } from "./controls.js";
import { Editing } from "./input/editing.js";
import { flashing, scaled } from "./stage/flash.js";
import { Flight } from "./stage/flight.js";
import { Inspector } from "./inspector.js";
import { Keyboard } from "./input/keyboard.js";
import { Legend } from "./legend.js";
import { Model } from "./trace/model.js";
import { STAGES } from "./trace/plan.js";
import { Phases } from "./phases.js";
import { Pictures } from "./stage/picture.js";
import { Pointer } from "./input/pointer.js";
import { Predict } from "./predict/predict.js";
import { Presenter } from "./presenter.js";
import { Channels } from "./stage/channels.js";
import { Sizing } from "./stage/sizing.js";
import { Stage } from "./stage/stage.js";
import { Stepper } from "./stepper.js";

/**
 * Draw a trace in `host` and return { update, go, step, message, configure, setCallbacks, destroy }.
 *
 * trace: the JSON form that engine.trace.payload makes, with the player's `words`. callbacks, all optional: onEdit({ board, cells, text } or
 * { board, flat, rows }, step) when the learner changed numbers; onView({ step }) when the step at rest changed;
 * onLead({ board, flat }) when the learner asked where a number comes from; onGuess({ step, target, text or cells })
 * when they said what comes, which promises { right, wrong, message }; onPredict(kind) when they chose what is left blank,
 * "" for nothing; onAsk(target): what is blank at present; onLook(view): picture or numbers.
 * options: { step, height, leads, picture, predict }: the step to begin with; pixels for the boards and the lines of products below
 * them, or "window" for what fits there; for boards whose cells lead elsewhere, { name: the label of the way there };
 * where the boards are offered as pictures too, { view: "picture" or "numbers", note: what is seen there }; what is left
 * blank, as onPredict has it.
 */
export function mount(host, trace, callbacks = {}, options = {}) {
  return new Player(host, trace, callbacks, options).api();
}

class Player extends Stepper {
  constructor(host, trace, callbacks, options) {
    super();
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
    this.phases = new Phases(this);
    this.predict = new Predict(this);
    this.flight = new Flight(this);
    this.legend = new Legend();
    this.pictures = new Pictures(this);
    this.channels = new Channels(this);
    this.sizing = new Sizing(this);
    this.presenter = new Presenter(this);
    this.editing = new Editing(this);
    this.pointer = new Pointer(this);
    this.keyboard = new Keyboard(this);
    const head = element("div", "head");
    head.append(this.channels.root, this.inspector.root, this.inspector.note, this.pictures.choice);
    const { controls, phases, predict, area, pictures, legend, inspector, sizing } = this;
    this.root.append(controls.bar, phases.root, predict.root, head, area, pictures.foot, legend.root);
    this.root.append(inspector.live, sizing.probe);
    this.host.append(this.root);
    this.pace();
    this.state.step = this.clamped(options.step ?? 0);
    this.build();
    this.observer = new ResizeObserver(() => this.sizing.measure());
    this.predict.take(options.predict ?? "");
    // The probe changes when a font has been loaded; the document is as high as the window.
    for (const seen of [sizing.frame, this.root, sizing.probe, document.documentElement]) this.observer.observe(seen);
  }

  api() {
    return {
      update: (trace) => this.update(trace),
      go: (step) => {
        this.go(step);
        if (this.led) this.arrive();
        this.led = false;
      },
      step: () => this.state.step,
      message: (text) => this.inspector.tell(text),
      configure: (options) => {
        const { height, leads, predict } = this.options;
        Object.assign(this.options, options);
        if (options.predict !== predict) this.predict.take(options.predict ?? "");
        this.pictures.take(this.options.picture);
        if (this.options.height !== height || this.drawnAs !== this.state.view) this.sizing.apply();
        if (JSON.stringify(this.options.leads) !== JSON.stringify(leads)) this.pointer.show();
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
    this.legend.build(this.model);
    this.phases.build();
    this.predict.build();
    this.stages = new Map();
    this.stage = undefined;
    this.render();
  }

  /** Put the stage of the phase that `step` belongs to on the page. */
  useStage(step) {
    const { phase } = this.model.at(step);
    if (this.stage?.phase === phase) return;
    const first = !this.stage;
    const stage = (this.stage = this.stageFor(phase));
    this.pointer.forget(); // first: taking a focused cell off the page tells the pointer
    const focused = this.area.contains(this.root.getRootNode().activeElement);
    this.area.replaceChildren(stage.root, stage.strip.root);
    if (focused) this.root.focus({ preventScroll: true });
    this.channels.build();
    this.fresh = true;
    if (!first) this.flight.enter(this.area);
  }

  /** The stage of a phase, made when it is first asked for. */
  stageFor(phase) {
    if (!this.stages.has(phase)) {
      const stage = new Stage(this.model, phase);
      stage.load(this.model);
      this.stages.set(phase, stage);
    }
    return this.stages.get(phase);
  }

  /** Show another trace: in place where it has the same form, else anew; the step stays where it was, the words stay. */
  update(trace) {
    const before = this.model;
    const { edited } = this;
    this.edited = false;
    if (trace.id !== before.id) {
      this.model = new Model({ words: before.words, ...trace });
      if (this.model.form !== before.form) {
        this.replace(edited);
        return;
      }
    }
    this.legend.build(this.model, edited ? scaled(this.model, before) : []);
    const flash = flashing(this.area, edited);
    const stages = [...this.stages.values()];
    for (const stage of stages) stage.load(this.model);
    this.stages = new Map(stages.map((stage) => [stage.phase, stage]));
    this.sizing.renew(edited);
    this.render();
    flash();
  }

  /** Draw a trace of another form. After an edit it takes no less room than the one before. */
  replace(edited) {
    this.flight.land();
    this.sizing.hold(edited);
    const typing = this.editing.put();
    const focused = this.area.contains(this.root.getRootNode().activeElement);
    this.peek = undefined;
    this.state.pinned = false;
    this.state.step = this.clamped(this.state.step);
    this.state.stage = this.state.staged ? "window" : "result";
    this.build();
    if (focused) this.root.focus({ preventScroll: true });
    this.editing.take(typing);
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

  // Drawing

  /** The step on show: one that the pointer peeks at, one whose number is typed into a map, or the present one. */
  get shown() {
    return this.peek ?? this.predict.filling.step ?? this.state.step;
  }

  /** How far a step may be shown: a name of STAGES. Everything drawn, named or spoken of a step asks here. */
  stageOf(step) {
    return this.predict.heldAt(step) ?? (step === this.state.step ? this.state.stage : "result");
  }

  /** known(stage, k): whether the step on show has come to a stage, or the learner has said the k-th part of it. */
  get known() {
    const { shown } = this;
    const reached = STAGES.indexOf(this.stageOf(shown));
    return (stage, k) => STAGES.indexOf(stage) <= reached || this.predict.told(shown, stage, k);
  }

  /** How many steps, from the first, show their results on the output board. */
  get resultsShown() {
    return this.state.revealed ? this.model.count : this.state.step + (this.stageOf(this.state.step) === "result" ? 1 : 0);
  }

  render() {
    const { state, model, root } = this;
    this.drawnAs = state.view;
    this.predict.arrive();
    const step = this.shown;
    const stage = this.stageOf(step);
    const page = model.pageOf(step);
    this.useStage(step);
    const near = this.drawn?.page === page && Math.abs(this.drawn.step - step) <= 1;
    const sliding = near && !this.fresh;
    if (this.sliding !== sliding) root.classList.toggle("sliding", (this.sliding = sliding));
    const { known } = this;
    this.stage.show(step, known, this.resultsShown);
    this.drawn = { step, page };
    if (this.fresh) {
      this.fresh = false;
      this.sizing.apply(this.sizing.steady);
    }
    this.channels.show();
    this.phases.show(step);
    const marks = { step, stage, phase: this.phases.shown, playing: state.playing };
    for (const [name, value] of Object.entries(marks)) {
      if (root.dataset[name] !== String(value)) root.dataset[name] = value;
    }
    if (this.pinned !== state.pinned) root.classList.toggle("pinned", (this.pinned = state.pinned));
    this.controls.show({
      ...state,
      count: model.count,
      page,
      pageCount: this.stage.phase.pageStarts.length,
      pageName: model.pageName,
      editable: [...this.stage.views.values()].some(({ board }) => paintable(board)),
      paintable: [...model.boards.values()].some(paintable),
      presenting: this.presenter.presenting,
      predicting: this.predict.on,
      shown: step,
    });
    if (!state.playing) this.stage.nameParts(known);
    this.predict.show();
    this.pointer.show();
    if (!state.playing || this.slow) this.inspector.speak(state.step, this.stageOf(state.step));
    else this.inspector.summarise(state.step);
  }

  /** Follow a cell to where its number comes from. */
  lead(cell) {
    this.led = Boolean(this.root.querySelector(":focus-visible"));
    this.stop();
    this.render();
    this.callbacks.onLead?.({ board: cell.dataset.board, flat: Number(cell.dataset.flat) });
  }

  /** After a way that was gone by keys: the focus is on a number that the step on show reads, where the next way begins. */
  arrive() {
    const [cell] = this.stage.inWindow;
    cell?.focus({ preventScroll: true });
  }

  destroy() {
    this.flight.land();
    this.editing.cancel();
    this.predict.end();
    this.stop();
    this.observer.disconnect();
    this.presenter.destroy();
    this.keyboard.destroy();
    this.root.remove();
  }
}

function paintable({ role, editable }) {
  return role === "input" && editable;
}
