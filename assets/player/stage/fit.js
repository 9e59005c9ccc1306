// How large a cell may be, so that a whole step fits the room there is.

const DIGIT = 0.6; // width of a digit, in font sizes, where it was not measured
const SIGN = 17; // a sign between boards, with its gaps
const TAG = 20; // a channel's name beside its board
const TITLE = 24;
const TITLE_CHARACTER = 7.3; // of a board's title, at a line of 22
const NAME_CHARACTER = 7.6; // of a name above a column
const CHARACTER = 6.3; // of a line of products
const SLACK = 1.25; // how far cells of a comfortable size may pass the height
const COMFORTABLE = 24;
const TINY = 18; // the least that holds a number of 12 pixels
const TILE = 44; // of a total in a row

/** Font size of a cell: larger where its texts are short. */
export function fontFor(height, chars) {
  const share = chars <= 2 ? 0.58 : chars === 3 ? 0.5 : 0.45;
  return Math.max(12, Math.min(80, Math.floor(height * share)));
}

/**
 * Choose sizes for a stage.
 * need: { channels, input, kernel, products, output: { rows, columns, chars, title, labels, panes }, sums: { shown, chars },
 * total: { row, cells, words }, signs, even, lines, line, inline }. Kernel and products may be missing; `title` is the
 * length of a title above a board, `labels` that of the names beside its cells,
 * `heads` that of those above its columns; a total in a row has `cells` and `words`
 * of so many characters between them; `even` boards have cells of one size, `aligned` ones stand side by side; `paired` ones are
 * input and output maps, one beside the other; `lines` of products have at most `line`
 * characters each and may stand below their boards (`inline`).
 * room: { width, height } in pixels, and as far as they differ from the usual: narrow, largest, readable (smallest
 * cell that can be read), ample (a cell that needs to be no larger), digit (width of one, in font sizes), line (height of
 * one), together (whether the learner wants all channels at once, or one at a time),
 * alone (whether one output map is filled in: on a phone it is as large as it can be, and no cell is too small to hit).
 * All channels and output maps are shown at once where their cells are ample; else one at a time, where that gives larger
 * cells, and last the output goes below the kernel: `channels`, `panes` and `compact` say so. `inline` puts each
 * channel's products in words below it; `upright` puts a row's two numbers below one another.
 */
export function fit(need, room) {
  const least = leastOf(room);
  const space = { largest: 44, least, readable: least, ample: 34, digit: DIGIT, line: 22, ...room };
  return space.narrow ? fitNarrow(need, space) : fitWide(need, space);
}

/** The smallest cell that there may be: one that is filled in is hit by a finger. */
const leastOf = ({ alone }) => (alone ? COMFORTABLE : TINY);

/** Width of a board's cells: for its numbers, and for the names above its columns. */
function widthOf(board, height, digit, margin) {
  return Math.max(cellWidth(height, board?.chars ?? 1, digit, margin), Math.ceil((board?.heads ?? 0) * NAME_CHARACTER));
}

function cellWidth(height, chars, digit, margin) {
  return Math.max(height, Math.ceil(chars * fontFor(height, chars) * digit + margin));
}

/** Heights and widths of all cells; a sum is as wide as its text at `sumHeight`. */
function cells(need, units, digit, margin, sumHeight = units.sumUnit) {
  const { unit, kernelUnit, outputUnit } = units;
  return {
    ...units,
    inputWidth: widthOf(need.input, unit, digit, margin),
    kernelWidth: widthOf(need.kernel, kernelUnit, digit, margin),
    productWidth: cellWidth(kernelUnit, need.products?.chars ?? 1, digit, margin),
    sumWidth: cellWidth(sumHeight, need.sums.chars, digit, margin),
    outputWidth: widthOf(need.output, outputUnit, digit, margin),
  };
}

/** Whether so many channels and maps can be shown at once: those of a lesson, not those of a whole network. */
export function canBeTogether(channels, maps) {
  return channels <= 4 && maps <= 8;
}

/** Whether a layout is one that the learner wants, who may leave the choice to the room. */
function wanted(need, { together }, channels, panes) {
  if (together === undefined || !canBeTogether(need.channels, need.output.panes)) return true;
  return together ? channels === need.channels && panes === need.output.panes : channels === 1;
}

