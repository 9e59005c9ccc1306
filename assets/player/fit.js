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

const NARROW = 620;

/** Sizes for a stage in the room that there is, with the style variables that they become. */
export function measure(stage, model, { wide, presenting, height }) {
  const narrow = wide < NARROW;
  const { phase } = model.at(0);
  const chars = (view) => view?.board.written.longest ?? 1;
  const size = ({ board }) => ({ rows: board.rows, columns: board.columns });
  const lengths = {
    input: chars(stage.first),
    kernel: chars(stage.second),
    product: phase.terms.longest,
    sum: Math.max(...phase.partials.map((p) => p.values.longest), phase.results.longest),
    output: Math.max(chars(stage.output), phase.results.longest),
  };
  const need = {
    channels: stage.channels,
    input: { ...size(stage.first), chars: lengths.input },
    kernel: { rows: phase.grid[0], columns: phase.grid[1], chars: lengths.kernel },
    output: { ...size(stage.output), panes: stage.output.panes.length, chars: lengths.output },
    products: { chars: lengths.product },
    sums: { chars: lengths.sum },
    line: (phase.termCount / phase.group_names.length) * (lengths.input + lengths.kernel + 4),
  };
  const strip = (Math.min(4, phase.group_names.length) + 1) * 34 + 20;
  const room = {
    width: wide - 8,
    height: presenting ? window.innerHeight - 140 - strip : (height ?? 440),
    narrow,
    largest: presenting ? 96 : narrow ? 34 : 44,
  };
  const got = fit(need, room);
  const font = (unit, length) => `${fontFor(unit, length)}px`;
  const variables = {
    unit: `${got.unit}px`,
    kernel: `${got.kernelUnit}px`,
    "input-w": `${got.inputWidth}px`,
    "kernel-w": `${got.kernelWidth}px`,
    "product-w": `${got.productWidth}px`,
    "sum-w": `${got.sumWidth}px`,
    "output-w": `${got.outputWidth}px`,
    "input-font": font(got.unit, lengths.input),
    "kernel-font": font(got.kernelUnit, lengths.kernel),
    "product-font": font(got.kernelUnit, lengths.product),
    "sum-font": font(got.kernelUnit, lengths.sum),
    "output-font": font(got.unit, lengths.output),
    "output-columns": got.outputColumns,
  };
  return { ...got, narrow, variables };
}
