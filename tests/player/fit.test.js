import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, fontFor } from "../../assets/player/stage/fit.js";

function need(channels, side, kernel, out, panes, chars = 2) {
  return {
    channels,
    input: { rows: side, columns: side, chars, title: 12 },
    kernel: { rows: kernel, columns: kernel, chars: 2, title: 12 },
    products: { rows: kernel, columns: kernel, chars: chars + 1, title: 8 },
    output: { rows: out, columns: out, panes, chars: chars + 1, title: 12 },
    sums: { shown: true, chars: chars + 1 },
    total: { row: false, cells: 2, words: 6 },
    signs: 4,
    inline: true,
    lines: channels,
    line: kernel * kernel * (chars + 6),
  };
}

// channels, input, kernel, output, maps, characters of a value
const CASES = [
  [1, 1, 1, 1, 1, 1],
  [1, 6, 3, 4, 1, 1],
  [3, 6, 3, 4, 3, 1],
  [3, 8, 3, 3, 3, 1],
  [4, 5, 3, 3, 4, 1],
  [3, 12, 3, 10, 4, 3],
  [4, 16, 3, 14, 8, 3],
  [4, 22, 7, 16, 8, 1],
];
const desktop = { width: 920, height: 455 };
const phone = { width: 358, height: 614, narrow: true, largest: 56 };

test("one channel at a time where that gives larger cells; all where their cells are ample, or the learner wants it", () => {
  const sizes = need(3, 6, 3, 4, 3, 1);
  const one = fit(sizes, desktop);
  assert.equal(one.channels, 1);
  assert.ok(one.unit >= 34 && one.tall <= desktop.height && one.wide <= desktop.width, `${one.unit}`);
  const all = fit(sizes, { ...desktop, together: true });
  assert.deepEqual([all.channels, all.panes, all.inline], [3, 3, true]);
  assert.ok(all.unit >= 18 && all.unit < one.unit && all.tall <= desktop.height && all.wide <= desktop.width);
  const large = { width: 1500, height: 1100 };
  assert.deepEqual([fit(sizes, large).channels, fit(sizes, { ...large, together: false }).channels], [3, 1]);
});

test("cells fill the room: 34 pixels for a 6×6, 24 for a 12×12 beside its 10×10 of long numbers; more on a large screen", () => {
  const large = { width: 1528, height: 815, largest: 88, ample: 48 };
  const units = (sizes) => [desktop, large].map((room) => fit(need(...sizes), { ...room, width: room.width + 40 }).unit);
  const [small, big] = units([1, 6, 3, 4, 1, 1]);
  assert.ok(small >= 34 && big >= 48, `6×6: ${small}, ${big}`);
  const [many, more] = units([1, 12, 3, 10, 1, 2]);
  assert.ok(many >= 24 && more >= 34, `12×12: ${many}, ${more}`);
});

test("embedded at 800×600 a map's 12×12 stands beside its function's 12×12 in cells of 24 pixels", () => {
  const board = { rows: 12, columns: 12, chars: 1, title: 13 };
  const function_ = { channels: 1, input: board, output: { ...board, panes: 1 }, sums: { shown: false, chars: 1 }, signs: 2,
    total: { row: true, cells: 2, words: 6, lines: 1 }, paired: true, even: true, lines: 0, line: 0 };
  const room = { height: 344, largest: 56, ample: 34, digit: 0.5 };
  const embedded = fit(function_, { ...room, width: 752 });
  assert.ok(embedded.unit >= 24 && embedded.upright && embedded.wide <= 752, `${embedded.unit}`);
  assert.equal(fit(function_, { ...room, width: 960 }).upright, false);
});

test("no case is wider than its room; large boards stand below one another where there is little", () => {
  for (const width of [640, 880, 1000, 1200, 1880]) {
    for (const sizes of CASES) {
      if (width < 1000 && sizes[1] > 8) continue; // the sizes for a phone take over there
      const got = fit(need(...sizes), { width, height: 455 });
      assert.ok(got.wide <= width, `${sizes} in ${width}: ${got.wide}`);
    }
  }
});

test("what does not fit in height has cells that can still be read, or is as high as the room", () => {
  for (const sizes of CASES) {
    const got = fit(need(...sizes), { width: 1250, height: 455 });
    assert.ok(got.tall <= 455 || got.unit >= 16, `${sizes}: ${got.unit} in ${got.tall}`);
  }
});

test("upright boards that are too tall stay in one row where there is the width", () => {
  const upright = (chars) => ({ rows: 10, columns: 1, chars, title: 16 });
  const got = fit(
    {
      channels: 1, even: true, input: upright(6), kernel: upright(1), output: { ...upright(8), panes: 1 },
      sums: { shown: false, chars: 8 }, total: { row: true, cells: 3, words: 2 }, signs: 2, lines: 1, line: 20,
    },
    { width: 1370, height: 140, largest: 44 },
  );
  assert.ok(!got.compact && got.unit >= 18 && got.tall < 10 * 27, `${got.unit} in ${got.tall}`);
});

test("more room shows more, or the same or less in larger cells", () => {
  const shown = ({ channels, panes, compact }) => [!compact, channels, panes].map(Number);
  const less = (a, b) => a.find((value, k) => value !== b[k]) < b.find((value, k) => value !== a[k]);
  for (const sizes of CASES) {
    for (const grow of ["width", "height"]) {
      let last;
      for (let more = 0; more <= 900; more += 20) {
        const got = fit(need(...sizes), { ...desktop, [grow]: desktop[grow] + more });
        const label = `${sizes}, ${grow} + ${more}`;
        if (last) {
          if (less(shown(got), shown(last))) assert.ok(got.unit > last.unit, `${label}: shows less, no larger`);
          if (!less(shown(last), shown(got))) assert.ok(got.unit >= last.unit, `${label}: smaller cells`);
        }
        last = got;
      }
    }
  }
});

test("for the back row cells are large, if need be of one channel at a time", () => {
  const got = fit(need(3, 6, 3, 4, 3, 1), { width: 1248, height: 510, largest: 110, readable: 40, line: 34 });
  assert.ok(got.unit >= 40 && got.channels === 1 && got.wide <= 1248 && got.tall <= 510);
});

test("on a phone one channel is shown where three side by side would be small, and input and output share its height", () => {
  const got = fit(need(3, 6, 3, 4, 3, 1), phone);
  assert.deepEqual([got.channels, got.panes], [1, 3]);
  assert.ok(got.unit >= 40);
  assert.equal(fit(need(3, 2, 1, 2, 3, 1), phone).channels, 3);
  const digit = fit(need(1, 12, 3, 10, 1, 1), phone);
  assert.ok(digit.unit >= 24 && 12 * (digit.unit + 1) + 10 * (digit.outputUnit + 1) + 48 <= phone.height, `${digit.unit}`);
});

test("no board is wider than a phone, but for sixteen columns", () => {
  for (const sizes of CASES) {
    const got = fit(need(...sizes), phone);
    const long = sizes[1] > 12; // it scrolls
    assert.ok(got.wide <= phone.width || long, `${sizes}: ${got.wide}`);
  }
});

test("fonts grow with the cell and shrink with the text", () => {
  assert.ok(fontFor(40, 2) > fontFor(40, 4) && fontFor(40, 4) > fontFor(20, 4));
  assert.equal(fontFor(5, 9), 12);
});

test("a map that is filled in has cells that a finger hits, however little room there is", () => {
  for (const room of [desktop, phone, { width: 820, height: 140 }]) {
    for (const sizes of CASES) assert.ok(fit(need(...sizes), { ...room, alone: true }).outputUnit >= 24, `${sizes}`);
  }
});
