// What a phase needs to be shown: which columns stand between its boards, and through which stages a step passes.

export const STAGES = ["window", "terms", "groups", "cells", "finish", "result"];

const OPERATORS = { "×": "times", "÷": "over", "−": "minus" };

/**
 * Choose how a phase is drawn; `board(name)` gives a decoded board. `kind` is one of
 *
 *     copy    one number goes where it is written, as it is (Flatten)
 *     chain   a function of one number, or of two: 7 − 9 = −2, exp(−2) ≈ 0.135
 *     merged  terms, and their sum or largest, which is the result
 *     reduced terms, their sum, and a function of it (an average)
 *     full    terms, sums, and what is added to them (a convolution)
 *
 * products, sums, total: whether there is such a column. square: both factors are of one board. beside: the second
 * board has a pane for each group of terms. partly: a step reads a part of it. upright: the terms stand below one
 * another, as the vectors that they are read from do. aligned: line by line they make equations, 15 × 0.5 = 7.5.
 * paired: each map stands beside the one that it is made from. map: terms are read from maps, through a window.
 */
export function planOf(phase, board) {
  const first = board(phase.factors[0].board);
  const square = phase.factors[1]?.board === first.name;
  const second = phase.factors.length > 1 && !square ? board(phase.factors[1].board) : undefined;
  const one = phase.termCount === 1;
  const alone = phase.partials.length === 1 && phase.partials[0].group !== null;
  const single = phase.factors.length === 1;
  const kind =
    one && alone && single && !phase.finish ? "copy"
    : one && !second?.paged ? "chain"
    : !alone ? "full"
    : phase.finish ? "reduced"
    : "merged";
  const all = single && first.vector && phase.termCount === first.size && !phase.ragged;
  const [rows, columns] = phase.grid;
  const upright = first.upright && (!second || second.upright) && rows === 1;
  const products = kind !== "copy" && kind !== "chain" && !all;
  return {
    kind,
    one,
    alone,
    single,
    square,
    beside: Boolean(second?.paged),
    partly: Boolean(second) && (phase.termCount !== second.perPage || phase.ragged),
    map: first.map,
    second,
    products,
    sums: kind === "full",
    total: kind !== "copy" && !(kind === "merged" && single && board(phase.writes.board).size === 1),
    upright,
    paired: kind === "chain" && first.paneCount > 1 && pairs(first, board(phase.writes.board)),
    aligned: upright && products && Boolean(second),
    grid: first.upright && rows === 1 ? [columns, 1] : [rows, columns],
  };
}

function pairs(first, output) {
  return ["paneCount", "rows", "columns"].every((name) => first[name] === output[name]);
}

/** Which stages a step of a phase passes through: none that would show nothing new. */
export function stagesOf(phase) {
  const { kind, single, alone } = phase.plan;
  const keeps = {
    terms: kind === "chain" ? !single && (!alone || phase.finish !== "") : kind !== "copy",
    groups: kind === "full" || kind === "reduced",
    cells: phase.partials.some((p) => p.cell),
    finish: phase.finish !== "",
  };
  return STAGES.filter((name) => keeps[name] ?? true);
}

/** "÷ 4" is the operator "over" with the number "4"; relu is no operator. */
export function operatorOf(text) {
  const name = OPERATORS[text[0]];
  return name && /^.\s/.test(text) ? { name, number: text.slice(1).trim() } : undefined;
}

/** What joins the factors of a term: a name of words, such as "times"; "read" where there is one factor. */
export function joinOf(phase) {
  return OPERATORS[phase.operation] ?? "read";
}
