import assert from "node:assert/strict";
import { test } from "node:test";

import { Model } from "../../assets/player/trace/model.js";
import { stagesOf } from "../../assets/player/trace/plan.js";
import { withHyphen } from "../../assets/shared/dom.js";
import { fixtures, missing } from "./fixtures.js";

/** A test on the engine's own traces. */
const traced = (name, run) => test(name, { skip: missing || false }, run);
const modelOf = (name) => new Model(fixtures[name].trace);
const number = (text) => Number(withHyphen(text));
const near = (text, value) => assert.ok(Math.abs(number(text) - value) <= 6e-4, `${text} for ${value}`);

for (const [name, made] of Object.entries(fixtures)) {
  traced(`${name}: every term, factor, result and sentence is the engine's`, () => {
    const model = new Model(made.trace);
    assert.equal(model.count, made.says.length);
    for (let step = 0; step < model.count; step++) {
      assert.equal(model.say(step), made.says[step]);
      made.terms[step].forEach((value, t) => {
        const term = model.term(step, t);
        near(term.text, value);
        assert.deepEqual(term.cells, [
          { board: "input", flat: made.a[step][t] },
          { board: "weight", flat: made.b[step][t] },
        ]);
        near(term.factors[0], made.x[made.a[step][t]]);
        near(term.factors[1], made.weight[made.b[step][t]]);
      });
      const { phase, s } = model.at(step);
      near(phase.results.text(s), made.output[phase.writes.at(s)]);
    }
  });

  traced(`${name}: each output cell has the step that writes it`, () => {
    const model = new Model(made.trace);
    const writers = made.output.map((_, flat) => model.writerOf("output", flat));
    assert.deepEqual(writers.toSorted((a, b) => a - b), made.says.map((_, step) => step));
    for (const [flat, step] of writers.entries()) assert.equal(model.at(step).phase.writes.at(model.at(step).s), flat);
    assert.equal(model.writerOf("input", 0), undefined);
  });

  traced(`${name}: a cell reaches what the steps write that read it or a copy of it`, () => {
    const model = new Model(made.trace);
    const board = model.board("input");
    for (let flat = 0; flat < made.x.length; flat++) {
      const cells = [flat, ...[...board.copies].filter(([, from]) => from === flat).map(([to]) => to)];
      const expected = made.a.flatMap((read, step) => (read.some((cell) => cells.includes(cell)) ? [step] : []));
      assert.deepEqual(model.reaches("input", flat).map((c) => model.writerOf(c.board, c.flat)), expected);
      assert.equal(board.dropped.has(flat), !made.a.some((read) => read.includes(flat)));
    }
  });

  traced(`${name}: a weight meets every cell that a step pairs it with`, () => {
    const model = new Model(made.trace);
    for (let flat = 0; flat < made.weight.length; flat++) {
      const expected = made.b.flatMap((weights, s) => weights.flatMap((w, t) => (w === flat ? [made.a[s][t]] : [])));
      assert.deepEqual(new Set(model.partners("weight", flat).map((c) => c.flat)), new Set(expected));
    }
  });
}

traced("a bias reaches every cell of its own filter's map", () => {
  const flats = modelOf("plain").reaches("bias", 1).map((c) => c.flat);
  assert.deepEqual(flats, Array.from({ length: 16 }, (_, k) => 16 + k));
});

traced("the terms of a step that read a cell", () => {
  const model = modelOf("plain");
  assert.deepEqual(model.termsReading(0, "input", fixtures.plain.a[0][1]), [1]);
  assert.deepEqual(model.termsReading(0, "weight", 5), [5]);
  assert.deepEqual(model.termsReading(0, "input", 5), []);
});

traced("a step without a term has null in its place", () => {
  const trace = structuredClone(fixtures.padded.trace);
  for (const factor of trace.phases[0].factors) {
    const none = new Uint16Array(fixtures.padded.a.flat().map((flat, k) => (k === 1 ? 0xffff : flat)));
    factor.index = { flat: { bits: 16, data: Buffer.from(none.buffer).toString("base64") } };
  }
  const model = new Model(trace);
  assert.equal(model.term(0, 1), null);
  assert.deepEqual(model.term(0, 0).cells.map((c) => c.flat), [fixtures.padded.a[0][0], fixtures.padded.a[0][0]]);
});

