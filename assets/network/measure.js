// How large the parts of a network are drawn, so that all of it fits the width that there is. Sizes only, no values.

export const HEIGHT = 172;
const GAP = 3;
const SMALL = { cell: 17, picture: 22, vector: 5 };
const ROOMY = { cell: 22, picture: 44, vector: 6 };

/** Sizes to try, the largest first: of a cell with its number, of a map's picture, of a cell in a picture of neurons. */
function* scales() {
  for (let picture = 112; picture >= SMALL.picture; picture -= 1) {
    const cell = Math.min(30, Math.max(SMALL.cell, Math.round(picture / 3.4)));
    yield { cell, picture, vector: picture > 40 ? ROOMY.vector : SMALL.vector };
  }
}

/** How much larger maps are drawn where a layer has few of them. */
function enlarged(channels) {
  return channels === 1 ? 2.6 : channels <= 4 ? 1.8 : channels <= 8 ? 1.35 : 1;
}

/** The first scale at which columns and the gaps between them fit; a roomy one, to be scrolled, where none does. */
export function fit(columns, width, apart) {
  const total = (scale) => columns.reduce((sum, column) => sum + measure(column, scale).width + apart, -apart);
  for (const scale of scales()) if (total(scale) <= width) return scale;
  return ROOMY;
}

function longest(column) {
  return column.texts.pool.reduce((most, text) => Math.max(most, text.length), 1);
}

/** The least width of a column's heading. */
function heading(column) {
  return Math.max(6.7 * Math.max(column.title.length, 4), 6.1 * column.shape.length) + 6;
}

/**
 * The sizes of a column: `width` of it all, and as its kind needs: `cell` wide and `tall`, `font`, `grids` of maps
 * side by side, the `side` of a picture's cell.
 */
export function measure(column, scale) {
  const made = sizes(column, scale);
  return { ...made, width: Math.max(made.inner, heading(column)) };
}

function sizes(column, scale) {
  if (column.kind === "loss") return { inner: 88 };
  if (column.kind === "bars") return { inner: 112, tall: Math.min(26, Math.floor(HEIGHT / column.count)) };
  if (column.kind === "vector") return column.written ? numbers(column, scale) : block(column, scale);
  return column.written ? grid(column, scale) : pictures(column, scale);
}

function numbers(column, scale) {
  const tall = Math.max(11, Math.min(scale.cell, Math.floor(HEIGHT / column.count) - 1, 26));
  const font = Math.min(13, tall - 3);
  const cell = Math.max(tall, Math.ceil(longest(column) * font * 0.58 + 8));
  return { inner: cell + 2, cell, tall, font };
}

function block(column, scale) {
  const rows = Math.ceil(column.count / column.line);
  const side = Math.min(scale.vector, Math.floor(HEIGHT / rows));
  return { inner: side * column.line + 2, side, grids: 1 };
}

/** Maps whose numbers are written: each a grid of cells, as many below one another as fit. */
function grid(column, scale) {
  const chars = longest(column);
  const needed = (font) => Math.ceil(chars * font * 0.58 + 4);
  for (let grids = 1; ; grids++) {
    const lines = Math.ceil(column.channels / grids);
    const tall = Math.min(scale.cell, Math.floor((HEIGHT - (lines - 1) * GAP * 2) / (lines * column.rows)) - 1);
    if (tall < 13 && grids < column.channels) continue;
    const font = Math.max(8, Math.min(13, tall - 4));
    const cell = Math.max(tall, needed(font));
    return { inner: grids * (column.columns * (cell + 1) + 1) + (grids - 1) * GAP * 2, cell, tall, font, grids };
  }
}

function pictures(column, scale) {
  const wanted = Math.min(HEIGHT, scale.picture * enlarged(column.channels));
  for (let grids = 1; ; grids++) {
    const lines = Math.ceil(column.channels / grids);
    const high = Math.floor((HEIGHT - (lines - 1) * GAP) / lines);
    if (high < wanted && grids < column.channels) continue;
    const side = Math.min(high, wanted * 1.15) / column.rows;
    return { inner: grids * side * column.columns + (grids - 1) * GAP, side, grids };
  }
}
