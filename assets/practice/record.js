// What Practice remembers, in this browser alone: how exercises went, and which questions were answered.

import { kept } from "../shared/storage.js";
import { begin } from "./schedule.js";

const EXERCISES = "stride:practice";
const QUESTIONS = "stride:questions";

export const load = () => ({ ...begin(), ...JSON.parse(kept.get(EXERCISES) ?? "null") });
export const save = (record) => kept.set(EXERCISES, JSON.stringify(record));

/** The names of the questions that were answered. */
export const answered = () => JSON.parse(kept.get(QUESTIONS) ?? "[]");
export const keepAnswered = (name) => kept.set(QUESTIONS, JSON.stringify([...new Set([...answered(), name])]));

export function clear() {
  for (const key of [EXERCISES, QUESTIONS]) kept.remove(key);
}
