// A trace's JSON form, decoded: look-ups only. Nothing here multiplies, adds or rounds a value;
// the only sums are of positions.

import { fill } from "../../shared/dom.js";

export const NONE = -1;
const UPRIGHT = 16; // a vector without lines stands upright as far as it has so many numbers

function integers({ bits, data }) {
  const text = atob(data);
  const raw = new Uint8Array(text.length);
  for (let i = 0; i < raw.length; i++) raw[i] = text.charCodeAt(i);
  // Little-endian, as every machine that runs a browser is.
  const coded = bits === 16 ? new Uint16Array(raw.buffer) : new Uint32Array(raw.buffer);
  const none = bits === 16 ? 0xffff : 0xffffffff;
  const out = new Int32Array(coded);
  for (let i = 0; i < out.length; i++) if (coded[i] === none) out[i] = NONE;
  return out;
}

/** Decode an index array to a function of (row, column); `columns` is its width. */
export function indexer(coded, columns = 1) {
  if (coded.base) {
    const base = integers(coded.base);
    return (s, t = 0) => base[s] + coded.offset[t];
  }
  const flat = integers(coded.flat);
  return (s, t = 0) => flat[s * columns + t];
}

/** Decode an array of texts: text, level (−4…4) and pixel (0…8) of element (row, column). */
export function written(coded, columns = 1) {
  const at = indexer(coded.index, columns);
  return {
    text: (s, t = 0) => coded.pool[at(s, t)],
    level: (s, t = 0) => coded.level[at(s, t)],
    pixel: (s, t = 0) => coded.pixel[at(s, t)],
    longest: longestOf(coded.pool),
  };
}

function longestOf(pool) {
  return pool.reduce((n, text) => Math.max(n, text.length), 1);
}

/** A number's text as it stands inside a sum: negative numbers in parentheses. */
export const inSum = (text) => (text.startsWith("−") ? `(${text})` : text);

function flagged(coded) {
  return coded ? new Set(integers(coded)) : new Set();
}

export function decodeBoard(coded) {
  const { shape } = coded;
  const size = shape.reduce((a, b) => a * b, 1);
  const pages = coded.paged ? shape[0] : 1;
  const inner = coded.paged ? shape.slice(1) : shape; // the axes of one page
  const vector = inner.length < 2;
  const upright = vector && !coded.wrap && size / pages <= UPRIGHT;
  const columns = !vector ? inner.at(-1) : upright ? 1 : coded.wrap || size / pages;
  const copies = new Map();
  const copiedTo = new Map();
  coded.source?.cell.forEach((cell, k) => {
    const from = coded.source.copies[k];
    copies.set(cell, from);
    copiedTo.set(from, [...(copiedTo.get(from) ?? []), cell]);
  });
  return {
    ...coded,
    size,
    vector,
    map: inner.length > 2,
    upright,
    pages,
    perPage: size / pages,
    rows: vector ? Math.ceil(size / pages / columns) : inner.at(-2),
    columns,
    paneCount: inner.at(-3) ?? 1,
    written: written(coded.values),
    padding: new Set(coded.padding ?? []),
    dropped: new Set(coded.dropped ?? []),
    copies,
    copiedTo,
  };
}

/**
 * How the terms of a full step lie to one another: [rows down, columns across] from the first; undefined where no step
 * is full.
 */
export function reachOf(phase, board) {
  const { at } = phase.factors[0];
  const every = Array.from({ length: phase.termCount }, (_, t) => t);
  for (let s = 0; s < phase.count; s++) {
    if (every.some((t) => at(s, t) === NONE)) continue;
    const start = place(board, at(s, 0));
    return every.map((t) => {
      const { row, column } = place(board, at(s, t));
      return [row - start.row, column - start.column];
    });
  }
  return undefined;
}

/** The cells of padding that a step's window lies on although it does not read them. */
export function unread(phase, board, reach, s) {
  const { at } = phase.factors[0];
  const present = reach.findIndex((_, t) => at(s, t) !== NONE);
  if (present < 0) return [];
  const one = place(board, at(s, present));
  const top = one.row - reach[present][0];
  const left = one.column - reach[present][1];
  return reach.flatMap(([down, across], t) => {
    const [row, column] = [top + down, left + across];
    if (at(s, t) !== NONE || row < 0 || column < 0 || row >= board.rows || column >= board.columns) return [];
    const flat = (one.pane * board.rows + row) * board.columns + column;
    return board.padding.has(flat) ? [flat] : [];
  });
}

/** Position of a flat index on a board. */
export function place(board, flat) {
  const page = Math.floor(flat / board.perPage);
  const at = flat - page * board.perPage;
  const column = at % board.columns;
  const row = Math.floor(at / board.columns) % board.rows;
  const pane = Math.floor(at / (board.columns * board.rows));
  return { page, pane, row, column, at };
}

/** The text of `data-index`: "c,i,j", or as many numbers as the board has axes. */
export function indexText(board, flat) {
  const parts = [];
  let rest = flat;
  for (let axis = board.shape.length - 1; axis >= 0; axis--) {
    parts.unshift(rest % board.shape[axis]);
    rest = Math.floor(rest / board.shape[axis]);
  }
  return parts.join(",");
}

/** The characters of a template with the longest text in each of its fields. */
function longestFilled(template, fields) {
  const emptied = fill(template, Object.fromEntries(fields.map(({ name }) => [name, ""])));
  return fields.reduce((n, { name, longest }) => n + (template.includes(`{${name}}`) ? longest : 0), emptied.length);
}

export function decodePhase(coded, start) {
  const terms = coded.groups.length;
  const page = integers(coded.page.flat);
  const notClosing = flagged(coded.terms_close);
  const notSumming = flagged(coded.closes);
  const notFinishing = flagged(coded.finish_closes);
  const fields = Object.entries(coded.fields).map(([name, column]) => {
    const at = integers(column.index);
    return { name, longest: longestOf(column.pool), of: (s) => column.pool[at[s]] };
  });
  return {
    ...coded,
    start,
    count: page.length,
    termCount: terms,
    firstTerm: coded.group_names.map((_, g) => coded.groups.indexOf(g)),
    page: (s) => page[s],
    factors: coded.factors.map((f) => ({ board: f.board, at: indexer(f.index, terms) })),
    terms: written(coded.terms, terms),
    termCloses: (s, t) => !notClosing.has(s * terms + t),
    everyTermCloses: notClosing.size === 0,
    ragged: Boolean(coded.factors[0].index.flat) && integers(coded.factors[0].index.flat).includes(NONE),
    winner: (s) => coded.winners?.[s],
    partials: coded.partials.map((p) => {
      const open = flagged(p.closes);
      return {
        ...p,
        values: written(p.values),
        closes: (s) => !open.has(s),
        alwaysCloses: open.size === 0,
        cell: p.cell && { board: p.cell.board, at: indexer(p.cell.index) },
      };
    }),
    before: written(coded.before),
    results: written(coded.results),
    closes: (s) => !notSumming.has(s),
    finishCloses: (s) => !notFinishing.has(s),
    writes: { board: coded.writes.board, at: indexer(coded.writes.index) },
    finishOf: (s) => fill(coded.finish, Object.fromEntries(fields.map(({ name, of }) => [name, of(s)]))),
    fieldsOf: (s) => Object.fromEntries(fields.map(({ name, of }) => [name, of(s)])),
    longestFinish: longestFilled(coded.finish, fields),
    longestSay: longestFilled(coded.say, fields),
  };
}
