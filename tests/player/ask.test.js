import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { answerOf, pause } from "../../assets/sheet/ask.js";

const response = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers });

test("a busy server's answer is kept and asked for again when the server says; a refusal is final", async () => {
  assert.deepEqual(await answerOf(response(200, { query: {} })), { query: {} });
  const met = async (...told) => answerOf(response(...told)).catch(({ message, final, busy, wait }) => ({ message, final, busy, wait }));
  const busy = await met(429, { error: "Many are asking" }, { "Retry-After": "7" });
  assert.deepEqual(busy, { message: "Many are asking", final: false, busy: true, wait: 7000 });
  assert.deepEqual(await met(503, {}), { message: "", final: false, busy: false, wait: 0 });
  assert.deepEqual(await met(400, { error: "no" }), { message: "no", final: true, busy: false, wait: 0 });
});

test("the next try waits as long as it was asked to, and a class does not come back in the same moment", () => {
  const waits = [];
  mock.method(globalThis, "setTimeout", (done, ms) => waits.push(ms));
  for (let k = 0; k < 20; k++) pause(0, { wait: 7000 });
  pause(1);
  mock.restoreAll();
  const last = waits.pop();
  assert.ok(last >= 1000 && last <= 1500);
  assert.ok(waits.every((ms) => ms >= 7000 && ms <= 10500) && new Set(waits).size > 10);
});
