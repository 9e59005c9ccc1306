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
const phone = { width: 358, height: 455, narrow: true, largest: 34 };

test("6×6×3 with three filters shows all channels and maps at once, with their products in words", () => {
  const got = fit(need(3, 6, 3, 4, 3, 1), desktop);
  assert.deepEqual([got.channels, got.panes, got.inline], [3, 3, true]);
  assert.ok(got.unit >= 20 && got.tall <= desktop.height && got.wide <= desktop.width);
});

test("no case is wider than its room; large boards stand below one another where there is little", () => {
  for (const width of [640, 880, 1000, 1200, 1880]) {
    for (const sizes of CASES) {
      if (width < 880 && sizes[1] > 8) continue;
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
  assert.ok(!got.compact && got.unit >= 17 && got.tall < 10 * 24, `${got.unit} in ${got.tall}`);
});

test("more room never shows less, nor the same in smaller cells", () => {
  const shown = ({ channels, panes, compact }) => [!compact, channels, panes].map(Number);
  const less = (a, b) => a.find((value, k) => value !== b[k]) < b.find((value, k) => value !== a[k]);
  for (const sizes of CASES) {
    for (const grow of ["width", "height"]) {
      let last;
      for (let more = 0; more <= 900; more += 20) {
        const got = fit(need(...sizes), { ...desktop, [grow]: desktop[grow] + more });
        const label = `${sizes}, ${grow} + ${more}`;
        if (last) {
          assert.ok(!less(shown(got), shown(last)), `${label}: shows less`);
          if (String(shown(got)) === String(shown(last))) assert.ok(got.unit >= last.unit, `${label}: smaller cells`);
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

test("a phone shows three small channels side by side", () => {
  const got = fit(need(3, 6, 3, 4, 3, 1), phone);
  assert.deepEqual([got.channels, got.panes], [3, 3]);
});

test("no board is wider than a phone, but for sixteen columns of long numbers", () => {
  for (const sizes of CASES) {
    const got = fit(need(...sizes), phone);
    const long = sizes[1] > 12 && sizes[5] > 1;
    assert.ok(got.wide <= phone.width || long, `${sizes}: ${got.wide}`);
  }
});

test("fonts grow with the cell and shrink with the text", () => {
  assert.ok(fontFor(40, 2) > fontFor(40, 4) && fontFor(40, 4) > fontFor(20, 4));
  assert.equal(fontFor(5, 9), 9);
});
