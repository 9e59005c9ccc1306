import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../assets/player/", import.meta.url);
const read = (file) => readFileSync(new URL(file, folder), "utf8");

test("texts reach the page as text only, and colours come from the table", () => {
  for (const file of readdirSync(folder)) {
    const text = read(file);
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
    assert.doesNotMatch(text.replace(/\/\*.*?\*\//gs, ""), /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i, file);
  }
});
