// Boards as DOM: panes of cells, and what a cell looks like.

import { element, make } from "../../shared/dom.js";
import { indexText } from "../trace/decode.js";

const NARROWEST = 0.6; // of a letter's width
const BOLD = 0.94; // the width of letters as they are measured, of that of a winner's

// Every write to the page costs style or layout, so what is there already is not written again.

/** Give an element that holds nothing but text its text. */
export function setText(node, text) {
  if (node._text === text) return;
  node._text = text;
  node._node ??= node.appendChild(new Text());
  node._node.data = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Show a text in a cell; colour by sign (level) or by brightness (pixel). A text longer than its room is smaller. */
export function paint(cell, text, tone) {
  setText(cell, text);
  fitText(cell);
  if (cell._tone !== tone) cell.dataset.tone = cell._tone = tone;
}

/**
 * Mark a cell whose text is longer than that of `room` characters which its size is meant for. One of more than `most`,
 * which the smallest letters have room for, is written narrower, and where it could not be read so, as three dots: its
 * name, and the line that explains, have all of it.
 */
export function fitText(cell, room = cell._room ?? Infinity, most = cell._most ?? Infinity) {
  cell._room = room;
  cell._most = most;
  const length = cell._text?.length ?? 0;
  const long = length > room;
  if (Boolean(cell._long) !== long) cell.classList.toggle("long", (cell._long = long));
  const share = length > most ? (BOLD * most) / length : 1;
  if ((cell._share ?? 1) !== share) narrow(cell, (cell._share = share));
}

function narrow(cell, share) {
  cell._letters ??= make("span", "letters", cell);
  cell._letters.append(cell._node);
  cell._letters.style.scale = `${share} 1`;
  cell.classList.toggle("beyond", share < NARROWEST);
}

export function toneOf(board, at) {
  return board.shade === "pixel" ? `p${board.written.pixel(at)}` : `l${board.written.level(at)}`;
}

export function makeCell(attributes) {
  const cell = element("div", "cell", { tabindex: "-1", ...attributes });
  setText(cell, "");
  return cell;
}

/**
 * One pane: a grid of `rows` × `columns` cells, with a frame that slides over it. Of `count` cells the last row may be
 * shorter. labels: names of the cells in a row, above them, or of an upright vector's cells, beside them.
 */
export function makePane({ label, name, rows, columns, kind, count = rows * columns, labels = [] }) {
  const pane = element("div", `pane ${kind}`, { role: "grid", "aria-label": name });
  const tag = make("div", "tag", pane);
  setText(tag, label);
  const grid = element("div", "cells", { role: "presentation" });
  const cells = [];
  for (let i = 0; i < rows; i++) {
    const row = make("div", "row", grid, undefined, { role: "row" });
    for (let j = 0; j < columns; j++) {
      if (cells.length === count) {
        make("div", "void", row);
        continue;
      }
      const cell = makeCell({ role: "gridcell" });
      cells.push(cell);
      row.append(cell);
    }
  }
  cells[0].tabIndex = 0; // each pane can be walked into: one that outgrows its room scrolls
  const frame = make("div", "frame", grid, undefined, { "aria-hidden": "true" });
  frame.hidden = true;
  pane.append(labels.length ? withLabels(grid, labels, columns === 1) : grid);
  return { pane, tag, grid, cells, frame, rows, columns };
}

/** The labels that are drawn at a board's cells: those of a grid's columns, or of a vector without lines. */
export function labelsOf(board) {
  if (!board.vector) return board.labels.length === board.columns ? board.labels : [];
  return board.labels.length === board.size && (board.upright || board.rows === 1) ? board.labels : [];
}

function withLabels(grid, labels, beside) {
  const place = element("div", `labelled ${beside ? "beside" : "above"}`);
  const names = make("div", "labels", place, undefined, { "aria-hidden": "true" });
  for (const label of labels) make("span", "", names, label);
  place.append(grid);
  return place;
}

/** Mark a cell as cell `flat` of a board, for scripts, tests and the pointer. */
export function mark(cell, boardName, index, flat) {
  if (cell._mark === `${boardName}:${index}`) return;
  cell._mark = `${boardName}:${index}`;
  cell.dataset.board = boardName;
  cell.dataset.index = index;
  cell.dataset.flat = flat;
}

/** All panes of a board (of one page, where it is paged). `cellAt(flat)` finds a cell on screen. */
export class BoardView {
  constructor(board, kind) {
    this.board = board;
    this.kind = kind;
    this.page = 0;
    this.perPage = board.perPage;
    this.columns = board.columns;
    this.rows = board.rows;
    this.panes = Array.from({ length: board.paneCount }, (_, p) =>
      makePane({
        label: board.panes[p] ?? "",
        name: `${board.title} ${board.panes[p] ?? ""}`.trim(),
        rows: board.rows,
        columns: board.columns,
        count: board.vector ? board.perPage : undefined,
        labels: labelsOf(board),
        kind: `${kind} of-${board.role}`,
      }),
    );
    this.cells = this.panes.flatMap((pane) => pane.cells);
  }

  cellAt(flat) {
    const local = flat - this.page * this.perPage;
    return local >= 0 && local < this.perPage ? this.cells[local] : undefined;
  }

  /** Write the board's values (or those of one page) into its cells; `hidden` leaves out the numbers. */
  fill(board, page, nameOf, hidden = false) {
    this.board = board;
    this.page = page;
    this.cells.forEach((cell, local) => {
      const flat = page * this.perPage + local;
      mark(cell, board.name, indexText(board, flat), flat);
      cell.classList.toggle("padding", board.padding.has(flat));
      cell.classList.toggle("dropped", board.dropped.has(flat));
      cell.classList.remove("pending");
      if (hidden) return;
      paint(cell, board.written.text(flat), toneOf(board, flat));
      setAttribute(cell, "aria-label", nameOf(board.name, flat));
    });
  }

  /** Put each pane's frame around the given cells; panes without any lose theirs. */
  frameAround(flats) {
    const { rows, columns } = this;
    const spans = this.panes.map(() => null);
    for (const flat of flats) {
      const local = flat - this.page * this.perPage;
      if (local < 0) continue;
      const column = local % columns;
      const row = Math.floor(local / columns) % rows;
      const pane = Math.floor(local / (columns * rows));
      const span = spans[pane];
      if (!span) spans[pane] = { top: row, left: column, bottom: row, right: column };
      else {
        if (row > span.bottom) span.bottom = row;
        else if (row < span.top) span.top = row;
        if (column > span.right) span.right = column;
        else if (column < span.left) span.left = column;
      }
    }
    this.panes.forEach((pane, p) => {
      const span = spans[p];
      if (pane.frame.hidden === Boolean(span)) pane.frame.hidden = !span;
      if (span) this.moveFrame(pane, span);
    });
  }

  moveFrame(pane, { top, left, bottom, right }) {
    const values = { top, left, tall: bottom - top + 1, wide: right - left + 1 };
    pane.at ??= {};
    for (const name of Object.keys(values)) {
      if (pane.at[name] === values[name]) continue;
      pane.at[name] = values[name];
      pane.frame.style.setProperty(`--${name}`, values[name]);
    }
    this.keepInView(pane);
  }

  /** Scroll a pane that is wider than its room to its frame. `scrolls` is set where a pane is. */
  keepInView(pane) {
    if (!pane.scrolls || !pane.at) return;
    const unit = pane.grid.scrollWidth / this.columns;
    const left = pane.at.left * unit;
    const right = left + pane.at.wide * unit;
    const { scrollLeft, clientWidth } = pane.grid;
    if (left < scrollLeft) pane.grid.scrollLeft = left - unit;
    else if (right > scrollLeft + clientWidth) pane.grid.scrollLeft = right - clientWidth + unit;
  }

  /** Find out which panes are wider than their room; only after a change of sizes. */
  measure(mayScroll) {
    for (const pane of this.panes) {
      pane.scrolls = mayScroll && pane.grid.scrollWidth > pane.grid.clientWidth;
      this.keepInView(pane);
    }
  }
}
