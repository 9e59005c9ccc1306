// Editing cells: in place, by paste, by brush. Texts go out as they were typed; the engine judges them.

import { element } from "./boards.js";

/** Open an input over a cell. `done(text, move)` gets the typed text; move is 1 after Tab, −1 after Shift+Tab. */
export function openEditor(cell, { label, done, closed, start }) {
  const before = cell._text ?? cell.textContent;
  const input = element("input", "editor", { type: "text", inputmode: "decimal", "aria-label": label });
  input.value = start ?? before;
  let open = true;
  const close = (commit, move = 0) => {
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
    if (event.key === "Enter") close(true);
    else if (event.key === "Escape") close(false);
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
