// How large the parts of a network are drawn, so that all of it fits the room that there is. Sizes only, no values.
//
// A column has a part for its values; with gradients also one `below`, and `parameters`. A part has its numbers written
// where these can be read, in letters of 12 pixels or more; else it is drawn as colours.

export const LETTERS = 12;
const CELL = 15; // least height of a cell with a number
const GAP = 3;
const BESIDE = 8; // between the parameters of a layer
const TINIEST = 3; // a picture of one of very many maps
const NARROWEST = 18; // of a picture of neurons
const MANY = { cells: 64, cell: 20 }; // of a map with more cells, numbers need more room to be read
const EASY = { cell: 20, picture: 66, vector: 6 };
const LEAST = { cell: CELL, picture: 22, vector: 5 };
const ROOMY = { cell: 22, picture: 44, vector: 6 };
const WIDEST = 150; // of a parameter's pictures

const within = (size, least, most) => Math.max(least, Math.min(most, size));

/**
 * The heights of the rows of a network, in a window of a height: of the values, and with gradients of these and of the
 * parameters'. presented: the network and the player have the whole window.
 */
export function rowsOf(window, { backward, presented }) {
  const all = within(Math.round(window * (presented ? 0.3 : 0.24)), 150, 700);
  if (!backward) return { values: all };
  const row = Math.round(all * 0.465);
  return { values: row, below: row, parameters: Math.max(50, Math.round(all * 0.28)) };
}

/** Sizes to try, the largest first: of a cell with its number, of a map's picture, of a cell in a picture of neurons. */
function* scales(rows) {
  const most = Math.max(112, Math.round(rows.values / 2));
  for (let picture = most; picture >= LEAST.picture; picture -= 1) {
    const cell = within(Math.round(picture / 3.4), CELL, Math.max(30, Math.round(rows.values / 6)));
    yield { cell, picture, vector: picture > 40 ? Math.max(ROOMY.vector, Math.round(picture / 16)) : LEAST.vector };
  }
}

/** How much larger maps are drawn where a layer has few of them. */
function enlarged(channels) {
  return channels === 1 ? 2.6 : channels <= 4 ? 1.8 : channels <= 8 ? 1.35 : 1;
}

/**
 * How columns are drawn so that they and the gaps between them fit the width: { scale, columns }. Where numbers leave no
 * room, the widest become colours; where nothing helps, sizes are roomy and what is not seen is scrolled to.
 *
 * least: by part, the characters that its cells have room for at least.
 */
export function fit(columns, width, apart, rows, least = new Map()) {
  const whole = columns.map((column) => ({
    ...placed(column, rows.values, least),
    below: column.below && placed(column.below, rows.below, least),
    parameters: column.parameters?.map((one) => ({ ...placed(one, rows.parameters, least), most: WIDEST })),
  }));
  for (const limit of [EASY, LEAST]) {
    const drawn = narrowed(whole, width, apart, limit);
    if (!drawn) continue;
    for (const scale of scales(rows)) if (total(drawn, scale, apart) <= width) return { scale, columns: drawn };
  }
  return { scale: ROOMY, columns: coloured(whole, (part) => part.written && wide(part, ROOMY) > width - 2) };
}

/** Columns that fit a width at a scale, the widest numbers as colours; undefined where that is not enough. */
function narrowed(columns, width, apart, scale) {
  let drawn = columns;
  while (total(drawn, scale, apart) > width) {
    const parts = written(drawn);
    if (!parts.length) return undefined;
    const widest = parts.reduce((best, one) => (wide(one, scale) > wide(best, scale) ? one : best));
    drawn = coloured(drawn, (part) => part === widest);
  }
  return drawn;
}

/** A part with its height; its numbers are written where there is the height for them. */
function placed(part, height, least) {
  const chars = Math.max(longest(part), least.get(part.part) ?? 0);
  const lines = part.kind === "maps" ? part.rows : 1;
  const cell = lines * (part.columns ?? 1) > MANY.cells ? MANY.cell : CELL;
  return { ...part, chars, height, written: part.written && Math.floor(height / lines) - 1 >= cell };
}

function written(columns) {
  const parts = columns.flatMap((column) => [column, column.below, ...(column.parameters ?? [])]);
  return parts.filter((part) => part?.written && part.pictures);
}

function coloured(columns, which) {
  const one = (part) => (part && which(part) ? { ...part, written: false } : part);
  return columns.map((column) => ({ ...one(column), below: one(column.below), parameters: column.parameters?.map(one) }));
}

function total(columns, scale, apart) {
  return columns.reduce((sum, column) => sum + measure(column, scale).width + apart, -apart);
}

/** How many characters the longest number of a part has. */
export function longest(part) {
  return part.texts.pool.reduce((most, text) => Math.max(most, text.length), 1);
}

/** The least width of a part's heading. */
function heading(part) {
  if (part.gradient) return part.most ? 7 * part.title.length : 0;
  return Math.max(7.2 * Math.max(part.title.length, 4), 6.7 * part.shape.length) + 6;
}

