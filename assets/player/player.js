// The player: mount(element, trace, callbacks) draws any trace and lets a learner step through it.
// It knows nothing of Streamlit, reads values from the trace, and builds no sentences.

import { element, paint } from "./boards.js";
import { SPEEDS, makeControls } from "./controls.js";
import { Model, fill, indexText, place } from "./data.js";
import { block, makeBrush, openEditor } from "./edit.js";
import { fit, fontFor } from "./fit.js";
import { Stage, stagesOf } from "./stage.js";

const STEP_MS = 1200;
const EDITABLE_BY_BRUSH = "input";

/**
 * Draw a trace in `host` and return { update, show, go, destroy }.
 *
 * trace: the JSON form that engine.payload makes. callbacks, all optional: onEdit({ board, cells, text } or
 * { board, flat, rows }, step) when the learner changed numbers; onView({ step, playing }) when the step at
 * rest changed. options: { step, height }.
 */
export function mount(host, trace, callbacks = {}, options = {}) {
  return new Player(host, trace, callbacks, options).api();
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
    this.onFullscreen = () => this.fullscreenChanged();
    document.addEventListener("fullscreenchange", this.onFullscreen);
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
    this.teardown?.();
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
    this.listen();
    this.stage.load(model);
    this.makeChannels();
    this.single = this.sole = false;
  }

  update(trace) {
    if (trace.id === this.model.id) {
      this.refill();
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
    if (this.state.presenting) {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.leavePresenter();
      return;
    }
    const asked = this.root.requestFullscreen?.();
    if (asked) asked.then(() => {}, () => this.enterPresenter(true));
    else this.enterPresenter(true);
  }

  fullscreenChanged() {
    const inner = this.root.getRootNode().fullscreenElement ?? document.fullscreenElement;
    if (inner === this.root) this.enterPresenter(false);
    else if (this.state.presenting) this.leavePresenter();
  }

  enterPresenter(popover) {
    this.state.presenting = true;
    this.root.classList.add("presenting");
    if (popover && this.root.showPopover) {
      this.root.popover = "manual";
      this.root.showPopover();
    }
    this.fit();
    this.render();
  }

  leavePresenter() {
    this.state.presenting = false;
    this.root.classList.remove("presenting");
    if (this.root.popover) {
      this.root.hidePopover();
      this.root.removeAttribute("popover");
    }
    this.fit();
    this.render();
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
    this.stage.show(step, stage, state.revealed ? model.count : state.step + (state.stage === "result" ? 1 : 0));
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
    if (this.peek === undefined && !this.hovered) this.explainStep();
    this.showChannels();
    const paced = state.playing && STEP_MS / SPEEDS[state.speed] < 1000;
    if (!paced) this.live.textContent = model.say(state.step);
  }

  explainStep() {
    const words = this.model.words;
    const step = this.shown;
    const parts = [element("span", "says")];
    parts[0].textContent = this.model.say(step);
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
      edit.onclick = () => this.edit(cell);
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
    const { stage, model } = this;
    const rect = (this.host instanceof ShadowRoot ? this.host.host : this.host).getBoundingClientRect();
    const wide = this.state.presenting ? window.innerWidth - 32 : rect.width;
    if (!wide) return;
    const narrow = wide < 620;
    const chars = (view) => view.board.written.longest;
    const { phase } = model.at(0);
    const sums = Math.max(...phase.partials.map((p) => p.values.longest), phase.results.longest);
    const need = {
      channels: stage.channels,
      input: { rows: stage.first.board.rows, columns: stage.first.board.columns, chars: chars(stage.first) },
      kernel: { rows: phase.grid[0], columns: phase.grid[1], chars: stage.second ? chars(stage.second) : 1 },
      output: { rows: stage.output.board.rows, columns: stage.output.board.columns, panes: stage.output.panes.length, chars: Math.max(chars(stage.output), phase.results.longest) },
      products: { chars: phase.terms.longest },
      line: (phase.termCount / phase.group_names.length) * (chars(stage.first) + (stage.second ? chars(stage.second) : 0) + 4),
      sums: { chars: sums },
    };
    const strip = (Math.min(4, phase.group_names.length) + 1) * (this.state.presenting ? 34 : 22) + 20;
    const height = this.state.presenting ? window.innerHeight - 140 - strip : (this.options.height ?? 440);
    const largest = this.state.presenting ? 96 : narrow ? 34 : 44;
    const sizes = fit(need, { width: wide - 8, height, narrow, largest });
    this.single = sizes.channels < stage.channels;
    this.sole = sizes.panes < stage.output.panes.length;
    const root = this.root;
    root.classList.toggle("narrow", narrow);
    root.classList.toggle("single-channel", this.single);
    root.classList.toggle("sole-output", this.sole);
    root.classList.toggle("compact", Boolean(sizes.compact) && !narrow);
    stage.placeLines(Boolean(sizes.inline && !sizes.compact && !narrow && !this.single));
    const px = { unit: sizes.unit, kernel: sizes.kernelUnit, "input-w": sizes.inputWidth, "kernel-w": sizes.kernelWidth, "product-w": sizes.productWidth, "sum-w": sizes.sumWidth, "output-w": sizes.outputWidth, "input-font": fontFor(sizes.unit, need.input.chars), "kernel-font": fontFor(sizes.kernelUnit, need.kernel.chars), "product-font": fontFor(sizes.kernelUnit, need.products.chars), "sum-font": fontFor(sizes.kernelUnit, need.sums.chars), "output-font": fontFor(sizes.unit, need.output.chars) };
    for (const [name, value] of Object.entries(px)) root.style.setProperty(`--${name}`, `${value}px`);
    root.style.setProperty("--output-columns", sizes.outputColumns);
    for (const node of stage.root.children) node.classList.remove("away");
    this.showChannels();
  }

  // Pointer, keyboard, editing

  isEditable(cell) {
    const board = this.model.board(cell.dataset.board);
    return Boolean(board?.editable) && !cell.classList.contains("padding");
  }

  listen() {
    const area = [this.stage.root, this.stage.strip];
    for (const part of area) {
      part.onpointerover = (event) => event.pointerType !== "touch" && this.point(event.target);
      part.onpointerleave = () => this.unpoint();
      part.onfocusin = (event) => event.target.matches?.("[data-board]") && event.target.matches(":focus-visible") && this.point(event.target);
      part.onfocusout = () => this.unpoint();
      part.onclick = (event) => this.click(event);
      part.ondblclick = (event) => {
        const cell = event.target.closest("[data-board]");
        if (cell && this.isEditable(cell)) this.edit(cell);
      };
    }
    this.root.onkeydown = (event) => this.key(event);
    this.root.onpaste = (event) => this.paste(event);
    this.stage.root.addEventListener("stride-block", (event) => this.sendBlock(event.target, event.detail));
    this.teardown = makeBrush(this.stage.root, {
      active: () => this.state.brushing,
      paints: (cell) => cell.dataset.board === EDITABLE_BY_BRUSH && this.isEditable(cell),
      touch: (cell) => {
        paint(cell, this.controls.brushValue(), cell._tone);
        cell.classList.add("pending");
      },
      stroke: (cells) => this.send({ board: cells[0].dataset.board, cells: cells.map((c) => Number(c.dataset.flat)), text: this.controls.brushValue() }),
    });
  }

  point(target) {
    const part = target.closest?.("[data-term], [data-partial], [data-board]");
    if (part === this.hovered) return;
    this.hovered = part ?? undefined;
    if (!part) return this.unpoint();
    if (this.state.playing) this.toggle(false);
    const { model, stage } = this;
    const { term, partial, board } = part.dataset;
    if (term !== undefined) {
      stage.light(stage.partsOfTerm(Number(term)));
      const found = model.term(this.shown, Number(term));
      if (found) this.explain(null, fill(model.words.product, { product: found.text, left: found.factors[0], right: found.factors[1] ?? "" }));
      return;
    }
    if (partial !== undefined) {
      const parts = stage.partsOfPartial(Number(partial));
      if (board && model.board(board)) parts.push(...model.reaches(board, Number(part.dataset.flat)).map((c) => stage.cellOf(c)));
      stage.light(parts);
      this.explain(part.matches(".cell") ? part : null, part.getAttribute("aria-label") ?? part.textContent);
      return;
    }
    this.pointCell(part, board);
  }

  pointCell(cell, name) {
    const { model, stage } = this;
    const board = model.board(name);
    if (!board) {
      stage.light([cell]);
      this.explain(null, cell.getAttribute("aria-label") ?? "");
      return;
    }
    const flat = Number(cell.dataset.flat);
    const writer = model.writerOf(name, flat);
    const words = model.words;
    if (writer !== undefined) {
      if (!this.state.pinned && writer !== this.shown) {
        this.peek = writer;
        this.render();
      }
      stage.light([cell]);
      const { phase, s } = model.at(writer);
      this.explain(null, this.state.pinned ? model.nameOf(name, flat, phase.results.text(s)) : model.say(writer));
      return;
    }
    const reached = model.reaches(name, flat);
    const own = model.termsReading(this.shown, name, flat).flatMap((t) => stage.partsOfTerm(t));
    const weight = board.role === "weight";
    const partners = weight ? model.partners(name, flat) : reached;
    stage.light([cell, ...partners.map((c) => stage.cellOf(c)), ...own]);
    const count = String(partners.length);
    let relation = fill(weight ? words.meets : partners.length === 1 ? words.reaches_one : words.reaches, { count });
    if (board.dropped.has(flat)) relation = words.dropped;
    this.explain(cell, `${model.nameOf(name, flat)} · ${relation}`);
  }

  unpoint() {
    this.hovered = undefined;
    this.stage.dim();
    if (this.peek !== undefined) this.peek = undefined;
    this.render();
  }

  click(event) {
    const cell = event.target.closest("[data-board]");
    if (!cell || this.state.brushing || cell.classList.contains("editing")) return;
    const writer = this.model.writerOf(cell.dataset.board, Number(cell.dataset.flat));
    if (writer !== undefined) {
      this.hovered = undefined;
      if (this.state.pinned && writer === this.state.step) this.letGo();
      else this.pin(writer);
      this.root.focus({ preventScroll: true });
      return;
    }
    cell.focus({ preventScroll: true });
    this.hovered = undefined;
    this.point(cell);
  }

  key(event) {
    if (event.target.matches("input, select") && event.target.dataset.control !== "scrub") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const cell = event.target.matches("[data-board]") ? event.target : null;
    const run = this.shortcut(event, cell);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  shortcut(event, cell) {
    const { key } = event;
    const onButton = event.target.matches("button");
    if (cell && key.startsWith("Arrow")) return () => this.walk(cell, key);
    if (cell && this.isEditable(cell)) {
      if (key === "Enter" || key === "F2") return () => this.edit(cell);
      if (/^[\d.,+-]$/.test(key)) return () => this.edit(cell, key);
    }
    if (cell && key === "Enter") return () => this.click({ target: cell });
    if (onButton && (key === " " || key === "Enter")) return null;
    return {
      " ": () => this.toggle(),
      ArrowRight: () => this.forward(),
      ArrowLeft: () => this.back(),
      Home: () => this.go(0),
      End: () => this.end(),
      ArrowUp: () => this.page(-1),
      ArrowDown: () => this.page(1),
      "+": () => this.speed(this.state.speed + 1),
      "=": () => this.speed(this.state.speed + 1),
      "-": () => this.speed(this.state.speed - 1),
      Escape: () => this.escape(),
    }[key];
  }

  escape() {
    if (this.root.contains(this.root.getRootNode().activeElement)) this.root.focus({ preventScroll: true });
    this.hovered = undefined;
    this.stage.dim();
    this.message("");
    if (this.state.presenting && !this.state.pinned && !document.fullscreenElement) this.leavePresenter();
    this.letGo();
    this.render();
  }

  /** Move the focus over a board's cells, across its panes. */
  walk(cell, key) {
    const view = this.stage.views.get(cell.dataset.board);
    if (!view) return;
    const { board } = view;
    const local = Number(cell.dataset.flat) - view.page * view.perPage;
    const { row, column } = place(board, local);
    const by = { ArrowUp: -board.columns, ArrowDown: board.columns, ArrowLeft: -1, ArrowRight: 1 }[key];
    if ((key === "ArrowLeft" && column === 0) || (key === "ArrowRight" && column === board.columns - 1)) return;
    const to = view.cells[local + by];
    if (!to || (row + by < 0 && local + by < 0)) return;
    cell.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }

  edit(cell, start) {
    this.toggle(false);
    openEditor(cell, {
      label: cell.getAttribute("aria-label") ?? "",
      start,
      done: (text, move) => {
        paint(cell, text, cell._tone);
        cell.classList.add("pending");
        this.send({ board: cell.dataset.board, cells: [Number(cell.dataset.flat)], text });
        this.leaveEditor(cell, move);
      },
      closed: (move) => this.leaveEditor(cell, move),
    });
  }

  leaveEditor(cell, move) {
    cell.focus({ preventScroll: true });
    if (!move) return;
    const view = this.stage.views.get(cell.dataset.board);
    const to = view?.cells[Number(cell.dataset.flat) - view.page * view.perPage + move];
    if (to && this.isEditable(to)) this.edit(to);
  }

  paste(event) {
    const cell = event.target.closest?.("[data-board]");
    if (!cell || !this.isEditable(cell) || event.target.matches("input")) return;
    event.preventDefault();
    this.sendBlock(cell, block(event.clipboardData?.getData("text") ?? ""));
  }

  sendBlock(cell, rows) {
    this.send({ board: cell.dataset.board, flat: Number(cell.dataset.flat), rows });
  }

  send(edit) {
    const board = this.model.board(edit.board);
    const from = edit.flat ?? edit.cells[0];
    this.message("");
    this.callbacks.onEdit?.({ ...edit, index: indexText(board, from) }, this.state.step);
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    document.removeEventListener("fullscreenchange", this.onFullscreen);
    this.teardown?.();
    this.root.remove();
  }
}
