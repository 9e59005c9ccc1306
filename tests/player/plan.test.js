import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeBoard, reachOf, unread } from "../../assets/player/trace/decode.js";
import { transformTo } from "../../assets/player/stage/flight.js";
import { fitStacked } from "../../assets/player/stage/fit.js";
import { operatorOf, planOf, stagesOf } from "../../assets/player/trace/plan.js";

const NO_VALUES = { pool: ["0"], level: [0], pixel: [0], index: { flat: { bits: 16, data: "" } } };

function board(name, shape, about = {}) {
  return decodeBoard({ name, shape, paged: false, wrap: 0, origin: [0, 0], panes: [], labels: [], values: NO_VALUES, ...about });
}

const MAP = board("map", [1, 4, 4]);
const VECTOR = board("vector", [4]);
const LINES = board("lines", [40], { wrap: 20 });
const LOGITS = board("logits", [3, 3]);
const KERNEL = board("kernel", [2, 1, 3, 3], { paged: true });
const WEIGHTS = board("weights", [3, 4], { paged: true });
const ONE = board("one", [1]);
const BOARDS = [MAP, VECTOR, LINES, LOGITS, KERNEL, WEIGHTS, ONE];

/** The plan and the stages of a phase that is described by what it reads and writes. */
function drawn({ reads, terms, grid = [1, terms], partials = [{ group: 0 }], finish = "", writes = VECTOR, ragged = false }) {
  const phase = {
    factors: reads.map(({ name }) => ({ board: name })),
    termCount: terms, grid, partials, finish, ragged, writes: { board: writes.name },
  };
  phase.plan = planOf(phase, (name) => BOARDS.find((one) => one.name === name));
  return { ...phase.plan, stages: stagesOf(phase).join(" ") };
}

const BIAS = [{ group: 0 }, { group: null, cell: {} }];

test("a copy has no middle, and stages of the cell and of the result only", () => {
  const { kind, products, sums, total, stages } = drawn({ reads: [MAP], terms: 1 });
  assert.deepEqual([kind, products, sums, total, stages], ["copy", false, false, false, "window result"]);
});

test("a function of one number shows the number, the function and the result", () => {
  const { kind, products, total, stages } = drawn({ reads: [MAP], terms: 1, finish: "relu", writes: MAP });
  assert.deepEqual([kind, products, total, stages], ["chain", false, true, "window finish result"]);
});

test("two numbers make a chain, with stages for what comes after them", () => {
  assert.equal(drawn({ reads: [VECTOR, ONE], terms: 1 }).stages, "window result");
  assert.equal(drawn({ reads: [VECTOR, ONE], terms: 1, finish: "exp" }).stages, "window terms finish result");
  assert.equal(drawn({ reads: [MAP, ONE], terms: 1, partials: BIAS }).stages, "window terms cells result");
  assert.equal(drawn({ reads: [VECTOR, ONE], terms: 1 }).kind, "chain");
});

test("a sum or a largest that is the result has no column of its own", () => {
  const { kind, products, sums, total, stages } = drawn({ reads: [MAP], terms: 4, grid: [2, 2], writes: MAP });
  assert.deepEqual([kind, products, sums, total, stages], ["merged", true, false, true, "window terms result"]);
});

test("a vector that is read as a whole is not shown twice, nor its sum where that is a board of one number", () => {
  const { products, total } = drawn({ reads: [VECTOR], terms: 4, writes: ONE });
  assert.deepEqual([products, total], [false, false]);
  assert.equal(drawn({ reads: [LOGITS], terms: 3 }).products, true);
});

test("an average has its sum and its division", () => {
  const { kind, stages } = drawn({ reads: [MAP], terms: 4, grid: [2, 2], finish: "÷ {n}", writes: MAP });
  assert.deepEqual([kind, stages], ["reduced", "window terms groups finish result"]);
});

test("a convolution and a neuron have everything; a neuron's vectors stand upright and make equations", () => {
  const conv = drawn({ reads: [MAP, KERNEL], terms: 9, grid: [3, 3], partials: BIAS, writes: MAP });
  assert.deepEqual([conv.kind, conv.sums, conv.beside, conv.upright, conv.partly], ["full", true, true, false, false]);
  assert.equal(conv.stages, "window terms groups cells result");
  const neuron = drawn({ reads: [VECTOR, WEIGHTS], terms: 4, partials: BIAS });
  assert.deepEqual([neuron.aligned, neuron.grid], [true, [4, 1]]);
  assert.equal(drawn({ reads: [VECTOR, WEIGHTS], terms: 1, partials: BIAS }).kind, "full", "a neuron of one input too");
});

test("vectors stand upright as far as they are short, then in lines", () => {
  assert.deepEqual([VECTOR.rows, VECTOR.columns, VECTOR.upright], [4, 1, true]);
  assert.deepEqual([LINES.rows, LINES.columns, LINES.upright], [2, 20, false]);
  assert.deepEqual([WEIGHTS.rows, WEIGHTS.columns, WEIGHTS.pages, WEIGHTS.perPage], [4, 1, 3, 4]);
  assert.deepEqual([LOGITS.rows, LOGITS.columns, LOGITS.upright], [3, 3, false]);
  assert.equal(board("long", [17]).upright, false);
});

test("an operator is a sign, a space and a number", () => {
  assert.deepEqual(operatorOf("÷ 4"), { name: "over", number: "4" });
  assert.deepEqual(operatorOf("− 1.5"), { name: "minus", number: "1.5" });
  for (const text of ["relu", "−log", "exp", "", "÷"]) assert.equal(operatorOf(text), undefined);
});

const phaseOf = (...rows) => ({
  termCount: rows[0].length, count: rows.length, factors: [{ at: (s, t = 0) => rows[s][t] }],
});

test("a window lies on padding that it does not read, and not beyond the board or on other cells", () => {
  const padding = [0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 14, 15]; // a ring around 2 × 2
  const padded = board("padded", [1, 4, 4], { padding });
  const phase = phaseOf([5, 6, 9, 10], [-1, -1, -1, 5], [10, -1, -1, -1]);
  const reach = reachOf(phase, padded);
  assert.deepEqual(reach, [[0, 0], [0, 1], [1, 0], [1, 1]]);
  assert.deepEqual(unread(phase, padded, reach, 0), []);
  assert.deepEqual(unread(phase, padded, reach, 1), [0, 1, 4]);
  assert.deepEqual(unread(phase, padded, reach, 2), [11, 14, 15]);
  assert.deepEqual(unread(phase, board("bare", [1, 4, 4]), reach, 1), [], "a region that is smaller");
  assert.equal(reachOf(phaseOf([-1, 2]), padded), undefined);
});

test("a flight ends on its place, as large as that", () => {
  const box = (left, top, width, height) => ({ left, top, width, height });
  assert.equal(transformTo(box(10, 20, 30, 30), box(110, 15, 60, 15)), "translate(100px, -5px) scale(2, 0.5)");
});

test("long vectors stand in two rows that fit, or not at all", () => {
  const lines = (chars) => ({ rows: 20, columns: 20, chars, title: 8 });
  const need = {
    channels: 1, input: lines(1), kernel: lines(4), products: lines(4), sums: { shown: true, chars: 5 },
    output: { rows: 10, columns: 1, chars: 5, panes: 1, title: 8 },
  };
  const got = fitStacked(need, { width: 1200, largest: 26, digit: 0.6 });
  assert.ok(got.stacked && got.wide <= 1200 && got.unit >= 16);
  assert.equal(fitStacked(need, { width: 600, largest: 26, digit: 0.6 }), undefined);
});
