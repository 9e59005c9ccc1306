// What the learner changes: typed, pasted or painted texts go out as they are; the engine judges them.

import { withMinus } from "../../shared/dom.js";
import { paint } from "../stage/boards.js";
import { makeBrush, openEditor } from "./edit.js";

const PAINTED_ROLE = "input";

export class Editing {
  constructor(player) {
    this.player = player;
    makeBrush(player.area, {
      active: () => player.state.brushing,
      paints: (cell) => player.model.board(cell.dataset.board)?.role === PAINTED_ROLE && this.allows(cell),
      touch: (cell) => {
        player.toggle(false);
        this.pend(cell, player.controls.brushValue());
      },
      stroke: (cells) =>
        this.send({ board: cells[0].dataset.board, cells: cells.map(flatOf), text: player.controls.brushValue() }),
    });
  }

  /** Whether a cell may be changed: those of editable boards, but for padding. */
  allows(cell) {
    const board = this.player.model.board(cell.dataset.board);
    return Boolean(board?.editable) && cell.dataset.flat !== "" && !board.padding.has(flatOf(cell));
  }

  /** Edit a cell in place; `start` is what has been typed already. */
  open(cell, start) {
    const { player } = this;
    this.cancel();
    player.toggle(false);
    const { close, typed } = openEditor(cell, {
      label: cell.getAttribute("aria-label") ?? "",
      start,
      changed: (text) => {
        this.send({ board: cell.dataset.board, cells: [flatOf(cell)], text });
        this.pend(cell, text);
      },
      closed: (move) => {
        this.closed();
        this.leave(cell, move);
      },
      pasted: (text) => this.fillFrom(cell, text),
    });
    this.cancel = close;
    this.typed = () => ({ board: cell.dataset.board, index: cell.dataset.index, text: typed() });
  }

  /** Close an open editor, and return what is typed in it and where, so that the boards can be made anew. */
  put() {
    const typed = this.typed();
    this.cancel();
    return typed;
  }

  /** Go on with what was typed before, where there still is such a cell. */
  take(typed) {
    if (!typed) return;
    const place = `[data-board="${CSS.escape(typed.board)}"][data-index="${typed.index}"]`;
    const cell = this.player.area.querySelector(place);
    if (cell && this.allows(cell)) this.open(cell, typed.text);
  }

  /** What is typed at present; undefined where no editor is open. */
  typed() {}

  /** Close an open editor without a change. */
  cancel() {}

  closed() {
    this.cancel = this.typed = () => {};
  }

  leave(cell, move) {
    if (move === undefined) return;
    cell.focus({ preventScroll: true });
    if (move === 0) return;
    const cells = this.player.stage.grids.get(cell.dataset.board)?.cells ?? [cell];
    let at = cells.indexOf(cell) + move;
    while (cells[at] && !(this.allows(cells[at]) && cells[at].checkVisibility())) at += move;
    if (cells[at]) this.open(cells[at]);
  }

  paste(event) {
    const cell = event.target.closest?.("[data-board]");
    if (!cell || !this.allows(cell)) return;
    event.preventDefault();
    this.fillFrom(cell, event.clipboardData?.getData("text") ?? "");
  }

  /** Send a pasted block as it is; the engine says which cells it fills. */
  fillFrom(cell, text) {
    if (!text.trim()) return;
    cell.classList.add("pending");
    this.send({ board: cell.dataset.board, flat: flatOf(cell), paste: text });
  }

  /** Show a text that the engine has not judged yet. */
  pend(cell, text) {
    if (!this.allows(cell)) return;
    paint(cell, withMinus(text), cell._tone);
    cell.classList.add("pending");
  }

  send(edit) {
    const { player } = this;
    player.inspector.tell("");
    player.edited = true;
    player.callbacks.onEdit?.(edit, player.state.step);
  }
}

function flatOf(cell) {
  return Number(cell.dataset.flat);
}
