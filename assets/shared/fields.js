// Fields that stand in rows and columns: arrows walk over them, and a block from a spreadsheet fills several at once.

import { ARROWS, withHyphen } from "./dom.js";

/**
 * The texts of a block as rows: parted by lines and closing brackets, and in a line by tabs, else by spaces and semicolons,
 * else by commas, as pages/states/blocks.py does. The comma of a single number is its decimals', and stays.
 */
export function rowsOf(text) {
  if (/^\s*[+−-]?\d+,\d+\s*$/.test(text)) return [[text.trim()]];
  const lines = text.replace(/[\])}]\s*,?/g, "\n").replace(/[[({]/g, " ").split(/\r?\n/).map((line) => line.trim());
  const rows = lines.map((line) => line.split(line.includes("\t") ? "\t" : /[\s;]/.test(line) ? /[\s;]+/ : ","));
  return rows.map((row) => row.map((one) => one.trim().replace(/,$/, "")).filter(Boolean)).filter((row) => row.length);
}

/**
 * Let keys and pastes work over fields. columns: how many places a row has; count: how many places there are; at(k): the
 * field at place k, or undefined where none is; enter(k): what Enter does there. Returns { key, paste }: handlers for
 * events of the field at place k.
 */
export function walking({ columns, count, at, enter }) {
  const to = (k) => {
    const field = at(k);
    field?.focus();
    field?.select();
  };
  const walk = (k, [down, across]) => {
    for (let row = Math.floor(k / columns) + down, column = (k % columns) + across; ; row += down, column += across) {
      if (row < 0 || column < 0 || column >= columns || row * columns + column >= count) return;
      if (at(row * columns + column)) {
        to(row * columns + column);
        return;
      }
    }
  };
  return {
    key(event, k) {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") {
        event.preventDefault();
        enter(k);
        return;
      }
      const by = ARROWS[event.key];
      if (!by || !leaves(event.target, by[1])) return;
      event.preventDefault();
      walk(k, by);
    },
    paste(event, k) {
      const rows = rowsOf(event.clipboardData?.getData("text") ?? "");
      if (rows.flat().length < 2) return;
      event.preventDefault();
      rows.forEach((row, down) =>
        row.forEach((text, across) => {
          const inside = rows.length === 1 || (k % columns) + across < columns;
          const field = inside ? at(k + down * columns + across) : undefined;
          if (!field) return;
          field.value = withHyphen(text);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      );
    },
  };
}

/** Whether an arrow leaves a field: up and down do; left and right at the text's end, or where all of it is selected. */
function leaves({ value, selectionStart, selectionEnd }, across) {
  if (!across || (selectionStart === 0 && selectionEnd === value.length)) return true;
  return selectionStart === selectionEnd && selectionStart === (across < 0 ? 0 : value.length);
}
