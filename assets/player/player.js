// The player: mount(element, trace, callbacks) draws any trace and lets a learner step through it.
// It knows nothing of Streamlit, reads values from the trace, and builds no sentences.

import { element } from "./boards.js";
import { SPEEDS, makeControls } from "./controls.js";
import { Model } from "./data.js";
import { Editing } from "./edit.js";
import { measure } from "./fit.js";
import { listenToKeys } from "./keys.js";
import { Pointer } from "./pointer.js";
import { Presenter } from "./presenter.js";
import { Stage, stagesOf } from "./stage.js";

const STEP_MS = 1200;

/**
 * Draw a trace in `host` and return { update, show, go, destroy }.
 *
 * trace: the JSON form that engine.payload makes. callbacks, all optional: onEdit({ board, cells, text } or
 * { board, flat, rows }, step) when the learner changed numbers; onView({ step }) when the step at rest
 * changed. options: { step, height }.
 */
export function mount(host, trace, callbacks = {}, options = {}) {
  return new Player(host, trace, callbacks, options).api();
}

/** Whether a step's result may be on show at a stage. A mode that asks for a guess first decides it here. */
function mayShowResult(stage) {
  return stage === "result";
}

class Player {
  constructor(host, trace, callbacks, options) {
    this.host = host;
    this.callbacks = callbacks;
    this.options = options;
    this.state = { step: 0, stage: "result", staged: false, playing: false, speed: 2, pinned: false, revealed: false, brushing: false, presenting: false, channel: null };
    this.root = element("div", "stride", { tabindex: "0", role: "group" });
    this.host.append(this.root);
    this.build(new Model(trace));
    this.go(options.step ?? 0, { quiet: true });
    this.fit();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.host instanceof ShadowRoot ? this.host.host : this.host);
    this.presenter = new Presenter(this);
  }

  api() {
    return {
      update: (trace) => this.update(trace),
      go: (step) => this.go(step),
      message: (text) => this.message(text),
      configure: (options) => {
        Object.assign(this.options, options);
        this.fit();
      },
      setCallbacks: (callbacks) => (this.callbacks = callbacks),
      destroy: () => this.destroy(),
    };
  }

  build(model) {
    this.model = model;
    this.drawn = undefined;
    this.editing?.stop();
    this.stage = new Stage(model);
    this.controls = makeControls(model.words, this);
    this.head = element("div", "head");
    this.inspector = element("div", "inspector");
    this.channelBox = element("div", "group channels");
    this.head.append(this.channelBox, this.inspector);
    this.note = element("div", "note", { role: "alert" });
    this.note.hidden = true;
    this.live = element("div", "live", { "aria-live": "polite" });
    this.root.setAttribute("aria-label", model.words.player);
    this.root.replaceChildren(this.controls.bar, this.head, this.note, this.stage.root, this.stage.strip, this.live);
    this.pointer = new Pointer(this);
    this.pointer.listen([this.stage.root, this.stage.strip]);
    this.editing = new Editing(this);
    this.editing.listen();
    listenToKeys(this);
    this.stage.load(model);
    this.makeChannels();
    this.single = this.sole = false;
  }

  update(trace) {
    if (trace.id === this.model.id) {
      if (this.root.querySelector(".pending")) this.refill();
      return;
    }
    const model = new Model(trace);
    if (model.form === this.model.form && model.pageCount === this.model.pageCount) {
      this.model = model;
      this.refill();
    } else {
      this.build(model);
      this.state.step = Math.min(this.state.step, model.count - 1);
      this.render();
      this.fit();
    }
  }

  refill() {
    this.stage.load(this.model);
    this.render();
    this.fit();
  }

  // What the controls call

  go(step, { quiet = false } = {}) {
    this.state.step = Math.max(0, Math.min(this.model.count - 1, Math.trunc(step) || 0));
    this.state.stage = "result";
    this.peek = undefined;
    this.render();
    if (!quiet) this.viewChanged();
  }

  end() {
    this.go(this.model.count - 1);
  }

  forward() {
    const stages = stagesOf(this.model.at(this.state.step).phase);
    const at = stages.indexOf(this.state.stage);
    if (this.state.staged && at < stages.length - 1) {
      this.state.stage = stages[at + 1];
      this.render();
      return true;
    }
    if (this.state.step >= this.model.count - 1) return false;
    this.state.step += 1;
    this.state.stage = this.state.staged ? "window" : "result";
    this.peek = undefined;
    this.render();
    this.viewChanged();
    return true;
  }

  back() {
    const stages = stagesOf(this.model.at(this.state.step).phase);
    const at = stages.indexOf(this.state.stage);
    if (this.state.staged && at > 0) {
      this.state.stage = stages[at - 1];
      this.render();
    } else if (this.state.step > 0) {
      this.go(this.state.step - 1);
    }
  }

  toggle(playing = !this.state.playing) {
    if (playing === this.state.playing) return;
    this.state.playing = playing;
    this.root.dataset.playing = playing;
    if (playing) {
      this.letGo();
      if (this.state.step >= this.model.count - 1) this.state.step = 0;
      if (this.state.staged) this.state.stage = "window";
      this.render();
      this.since = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
    } else {
      cancelAnimationFrame(this.frame);
      this.render();
      this.viewChanged();
    }
  }

  tick(now) {
    if (!this.state.playing) return;
    const share = this.state.staged ? 0.5 : 1;
    if (now - this.since >= (STEP_MS * share) / SPEEDS[this.state.speed]) {
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
    this.root.style.setProperty("--pace", `${Math.min(260, STEP_MS / SPEEDS[this.state.speed] / 2)}ms`);
    this.render();
  }

  page(by) {
    const page = this.model.pageOf(this.state.step) + by;
    if (page < 0 || page >= this.model.pageCount) return;
    this.go(this.model.onPage(this.state.step, page));
  }

  help() {
    this.message(this.note.textContent === this.model.words.help ? "" : this.model.words.help);
  }

  stages() {
    this.state.staged = !this.state.staged;
    this.state.stage = this.state.staged ? "window" : "result";
    this.render();
  }

  reveal() {
    this.state.revealed = !this.state.revealed;
    this.render();
  }

  brush() {
    this.state.brushing = !this.state.brushing;
    this.root.classList.toggle("brushing", this.state.brushing);
    this.render();
  }

  present() {
    this.presenter.toggle();
  }

  pin(step) {
    this.toggle(false);
    this.peek = undefined;
    this.state.pinned = true;
    this.go(step);
  }

  letGo() {
    if (!this.state.pinned && this.peek === undefined) return;
    this.state.pinned = false;
    this.peek = undefined;
    this.render();
  }

  viewChanged() {
    if (!this.state.playing) this.callbacks.onView?.({ step: this.state.step });
  }

  message(text) {
    this.note.textContent = text ?? "";
    this.note.hidden = !text;
  }

  // Drawing

  /** The step on show: one that the pointer peeks at, or the present one. */
  get shown() {
    return this.peek ?? this.state.step;
  }

  render() {
    const { state, model } = this;
    const step = this.shown;
    const stage = this.peek === undefined ? state.stage : "result";
    // The frame slides to a neighbour; a longer way it jumps.
    this.root.classList.toggle("still", this.drawn === undefined || Math.abs(step - this.drawn) > 1);
    this.drawn = step;
    const done = state.step + (mayShowResult(state.stage) ? 1 : 0);
    const count = state.revealed ? model.count : done;
    this.stage.show(step, stage, mayShowResult(stage), count, state.playing);
    this.root.dataset.step = step;
    this.root.dataset.stage = stage;
    this.root.dataset.playing = state.playing;
    this.root.classList.toggle("pinned", state.pinned);
    this.controls.show({
      ...state,
      count: model.count,
      page: model.pageOf(step),
      pageCount: model.pageCount,
      pageName: model.pageName,
      editable: this.stage.first.board.editable,
    });
    if (this.peek === undefined && !this.pointer.on) this.explainStep();
    this.showChannels();
    const paced = state.playing && STEP_MS / SPEEDS[state.speed] < 1000;
    if (!paced) this.live.textContent = model.say(state.step, state.stage);
  }

  explainStep() {
    const words = this.model.words;
    const step = this.shown;
    const parts = [element("span", "says")];
    parts[0].textContent = this.model.say(step, this.peek === undefined ? this.state.stage : "result");
    if (this.state.pinned) {
      const let_go = element("button", "control pin", { type: "button", "data-control": "unpin", title: words.unpin });
      let_go.textContent = words.pinned;
      let_go.onclick = () => this.letGo();
      parts.unshift(let_go);
    }
    this.inspector.replaceChildren(...parts);
  }

  explain(cell, text) {
    const said = element("span", "says");
    said.textContent = text;
    const parts = [said];
    if (cell && this.isEditable(cell)) {
      const edit = element("button", "control edit", { type: "button", "data-control": "edit" });
      edit.textContent = this.model.words.edit;
      edit.onclick = () => this.editing.open(cell);
      edit.title = this.model.words.edit_hint;
      parts.push(edit);
    }
    this.inspector.replaceChildren(...parts);
  }

  // Channels, where they do not all fit

  makeChannels() {
    const { first } = this.stage;
    this.channelBox.replaceChildren();
    this.chips = first.panes.map((_, p) => {
      const chip = element("button", "control chip", { type: "button", "data-control": `channel-${p}`, title: this.model.words.channel });
      chip.textContent = first.board.panes[p];
      chip.onclick = () => {
        this.state.channel = p;
        this.fit();
        this.render();
      };
      this.channelBox.append(chip);
      return chip;
    });
  }

  showChannels() {
    const one = this.single;
    this.channelBox.hidden = !one;
    if (!one) return;
    const used = [...this.stage.rowsUsed];
    const channel = used.includes(this.state.channel) ? this.state.channel : used[0];
    this.chips.forEach((chip, p) => {
      chip.setAttribute("aria-pressed", String(p === channel));
      chip.disabled = !used.includes(p);
    });
    for (const node of this.stage.root.children) {
      const row = node.style.getPropertyValue("--r");
      if (row !== "") node.classList.toggle("away", Number(row) !== channel && !node.classList.contains("sum") && !node.classList.contains("whole"));
    }
  }

  fit() {
    const { stage, root, state } = this;
    const host = this.host instanceof ShadowRoot ? this.host.host : this.host;
    const wide = state.presenting ? window.innerWidth - 32 : host.getBoundingClientRect().width;
    if (!wide) return;
    const sizes = measure(stage, this.model, { wide, presenting: state.presenting, height: this.options.height });
    this.single = sizes.channels < stage.channels;
    root.classList.toggle("narrow", sizes.narrow);
    root.classList.toggle("single-channel", this.single);
    root.classList.toggle("sole-output", sizes.panes < stage.output.panes.length);
    root.classList.toggle("compact", Boolean(sizes.compact) && !sizes.narrow);
    stage.placeLines(Boolean(sizes.inline && !sizes.compact && !sizes.narrow && !this.single));
    for (const [name, value] of Object.entries(sizes.variables)) root.style.setProperty(`--${name}`, value);
    for (const node of stage.root.children) node.classList.remove("away");
    this.showChannels();
  }

  isEditable(cell) {
    const board = this.model.board(cell.dataset.board);
    return Boolean(board?.editable) && !cell.classList.contains("padding");
  }

  escape() {
    this.root.focus({ preventScroll: true });
    this.pointer.forget();
    this.message("");
    if (this.state.presenting && !this.state.pinned && !this.presenter.fullscreen()) this.presenter.leave();
    this.letGo();
    this.render();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.presenter.destroy();
    this.editing.stop();
    this.root.remove();
  }
}
