// Boards as DOM: panes of cells, and what a cell looks like.

import { indexText, place } from "./data.js";

export function element(tag, className = "", attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Show a text in a cell; colour by sign (level) or by brightness (pixel). */
export function paint(cell, text, tone) {
  if (cell._text !== text) {
    cell.textContent = text;
    cell._text = text;
  }
  if (cell._tone !== tone) {
    cell.dataset.tone = tone;
    cell._tone = tone;
  }
}

export function toneOf(board, at) {
  return board.shade === "pixel" ? `p${board.written.pixel(at)}` : `l${board.written.level(at)}`;
}

/** One pane: a grid of `rows` × `columns` cells, with a frame that slides over it. */
export function makePane({ label, name, rows, columns, kind }) {
  const pane = element("div", `pane ${kind}`, { role: "grid", "aria-label": name });
  const tag = element("div", "tag");
  tag.textContent = label;
  const grid = element("div", "cells");
  grid.style.setProperty("--columns", columns);
  const cells = [];
  for (let i = 0; i < rows; i++) {
    const row = element("div", "row", { role: "row" });
    for (let j = 0; j < columns; j++) {
      const cell = element("div", "cell", { role: "gridcell", tabindex: "-1" });
      cells.push(cell);
      row.append(cell);
    }
    grid.append(row);
  }
  const frame = element("div", "frame", { "aria-hidden": "true" });
  frame.hidden = true;
  grid.append(frame);
  pane.append(tag, grid);
  return { pane, tag, grid, cells, frame, rows, columns };
}

/** Mark a cell as cell `flat` of a board, for scripts, tests and the pointer. */
export function mark(cell, boardName, index, flat) {
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
    this.perPage = board.size / board.pages;
    this.panes = Array.from({ length: board.paneCount }, (_, p) =>
      makePane({
        label: board.panes[p] ?? "",
        name: `${board.title} ${board.panes[p] ?? ""}`.trim(),
        rows: board.rows,
        columns: board.columns,
        kind,
      }),
    );
    this.cells = this.panes.flatMap((pane) => pane.cells);
    this.cells[0].tabIndex = 0;
  }

  cellAt(flat) {
    const local = flat - this.page * this.perPage;
    return local >= 0 && local < this.perPage ? this.cells[local] : undefined;
  }

  /** Write the board's values (or those of one page) into its cells. */
  fill(board, page, nameOf) {
    this.board = board;
    this.page = page;
    this.cells.forEach((cell, local) => {
      const flat = page * this.perPage + local;
      mark(cell, board.name, indexText(board, flat), flat);
      cell.classList.toggle("padding", board.padding.has(flat));
      cell.classList.toggle("dropped", board.dropped.has(flat));
      cell.classList.remove("pending");
      if (!board.hidden) {
        paint(cell, board.written.text(flat), toneOf(board, flat));
        cell.setAttribute("aria-label", nameOf(board.name, flat));
      }
    });
  }

  /** Slide each pane's frame over the given cells; panes without any lose theirs. */
  frameAround(flats) {
    const spans = this.panes.map(() => null);
    for (const flat of flats) {
      const { pane, row, column } = place(this.board, flat);
      const span = spans[pane];
      if (!span) spans[pane] = { top: row, left: column, bottom: row, right: column };
      else {
        span.top = Math.min(span.top, row);
        span.left = Math.min(span.left, column);
        span.bottom = Math.max(span.bottom, row);
        span.right = Math.max(span.right, column);
      }
    }
    this.panes.forEach(({ frame }, p) => {
      const span = spans[p];
      frame.hidden = !span;
      if (!span) return;
      const style = `${span.top},${span.left},${span.bottom - span.top + 1},${span.right - span.left + 1}`;
      if (frame._span === style) return;
      frame._span = style;
      frame.style.setProperty("--top", span.top);
      frame.style.setProperty("--left", span.left);
      frame.style.setProperty("--tall", span.bottom - span.top + 1);
      frame.style.setProperty("--wide", span.right - span.left + 1);
    });
  }
}
