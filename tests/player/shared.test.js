import assert from "node:assert/strict";
import { test } from "node:test";

import { clamped, copying, layOver, under } from "../../assets/shared/dom.js";
import { rowsOf, walking } from "../../assets/shared/fields.js";

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

test("a pasted block is read in rows, from a spreadsheet, from Python, or as people write", () => {
  assert.deepEqual(rowsOf("15\t8\n20\t1,5\n"), [["15", "8"], ["20", "1,5"]]);
  assert.deepEqual(rowsOf("[[15, 8],\n [20, -1/3]]"), [["15", "8"], ["20", "-1/3"]]);
  assert.deepEqual(rowsOf(" 4  −2; 3e-2 "), [["4", "−2", "3e-2"]]);
  assert.deepEqual(rowsOf("1,2,3\r\n4,5,6"), [["1", "2", "3"], ["4", "5", "6"]]);
  assert.deepEqual([rowsOf("[[1,2],[3,4]]"), rowsOf("[1,5]"), rowsOf("1,5")], [[["1", "2"], ["3", "4"]], [["1", "5"]], [["1,5"]]]);
});

test("arrows walk over the fields that are there, out of a field at its text's end alone", () => {
  const focused = [];
  const field = (k, value = "12", at = 2) => ({
    value, selectionStart: at, selectionEnd: at, focus: () => focused.push(k), select() {},
  });
  const fields = [field(0), undefined, field(2), field(3, "12", 1), field(4), field(5, "")];
  const entered = [];
  const { key } = walking({ columns: 3, count: 6, at: (k) => fields[k], enter: (k) => entered.push(k) });
  const press = (name, k) => key({ key: name, target: fields[k], preventDefault() {} }, k);
  press("ArrowRight", 0); // over the cell that is no field
  press("ArrowDown", 0);
  press("ArrowRight", 3); // the caret moves inside its text
  press("ArrowUp", 5);
  press("ArrowLeft", 0); // nothing is there
  press("Enter", 4);
  assert.deepEqual([focused, entered], [[2, 3, 2], [4]]);
});

test("a button says that it has copied where it has, from a refused clipboard by the selection", async () => {
  const globals = { navigator: globalThis.navigator, document: globalThis.document };
  const node = { value: "1 2", selected: 0, select() { this.selected += 1; } };
  const pressed = async (writeText, execCommand) => {
    Object.defineProperty(globalThis, "navigator", { value: { clipboard: { writeText } }, configurable: true });
    globalThis.document = { execCommand };
    const button = { textContent: "Copy" };
    copying(button, node, "Copied");
    await button.onclick();
    return button.textContent;
  };
  const refused = async () => {
    throw new Error("NotAllowedError");
  };
  assert.deepEqual([await pressed(async () => {}, assert.fail), node.selected], ["Copied", 0]);
  assert.deepEqual([await pressed(refused, () => true), node.selected], ["Copied", 1]);
  assert.deepEqual([await pressed(refused, () => false), node.selected], ["Copy", 2]);
  Object.defineProperty(globalThis, "navigator", { value: globals.navigator, configurable: true });
  globalThis.document = globals.document;
});
