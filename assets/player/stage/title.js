// What stands above a board.

import { fill } from "../../shared/dom.js";
import { setText } from "./boards.js";

const AXES = ["channels", "rows", "columns"];

/**
 * Name a board in the title above it: "input 3×6×6", of one page where a board has several; a single number needs no size. What is cut out of a larger board
 * says of what: "input, rows 7 to 12 of 24×31×31".
 */
export function name(title, board, words) {
  const parts = partsOf(board, words).join(", ");
  const size = (board.paged ? board.shape.slice(1) : board.shape).join("×");
  title.classList.toggle("part", parts !== "");
  if (parts) setText(title, fill(words.title_part, { title: board.title, parts, whole: board.whole.join("×") }));
  else setText(title, size === "1" ? board.title : `${board.title} ${size}`);
}

/** "rows 7 to 12" for each axis that a board shows only a part of. */
function partsOf({ whole, origin, first_pane, paged, shape }, words) {
  if (!whole.length) return [];
  const axes = whole.length > 1 ? AXES.slice(-whole.length) : ["numbers"];
  const own = (paged ? shape.slice(1) : shape).slice(-whole.length);
  const begins = [first_pane, ...origin].slice(-whole.length);
  return axes.flatMap((axis, k) => {
    const first = Math.max(begins[k], 0); // padding has no place of its own
    const last = Math.min(begins[k] + own[k], whole[k]) - 1;
    if (first === 0 && last === whole[k] - 1) return [];
    return [fill(words[first === last ? `part_${axis}_one` : `part_${axis}`], { first: String(first), last: String(last) })];
  });
}