function fitWide(need, room) {
  const all = need.channels;
  const maps = need.output.panes;
  const layouts = [[all, maps], [all, 1], [1, maps], [1, 1]]
    .filter(([channels, panes]) => (!need.paired || channels === panes) && wanted(need, room, channels, panes))
    .map(([channels, panes]) => ({ channels, panes }));
  let best = largestOf(layouts, need, room);
  if (best?.unit >= COMFORTABLE) return best;
  // A function's number and its result below one another leave the boards beside them more width.
  const turned = need.total.row && need.total.cells === 2 && largestOf(layouts, need, room, { upright: true });
  if (turned?.unit > (best?.unit ?? 0)) best = turned;
  if (best?.unit >= COMFORTABLE) return best;
  // In one row where the width allows it and the output below the kernel would give no larger cells.
  const last = layouts.at(-1);
  const beside = best ?? overflowing(need, room, last);
  const below = overflowing(need, room, { ...last, compact: true });
  const fits = ({ wide, tall }) => wide <= room.width && tall <= Math.max(room.height, beside.tall);
  return beside.wide <= room.width && !(fits(below) && below.unit > beside.unit) ? beside : below;
}

/** The sizes of the layout with the largest cells, or of the first one with ample cells; undefined where none fits. */
function largestOf(layouts, need, room, more = {}) {
  let best;
  for (const layout of layouts) {
    for (let unit = room.largest; unit >= room.readable; unit--) {
      const got = wideSizes(need, room, unit, { ...layout, ...more });
      if (got.tall > room.height || got.wide > room.width) continue;
      if (!best || unit > best.unit) best = got;
      break;
    }
    if (best?.unit >= room.ample) break;
  }
  return best;
}

/** Height may overflow (the page scrolls) before cells become too small to be read; width should not. */
function overflowing(need, room, layout) {
  let got;
  for (let unit = room.largest; unit >= room.least; unit--) {
    got = wideSizes(need, room, unit, layout);
    const slack = unit > COMFORTABLE ? 1 : unit > Math.max(TINY + 2, room.least) ? SLACK : Infinity;
    if (got.wide <= room.width && got.tall <= room.height * slack) break;
  }
  return got;
}

function wideSizes(need, room, unit, { channels, panes, compact = false, upright = false }) {
  const { digit } = room;
  const margin = compact ? 3 : 4;
  const kernelUnit = need.even ? unit : Math.max(unit, 22);
  const sumUnit = need.total.row ? Math.round(Math.max(TILE, Math.min(unit * 1.25, Math.max(TILE * 2, unit)))) : Math.max(kernelUnit, 24);
  const units = { unit, kernelUnit, sumUnit, outputUnit: unit };
  const widths = cells(need, units, digit, margin, need.total.row ? sumUnit : kernelUnit);
  const got = { channels, panes, compact, upright, ...widths };
  const single = channels < need.channels;
  const label = room.line * 2.2;
  const under = (board, wide) => Math.max(wide, ((board.title ?? 0) * TITLE_CHARACTER * room.line) / 22);
  const beside = (board) => (board.labels ? (board.labels * CHARACTER * 1.15 * room.line) / 22 + 8 : 0);
  const across = (board, cell) => (board ? beside(board) + board.columns * (cell + 1) : 0);
  const titled = (board, cell) => (board ? Math.max(under(board, 0) - SIGN, across(board, cell)) : 0);
  const outWide = beside(need.output) + need.output.columns * (got.outputWidth + 1) + 14;
  const outTall = need.output.rows * (unit + 1) + (need.output.panes > 1 ? room.line + 4 : 8);
  const inputWide = across(need.input, got.inputWidth) + (need.channels > 1 ? TAG : 0);
  const words = need.total.words * (need.total.row ? Math.max(15, sumUnit * 0.32) * digit * 1.05 : CHARACTER);
  const totalWide = need.total.row && !upright
    ? need.total.cells * (got.sumWidth + 16) + words
    : Math.max(got.sumWidth, label, words) + (upright ? 16 : 0);
  const middle =
    titled(need.kernel, got.kernelWidth) +
    titled(need.products, got.productWidth) +
    (need.sums.shown ? Math.max(got.sumWidth, label * 0.8) : 0) + totalWide +
    SIGN * (need.signs - (compact ? 1 : 0)) + 26 + (single ? room.line + 2 : 0);
  const rows = Math.max(need.kernel?.rows ?? 0, need.products?.rows ?? 0);
  const paneTall = Math.max(need.input.rows * (unit + 1), rows * (kernelUnit + 1)) + 8;
  const inputTall = channels * paneTall + TITLE;
  const below = Math.min(4, need.lines) * room.line;
  if (compact) {
    const middleTall = Math.max(rows, need.channels, 3) * (kernelUnit + 4);
    return {
      ...got,
      inline: false,
      outputColumns: 1,
      wide: inputWide + Math.max(middle, SIGN + under(need.output, outWide)) + 4,
      tall: Math.max(inputTall, middleTall + outTall + 2 * TITLE) + below,
    };
  }
  const spare = need.input.rows * (unit + 1) - rows * (kernelUnit + 1);
  for (let columns = 1; columns <= (need.paired ? 1 : panes); columns++) {
    got.outputColumns = columns;
    const outputsWide = under(need.output, columns * outWide);
    got.wide = inputWide + middle + outputsWide;
    got.lineWidth = Math.ceil((need.line * CHARACTER * room.line) / 22);
    const lineRoom = room.width - inputWide - outputsWide - totalWide - SIGN * 3;
    got.inline = need.inline && !single && spare >= 2 * room.line - 2 && got.lineWidth <= lineRoom;
    const outputs = need.paired ? 0 : Math.ceil(panes / columns) * outTall + TITLE;
    got.tall = Math.max(inputTall, outputs) + (got.inline ? 0 : below);
    if (got.tall <= room.height) break;
  }
  return got;
}

