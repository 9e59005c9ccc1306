// How an exercise of a set went, as its answers come in. What it is about is kept in the browser (record.js).

/** end: as engine/sets/result.py names it; wrong: answers that were not right; slips: their names; told: was one shown? */
export const begin = () => ({ end: "not done", wrong: 0, slips: [], told: false });

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
