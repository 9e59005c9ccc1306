import assert from "node:assert/strict";
import { test } from "node:test";

import { inSum, indexText, indexer, place, written } from "../../assets/player/trace/decode.js";
import { arrowed, fill, withHyphen, withMinus } from "../../assets/shared/dom.js";

const base64 = (array) => Buffer.from(array.buffer).toString("base64");
const u16 = (...values) => ({ bits: 16, data: base64(new Uint16Array(values)) });

test("a flat index array has −1 where there is none", () => {
  const narrow = indexer({ flat: u16(4, 0xffff, 7, 9) }, 2);
  assert.deepEqual([narrow(0, 0), narrow(0, 1), narrow(1, 0), narrow(1, 1)], [4, -1, 7, 9]);
  const wide = indexer({ flat: { bits: 32, data: base64(new Uint32Array([70000, 0xffffffff])) } });
  assert.deepEqual([wide(0), wide(1)], [70000, -1]);
});

test("an index array of two parts is base plus offset", () => {
  const at = indexer({ base: u16(10, 20), offset: [0, 3] });
  assert.deepEqual([at(0, 0), at(0, 1), at(1, 1)], [10, 13, 23]);
});

test("texts come from the pool with their strength of colour", () => {
  const texts = written({ pool: ["−2", "10.5"], level: [-1, 4], pixel: [0, 8], index: { flat: u16(1, 0) } });
  assert.deepEqual([texts.text(0), texts.level(0), texts.pixel(0)], ["10.5", 4, 8]);
  assert.deepEqual([texts.text(1), texts.level(1), texts.pixel(1)], ["−2", -1, 0]);
  assert.equal(texts.longest, 4);
});

test("fill puts texts into a template, once, and leaves what it does not know", () => {
  assert.equal(fill("{a} and {b} and {c}", { a: "{b}", b: "2" }), "{b} and 2 and {c}");
});

test("people read a true minus, machines a hyphen, and a sum has parentheses around what is negative", () => {
  assert.deepEqual([withMinus(-2.5), withMinus("3"), withHyphen("−2.5"), withHyphen("3")], ["−2.5", "3", "-2.5", "3"]);
  assert.deepEqual([inSum("−2.5"), inSum("3")], ["(−2.5)", "3"]);
});

test("an arrow key moves by a cell or by a row of cells", () => {
  assert.deepEqual(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "a"].map((key) => arrowed(key, 5)), [-5, 5, -1, 1, undefined]);
});

test("a flat index is a page, a pane, a row and a column", () => {
  const board = { shape: [2, 3, 3, 3], rows: 3, columns: 3, paneCount: 3, perPage: 27 };
  assert.deepEqual(place(board, 27 + 9 + 5), { page: 1, pane: 1, row: 1, column: 2, at: 14 });
  assert.equal(indexText(board, 27 + 9 + 5), "1,1,1,2");
  assert.equal(indexText({ shape: [4] }, 3), "3");
});
