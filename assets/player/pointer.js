// What the pointer or the focus is on, and what lights up with it.

import { fill } from "./data.js";

/** Follows the pointer over a player's stage and sums. */
export class Pointer {
  constructor(player) {
    this.player = player;
    this.on = undefined;
  }

  listen(parts) {
    for (const part of parts) {
      part.onpointerover = (event) => event.pointerType !== "touch" && this.move(event.target);
      part.onpointerleave = () => this.leave();
      part.onfocusin = (event) => {
        if (event.target.matches("[data-board]:focus-visible")) this.move(event.target);
      };
      part.onfocusout = () => this.leave();
      part.onclick = (event) => this.click(event);
      part.ondblclick = (event) => {
        const cell = event.target.closest("[data-board]");
        if (cell && this.player.isEditable(cell)) this.player.editing.open(cell);
      };
    }
  }

  forget() {
    this.on = undefined;
    this.player.stage.dim();
  }

  leave() {
    if (this.on === undefined && this.player.peek === undefined) return;
    this.forget();
    this.player.peek = undefined;
    this.player.render();
  }

  move(target) {
    const part = target.closest?.("[data-term], [data-partial], [data-board]") ?? undefined;
    if (part === this.on) return;
    if (!part) {
      this.leave();
      return;
    }
    this.player.toggle(false);
    const { term, partial, board } = part.dataset;
    const hadPeek = this.player.peek !== undefined;
    this.on = part;
    if (hadPeek && (term !== undefined || partial !== undefined || this.writer(part) === undefined)) {
      this.player.peek = undefined;
      this.player.render();
    }
    if (term !== undefined) this.term(part, Number(term));
    else if (partial !== undefined) this.partial(part, Number(partial));
    else if (this.player.model.board(board)) this.cell(part, board);
    else this.other(part);
  }

  writer(part) {
    return this.player.model.writerOf(part.dataset.board, Number(part.dataset.flat));
  }

  term(part, t) {
    const { stage, model, shown } = this.player;
    stage.light(stage.partsOfTerm(t));
    const found = model.term(shown, t);
    if (found) this.player.explain(null, stage.nameOfProduct(found));
  }

  partial(part, k) {
    const { stage, model } = this.player;
    const { board, flat } = part.dataset;
    const reached = model.board(board) ? model.reaches(board, Number(flat)) : [];
    stage.light([...stage.partsOfPartial(k), ...reached.map((c) => stage.cellOf(c))]);
    const name = part.getAttribute("aria-label") ?? stage.nameOfPartial(k);
    this.player.explain(part.matches(".cell") ? part : null, reached.length ? this.related(name, "reaches", reached.length) : name);
  }

  other(part) {
    const { stage } = this.player;
    stage.light([part, ...stage.sums.map((sum) => sum?.cell), ...stage.extra]);
    this.player.explain(null, part.getAttribute("aria-label") ?? "");
  }

  cell(part, name) {
    const { player } = this;
    const { model, stage } = player;
    const flat = Number(part.dataset.flat);
    const writer = this.writer(part);
    if (writer !== undefined) {
      if (!player.state.pinned && writer !== player.shown) {
        player.peek = writer;
        player.render();
      }
      stage.light([part]);
      player.explain(null, player.state.pinned ? part.getAttribute("aria-label") : model.say(writer));
      return;
    }
    const board = model.board(name);
    const weight = board.role === "weight";
    const related = weight ? model.partners(name, flat) : model.reaches(name, flat);
    const own = model.termsReading(player.shown, name, flat).flatMap((t) => stage.partsOfTerm(t));
    stage.light([part, ...related.map((c) => stage.cellOf(c)), ...own]);
    const cellName = model.nameOf(name, flat);
    const dropped = board.dropped.has(flat);
    const text = dropped
      ? fill(model.words.explained, { name: cellName, relation: model.words.dropped })
      : this.related(cellName, weight ? "meets" : "reaches", related.length);
    player.explain(part, text);
  }

  /** A cell's name and how many cells it goes into or meets. */
  related(name, word, count) {
    const { words } = this.player.model;
    const relation = fill(words[count === 1 ? `${word}_one` : word], { count: String(count) });
    return fill(words.explained, { name, relation });
  }

  click(event) {
    const { player } = this;
    const cell = event.target.closest("[data-board]");
    if (!cell || event.detail > 1 || player.state.brushing || cell.classList.contains("editing")) return;
    const writer = this.writer(cell);
    this.on = undefined;
    if (writer !== undefined) {
      if (player.state.pinned && writer === player.state.step) player.letGo();
      else player.pin(writer);
      player.root.focus({ preventScroll: true });
      return;
    }
    cell.focus({ preventScroll: true });
    this.on = undefined;
    this.move(cell);
  }
}
