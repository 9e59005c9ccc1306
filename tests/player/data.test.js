import assert from "node:assert/strict";
import { test } from "node:test";

import { Model, fill, indexText, indexer, place, written } from "../../assets/player/model.js";
import { stagesOf } from "../../assets/player/stage.js";
import { fixtures } from "./fixtures.js";

const base64 = (array) => Buffer.from(array.buffer).toString("base64");
const u16 = (...values) => ({ bits: 16, data: base64(new Uint16Array(values)) });

test("an index array is flat with −1 for none, or base plus offset", () => {
  const flat = indexer({ flat: u16(4, 0xffff, 7, 9) }, 2);
  assert.deepEqual([flat(0, 0), flat(0, 1), flat(1, 0), flat(1, 1)], [4, -1, 7, 9]);
  const wide = indexer({ flat: { bits: 32, data: base64(new Uint32Array([70000, 0xffffffff])) } });
  assert.deepEqual([wide(0), wide(1)], [70000, -1]);
  const outer = indexer({ base: u16(10, 20), offset: [0, 3] });
  assert.deepEqual([outer(0, 0), outer(0, 1), outer(1, 1)], [10, 13, 23]);
});

test("texts come from the pool with their strength of colour", () => {
  const texts = written({ pool: ["-2", "10.5"], level: [-1, 4], pixel: [0, 8], index: { flat: u16(1, 0) } });
  assert.deepEqual([texts.text(0), texts.level(0), texts.pixel(0), texts.text(1), texts.longest], ["10.5", 4, 8, "-2", 4]);
});

test("fill puts texts into a template, once, and leaves what it does not know", () => {
  assert.equal(fill("{a} and {b} and {c}", { a: "{b}", b: "2" }), "{b} and 2 and {c}");
});

for (const [name, made] of Object.entries(fixtures)) {
  const model = new Model(made.trace);

  test(`${name}: every term, factor, result and sentence is the engine's`, () => {
    assert.equal(model.count, made.says.length);
    for (let step = 0; step < model.count; step++) {
      assert.equal(model.say(step), made.says[step]);
      made.terms[step].forEach((value, t) => {
        const term = model.term(step, t);
        assert.equal(Number(term.text), value);
        assert.deepEqual(term.cells, [
          { board: "input", flat: made.a[step][t] },
          { board: "weight", flat: made.b[step][t] },
        ]);
        assert.equal(Number(term.factors[0]), made.x[made.a[step][t]]);
        assert.equal(Number(term.factors[1]), made.weight[made.b[step][t]]);
      });
      const { phase, s } = model.at(step);
      assert.equal(Number(phase.results.text(s)), made.output[phase.writes.at(s)]);
      assert.equal(model.writerOf("output", phase.writes.at(s)), step);
    }
  });

  test(`${name}: what a cell reaches and meets is what the steps read`, () => {
    for (let flat = 0; flat < made.x.length; flat++) {
      const expected = made.a.flatMap((cells, step) => (cells.includes(flat) ? [step] : []));
      assert.deepEqual(model.reaches("input", flat).map((c) => model.writerOf(c.board, c.flat)), expected);
      assert.deepEqual(model.board("input").dropped.has(flat), expected.length === 0);
    }
    for (let flat = 0; flat < made.weight.length; flat++) {
      const expected = new Set(made.b.flatMap((cells, s) => cells.flatMap((w, t) => (w === flat ? [made.a[s][t]] : []))));
      assert.deepEqual(new Set(model.partners("weight", flat).map((c) => c.flat)), expected);
    }
    assert.deepEqual(model.termsReading(0, "input", made.a[0][1]), [1]);
  });
}

test("the same place of another filter, kept inside it", () => {
  const model = new Model(fixtures.plain.trace);
  assert.equal(model.pageCount, 2);
  assert.deepEqual([model.onPage(5, 1), model.onPage(21, 0), model.pageOf(16)], [21, 5, 1]);
});

test("cells are named with their own rows and columns, padding with what it copies", () => {
  const padded = new Model(fixtures.padded.trace);
  assert.match(padded.nameOf("input", 0), /^padding, row -1, column -1, value 0$/);
  assert.match(padded.nameOf("input", 9), /row 0, column 0, value/);
  const reflected = new Model(fixtures.reflected.trace);
  assert.match(reflected.nameOf("input", 0), /row -1, column -1, .*a copy of row 1, column 1$/);
  const plain = new Model(fixtures.plain.trace);
  assert.match(plain.nameOf("output", 16 + 6, "5"), /^output filter 2, row 1, column 2, value 5$/);
  assert.match(plain.nameOf("weight", 27 + 9 + 4), /^kernel G of filter 2, row 1, column 1, value/);
});

test("positions and index texts of a board with four axes", () => {
  const board = new Model(fixtures.plain.trace).board("weight");
  assert.deepEqual(place(board, 27 + 9 + 5), { page: 1, pane: 1, row: 1, column: 2 });
  assert.equal(indexText(board, 27 + 9 + 5), "1,1,1,2");
});

test("a step passes through the stages that it has", () => {
  const stages = (name) => stagesOf(new Model(fixtures[name].trace).at(0).phase);
  assert.deepEqual(stages("plain"), ["window", "terms", "groups", "cells", "result"]);
  assert.deepEqual(stages("padded"), ["window", "terms", "groups", "result"]);
});

test("a held step's sentence does not tell the result", () => {
  const model = new Model(fixtures.plain.trace);
  const where = model.say(3, "window");
  assert.ok(model.say(3).startsWith(where) && !/total/.test(where));
  assert.match(model.say(3, "groups"), /channel/);
});

test("models of the same form differ in numbers only", () => {
  assert.equal(new Model(fixtures.plain.trace).form, new Model(fixtures.plain.trace).form);
  assert.notEqual(new Model(fixtures.plain.trace).form, new Model(fixtures.padded.trace).form);
});
