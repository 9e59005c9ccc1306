// The bookkeeping of Practice: what comes again and when, the level by how it goes, how it went.

import assert from "node:assert/strict";
import test from "node:test";

import { after, begin, levelOf, nameOf, next, report } from "../../assets/practice/schedule.js";

const KINDS = { a: "one", b: "one", c: "two" };
const link = (kind, seed = "1") => ({ kind, level: "2", seed, turn: "0", v: "1" });
const entry = (one, right, slips = []) => ({ link: one, title: one.kind, lesson: {}, slips, right, read: false });
const first = () => 0;

test("what was missed comes again after one exercise, then after three, then after seven", () => {
  const missed = link("a", "9");
  const came = [];
  let record = after(begin(), entry(missed, false));
  for (let done = 1; done < 30; done++) {
    const now = next(record, KINDS, "1", first);
    const again = nameOf(now) === nameOf(missed);
    if (again) came.push(done);
    record = after(record, entry({ ...now, turn: "0" }, true));
  }
  assert.deepEqual(came, [2, 6, 14].map((done) => done)); // one, three and seven others lie between
  assert.deepEqual(record.due, []);
});

test("missed again, it begins anew; of another topic or version it waits", () => {
  const missed = link("a", "9");
  let record = after(begin(), entry(missed, false));
  record = after(record, entry(link("b"), true));
  assert.equal(nameOf(next(record, KINDS, "1", first)), nameOf(missed));
  assert.equal(next({ ...record, topics: ["two"] }, KINDS, "1", first).kind, "c");
  assert.equal(next(record, KINDS, "2", first).v, "2");
  record = after(record, entry(missed, false));
  assert.deepEqual(record.due.map(({ gap, at }) => [gap, at]), [[0, record.count + 1]]);
});

test("the level goes up after two right at first try, down after two missed, and stays within 1 to 5", () => {
  let record = begin();
  const levels = [true, true, true, false, false, false, false, false, false, false].map((right) => {
    record = after(record, entry(link("a"), right));
    return levelOf(record);
  });
  assert.deepEqual(levels, [2, 3, 3, 3, 2, 2, 1, 1, 1, 1]);
  assert.equal(levelOf(after(record, { ...entry(link("a"), true), read: true })), 2);
  assert.equal(levelOf({ ...record, level: "5" }), 5);
});

test("a new exercise is of a chosen topic, and of another kind than the last", () => {
  const record = after({ ...begin(), topics: ["one"] }, entry(link("a"), true));
  const drawn = next(record, KINDS, "1", (count) => count - 1);
  assert.deepEqual([drawn.kind, drawn.level, drawn.seed], ["b", "2", "999999999"]);
});

test("how it went: right at first try, slips by how often, what is still to be looked at", () => {
  let record = begin();
  for (const [one, right, slips] of [[link("a"), false, ["bias left out", "a sign lost"]], [link("b"), false, ["a sign lost"]],
    [link("a"), true, []]]) record = after(record, entry(one, right, slips));
  const { count, right, slips, again } = report(record);
  assert.deepEqual([count, right, slips], [3, 1, [["a sign lost", 2], ["bias left out", 1]]]);
  assert.deepEqual(again.map(({ title }) => title), ["b"]);
});
