// What a player asks of a trace: which step wrote a cell, what a cell reaches, what it is called.

import { fill } from "../../shared/dom.js";
import { NONE, decodeBoard, decodePhase, place } from "./decode.js";
import { planOf } from "./plan.js";
import { heldSentence, nameOfCell } from "./wording.js";

export class Model {
  constructor(payload) {
    this.id = payload.id;
    this.title = payload.title;
    this.pageName = payload.page_name;
    this.words = payload.words;
    this.boards = new Map(payload.boards.map((b) => [b.name, decodeBoard(b)]));
    this.phases = [];
    this.count = 0;
    for (const coded of payload.phases) {
      const phase = decodePhase(coded, this.count);
      phase.plan = planOf(phase, (name) => this.boards.get(name));
      phase.pageStarts = [];
      this.phases.push(phase);
      this.count += phase.count;
    }
    this.writers = new Map([...this.boards].map(([name]) => [name, new Map()]));
    for (const phase of this.phases) {
      const writers = this.writers.get(phase.writes.board);
      for (let s = 0; s < phase.count; s++) {
        writers.set(phase.writes.at(s), phase.start + s);
        phase.pageStarts[phase.page(s)] ??= phase.start + s;
      }
    }
    const made = this.boards.get(this.phases.at(-1).writes.board);
    this.shaped = made.role === "output" && made.size > 1; // whether its result has a shape to be asked for
    this.pageCount = Math.max(...this.phases.map((phase) => phase.pageStarts.length));
    this.form = formOf(payload, this.pageCount);
  }

  at(step) {
    const phase = this.phases.findLast((p) => p.start <= step);
    return { phase, s: step - phase.start };
  }

  board(name) {
    return this.boards.get(name);
  }

  pageOf(step) {
    const { phase, s } = this.at(step);
    return phase.page(s);
  }

  /** The step of the same phase at the same place of another page. */
  onPage(step, page) {
    const { phase, s } = this.at(step);
    const { start, count, pageStarts } = phase;
    const offset = step - pageStarts[phase.page(s)];
    return Math.min(pageStarts[page] + offset, (pageStarts[page + 1] ?? start + count) - 1);
  }

  /** The step that wrote a cell, or undefined. */
  writerOf(board, flat) {
    return this.writers.get(board)?.get(flat);
  }

  /** A term of a step: the cells it was made from, its text; null where the step lacks it. */
  term(step, t) {
    const { phase, s } = this.at(step);
    const cells = phase.factors.map((f) => ({ board: f.board, flat: f.at(s, t) }));
    if (cells[0].flat === NONE) return null;
    return {
      t,
      cells,
      text: phase.terms.text(s, t),
      group: phase.groups[t],
      closes: phase.termCloses(s, t),
      factors: cells.map((c) => this.board(c.board).written.text(c.flat)),
    };
  }

  /** The pane of the first board that a group of terms reads: the place where the group is drawn. */
  paneOf(step, g) {
    const { phase, s } = this.at(step);
    const [first] = phase.factors;
    let t = phase.firstTerm[g];
    while (first.at(s, t) === NONE && phase.groups[t + 1] === g) t++;
    return place(this.board(first.board), Math.max(first.at(s, t), 0)).pane;
  }

  /** What a group is called in a step: the channel that it reads, where channels have names. */
  groupName(step, g) {
    const { phase } = this.at(step);
    return this.board(phase.factors[0].board).panes[this.paneOf(step, g)] || phase.group_names[g];
  }

  /** The terms of a step that read a cell. */
  termsReading(step, board, flat) {
    const { phase, s } = this.at(step);
    const found = [];
    for (const f of phase.factors) {
      if (f.board !== board) continue;
      for (let t = 0; t < phase.termCount; t++) if (f.at(s, t) === flat) found.push(t);
    }
    return found;
  }

  /** Cells that a cell reaches, itself or by its copies in the padding: what the steps that read it write. */
  reaches(board, flat) {
    const cells = new Set([flat, ...(this.board(board)?.copiedTo.get(flat) ?? [])]);
    const out = new Map();
    for (const phase of this.phases) {
      const readers = phase.factors.filter((f) => f.board === board);
      const singles = phase.partials.filter((p) => p.cell?.board === board);
      if (!readers.length && !singles.length) continue;
      const reads = (s) => {
        for (const f of readers) for (let t = 0; t < phase.termCount; t++) if (cells.has(f.at(s, t))) return true;
        return singles.some((p) => cells.has(p.cell.at(s)));
      };
      for (let s = 0; s < phase.count; s++) {
        const to = phase.writes.at(s);
        if (reads(s)) out.set(`${phase.writes.board}:${to}`, { board: phase.writes.board, flat: to });
      }
    }
    return [...out.values()];
  }

  /** Cells that meet a cell as the other factor of a term, anywhere (weight sharing). */
  partners(board, flat) {
    const out = new Map();
    for (const phase of this.phases) {
      const mine = phase.factors.findIndex((f) => f.board === board);
      if (mine < 0 || phase.factors.length < 2) continue;
      const other = phase.factors[1 - mine];
      for (let s = 0; s < phase.count; s++) {
        for (let t = 0; t < phase.termCount; t++) {
          if (phase.factors[mine].at(s, t) !== flat) continue;
          const cell = other.at(s, t);
          out.set(`${other.board}:${cell}`, { board: other.board, flat: cell });
        }
      }
    }
    return [...out.values()];
  }

  /** How many steps a cell wins that take the largest; undefined where none of them reads it. */
  wins(board, flat) {
    let wins;
    for (const phase of this.phases) {
      const [first] = phase.factors;
      if (phase.reduce !== "max" || first.board !== board) continue;
      for (let s = 0; s < phase.count; s++) if (first.at(s, phase.winner(s)) === flat) wins = (wins ?? 0) + 1;
      wins ??= 0;
    }
    return wins;
  }

  /** The cell that wins a step which takes the largest, or undefined. */
  winnerOf(step) {
    const { phase, s } = this.at(step);
    const t = phase.winner(s);
    if (t === undefined || phase.factors[0].at(s, t) === NONE) return undefined;
    return { t, board: phase.factors[0].board, flat: phase.factors[0].at(s, t) };
  }

  /** A step's sentence, as far as it has come. */
  say(step, stage = "result") {
    const { phase, s } = this.at(step);
    if (stage === "none") return this.nameOf(phase.writes.board, phase.writes.at(s), this.words.cell_hidden);
    return stage === "result" ? fill(phase.say, phase.fieldsOf(s)) : heldSentence(this, step, stage);
  }

  nameOf(boardName, flat, text) {
    return nameOfCell(this, boardName, flat, text);
  }
}

/** All of a trace that its picture is built from, apart from numbers: equal forms can be refilled in place. */
function formOf(payload, pageCount) {
  const boards = payload.boards.map((b) => [
    b.name, b.role, b.shape, b.panes, b.paged, b.hidden, b.editable, b.wrap, b.labels,
  ]);
  const phases = payload.phases.map((p) => [
    p.name, p.operation, p.reduce, p.finish, p.grid, p.groups, p.group_names,
    p.factors.map((f) => f.board), p.partials.map((x) => [x.name, x.group, x.cell?.board]), p.writes.board,
  ]);
  return JSON.stringify([boards, phases, payload.page_name, pageCount]);
}
