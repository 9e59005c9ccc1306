import assert from "node:assert/strict";
import { test } from "node:test";

import { Runner } from "../../assets/check/runner.js";
import { indented } from "../../assets/check/typing.js";

const field = (text) => {
  const [from, to = from] = [...text.matchAll(/\|/g)].map(({ index }, k) => index - k);
  return { value: text.replaceAll("|", ""), selectionStart: from, selectionEnd: to };
};
const typed = (text, key, more = {}) => {
  const before = field(text);
  const made = indented(before, { key, ...more });
  return made && before.value.slice(0, made.from) + made.text + before.value.slice(made.to);
};

test("a field for code takes Tab, Enter and Backspace as an editor does", () => {
  assert.equal(typed("def f():|", "Enter"), "def f():\n    ");
  assert.equal(typed("    a = 1|", "Enter"), "    a = 1\n    ");
  assert.equal(typed("a|b", "Enter"), "a\nb");
  assert.equal(typed("|a", "Tab"), "    a");
  assert.equal(typed("ab|", "Tab"), "ab  ");
  assert.equal(typed("|a\n\nb|", "Tab"), "    a\n\n    b");
  assert.equal(typed("    |a\n      b|", "Tab", { shiftKey: true }), "a\n  b");
  assert.equal(typed("        |a", "Backspace"), "    a");
  assert.equal(typed("      |a", "Backspace"), "    a");
  assert.equal(typed("  a|", "Backspace"), undefined);
  assert.equal(typed("a|", "Enter", { ctrlKey: true }), undefined);
  assert.equal(typed("a|", "x"), undefined);
});

test("a host's answer is shown, and its sentence where it ends a run or fails", async () => {
  const asked = [];
  const runner = new Runner(async (request) => (asked.push(request), { sheet: [{ kind: "text" }] }), "failed");
  assert.equal(runner.answered, false);
  assert.deepEqual(await runner.run({ task: "t", source: "s" }), [{ kind: "text" }]);
  assert.deepEqual([asked, runner.answered], [[{ task: "t", source: "s" }], true]);
  const ended = new Runner(() => Promise.reject(new Error("It was stopped after 10 s.")), "failed");
  assert.deepEqual(await ended.run({}), [{ kind: "typed", text: "It was stopped after 10 s." }]);
  const silent = new Runner(() => Promise.reject(new Error("")), "failed");
  assert.deepEqual(await silent.run({}), [{ kind: "typed", text: "failed" }]);
  assert.equal(silent.answered, false);
});

test("the last run counts, and none where another task is chosen meanwhile", async () => {
  const waiting = [];
  const runner = new Runner(() => new Promise((done) => waiting.push(done)), "failed");
  const [first, second] = [runner.run({}), runner.run({})];
  waiting[1]({ sheet: ["second"] });
  waiting[0]({ sheet: ["first"] });
  assert.deepEqual([await first, await second], [undefined, ["second"]]);
  const third = runner.run({});
  runner.drop();
  waiting[2]({ sheet: ["third"] });
  assert.equal(await third, undefined);
});
