// Answers that are cells: those that a step reads, or the one that wins it.

import { place } from "../trace/decode.js";

export class Choosing {
  constructor(predict) {
    this.predict = predict;
    this.chosen = new Set();
  }

  /** What was chosen, by flat index. */
  get cells() {
    return [...this.chosen].sort((a, b) => a - b);
  }

  /** Whether an answer takes a cell that was pressed. */
  takes(cell) {
    const { predict } = this;
    const { player } = predict;
    if (!predict.choosing || cell?.dataset.board !== player.stage.first.board.name || cell.dataset.flat === "") return false;
    const flat = Number(cell.dataset.flat);
    if (predict.asked.target === "winner") predict.guess([flat]);
    else {
      for (const one of this.alike(flat)) if (!this.chosen.delete(one)) this.chosen.add(one);
      predict.say("");
      predict.show();
    }
    cell.focus({ preventScroll: true });
    return true;
  }

  /** A cell, and those at its place in the other channels that the step reads. */
  alike(flat) {
    const { first, rows } = this.predict.player.stage;
    const { board } = first;
    const { page, pane, row, column } = place(board, flat);
    const within = row * board.columns + column;
    return [...new Set([pane, ...(rows ?? [])])].map((one) => page * board.perPage + one * board.rows * board.columns + within);
  }
}
