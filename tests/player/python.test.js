import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Python } from "../../assets/site/python.js";

/** A worker that says what a test has it say. */
class Played {
  static all = [];

  constructor(address) {
    this.address = address;
    this.got = [];
    Played.all.push(this);
  }

  postMessage(message) {
    this.got.push(message);
  }

  says(data) {
    this.onmessage?.({ data });
  }

  terminate() {
    this.ended = true;
  }
}

globalThis.Worker = Played;
beforeEach(() => (Played.all = []));

const why = (promise) => promise.then(() => "kept", ({ message, final }) => ({ message, final }));

test("what could not start is said, refuses what waits, and is started anew when it is asked again", async () => {
  const told = [];
  const python = new Python({ worker: "worker.js" }, (word) => told.push(word));
  const asked = why(python.ask("opened", "home"));
  const [first] = Played.all;
  assert.deepEqual(first.got.map(({ start, call }) => start?.worker ?? call), ["worker.js", "opened"]);
  first.says({ number: 1, failed: true, over: true });
  assert.deepEqual(await asked, { message: "", final: true });
  assert.deepEqual([first.ended, told], [true, ["stopped"]]);
  const again = python.ask("opened", "home");
  const [, second] = Played.all;
  second.says({ number: 3 });
  second.says({ number: 4, told: { answer: 7 } });
  assert.deepEqual(await again, { answer: 7 });
  assert.deepEqual([told, python.ready], [["stopped", "ready"], true]);
});

test("a call that fails leaves Python standing; one that ends it does not leave the next one waiting", async () => {
  const python = new Python({ worker: "worker.js" });
  python.start();
  const [worker] = Played.all;
  worker.says({ number: 1 });
  const calls = [python.ask("a"), python.ask("b"), python.ask("c"), python.ask("d")].map(why);
  worker.says({ number: 2, failed: true, over: false });
  worker.says({ number: 3, told: { error: "No such page." } });
  assert.equal(worker.ended, undefined);
  worker.onerror();
  assert.deepEqual(await Promise.all(calls), [
    { message: "", final: true },
    { message: "No such page.", final: true },
    { message: "", final: true },
    { message: "", final: true },
  ]);
  worker.says({ number: 5, told: { answer: 1 } }); // too late: nobody waits for it
  const later = python.ask("e");
  worker.onerror?.(); // too late, too: the next one goes on
  assert.equal(Played.all.length, 2);
  const [, next] = Played.all;
  next.says({ number: 6 });
  next.says({ number: 7, told: { answer: 2 } });
  assert.deepEqual(await later, { answer: 2 });
});