/** The width of a part by itself. */
function wide(part, scale) {
  return Math.max(sizes(part, scale).inner, heading(part));
}

/**
 * The sizes of a part: `width` of all that stands in its column, and as its kind needs: a `cell` and how `tall` it is, its
 * `font`, `grids` of maps side by side, numbers in a `line`, how `wide` and `tall` a picture's cell is.
 */
export function measure(part, scale) {
  const made = sizes(part, scale);
  const below = part.below ? wide(part.below, scale) : 0;
  const beside = (part.parameters ?? []).reduce((sum, one) => sum + wide(one, scale) + BESIDE, -BESIDE);
  return { ...made, width: Math.ceil(Math.max(made.inner, heading(part), below, beside)) };
}

/** The sizes of a part by itself. */
export function sizes(part, scale) {
  if (part.kind === "loss") return { inner: 88 };
  if (part.kind === "bars") return bars(part);
  if (part.kind === "vector") return part.written ? numbers(part, scale) : block(part, scale);
  if (part.written) return grid(part, scale);
  return part.most ? packed(part, scale) : pictures(part, scale);
}

const letters = (tall) => Math.max(LETTERS, Math.min(tall - 3, Math.round(tall * 0.52)));

function bars(part) {
  const apart = part.count > 8 ? 1 : GAP;
  const tall = within(Math.floor(part.height / part.count) - apart, CELL + 1, Math.max(26, Math.round(part.height / 8)));
  return { inner: Math.max(116, 4 * tall), tall, apart, font: letters(tall) };
}

function numbers(part, scale) {
  const line = Math.ceil(part.count / Math.max(1, Math.floor((part.height - 1) / (CELL + 1))));
  const most = Math.floor(part.height / Math.ceil(part.count / line)) - 1;
  const tall = within(Math.min(scale.cell, most), CELL, Math.max(26, Math.round(part.height / 7)));
  const font = letters(tall);
  const cell = Math.max(tall, Math.ceil(part.chars * font * 0.58 + 8));
  return { inner: (cell + 1) * line + 1, cell, tall, font, line };
}

function block(part, scale) {
  const rows = Math.ceil(part.count / part.line);
  const tall = Math.min(scale.vector, Math.floor(part.height / rows));
  const wide = Math.max(tall, Math.ceil(NARROWEST / part.line));
  return { inner: wide * part.line + 2, tall, wide, grids: 1 };
}

/** Maps whose numbers are written: each a grid of cells, as many below one another as fit. */
function grid(part, scale) {
  for (let grids = 1; ; grids++) {
    const lines = Math.ceil(part.channels / grids);
    const most = Math.floor((part.height - (lines - 1) * GAP * 2) / (lines * part.rows)) - 1;
    const tall = Math.min(scale.cell, most);
    if (tall < CELL && grids < part.channels) continue;
    const font = letters(tall);
    const cell = Math.max(tall, Math.ceil(part.chars * font * 0.58 + 4));
    return { inner: grids * (part.columns * (cell + 1) + 1) + (grids - 1) * GAP * 2, cell, tall, font, grids };
  }
}

function pictures(part, scale) {
  const wanted = Math.min(part.height, scale.picture * enlarged(part.channels));
  for (let grids = 1; ; grids++) {
    const lines = Math.ceil(part.channels / grids);
    const high = Math.floor((part.height - (lines - 1) * GAP) / lines);
    if (high < wanted && grids < part.channels) continue;
    const side = Math.min(high, wanted * 1.15) / part.rows;
    return { inner: grids * side * part.columns + (grids - 1) * GAP, tall: side, wide: side, grids };
  }
}

/** Small pictures, as large as they can be within the height and `most` pixels of width; very many need more width. */
function packed(part, scale) {
  const { channels, rows, columns, height } = part;
  const most = Math.min(part.most, 4 * scale.picture);
  let best = { side: 0 };
  for (let lines = 1; lines <= channels; lines++) {
    const grids = Math.ceil(channels / lines);
    const high = (height - (lines - 1) * GAP) / lines / rows;
    const side = Math.min(high, (most - (grids - 1) * GAP) / grids / columns);
    if (side > best.side) best = { side, grids };
  }
  if (best.side * Math.max(rows, columns) < TINIEST) {
    const lines = Math.floor((height + GAP) / (TINIEST + GAP));
    best = { side: TINIEST / Math.max(rows, columns), grids: Math.ceil(channels / lines) };
  }
  const { side, grids } = best;
  const wide = channels === 1 ? Math.max(side, 10 / columns) : side; // a bias can be hit
  return { inner: grids * (wide * columns + GAP) - GAP, tall: side, wide, grids };
}

/** The sizes of a part that is opened large, with its numbers in lines. */
export function enlargedSize(part, line) {
  const chars = longest(part.full ? { texts: part.full } : part);
  return { cell: Math.ceil(Math.max(chars, 2) * 8.2 + 8), tall: 28, font: 14, grids: 1, line };
}
