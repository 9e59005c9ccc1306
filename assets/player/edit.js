// Editing cells: in place, by paste, by brush. Texts go out as they were typed; the engine judges them.

import { element, paint } from "./boards.js";

/**
 * Open an input over a cell. `done(text, move)` gets the typed text, `closed(move)` says that nothing changed;
 * move is 1 after Tab, −1 after Shift+Tab, 0 after Enter or Escape, undefined where the focus went elsewhere.
 */
export function openEditor(cell, { label, done, closed, start }) {
  const before = cell._text ?? cell.textContent;
  const input = element("input", "editor", { type: "text", inputmode: "decimal", "aria-label": label });
  input.value = start ?? before;
  let open = true;
  const close = (commit, move) => {
    if (!open) return;
    open = false;
    const text = input.value.trim();
    input.remove();
    cell.classList.remove("editing");
    if (commit && text !== before) done(text, move);
    else closed(move);
  };
  input.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter") close(true, 0);
    else if (event.key === "Escape") close(false, 0);
    else if (event.key === "Tab") {
      event.preventDefault();
      close(true, event.shiftKey ? -1 : 1);
    }
  };
  input.onpaste = (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    close(false);
    cell.dispatchEvent(new CustomEvent("stride-block", { bubbles: true, detail: block(text) }));
  };
  input.onblur = () => close(true);
  cell.classList.add("editing");
  cell.append(input);
  input.focus();
  if (start === undefined) input.select();
  return () => close(false);
}

/** Split a block copied from a spreadsheet into rows of texts. */
export function block(text) {
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  return rows.map((row) => (row.includes("\t") ? row.split("\t") : row.trim().split(/[\s;]+/)).map((t) => t.trim()));
}

/** Let the pointer paint over cells that `paints(cell)` accepts; `stroke(cells)` gets each stroke's cells. */
export function makeBrush(stage, { active, paints, touch, stroke }) {
  let cells = null;
  const add = (target) => {
    const cell = target?.closest?.("[data-board]");
    if (cell && paints(cell) && !cells.includes(cell)) {
      cells.push(cell);
      touch(cell);
    }
  };
  const finish = () => {
    if (cells?.length) stroke(cells);
    cells = null;
  };
  const down = (event) => {
    if (!active() || event.button > 0) return;
    cells = [];
    add(event.target);
    if (!cells.length) cells = null;
    else event.preventDefault();
  };
  const move = (event) => {
    if (!cells) return;
    event.preventDefault();
    add(stage.getRootNode().elementFromPoint(event.clientX, event.clientY));
  };
  stage.addEventListener("pointerdown", down);
  stage.addEventListener("pointermove", move);
  window.addEventListener("pointerup", finish);
  window.addEventListener("pointercancel", finish);
  return () => {
    stage.removeEventListener("pointerdown", down);
    stage.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", finish);
    window.removeEventListener("pointercancel", finish);
  };
}

const BRUSHED = "input"; // the board that the brush paints on

/** Takes the learner's changes from a player and hands them on as texts. */
export class Editing {
  constructor(player) {
    this.player = player;
  }

  listen() {
    const { player } = this;
    player.root.onpaste = (event) => this.paste(event);
    player.stage.root.addEventListener("stride-block", (event) => this.sendBlock(event.target, event.detail));
    this.stop = makeBrush(player.stage.root, {
      active: () => player.state.brushing,
      paints: (cell) => cell.dataset.board === BRUSHED && player.isEditable(cell),
      touch: (cell) => this.mark(cell, player.controls.brushValue()),
      stroke: (cells) => {
        const flats = cells.map((cell) => Number(cell.dataset.flat));
        this.send({ board: BRUSHED, cells: flats, text: player.controls.brushValue() });
      },
    });
  }

  /** Show a text that the engine has not judged yet. */
  mark(cell, text) {
    paint(cell, text, cell._tone);
    cell.classList.add("pending");
  }

  open(cell, start) {
    this.player.toggle(false);
    openEditor(cell, {
      label: cell.getAttribute("aria-label") ?? "",
      start,
      done: (text, move) => {
        this.mark(cell, text);
        this.send({ board: cell.dataset.board, cells: [Number(cell.dataset.flat)], text });
        this.leave(cell, move);
      },
      closed: (move) => this.leave(cell, move),
    });
  }

  leave(cell, move) {
    if (move !== undefined) cell.focus({ preventScroll: true });
    if (!move) return;
    const view = this.player.stage.views.get(cell.dataset.board);
    const to = view?.cells[Number(cell.dataset.flat) - view.page * view.perPage + move];
    if (to && this.player.isEditable(to)) this.open(to);
  }

  paste(event) {
    const cell = event.target.closest?.("[data-board]");
    if (!cell || !this.player.isEditable(cell)) return;
    event.preventDefault();
    this.sendBlock(cell, block(event.clipboardData?.getData("text") ?? ""));
  }

  sendBlock(cell, rows) {
    this.send({ board: cell.dataset.board, flat: Number(cell.dataset.flat), rows });
  }

  send(edit) {
    const { player } = this;
    player.message("");
    player.callbacks.onEdit?.(edit, player.state.step);
  }
}
