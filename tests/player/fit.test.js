import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, fontFor } from "../../assets/player/fit.js";

function need(channels, side, kernel, out, panes, chars = 2) {
  return {
    channels,
    input: { rows: side, columns: side, chars },
    kernel: { rows: kernel, columns: kernel, chars: 2 },
    output: { rows: out, columns: out, panes, chars: chars + 1 },
    products: { chars: chars + 1 },
    sums: { chars: chars + 1 },
    line: kernel * kernel * (chars + 6),
  };
}
const desktop = { width: 920, height: 455, narrow: false };

test("6×6×3 with three filters shows all channels and maps at once", () => {
  const got = fit(need(3, 6, 3, 4, 3), desktop);
  assert.deepEqual([got.channels, got.panes, got.inline], [3, 3, true]);
  assert.ok(got.unit >= 20 && got.tall <= desktop.height && got.wide <= desktop.width);
});

test("no case is wider than its room", () => {
  for (const width of [880, 1000, 1200, 1880])
    for (const [channels, side, kernel, out, panes, chars] of [
      [1, 6, 3, 4, 1, 1], [3, 8, 3, 3, 3, 1], [3, 12, 3, 10, 4, 3], [4, 16, 3, 14, 8, 3], [4, 5, 2, 4, 2, 1],
    ]) {
      const got = fit(need(channels, side, kernel, out, panes, chars), { width, height: 455, narrow: false });
      assert.ok(got.wide <= width, `${channels}×${side}×${side} in ${width}: ${got.wide}`);
    }
});

test("more room never makes cells smaller", () => {
  let last = 0;
  for (let width = 700; width <= 1900; width += 100) {
    const { unit, channels } = fit(need(1, 6, 3, 4, 1), { ...desktop, width });
    assert.ok(unit >= last && channels === 1);
    last = unit;
  }
});

test("a phone shows three small channels side by side", () => {
  const got = fit(need(3, 6, 3, 4, 3, 1), { width: 350, height: 455, narrow: true, largest: 34 });
  assert.deepEqual([got.channels, got.panes], [3, 3]);
});

test("fonts grow with the cell and shrink with the text", () => {
  assert.ok(fontFor(40, 2) > fontFor(40, 4) && fontFor(40, 4) > fontFor(20, 4) && fontFor(5, 9) === 9);
});
