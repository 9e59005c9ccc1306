// Marks on the boards: which cells are blank, and which the learner has chosen.

export class Marks {
  constructor(player) {
    this.player = player;
    this.marked = [];
  }

  /** Mark what is asked for, and the cells that were chosen, by flat index. */
  show({ target, part, of }, cells) {
    const { stage, model, state } = this.player;
    const { s } = model.at(state.step);
    const blank =
      of === "terms" ? [stage.productCells[part] ?? stage.chain?.term]
      : of === "groups" ? [stage.sums[part]?.cell ?? stage.chain?.sum]
      : target === "result" ? [stage.output.cellAt(stage.phase.writes.at(s)), stage.chain?.total]
      : [];
    const chosen = cells.map((flat) => stage.first.cellAt(flat));
    this.marked = [...blank.map((cell) => [cell, "blank"]), ...chosen.map((cell) => [cell, "chosen"])].filter(([cell]) => cell);
    for (const [cell, name] of this.marked) cell.classList.add(name);
    for (const cell of chosen) cell?.setAttribute("aria-selected", "true");
  }

  clear() {
    for (const [cell, name] of this.marked) {
      cell.classList.remove(name);
      cell.removeAttribute("aria-selected");
    }
    this.marked = [];
  }
}
