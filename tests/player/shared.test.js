import assert from "node:assert/strict";
import { test } from "node:test";

import { clamped, layOver, under } from "../../assets/shared/dom.js";

test("the cell under the pointer is inside the picture, at its edges too", () => {
  const node = { getBoundingClientRect: () => ({ left: 100, top: 50, width: 80, height: 40 }) };
  const at = (clientX, clientY) => Object.values(under({ clientX, clientY }, node, 4, 8));
  assert.deepEqual([at(100, 50), at(179, 89), at(180, 90), at(131, 61)], [[0, 0], [3, 7], [3, 7], [1, 3]]);
  assert.deepEqual([clamped(-1, 3), clamped(1, 3), clamped(3, 3)], [0, 1, 2]);
});

test("a box lies over the cells that it is about, as shares of the picture", () => {
  const box = { style: {}, hidden: true };
  layOver(box, { row: 1, column: 2, tall: 2, wide: 3 }, 4, 8);
  assert.deepEqual(box, { style: { top: "25%", left: "25%", height: "50%", width: "37.5%" }, hidden: false });
  layOver(box, { row: 0, column: 0 }, 4, 8);
  assert.deepEqual([box.style.height, box.style.width], ["25%", "12.5%"]);
});
