// A trace's JSON form, decoded: look-ups only. Nothing here multiplies, adds or rounds a value;
// the only sums are of positions.

export const NONE = -1;

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

/** Put texts into a template's {fields}. */
export function fill(template, fields) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

/** A number's text with a true minus sign, for sentences and sums. */
export const minus = (text) => text.replace("-", "−");

/** A number's text as it stands inside a sum: negative numbers in parentheses. */
export const inSum = (text) => (text.startsWith("-") ? `(${minus(text)})` : text);

function flagged(coded) {
  return coded ? new Set(integers(coded)) : new Set();
}

export function decodeBoard(coded) {
  const shape = coded.shape;
  const axis = (back) => shape[shape.length - back] ?? 1;
  const copies = new Map();
  const copiedTo = new Map();
  coded.source?.cell.forEach((cell, k) => {
    const from = coded.source.copies[k];
    copies.set(cell, from);
    copiedTo.set(from, [...(copiedTo.get(from) ?? []), cell]);
  });
  return {
    ...coded,
    size: shape.reduce((a, b) => a * b, 1),
    rows: axis(2),
    columns: axis(1),
    paneCount: axis(3),
    pages: coded.paged ? shape[0] : 1,
    written: written(coded.values),
    padding: new Set(coded.padding ?? []),
    dropped: new Set(coded.dropped ?? []),
    copies,
    copiedTo,
  };
}

/** Position of a flat index on a board. */
export function place(board, flat) {
  const column = flat % board.columns;
  const row = Math.floor(flat / board.columns) % board.rows;
  const pane = Math.floor(flat / (board.columns * board.rows)) % board.paneCount;
  const page = Math.floor(flat / (board.columns * board.rows * board.paneCount));
  return { page, pane, row, column };
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

export function decodePhase(coded, start) {
  const terms = coded.groups.length;
  const page = integers(coded.page.flat);
  const notClosing = flagged(coded.terms_close);
  const notSumming = flagged(coded.closes);
  const fields = Object.entries(coded.fields).map(([name, column]) => {
    const at = integers(column.index);
    return { name, longest: longestOf(column.pool), of: (s) => column.pool[at[s]] };
  });
  const emptied = Object.fromEntries(fields.map(({ name }) => [name, ""]));
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
    writes: { board: coded.writes.board, at: indexer(coded.writes.index) },
    fieldsOf: (s) => Object.fromEntries(fields.map(({ name, of }) => [name, of(s)])),
    longestSay: fields.reduce((n, { longest }) => n + longest, fill(coded.say, emptied).length),
  };
}
