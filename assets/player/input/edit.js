// Ways to change a cell: an input over it, a block from a spreadsheet, a brush. They know nothing of a trace.

import { element, withHyphen } from "../../shared/dom.js";

const STROKE_STEP = 6; // pixels between the points of a stroke that are looked at

/**
 * Open an input over a cell; returns { close, typed }: close() closes it again without a change.
 * done(text, move) gets a text that differs from the cell's; closed(move) is called otherwise. `move` is 1 after
 * Tab, −1 after Shift+Tab, 0 after Enter or Esc, and undefined where the focus went elsewhere by itself.
 * pasted(text) gets a text of more than one word: the engine makes cells of it.
 */
export function openEditor(cell, { label, done, closed, pasted, start }) {
  const before = withHyphen(cell._text); // as a spreadsheet takes it
  const input = element("input", "editor", {
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "done",
    "aria-label": label,
  });
  input.value = start ?? before;
  let open = true;
  const close = (commit, move) => {
    if (!open) return;
    open = false;
    const text = input.value.trim();
    input.remove();
    cell.classList.remove("editing");
    if (commit && withHyphen(text) !== before) done(text, move);
    else closed(move);
  };
  input.onkeydown = (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") close(true, 0);
    else if (event.key === "Escape") close(false, 0);
    else if (event.key === "Tab") close(true, event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  input.onpaste = (event) => {
    event.stopPropagation();
    const text = event.clipboardData?.getData("text") ?? "";
    if (!/[\s,;&[]/.test(text.trim())) return;
    event.preventDefault();
    close(false, 0);
    pasted(text);
  };
  input.onblur = () => close(true, undefined);
  cell.classList.add("editing");
  cell.append(input);
  input.focus();
  if (start === undefined) input.select();
  return { close: () => close(false, undefined), typed: () => input.value };
}

/** Let the pointer paint over the cells that `paints(cell)` accepts; `stroke(cells)` gets each stroke's cells. */
export function makeBrush(area, { active, paints, touch, stroke }) {
  let cells = null;
  let last = null;
  const add = (x, y) => {
    const cell = area.getRootNode().elementFromPoint(x, y)?.closest("[data-board]");
    if (!cell || !paints(cell) || cells.includes(cell)) return;
    cells.push(cell);
    touch(cell);
  };
  const follow = ({ clientX, clientY }) => {
    const steps = Math.ceil(Math.hypot(clientX - last.x, clientY - last.y) / STROKE_STEP);
    for (let k = 1; k <= steps; k++) {
      add(last.x + ((clientX - last.x) * k) / steps, last.y + ((clientY - last.y) * k) / steps);
    }
    last = { x: clientX, y: clientY };
  };
  const finish = () => {
    const painted = cells;
    cells = null;
    if (painted?.length) stroke(painted);
  };
  area.onpointerdown = (event) => {
    const cell = event.target.closest("[data-board]");
    if (!active() || event.button > 0 || cells || !cell || !paints(cell)) return;
    cells = [];
    last = { x: event.clientX, y: event.clientY };
    area.setPointerCapture(event.pointerId);
    add(last.x, last.y);
    event.preventDefault();
  };
  area.onpointermove = (event) => {
    if (!cells) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) follow(move);
  };
  area.onpointerup = area.onpointercancel = area.onlostpointercapture = finish;
}
