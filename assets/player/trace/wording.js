// Which of the engine's sentences fits a phase, a cell or a part of a step, and its fields filled in.

import { fill, withMinus } from "../../shared/dom.js";
import { place } from "./decode.js";
import { joinOf, operatorOf } from "./plan.js";

/** The first of some names that `words` has. */
function known(words, ...names) {
  return words[names.find((name) => words[name] !== undefined)] ?? "";
}

/** What the terms of a phase are called: "products", or of one "product". */
export function termsName(words, phase, many = true) {
  return words[`${joinOf(phase)}${many && !phase.plan.one ? "_many" : "_one"}`];
}

/** What the terms come to: "sum" or "largest". */
export function reducedName(words, phase) {
  return phase.reduce === "max" ? words.largest : words.sum_group;
}

/** What a stage of a step is called. */
export function stageName(model, step, stage) {
  const { words } = model;
  const { phase, s } = model.at(step);
  if (stage === "terms") return termsName(words, phase);
  if (stage === "window") return words[phase.plan.one ? "stage_cell" : phase.plan.map ? "stage_window" : "stage_numbers"];
  if (stage === "groups") return phase.group_names.length > 1 ? words.stage_groups : reducedName(words, phase);
  if (stage === "cells") return addedName(phase);
  const operator = stage === "finish" ? operatorOf(phase.finishOf(s)) : undefined;
  return operator ? words[`stage_${operator.name}`] : words[`stage_${stage}`];
}

/** What is added to the sums: "bias". */
function addedName(phase) {
  return phase.partials.filter((p) => p.cell).map((p) => p.name).join(", ");
}

/** The sentence of a step that is held at a stage before its result. */
export function heldSentence(model, step, stage) {
  const { words } = model;
  const { phase, s } = model.at(step);
  const finish = phase.finishOf(s);
  const operator = operatorOf(finish);
  const fields = { where: fill(phase.where, phase.fieldsOf(s)), finish, name: addedName(phase), number: operator?.number };
  return fill(known(words, ...heldNames(phase, stage, operator)), fields);
}

function heldNames(phase, stage, operator) {
  const { plan } = phase;
  const join = joinOf(phase);
  const several = phase.group_names.length > 1;
  if (stage === "terms") {
    const weighs = plan.second?.role === "weight" && !plan.one;
    const kind = plan.one ? "_one" : !weighs ? "" : plan.map ? "_window" : "_weights";
    return [`say_${join}${kind}`, `say_${join}`];
  }
  if (stage === "groups") return [phase.reduce === "max" ? "say_largest" : several ? "say_channels" : `say_sum_${join}`, "say_sum"];
  if (stage === "cells") return [several ? "say_cells_channels" : "say_cells"];
  if (stage === "finish") return [operator ? `say_finish_${operator.name}` : "say_finish"];
  return ["say_window"];
}

/** The keys that work on a trace. */
export function helpText(model) {
  const { words } = model;
  const pages = model.pageCount > 1 ? fill(words.help_pages, { name: model.pageName }) : "";
  return fill(words.help, { more: `${pages}${model.phases.length > 1 ? words.help_phases : ""}` });
}

/** What a step's result is made from: "made from 9 products", "the largest of 4 numbers". */
export function madeFrom(model, step) {
  const { phase, s } = model.at(step);
  const count = phase.groups.filter((_, t) => phase.factors[0].at(s, t) >= 0).length;
  const { one, single, kind } = phase.plan;
  const name =
    kind === "copy" ? "made_copy"
    : phase.reduce === "max" ? "made_largest"
    : one && single && kind === "chain" ? "made_cell"
    : one && kind === "chain" ? "made_pair"
    : single ? "made_read"
    : "made_from";
  return counted(model.words, name, count, { terms: termsName(model.words, phase), term: termsName(model.words, phase, false) });
}

/** A sentence about a number of things; of one thing it may have words of its own. */
function counted(words, name, count, fields = {}) {
  return fill((count === 1 && words[`${name}_one`]) || words[name], { count: String(count), ...fields });
}

/** Where a cell goes: "goes into 4 output cells", or which boards the cells belong to; of a maximum, what it wins. */
export function reachesSentence(model, board, flat, reached) {
  const { words } = model;
  const to = new Map();
  for (const cell of reached) to.set(cell.board, (to.get(cell.board) ?? 0) + 1);
  const items = [...to].map(([name, count]) => {
    const { role, title } = model.board(name);
    return counted(words, role === "output" ? "reaches_output" : "reaches_item", count, { board: title });
  });
  const goes = fill(words.reaches, { list: items.join(words.and) });
  const wins = model.wins(board, flat);
  if (wins === undefined) return goes;
  return fill(words.explained_also, { first: goes, second: wins ? counted(words, "wins", wins) : words.wins_none });
}

/** What a weight does: "multiplies 16 input cells". */
export function meetsSentence(model, board, met) {
  const phase = model.phases.find((p) => p.factors.some((f) => f.board === board));
  return counted(model.words, `meets_${joinOf(phase)}`, met.length);
}

/** A cell's name for a screen reader and for the line that explains it; `text` is what it shows. */
export function nameOfCell(model, boardName, flat, text) {
  const { words } = model;
  const board = model.board(boardName);
  const { page, pane, row, column, at } = place(board, flat);
  const [down, across] = board.origin;
  const paged = board.paged ? page + (board.shape.length === 2 ? down : 0) : at + across;
  const fields = {
    board: board.title,
    page_name: model.pageName,
    pane: board.panes[pane] ?? "",
    page: String(paged),
    row: withMinus(row + down),
    column: (!board.vector && board.labels[column]) || withMinus(column + across),
    index: board.labels[at] ?? withMinus(at + across),
    value: text ?? board.written.text(flat),
  };
  if (board.role === "bias" && model.pageName) return fill(words.bias_cell, fields);
  if (board.vector) return fill(words[board.paged ? "cell_paged_1d" : board.size > 1 ? "cell_1d" : "cell_sole"], fields);
  const withPane = (name) => fill(words[fields.pane ? `${name}_pane` : name], fields);
  if (board.padding.has(flat)) {
    const from = board.copies.get(flat);
    if (from === undefined) return withPane("cell_padding");
    const source = place(board, from);
    fields.from_row = withMinus(source.row + down);
    fields.from_column = withMinus(source.column + across);
    return withPane("cell_padding_copy");
  }
  return withPane(board.paged ? "cell_paged" : "cell");
}
