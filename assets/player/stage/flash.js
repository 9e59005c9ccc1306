// What an edit has changed: the cells that flash, and the boards whose colours mean other numbers than before.

/**
 * Remember the numbers that an area's cells show, and with `edited` those that were typed; returns what makes the cells
 * flash that show others then. Where motion is reduced they are marked until the next change.
 */
export function flashing(area, edited) {
  const texts = () => [...area.querySelectorAll(".cell")].map((cell) => [cell, cell._text]);
  const before = new Map(texts());
  const typed = new Set(edited ? area.querySelectorAll(".cell.pending") : []);
  return () => {
    for (const [cell, text] of texts()) {
      const changed = (before.has(cell) && before.get(cell) !== text) || typed.has(cell);
      if (changed && cell._flashes) cell.classList.toggle("again"); // an animation of another name begins anew
      if (changed !== Boolean(cell._flashes)) cell.classList.toggle("flashes", (cell._flashes = changed));
    }
  };
}

/** The boards of a model whose strongest colour stands for another number than in the one before. */
export function scaled(model, before) {
  return [...model.boards.values()].flatMap(({ name, title, full, shade }) => {
    const old = before.board(name);
    const kind = shade !== old.shade ? `legend_${shade}` : full !== old.full ? "legend_scale" : undefined;
    return kind ? [{ kind, board: title, scale: full }] : [];
  });
}