traced("the same place of another filter, kept inside it", () => {
  const model = modelOf("plain");
  assert.equal(model.pageCount, 2);
  assert.deepEqual([model.onPage(5, 1), model.onPage(21, 0), model.pageOf(15), model.pageOf(16)], [21, 5, 0, 1]);
});

traced("a group is named after the channel that it reads, and drawn beside it", () => {
  const model = modelOf("grouped");
  const last = model.count - 1;
  assert.deepEqual([model.groupName(0, 0), model.groupName(0, 1)], ["c0", "c1"]);
  assert.deepEqual([model.groupName(last, 0), model.groupName(last, 1)], ["c2", "c3"]);
  assert.deepEqual([model.paneOf(last, 0), model.paneOf(last, 1)], [2, 3]);
});

traced("cells are named with their own rows and columns, padding with what it copies", () => {
  const padded = modelOf("padded");
  assert.equal(padded.nameOf("input", 0), "padding, row −1, column −1, value 0");
  assert.match(padded.nameOf("input", 9), /^padded input, row 0, column 0, value \d$/);
  assert.match(modelOf("reflected").nameOf("input", 0), /row −1, column −1, .*a copy of row 1, column 1$/);
  const plain = modelOf("plain");
  assert.equal(plain.nameOf("output", 16 + 6, "−5"), "output filter 1, row 1, column 2, value −5");
  assert.match(plain.nameOf("weight", 27 + 9 + 4), /^kernel G of filter 1, row 1, column 1, value/);
  assert.match(plain.nameOf("bias", 1), /^bias of filter 1, value/);
  assert.equal(plain.nameOf("output", 0, plain.words.cell_hidden), "output filter 0, row 0, column 0, value not computed yet");
});

traced("a step passes through the stages that it has", () => {
  const stages = (name) => stagesOf(modelOf(name).at(0).phase);
  assert.deepEqual(stages("plain"), ["window", "terms", "groups", "cells", "result"]);
  assert.deepEqual(stages("padded"), ["window", "terms", "result"]);
});

traced("a held step's sentence does not tell the result", () => {
  const model = modelOf("plain");
  const where = model.say(3, "window");
  assert.ok(model.say(3).startsWith(where) && /total/.test(model.say(3)));
  for (const stage of ["window", "terms", "groups", "cells"]) assert.doesNotMatch(model.say(3, stage), /total|\{/);
});

traced("no sentence is longer than the room that is kept for it", () => {
  for (const [name, made] of Object.entries(fixtures)) {
    const { longestSay } = modelOf(name).at(0).phase;
    assert.ok(made.says.every((say) => say.length <= longestSay), name);
  }
});

traced("sums that rounding keeps open say so, and no others", () => {
  const open = modelOf("thirds").at(0).phase;
  const closed = modelOf("plain").at(0).phase;
  assert.ok(!open.everyTermCloses && open.partials.some((p) => !p.alwaysCloses));
  assert.ok(closed.everyTermCloses && closed.partials.every((p) => p.alwaysCloses));
  for (let s = 0; s < open.count; s++) {
    for (let t = 0; t < open.termCount; t++) {
      const { factors, text, closes } = modelOf("thirds").term(s, t);
      if (closes) assert.ok(Math.abs(number(factors[0]) * number(factors[1]) - number(text)) < 1e-9, `${factors} = ${text}`);
    }
  }
});

traced("models of the same form differ in numbers only", () => {
  const other = structuredClone(fixtures.plain.trace);
  other.boards[0].values.pool = other.boards[0].values.pool.map(() => "7");
  assert.equal(new Model(other).form, modelOf("plain").form);
  other.boards[0].panes = ["c0", "c1", "c2"];
  assert.notEqual(new Model(other).form, modelOf("plain").form);
  assert.notEqual(modelOf("padded").form, modelOf("plain").form);
});
