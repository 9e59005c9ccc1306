// How large the parts of a network are drawn, so that all of it fits the width that there is. Sizes only, no values.

export const HEIGHT = 172;
const GAP = 3;
const TINIEST = 3; // a picture of one of very many maps
const LOWEST = 11; // of a cell with a number
const NARROWEST = 18; // of a picture of neurons
const SMALL = { cell: 17, picture: 22, vector: 5 };
const LEAST = 13; // of a picture where gradients take half of the height
const ROOMY = { cell: 22, picture: 44, vector: 6 };

/** Sizes to try, the largest first: of a cell with its number, of a map's picture, of a cell in a picture of neurons. */
function* scales(least) {
  for (let picture = 112; picture >= least; picture -= 1) {
    const cell = Math.min(30, Math.max(SMALL.cell, Math.round(picture / 3.4)));
    yield { cell, picture, vector: picture > 40 ? ROOMY.vector : SMALL.vector };
  }
}

/** How much larger maps are drawn where a layer has few of them. */
function enlarged(channels) {
  return channels === 1 ? 2.6 : channels <= 4 ? 1.8 : channels <= 8 ? 1.35 : 1;
}

/**
 * How columns are drawn so that they and the gaps between them fit the width: { scale, columns }. Where numbers leave no
 * room, the layers with the most cells become pictures; where nothing helps, sizes are roomy and the page scrolls.
 */
export function fit(columns, width, apart) {
  const drawn = [...columns];
  const least = columns.some((column) => column.below) ? LEAST : SMALL.picture;
  const cells = (column) => (column.written && column.pictures ? column.texts.index.length : 0);
  for (;;) {
    for (const scale of scales(least)) if (total(drawn, scale, apart) <= width) return { scale, columns: drawn };
    const most = drawn.reduce((best, column, k) => (cells(column) > cells(drawn[best]) ? k : best), 0);
    if (!cells(drawn[most])) break;
    const { below } = drawn[most];
    drawn[most] = { ...drawn[most], written: false, ...(below && { below: { ...below, written: false } }) };
  }
  return { scale: ROOMY, columns };
}

function total(columns, scale, apart) {
  return columns.reduce((sum, column) => sum + measure(column, scale).width + apart, -apart);
}

function longest(column) {
  return column.texts.pool.reduce((most, text) => Math.max(most, text.length), 1);
}

/** The least width of a column's heading. */
function heading(column) {
  if (column.gradient) return column.most ? 6 * column.title.length : 0;
  return Math.max(6.7 * Math.max(column.title.length, 4), 6.1 * column.shape.length) + 6;
}

/**
 * The sizes of a column: `width` of it all, and as its kind needs: a `cell` and how `tall` it is, its `font`, `grids` of
 * maps side by side, how `wide` and `tall` a picture's cell is.
 */
export function measure(column, scale) {
  const made = sizes(column, scale, column.height ?? HEIGHT);
  const below = column.below ? measure(column.below, scale).width : 0;
  return { ...made, width: Math.max(made.inner, heading(column), below) };
}

function sizes(column, scale, height) {
  if (column.kind === "loss") return { inner: 88 };
  if (column.kind === "bars") return { inner: 112, tall: Math.min(26, Math.floor(height / column.count)) };
  if (column.kind === "vector") return column.written ? numbers(column, scale, height) : block(column, scale, height);
  if (column.written) return grid(column, scale, height);
  return column.most ? packed(column, height) : pictures(column, scale, height);
}

function numbers(column, scale, height) {
  const rows = Math.ceil(column.count / column.line);
  const tall = Math.max(11, Math.min(scale.cell, Math.floor(height / rows) - 1, 26));
  const font = Math.min(13, tall - 3);
  const cell = Math.max(tall, Math.ceil(longest(column) * font * 0.58 + 8));
  return { inner: (cell + 1) * column.line + 1, cell, tall, font };
}

function block(column, scale, height) {
  const rows = Math.ceil(column.count / column.line);
  const tall = Math.min(scale.vector, Math.floor(height / rows));
  const wide = Math.max(tall, Math.ceil(NARROWEST / column.line));
  return { inner: wide * column.line + 2, tall, wide, grids: 1 };
}

/** Maps whose numbers are written: each a grid of cells, as many below one another as fit. */
function grid(column, scale, height) {
  const chars = longest(column);
  for (let grids = 1; ; grids++) {
    const lines = Math.ceil(column.channels / grids);
    const tall = Math.min(scale.cell, Math.floor((height - (lines - 1) * GAP * 2) / (lines * column.rows)) - 1);
    if (tall < LOWEST && grids < column.channels) continue;
    const font = Math.max(8, Math.min(13, tall - 3, scale.cell * 0.56));
    const cell = Math.max(tall, Math.ceil(chars * font * 0.58 + 4));
    return { inner: grids * (column.columns * (cell + 1) + 1) + (grids - 1) * GAP * 2, cell, tall, font, grids };
  }
}

function pictures(column, scale, height) {
  const wanted = Math.min(height, scale.picture * enlarged(column.channels));
  for (let grids = 1; ; grids++) {
    const lines = Math.ceil(column.channels / grids);
    const high = Math.floor((height - (lines - 1) * GAP) / lines);
    if (high < wanted && grids < column.channels) continue;
    const side = Math.min(high, wanted * 1.15) / column.rows;
    return { inner: grids * side * column.columns + (grids - 1) * GAP, tall: side, wide: side, grids };
  }
}

/** Small pictures, as large as they can be within the height and `most` pixels of width; very many need more width. */
function packed(column, height) {
  const { channels, rows, columns, most } = column;
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
