// What the learner points at, by mouse, finger or focus: what lights up for it, and the words that explain it.

import { fill } from "../../shared/dom.js";
import { madeFrom, meetsSentence, reachesSentence } from "../trace/wording.js";

const PARTS = "[data-term], [data-partial], [data-total], [data-board]";

export class Pointer {
  constructor(player) {
    this.player = player;
    this.hovered = undefined; // under the mouse
    this.held = undefined; // has the focus, or had it before the focus went to the explaining line
    const { area } = player;
    area.onpointerover = (event) => this.over(event);
    area.onpointerleave = () => this.hover(undefined);
    area.onclick = (event) => this.click(event);
    area.ondblclick = (event) => {
      const cell = event.target.closest("[data-board]");
      if (!cell || player.state.brushing || player.predict.choosing) return;
      if (player.editing.allows(cell)) player.editing.open(cell);
      else if (this.leadOf(cell)) player.lead(cell);
    };
    // A tap moves the focus too, but is answered by its click, which a page that changes between would swallow.
    const tapping = (event) => (this.tapping = event.type === "pointerdown" && event.pointerType === "touch");
    area.addEventListener("pointerdown", tapping, { capture: true });
    area.addEventListener("pointercancel", tapping);
    // The focus has no handler to assign.
    area.addEventListener("focusin", (event) => this.focused(event.target));
    area.addEventListener("focusout", (event) => this.unfocused(event.relatedTarget));
  }

  get part() {
    return this.hovered ?? this.held;
  }

  over(event) {
    const { target, pointerType, clientX, clientY } = event;
    if (pointerType === "touch") return;
    this.tapping = false;
    const still = this.at === `${clientX},${clientY}`; // the page moved below the mouse, not the mouse
    this.at = `${clientX},${clientY}`;
    if (still && this.player.state.playing) return;
    const part = target.closest(PARTS);
    if (!part && target.closest(".cells, .terms")) return; // the gap between two cells
    this.hover(part ?? undefined);
  }

  hover(part) {
    if (part === this.hovered) return;
    this.hovered = part;
    if (!this.player.state.playing) this.follow(); // pointing stops no play: it is followed when that rests
  }

  focused(target) {
    const part = target.closest(PARTS);
    if (!part || target.matches("input") || this.tapping) return;
    this.hold(part);
  }

  hold(part) {
    if (part === this.held) return;
    this.held = part;
    this.follow();
  }

  unfocused(to) {
    if (this.tapping) return;
    const within = to && (this.player.area.contains(to) ? to.closest(PARTS) : this.player.inspector.root.contains(to));
    if (within) return;
    this.held = undefined;
    this.follow();
  }

  /** Forget what was pointed at: a step was taken, or Esc was pressed. */
  forget() {
    this.hovered = this.held = undefined;
  }

  click(event) {
    this.tapping = false;
    const cell = event.target.closest("[data-board]");
    if (cell?.classList.contains("editing") || this.player.predict.cells.takes(cell) || event.detail > 1) return;
    if (!cell) {
      this.hold(event.target.closest(PARTS) ?? undefined);
      return;
    }
    if (this.player.state.brushing && this.player.editing.allows(cell)) return;
    if (!this.leadOf(cell) && this.choose(cell)) this.player.root.focus({ preventScroll: true });
    else {
      cell.focus({ preventScroll: true });
      this.hold(cell);
    }
  }

  /** The label of the way that a cell leads, where it does: cells that are read may, padding does not. */
  leadOf(cell) {
    const { board, flat } = cell.dataset;
    const label = this.player.options.leads?.[board];
    const decoded = this.player.model.board(board);
    if (!label || !decoded || !flat || decoded.padding.has(Number(flat)) || this.isOutput(board)) return undefined;
    return label;
  }

  isOutput(board) {
    return this.player.stage.views.get(board)?.kind === "output";
  }

  /** Pin the step that wrote a cell, or let it go; go to the step of an earlier phase; false where no step wrote it. */
  choose(cell) {
    const { player } = this;
    const { board, flat } = cell.dataset;
    const writer = flat ? player.model.writerOf(board, Number(flat)) : undefined; // a product or a sum has no place
    if (writer === undefined) return false;
    this.hovered = undefined;
    if (!this.isOutput(board)) player.go(writer);
    else if (player.state.pinned && writer === player.state.step) player.letGo();
    else player.pin(writer);
    return true;
  }

