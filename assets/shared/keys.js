// The browser's keys: its own, by which it has runs (engine/training/runs/owner.py), and those that links have brought.

import { kept } from "./storage.js";

const OWN = "stride:key";
const GIVEN = "stride:given";
const MOST = 8; // that links have brought: the newest stay
const LONGEST = 200; // characters of a key (engine/training/runs/owner.py)

const given = () => JSON.parse(kept.get(GIVEN) ?? "[]");

/** All keys, the browser's own first, which is drawn when it is first needed. */
export function keys() {
  let own = kept.get(OWN);
  if (!own) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    own = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    kept.set(OWN, own);
  }
  return [own, ...given()];
}

/** The keys as a header, for what is asked for without a body. */
export function keyHeaders() {
  return { "Stride-Keys": keys().map(encodeURIComponent).join(",") };
}

export function hasKeys() {
  return Boolean(kept.get(OWN)) || given().length > 0;
}

/** Keep a key that a link has brought; returns whether it was new. */
export function keepKey(key) {
  const before = given();
  if (!key || key.length > LONGEST || before.includes(key) || kept.get(OWN) === key) return false;
  kept.set(GIVEN, JSON.stringify([key, ...before].slice(0, MOST)));
  return true;
}
