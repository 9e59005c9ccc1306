// The keyboard. With a cell in focus, arrows walk over the board's cells; else they step and change filters.

import { place } from "./data.js";

export function listenToKeys(player) {
  player.root.onkeydown = (event) => {
    if (event.target.matches("input, select") && event.target.dataset.control !== "scrub") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const run = shortcut(player, event);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
}

function shortcut(player, event) {
  const { key, target } = event;
  const cell = target.matches("[data-board]") ? target : null;
  if (cell && key.startsWith("Arrow")) return () => walk(player, cell, key);
  if (cell && player.isEditable(cell)) {
    if (key === "Enter" || key === "F2") return () => player.editing.open(cell);
    if (/^[\d.,+-]$/.test(key)) return () => player.editing.open(cell, key);
  }
  if (cell && key === "Enter") return () => player.pointer.click({ target: cell, detail: 1 });
  if (target.matches("button") && (key === " " || key === "Enter")) return null;
  const { state } = player;
  return {
    " ": () => player.toggle(),
    ArrowRight: () => player.forward(),
    ArrowLeft: () => player.back(),
    Home: () => player.go(0),
    End: () => player.end(),
    ArrowUp: () => player.page(-1),
    ArrowDown: () => player.page(1),
    "+": () => player.speed(state.speed + 1),
    "=": () => player.speed(state.speed + 1),
    "-": () => player.speed(state.speed - 1),
    Escape: () => player.escape(),
  }[key];
}

/** Move the focus over a board's cells; up and down lead on into the next channel. */
function walk(player, cell, key) {
  const view = player.stage.views.get(cell.dataset.board);
  if (!view) return;
  const { board } = view;
  const local = Number(cell.dataset.flat) - view.page * view.perPage;
  const { column } = place(board, local);
  if ((key === "ArrowLeft" && column === 0) || (key === "ArrowRight" && column === board.columns - 1)) return;
  const by = { ArrowUp: -board.columns, ArrowDown: board.columns, ArrowLeft: -1, ArrowRight: 1 }[key];
  const to = view.cells[local + by];
  if (!to) return;
  view.cells.forEach((each) => (each.tabIndex = -1));
  to.tabIndex = 0;
  to.focus();
}