  /** Show the step that an output cell was written by, then what belongs to the part pointed at. */
  follow() {
    const { player } = this;
    const { part } = this;
    if (part && player.state.playing) player.toggle(false);
    const peek = this.peeked(part);
    player.channels.glimpse(part && player.channels.of(part));
    if (peek === player.peek) this.show();
    else {
      player.peek = peek;
      player.render();
    }
  }

  peeked(part) {
    const { model, state } = this.player;
    if (!part?.dataset.flat || state.pinned || !this.isOutput(part.dataset.board)) return undefined;
    const writer = model.writerOf(part.dataset.board, Number(part.dataset.flat));
    return writer === state.step ? undefined : writer;
  }

  /** Light up and explain the part pointed at, on the step on show. */
  show() {
    const { player, part } = this;
    const step = player.shown;
    if (!part || player.state.playing || player.predict.choosing) {
      player.stage.dim();
      player.inspector.step(step, player.stageOf(step));
      return;
    }
    const { parts, text, relation = text } = this.meaning(part);
    player.stage.light([part, ...parts]);
    const cell = part.matches("[data-board]") ? part : undefined;
    player.inspector.explain(text, cell, {
      editable: Boolean(cell && player.editing.allows(cell)),
      held: part === this.held,
      relation,
      lead: cell && this.leadOf(cell),
      written: Boolean(cell) && this.writtenBefore(cell),
    });
  }

  /** Whether an earlier phase wrote a cell that is read now. */
  writtenBefore({ dataset: { board, flat } }) {
    return flat !== "" && !this.isOutput(board) && this.player.model.writerOf(board, Number(flat)) !== undefined;
  }

  meaning(part) {
    const { model, stage, shown } = this.player;
    const { term, partial, total, board } = part.dataset;
    const label = part.getAttribute("aria-label");
    if (term !== undefined) {
      const seen = this.player.known("terms", Number(term));
      const text = seen ? stage.sayProduct(Number(term)) : model.words.cell_hidden;
      return { parts: stage.partsOfTerm(Number(term)), text };
    }
    if (total !== undefined) {
      const name = stage.chain?.total.getAttribute("aria-label") ?? "";
      return { parts: stage.partsOfTotal(), ...this.related(name, madeFrom(model, shown)) };
    }
    if (partial !== undefined) return this.meaningOfPartial(Number(partial));
    return model.board(board) ? this.meaningOfCell(part, board) : { parts: [], text: label ?? "" };
  }

  meaningOfPartial(k) {
    const { model, stage } = this.player;
    const parts = stage.partsOfPartial(k);
    const single = stage.chain?.singles[k];
    if (!single) return { parts, text: (stage.sums[k]?.cell ?? stage.chain?.sum)?.getAttribute("aria-label") ?? "" };
    const { board, flat } = single.dataset;
    const reached = model.reaches(board, Number(flat));
    parts.push(...reached.map((c) => stage.cellOf(c)));
    const goes = reachesSentence(model, board, Number(flat), reached);
    return { parts, ...this.related(single.getAttribute("aria-label"), goes) };
  }

  meaningOfCell(cell, name) {
    const { model, stage, state, shown } = this.player;
    const flat = Number(cell.dataset.flat);
    const board = model.board(name);
    const writer = model.writerOf(name, flat);
    if (writer !== undefined && this.isOutput(name)) {
      if (writer === shown && !state.pinned) return { parts: [], text: model.say(writer, this.player.stageOf(writer)) };
      return { parts: [], ...this.related(cell.getAttribute("aria-label"), madeFrom(model, writer)) };
    }
    const partners = board.role === "weight" ? model.partners(name, flat) : [];
    const reached = partners.length ? [] : model.reaches(name, flat);
    const own = model.termsReading(shown, name, flat).flatMap((t) => stage.partsOfTerm(t));
    const copied = board.copies.has(flat) ? [stage.cellOf({ board: name, flat: board.copies.get(flat) })] : [];
    const parts = [...[...partners, ...reached].map((c) => stage.cellOf(c)), ...own, ...copied];
    const relation = partners.length ? meetsSentence(model, name, partners)
      : reached.length ? reachesSentence(model, name, flat, reached)
      : model.words[board.vector ? "dropped_vector" : "dropped"];
    const made = writer === undefined ? "" : madeFrom(model, writer);
    const both = made ? fill(model.words.explained_also, { first: made, second: relation }) : relation;
    return { parts, ...this.related(model.nameOf(name, flat), both) };
  }

  /** What a part is, and how it is related to others. */
  related(name, relation) {
    return { text: fill(this.player.model.words.explained, { name, relation }), relation };
  }
}
