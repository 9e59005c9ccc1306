import assert from "node:assert/strict";
import { test } from "node:test";

import { block } from "../../assets/player/input/edit.js";

test("a block from a spreadsheet keeps its rows, columns and empty cells", () => {
  assert.deepEqual(block("1\t2\r\n\t4\r\n"), [["1", "2"], ["", "4"]]);
});

test("rows of numbers with spaces or semicolons are a block too", () => {
  assert.deepEqual(block("1 2  3\n4;5;6"), [["1", "2", "3"], ["4", "5", "6"]]);
});

test("a single text is a block of one cell, as it was typed", () => {
  assert.deepEqual(block(" abc "), [["abc"]]);
  assert.deepEqual(block("1,5"), [["1,5"]]);
});

test("a text without anything in it is no block", () => {
  for (const text of ["", "  ", "\n", "\t\r\n"]) assert.deepEqual(block(text), []);
});
