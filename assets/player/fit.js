// How large a cell may be, so that a whole step fits the room there is.

const DIGIT = 0.6; // width of a digit, in font sizes
const SIGNS = 22;
const LINE = 21; // height of one line of arithmetic
const MAX_LINE = 96; // characters of it that fit beside a channel

/** Font size of a cell: larger where its texts are short. */
export function fontFor(height, chars) {
  const share = chars <= 2 ? 0.58 : chars === 3 ? 0.5 : 0.45;
  return Math.max(9, Math.min(30, Math.floor(height * share)));
}

function width(height, chars) {
  return Math.max(height, Math.ceil(chars * fontFor(height, chars) * DIGIT + 6));
}

/**
 * Choose sizes for a stage.
 * need: { channels, input, kernel, output } with { rows, columns, chars } each, products and sums with chars.
 * room: { width, height, narrow, largest }.
 * Where not everything fits, one channel or one output map at a time is shown, and last the output goes below
 * the kernel: `channels`, `panes` and `compact` say so.
 */
export function fit(need, room) {
  const largest = room.largest ?? 44;
  const tries = [
    { channels: need.channels, panes: need.output.panes, smallest: 17 },
    { channels: need.channels, panes: 1, smallest: 17 },
    { channels: 1, panes: need.output.panes, smallest: 20 },
    { channels: 1, panes: 1, smallest: 20 },
    { channels: 1, panes: 1, smallest: 17, compact: true },
  ];
  for (const tried of tries) {
    for (let unit = largest; unit >= (room.narrow ? 15 : tried.smallest); unit--) {
      const got = sizes(need, room, unit, tried);
      if (got.tall <= room.height && got.wide <= room.width) return { ...got, ...tried };
    }
  }
  // Height may overflow (the page scrolls); width should not.
  for (let unit = 24; unit > 15; unit--) {
    const got = sizes(need, room, unit, tries[4]);
    if (got.wide <= room.width || unit === 16) return { ...got, ...tries[4] };
  }
}

function sizes(need, room, unit, { channels, panes, compact }) {
  const kernelUnit = room.narrow ? unit : Math.min(Math.max(unit, 22), unit + 8, 64);
  const got = {
    unit,
    kernelUnit,
    inputWidth: width(unit, need.input.chars),
    kernelWidth: width(kernelUnit, need.kernel.chars),
    productWidth: width(kernelUnit, need.products.chars),
    sumWidth: width(kernelUnit, need.sums.chars),
    outputWidth: width(unit, need.output.chars),
  };
  const outWide = need.output.columns * (got.outputWidth + 1) + 14;
  const outTall = need.output.rows * (unit + 1) + (need.output.panes > 1 ? 26 : 8);
  if (room.narrow) {
    const across = (columns, cell) => channels * (columns * (cell + 1) + 12);
    got.outputColumns = Math.max(1, Math.min(panes, Math.floor(room.width / outWide)));
    got.wide = Math.max(
      across(need.input.columns, got.inputWidth),
      across(need.kernel.columns, got.kernelWidth),
      across(need.kernel.columns, got.productWidth),
      outWide,
    );
    got.tall = 0;
    return got;
  }
  const tag = need.channels > 1 ? 20 : 0;
  const inputWide = tag + need.input.columns * (got.inputWidth + 1);
  got.inline =
    need.input.rows * (unit + 1) - need.kernel.rows * (kernelUnit + 1) >= 2 * LINE && need.line <= MAX_LINE;
  const middle =
    need.kernel.columns * (got.kernelWidth + got.productWidth + 2) +
    got.sumWidth + Math.max(got.sumWidth, 46) + (SIGNS + 4) * 4 + 60 + (channels < need.channels ? 24 : 0);
  const title = 24;
  const paneTall = Math.max(need.input.rows * (unit + 1), need.kernel.rows * (kernelUnit + 1)) + 8;
  const inputTall = channels * paneTall + title;
  if (compact) {
    got.outputColumns = 1;
    got.wide = inputWide + Math.max(middle, outWide) + 40;
    const middleTall = Math.max(need.kernel.rows, need.channels, 3) * (kernelUnit + 4);
    got.tall = Math.max(inputTall, middleTall + outTall + 2 * title);
    return got;
  }
  const left = inputWide + middle;
  for (let columns = 1; columns <= panes; columns++) {
    got.outputColumns = columns;
    got.wide = left + columns * outWide;
    got.tall = Math.max(inputTall, Math.ceil(panes / columns) * outTall + title);
    if (got.tall <= room.height) break;
  }
  return got;
}
