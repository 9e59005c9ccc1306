import assert from "node:assert/strict";
import { test } from "node:test";

import { LETTERS, fit, measure, rowsOf, sizes } from "../../assets/network/measure.js";
import { paged } from "../../assets/shared/strip.js";

const APART = 10;
const FORWARD = rowsOf(720, {});
const BACKWARD = rowsOf(720, { backward: true });

function texts(count, longest = 4) {
  return { pool: ["0", "x".repeat(longest)], index: Array(count).fill(0) };
}

function maps(number, channels, side, written = false, longest = 4) {
  const shape = `${channels}×${side}×${side}`;
  return {
    part: String(number), number, kind: "maps", title: "Conv2d", shape, channels, rows: side, columns: side, written,
    pictures: Array(channels).fill(""), texts: texts(channels * side * side, longest),
  };
}

function vector(number, count) {
  return {
    part: String(number), number, kind: "vector", title: "Linear", shape: String(count), count, written: count <= 16,
    line: Math.ceil(count / 24), pictures: [""], texts: texts(count),
  };
}

/** The columns of the backward page: gradients, with longer numbers, below the values. */
function backward(columns) {
  return columns.map((column) => ({
    ...column, part: `g${column.part}`, below: { ...column, texts: texts(column.texts.index.length, 7), gradient: true },
    parameters: column.title === "Conv2d" && column.number ? [{ ...maps(column.number, 1, 3, true, 6), gradient: true }] : [],
  }));
}

const bars = { part: "8", number: 8, kind: "bars", title: "Softmax", shape: "10", count: 10, texts: texts(10) };
const loss = { part: "9", number: 9, kind: "loss", title: "loss", shape: "", texts: texts(1) };

const WORKED = [maps(0, 1, 6, true, 1), maps(1, 1, 4, true, 2), maps(2, 1, 4, true, 2), maps(3, 1, 2, true, 2),
  vector(4, 4), vector(5, 3), vector(6, 3), vector(7, 3), { ...bars, count: 3 }, loss];
const SEVEN = [maps(0, 1, 12, true, 1), maps(1, 1, 10, true, 4), maps(2, 1, 10, true, 3), maps(3, 1, 5, true, 3),
  vector(4, 25), vector(5, 3), { ...bars, count: 3 }, loss];
const LENET = [maps(0, 1, 28), maps(1, 6, 28), maps(2, 6, 28), maps(3, 6, 14), maps(4, 16, 10), maps(5, 16, 10), maps(6, 16, 5),
  vector(7, 400), vector(8, 120), vector(9, 120), vector(10, 84), vector(11, 84), vector(12, 10), bars, loss];
const NETWORKS = {
  worked: [WORKED, FORWARD], seven: [SEVEN, FORWARD], lenet5: [LENET, FORWARD],
  "worked back": [backward(WORKED), BACKWARD], "seven back": [backward(SEVEN), BACKWARD],
};

function width({ scale, columns }) {
  return columns.reduce((sum, column) => sum + measure(column, scale).width + APART, -APART);
}

function height(part, size) {
  const lines = Math.ceil((part.channels ?? 1) / (size.grids ?? 1));
  const rows = part.kind === "maps" ? part.rows : Math.ceil(part.count / (size.line ?? part.line ?? 1));
  return lines * rows * size.tall;
}

function parts(columns) {
  return columns.flatMap((column) => [column, column.below, ...(column.parameters ?? [])]).filter(Boolean);
}

for (const [name, [network, rows]] of Object.entries(NETWORKS)) {
  for (const room of [rows === FORWARD ? 1214 : 1194, 1500, 1860]) {
    test(`${name} fits ${room} pixels and the height, with numbers that can be read`, () => {
      const fitted = fit(network, room, APART, rows);
      assert.ok(width(fitted) <= room, `${width(fitted)}`);
      for (const part of parts(fitted.columns)) {
        const size = sizes(part, fitted.scale);
        if (size.tall) assert.ok(height(part, size) <= part.height + 1, `${part.title} ${height(part, size)}`);
        if (!part.written) continue;
        const longest = Math.max(...part.texts.pool.map((text) => text.length));
        assert.ok(size.font >= LETTERS && size.tall >= size.font + 3 && size.cell >= longest * size.font * 0.58, part.title);
      }
    });
  }
  test(`${name} is drawn no smaller where there is more room`, () => {
    const [small, large] = [1216, 1860].map((room) => fit(network, room, APART, rows));
    assert.ok(parts(large.columns).filter((part) => part.written).length >= parts(small.columns).filter((part) => part.written).length);
    assert.ok(large.scale.picture >= small.scale.picture && large.scale.cell >= small.scale.cell);
  });
}

test("where numbers leave no room the widest become colours, values and gradients alike", () => {
  const [column] = fit(backward(SEVEN), 1196, APART, BACKWARD).columns;
  assert.ok(!column.written && !column.below.written, "12 rows have no room");
  const pooled = fit(backward(SEVEN), 1860, APART, BACKWARD).columns[3];
  assert.ok(pooled.written && pooled.below.written);
  const worked = fit(backward(WORKED), 1000, APART, BACKWARD).columns;
  assert.ok(worked[1].written && !worked[1].below.written, "the gradients of the convolution are longer");
  assert.ok(SEVEN[0].written, "what came in is left as it was");
});

test("where nothing fits, sizes are roomy, no part is wider than the room, and it is walked by whole columns", () => {
  const { scale, columns } = fit(LENET, 340, APART, FORWARD);
  assert.ok(scale.picture >= 40);
  const widths = columns.map((column) => measure(column, scale).width);
  const pages = paged(widths, APART, 340);
  assert.deepEqual(pages.flat(), columns.map((_, k) => k));
  for (const page of pages) {
    const used = page.reduce((sum, k) => sum + widths[k] + APART, -APART);
    assert.ok(used <= 340 || page.length === 1, `${page}: ${used}`);
  }
});

test("what cells have had room for, they keep", () => {
  const [column] = fit([maps(0, 1, 4, true, 2), loss], 600, APART, FORWARD, new Map([["0", 7]])).columns;
  assert.equal(column.chars, 7);
});

test("a parameter's pictures lie within the height and width that its row has", () => {
  for (const [channels, rows, columns] of [[96, 5, 5], [6, 5, 5], [1, 120, 400], [1, 16, 1], [1, 10, 84], [400, 3, 3], [1, 3, 18]]) {
    const parameter = {
      part: "1.weight", kind: "maps", gradient: true, written: false, most: 150, height: 40, title: "∂L/∂weight", shape: "",
      channels, rows, columns, texts: texts(1),
    };
    const size = sizes(parameter, { cell: 20, picture: 30, vector: 5 });
    const lines = Math.ceil(channels / size.grids);
    assert.ok(size.tall > 0, `${channels} maps of ${rows}×${columns}`);
    assert.ok(size.inner <= (channels < 400 ? 150.5 : 400), `${channels} maps of ${rows}×${columns} are ${size.inner} wide`);
    assert.ok(lines * size.tall * rows + (lines - 1) * 3 <= 40.5, `${channels} maps of ${rows}×${columns} fit the height`);
  }
});
