import assert from "node:assert/strict";
import { test } from "node:test";

import { HEIGHT, fit, measure } from "../../assets/network/measure.js";

const APART = 10;

function texts(count, longest = 4) {
  return { pool: ["0", "x".repeat(longest)], index: Array(count).fill(0) };
}

function maps(number, channels, side, written = false, longest = 4) {
  const shape = `${channels}×${side}×${side}`;
  return {
    number, kind: "maps", title: "Conv2d", shape, channels, rows: side, columns: side, written,
    pictures: Array(channels).fill(""), texts: texts(channels * side * side, longest),
  };
}

function vector(number, count) {
  return {
    number, kind: "vector", title: "Linear", shape: String(count), count, written: count <= 16,
    line: count <= 16 ? 1 : Math.ceil(count / 24), texts: texts(count),
  };
}

const bars = { number: 8, kind: "bars", title: "Softmax", shape: "10", count: 10, texts: texts(10) };
const loss = { number: 9, kind: "loss", title: "loss", shape: "", texts: texts(1) };

const WORKED = [maps(0, 1, 6, true, 1), maps(1, 1, 4, true, 2), maps(2, 1, 4, true, 2), maps(3, 1, 2, true, 2),
  vector(4, 4), vector(5, 3), vector(6, 3), vector(7, 3), { ...bars, count: 3 }, loss];
const LENET = [maps(0, 1, 28), maps(1, 6, 28), maps(2, 6, 28), maps(3, 6, 14), maps(4, 16, 10), maps(5, 16, 10), maps(6, 16, 5),
  vector(7, 400), vector(8, 120), vector(9, 120), vector(10, 84), vector(11, 84), vector(12, 10), bars, loss];

function width({ scale, columns }) {
  return columns.reduce((sum, column) => sum + measure(column, scale).width + APART, -APART);
}

function height(column, size) {
  const lines = Math.ceil((column.channels ?? 1) / (size.grids ?? 1));
  const rows = column.kind === "maps" ? column.rows : Math.ceil(column.count / (column.line ?? 1));
  return lines * rows * size.tall;
}

for (const [name, network] of Object.entries({ worked: WORKED, lenet5: LENET })) {
  for (const room of [1216, 1500, 1860]) {
    test(`${name} fits ${room} pixels and the height`, () => {
      const fitted = fit(network, room, APART);
      assert.ok(width(fitted) <= room, `${width(fitted)}`);
      for (const column of fitted.columns) {
        const size = measure(column, fitted.scale);
        if (size.tall) assert.ok(height(column, size) <= HEIGHT + 1, `${column.title} ${height(column, size)}`);
      }
    });
  }
  test(`${name} is drawn no smaller where there is more room`, () => {
    const small = fit(network, 1216, APART).scale;
    const large = fit(network, 1860, APART).scale;
    assert.ok(large.picture >= small.picture && large.cell >= small.cell);
  });
}

test("numbers stay readable and inside their cells", () => {
  for (const columns of [WORKED, [maps(0, 1, 8, true, 1), maps(1, 2, 6, true), vector(2, 16), loss]]) {
    const fitted = fit(columns, 1216, APART);
    for (const column of fitted.columns.filter((one) => one.written)) {
      const { cell, font, tall } = measure(column, fitted.scale);
      const longest = Math.max(...column.texts.pool.map((text) => text.length));
      assert.ok(font >= 8 && tall >= 11 && cell >= longest * font * 0.58, column.title);
    }
  }
});

test("where numbers leave no room the largest layers become pictures", () => {
  const columns = [maps(0, 1, 8, true), maps(1, 8, 6, true), maps(2, 8, 6, true), maps(3, 8, 3, true), vector(4, 16), loss];
  const fitted = fit(columns, 900, APART);
  assert.ok(width(fitted) <= 900);
  assert.ok(!fitted.columns[1].written && columns[1].written, "what came in is left as it was");
});

test("where nothing fits, sizes are roomy and the rest is scrolled", () => {
  const { scale, columns } = fit(LENET, 340, APART);
  assert.ok(scale.picture >= 40 && columns === LENET);
});

test("a parameter's pictures lie within the height and width that its row has", () => {
  for (const [channels, rows, columns] of [[96, 5, 5], [6, 5, 5], [1, 120, 400], [1, 16, 1], [1, 10, 84], [400, 3, 3], [1, 3, 18]]) {
    const parameter = {
      part: "1.weight", kind: "maps", gradient: true, written: false, most: 150, height: 40, title: "∂L/∂weight", shape: "",
      channels, rows, columns, texts: texts(1),
    };
    const size = measure(parameter, { cell: 20, picture: 30, vector: 5 });
    const lines = Math.ceil(channels / size.grids);
    assert.ok(size.tall > 0, `${channels} maps of ${rows}×${columns}`);
    assert.ok(size.inner <= (channels < 400 ? 150.5 : 400), `${channels} maps of ${rows}×${columns} are ${size.inner} wide`);
    assert.ok(lines * size.tall * rows + (lines - 1) * 3 <= 40.5, `${channels} maps of ${rows}×${columns} fit the height`);
  }
});

test("gradients below a column's values count for its width, and become pictures with them", () => {
  const wide = { ...maps(0, 1, 6, true, 1), below: { ...maps(0, 1, 6, true, 7), gradient: true, height: 88 }, height: 80 };
  const scale = { cell: 20, picture: 60, vector: 5 };
  assert.equal(measure(wide, scale).width, measure(wide.below, scale).width);
  const { columns } = fit(Array(12).fill(wide), 1196, APART);
  const drawn = columns.filter((column) => !column.written);
  assert.ok(drawn.length > 0 && drawn.every((column) => !column.below.written));
});
