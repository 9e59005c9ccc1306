// What this browser keeps of sets: who works here, how each exercise went, and what a teacher has pasted.

import { kept } from "../shared/storage.js";

const RUNS = "stride:sets";
const WHO = "stride:sets:who";
const PASTED = "stride:sets:pasted";
const MOST = 40; // runs that are kept

export const who = () => kept.get(WHO) ?? "";
export const keepWho = (name) => kept.set(WHO, name);

export const pasted = () => kept.get(PASTED) ?? "";
export const keepPasted = (text) => (text ? kept.set(PASTED, text) : kept.remove(PASTED));

const runs = () => JSON.parse(kept.get(RUNS) ?? "{}");

/** How the exercises of a run went so far: for each `end`, `wrong`, `slips`, and whether one was `told` a number. */
export function load(run, count) {
  const went = runs()[run] ?? [];
  return Array.from({ length: count }, (_, k) => went[k] ?? { end: "not done", wrong: 0, slips: [], told: false });
}

export function save(run, went) {
  const { [run]: before, ...others } = runs();
  const left = Object.entries(others).slice(1 - MOST);
  kept.set(RUNS, JSON.stringify(Object.fromEntries([...left, [run, went]])));
}

/** How an exercise stands after an answer. Once it is done, what is answered counts no more. */
export function after(one, { right, shown, slip_name: slip }) {
  if (one.end !== "not done" || right) return one;
  if (shown !== undefined) return { ...one, told: true };
  return { ...one, wrong: one.wrong + 1, slips: slip && !one.slips.includes(slip) ? [...one.slips, slip] : one.slips };
}

/** How an exercise ended, now that no blank is left. */
export function ended(one) {
  if (one.end !== "not done") return one;
  return { ...one, end: one.told ? "shown" : one.wrong ? "right later" : "right" };
}
