// What this browser keeps of sets: who works here, how each exercise went, and what a teacher has pasted.

import { kept } from "../shared/storage.js";
import { begin } from "./went.js";

const RUNS = "stride:sets";
const WHO = "stride:sets:who";
const PASTED = "stride:sets:pasted";
const MOST = 40; // runs that are kept

export const who = () => kept.get(WHO) ?? "";
export const keepWho = (name) => kept.set(WHO, name);

export const pasted = () => kept.get(PASTED) ?? "";
export const keepPasted = (text) => (text ? kept.set(PASTED, text) : kept.remove(PASTED));

const runs = () => JSON.parse(kept.get(RUNS) ?? "{}");

/** How the exercises of a run went so far. */
export function load(run, count) {
  const went = runs()[run] ?? [];
  return Array.from({ length: count }, (_, k) => went[k] ?? begin());
}

export function save(run, went) {
  const { [run]: before, ...others } = runs();
  const left = Object.entries(others).slice(1 - MOST);
  kept.set(RUNS, JSON.stringify(Object.fromEntries([...left, [run, went]])));
}
