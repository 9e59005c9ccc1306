// What a browser keeps of a set's exercise: wrong tries, slips, what was shown, and how it ended.

import assert from "node:assert/strict";
import test from "node:test";

import { after, begin, ended } from "../../assets/sets/went.js";

const wrong = (slip) => ({ right: 0, slip_name: slip });
const begun = begin();

test("an exercise that nobody made a slip in is right at first try", () => {
  assert.equal(ended(after(begun, { right: 1, shown: "4" })).end, "right");
});

test("wrong tries count, each slip once", () => {
  const tried = [wrong("sign"), wrong("sign"), wrong(""), { right: 1, shown: "4" }].reduce(after, begun);
  assert.deepEqual(ended(tried), { end: "right later", wrong: 3, slips: ["sign"], told: false });
});

test("what was shown is not right, however it went on", () => {
  const told = [{ right: 0, shown: "4" }, { right: 1, shown: "5" }].reduce(after, begun);
  assert.equal(ended(told).end, "shown");
});

test("what is done counts no more", () => {
  const done = ended(begun);
  assert.equal(ended(after(done, wrong("sign"))), done);
});