/** In two rows: what is multiplied, and below it the products with all that follows; undefined where that is too wide. */
export function fitStacked(need, room) {
  const { input, kernel, products, output } = need; // of several maps one is shown
  const { width, digit = DIGIT, largest } = room;
  const across = ({ columns }, cell) => columns * (cell + 1) + 10;
  for (let unit = largest; unit >= leastOf(room); unit--) {
    const got = cells(need, { unit, kernelUnit: unit, outputUnit: unit, sumUnit: Math.max(unit, 24) }, digit, 3);
    const above = across(input, got.inputWidth) + across(kernel, got.kernelWidth) + SIGN;
    const sums = 2 * Math.max(got.sumWidth, 52);
    const below = across(products, got.productWidth) + sums + across(output, got.outputWidth) + 2 * SIGN + 40;
    const wide = Math.max(above, below);
    const shown = { channels: 1, panes: 1, compact: false, stacked: true, inline: false, outputColumns: 1 };
    if (wide <= width) return { ...shown, ...got, wide, tall: 0 };
  }
  return undefined;
}

/**
 * Below one another, each board as large as the width allows: all channels side by side, or one of them. Input and
 * output, which come first, share the height.
 */
function fitNarrow(need, room) {
  const { width, digit } = room;
  const { input, kernel, products, output } = need;
  const across = (count, columns, unit, chars) => count * (columns * (cellWidth(unit, chars, digit, 3) + 1) + 12);
  const largest = (wide, limit = room.largest) => {
    for (let unit = limit; unit > TINY; unit--) if (wide(unit) <= width) return unit;
    return TINY;
  };
  const shown = (board) => board ?? { columns: 0, chars: 1 };
  const both = Math.floor((room.height - 4 * TITLE) / (input.rows + output.rows)) - 1;
  const limit = Math.min(room.largest, Math.max(both, COMFORTABLE));
  const wideAt = (channels) => (unit) => across(channels, input.columns, unit, input.chars);
  let channels = need.channels;
  let unit = largest(wideAt(channels), limit);
  const small = unit < COMFORTABLE || wideAt(channels)(unit) > width;
  if (channels > 1 && (room.together === undefined ? small : !room.together)) {
    channels = 1;
    unit = largest(wideAt(1), limit);
  }
  if (need.aligned) {
    const boards = [input, kernel, products];
    unit = largest((u) => boards.reduce((wide, board) => wide + cellWidth(u, board.chars, digit, 3) + 14, 2 * SIGN), limit);
  }
  const most = need.even ? unit : Math.min(room.largest, Math.max(unit + 8, COMFORTABLE));
  const kernelWide = (u) => across(channels, shown(kernel).columns, u, shown(kernel).chars);
  const productsWide = (u) => across(channels, shown(products).columns, u, shown(products).chars);
  const pair = (u) => kernelWide(u) + productsWide(u) + 36;
  const beside = Boolean(kernel && products) && !need.aligned && channels === 1 && pair(TINY) <= width;
  const kernelUnit = largest(beside ? pair : (u) => Math.max(kernelWide(u), productsWide(u)), most);
  const outputsWide = (count) => (u) => across(count, output.columns, u, output.chars);
  let outputColumns = need.paired ? channels : room.alone ? 1 : output.panes;
  while (outputColumns > 1 && outputsWide(outputColumns)(COMFORTABLE) > width) outputColumns -= 1;
  const outputUnit = Math.max(largest(outputsWide(outputColumns), Math.min(most, limit)), room.least);
  const sumUnit = need.total.row ? TILE : Math.max(kernelUnit, 24);
  const outTall = Math.ceil(output.panes / outputColumns) * (output.rows * (outputUnit + 1) + room.line + 4);
  const inTall = input.rows * (unit + 1) + TITLE;
  return {
    channels,
    panes: need.paired ? channels : !room.alone && inTall + outTall <= room.height ? output.panes : 1,
    compact: false,
    beside,
    inline: false,
    ...cells(need, { unit, kernelUnit, outputUnit, sumUnit }, digit, 3),
    outputColumns,
    wide: Math.max(wideAt(channels)(unit), beside ? pair(kernelUnit) : productsWide(kernelUnit), outputsWide(outputColumns)(outputUnit)),
    tall: 0,
  };
}
