// The stage: one step of a phase shown on its boards, as far as it has come, and what lights up with a part of it.

import { mark, paint, setAttribute, setText, toneOf } from "./boards.js";
import { fill, minus } from "./decode.js";
import { Layout } from "./layout.js";
import { STAGES } from "./model.js";

export class Stage extends Layout {
  // Numbers

  nameOf = (board, flat, text) => this.model.nameOf(board, flat, text);

  /** Take a trace of the same form with other numbers. */
  load(model) {
    this.model = model;
    this.phase = model.phases.find((p) => p.start === this.phase.start);
    this.page = this.rows = this.current = undefined;
    for (const view of this.views.values()) view.board = model.board(view.board.name);
    const { first, output, phase } = this;
    first.fill(first.board, 0, this.nameOf);
    output.fill(output.board, 0, this.nameOf, output.board.hidden);
    this.visible = new Uint8Array(phase.count).fill(output.board.hidden ? 2 : 1);
    this.shownTo = output.board.hidden ? 0 : phase.count;
    if (output.board.hidden) for (let s = 0; s < phase.count; s++) this.setVisible(s, 0);
    const size = (board) => board.shape.join("×");
    setText(first.title, `${first.board.title} ${size(first.board)}`);
    setText(output.title, `${output.board.title} ${size(output.board)}`);
  }

  setVisible(s, visible) {
    if (this.visible[s] === visible) return;
    this.visible[s] = visible;
    const { phase, output } = this;
    const flat = phase.writes.at(s);
    const cell = output.cellAt(flat);
    const text = phase.results.text(s);
    paint(cell, visible ? text : "", visible ? toneOf(output.board, flat) : "hidden");
    cell.setAttribute("aria-label", this.nameOf(output.board.name, flat, visible ? text : this.words.cell_hidden));
  }

  /** Whether the output cell that a step writes shows its number now. */
  isVisible(step) {
    return this.visible[step - this.phase.start] === 1;
  }

  /** Show one step up to a stage (a name of STAGES), and on the output board the results of `count` steps. */
  show(step, stage, count) {
    const { model, phase } = this;
    const { s } = model.at(step);
    const reached = STAGES.indexOf(stage);
    const past = (name) => STAGES.indexOf(name) <= reached;
    this.step = step;
    this.showPage(step, phase.page(s));
    this.placeRows(step);
    this.showWindow(s);
    this.showTerms(s, past("terms"));
    this.showSums(s, past);
    this.strip.show(model, step, past);
    this.showOutput(s, count - phase.start, past("result"));
  }

  showPage(step, page) {
    if (this.page === page) return;
    this.page = page;
    const view = this.second;
    if (view) {
      const { board } = view;
      view.fill(board, board.paged ? page : 0, this.nameOf);
      setText(view.title, `${board.title} ${(board.paged ? board.shape.slice(1) : board.shape).join("×")}`);
    }
    const { panes } = this.output;
    panes.forEach(({ pane }, p) => pane.classList.toggle("current", panes.length > 1 && p === page));
  }

  /** Put each group's kernel, products and sum beside the pane of the input that it reads. */
  placeRows(step) {
    const { model, phase, strip } = this;
    const rows = phase.group_names.map((_, g) => model.paneOf(step, g));
    if (this.rows && rows.every((row, g) => row === this.rows[g])) return;
    this.rows = rows;
    strip.name(model, step);
    rows.forEach((row, g) => {
      const nodes = [strip.lines[g].root, this.products[g].pane, this.second?.panes[g]?.pane];
      for (const sum of this.sums) {
        if (sum?.group !== g) continue;
        nodes.push(sum.box);
        setText(sum.tag, model.groupName(step, g));
      }
      for (const node of nodes) node?.style.setProperty("--r", row);
      setText(this.products[g].tag, model.groupName(step, g));
    });
    for (const { sign, row } of this.signs) sign.classList.toggle("unused", !rows.includes(row));
    this.first.panes.forEach(({ pane }, p) => pane.classList.toggle("unused", !rows.includes(p)));
  }

  showWindow(s) {
    const [first] = this.phase.factors;
    const flats = [];
    for (let t = 0; t < this.phase.termCount; t++) {
      const flat = first.at(s, t);
      if (flat >= 0) flats.push(flat);
    }
    this.first.frameAround(flats);
    const now = new Set(flats.map((flat) => this.first.cellAt(flat)));
    for (const cell of this.inWindow) if (!now.has(cell)) cell.classList.remove("in-window");
    for (const cell of now) cell.classList.add("in-window");
    this.inWindow = now;
  }

  showTerms(s, shown) {
    const { phase } = this;
    for (let t = 0; t < phase.termCount; t++) {
      const cell = this.productCells[t];
      const there = shown && phase.factors[0].at(s, t) >= 0;
      paint(cell, there ? phase.terms.text(s, t) : "", there ? `l${phase.terms.level(s, t)}` : "hidden");
      if (!phase.everyTermCloses) cell.classList.toggle("approx", there && !phase.termCloses(s, t));
    }
  }

  showSums(s, past) {
    const { phase } = this;
    const put = (cell, texts, shown) => paint(cell, shown ? texts.text(s) : "", shown ? `l${texts.level(s)}` : "hidden");
    phase.partials.forEach((partial, k) => {
      const shown = past("groups");
      if (this.sums[k]) {
        put(this.sums[k].cell, partial.values, shown);
        if (!partial.alwaysCloses) this.sums[k].cell.classList.toggle("approx", shown && !partial.closes(s));
      }
      if (this.singles[k]) {
        const flat = partial.cell.at(s);
        mark(this.singles[k], partial.cell.board, String(flat), flat);
        this.singles[k].classList.remove("pending");
        put(this.singles[k], partial.values, true);
      }
    });
    if (this.before) put(this.before, phase.before, past("finish"));
    put(this.total, phase.results, past("result"));
    setText(this.totalSign, phase.closes(s) ? "=" : "≈");
  }

  /** Show the results of the first `count` steps of the phase, and of the step on show if it is done. */
  showOutput(s, count, done) {
    const { phase, output } = this;
    const limit = output.board.hidden ? Math.max(0, Math.min(phase.count, count)) : phase.count;
    if (this.current !== undefined && this.current !== s) {
      this.setVisible(this.current, this.current < this.shownTo ? 1 : 0);
    }
    for (let k = this.shownTo; k < limit; k++) if (k !== s) this.setVisible(k, 1);
    for (let k = this.shownTo - 1; k >= limit; k--) if (k !== s) this.setVisible(k, 0);
    this.shownTo = limit;
    this.current = s;
    this.setVisible(s, done ? 1 : 0);
    output.frameAround([phase.writes.at(s)]);
  }

  /** Name the products, sums and total of the step on show, for a screen reader. Only at rest: it takes a while. */
  nameParts(stage) {
    const { model, phase, words, step } = this;
    const { s } = model.at(step);
    const past = (name) => STAGES.indexOf(name) <= STAGES.indexOf(stage);
    const known = (text, name) => (past(name) ? minus(text) : words.cell_hidden);
    this.productCells.forEach((cell, t) => setAttribute(cell, "aria-label", this.nameOfProduct(t, past("terms"))));
    phase.partials.forEach((partial, k) => {
      const text = partial.values.text(s);
      if (this.sums[k]) {
        const fields = { group: model.groupName(step, partial.group) || partial.name, value: known(text, "groups") };
        setAttribute(this.sums[k].cell, "aria-label", fill(words.group_sum, fields));
      }
      if (this.singles[k]) {
        const name = this.nameOf(partial.cell.board, partial.cell.at(s), text);
        setAttribute(this.singles[k], "aria-label", name);
      }
    });
    if (this.before) setAttribute(this.before, "aria-label", fill(words.total, { value: known(phase.before.text(s), "finish") }));
    setAttribute(this.total, "aria-label", fill(words.total, { value: known(phase.results.text(s), "result") }));
  }

  nameOfProduct(t, shown) {
    const { model, words, step } = this;
    const [, row, column] = this.productCells[t].dataset.index.split(",");
    const pane = model.groupName(step, this.phase.groups[t]);
    return fill(words[pane ? "product_cell_pane" : "product_cell"], {
      pane,
      row,
      column,
      product: shown ? this.sayProduct(t) : words.cell_hidden,
    });
  }

  /** "2 × −1 = −2", or the number alone where a term has one factor only. */
  sayProduct(t) {
    const { words, phase } = this;
    const term = this.model.term(this.step, t);
    if (!term) return words.cell_hidden;
    const [left, right] = term.factors;
    if (right === undefined) return minus(term.text);
    return fill(term.closes ? words.product : words.product_about, {
      left: minus(left),
      operation: phase.operation,
      right: minus(right),
      value: minus(term.text),
    });
  }

  // Light

  cellOf({ board, flat }) {
    const single = (cell) => cell?.dataset.board === board && Number(cell.dataset.flat) === flat;
    return this.views.get(board)?.cellAt(flat) ?? this.singles.find(single);
  }

  light(parts) {
    this.dim();
    for (const part of parts) {
      if (!part) continue;
      part.classList.add("lit");
      this.lit.push(part);
      if (part.matches(".term")) bringIntoView(part);
    }
  }

  dim() {
    for (const part of this.lit) part.classList.remove("lit");
    this.lit = [];
  }

  /** What belongs to a term: its cells, its product, its place in the sum. */
  partsOfTerm(t) {
    const term = this.model.term(this.step, t);
    return term ? [...term.cells.map((c) => this.cellOf(c)), this.productCells[t], this.strip.terms[t]] : [];
  }

  /** What belongs to a partial: its terms, its cell, its place in the sum. */
  partsOfPartial(k) {
    const { phase, strip } = this;
    const { group } = phase.partials[k];
    const parts = [strip.partials[k], this.sums[k]?.cell, this.singles[k]];
    if (group === null) return parts;
    parts.push(strip.lines[group].sum);
    phase.groups.forEach((g, t) => g === group && parts.push(this.productCells[t], strip.terms[t]));
    return parts;
  }

  /** What belongs to the total: every partial, and the output cell. */
  partsOfTotal() {
    const { s } = this.model.at(this.step);
    const cells = [...this.sums.map((sum) => sum?.cell), ...this.singles, ...this.strip.partials];
    return [this.total, this.strip.result, ...cells, this.output.cellAt(this.phase.writes.at(s))];
  }
}

/** Scroll a line of products to one of them. */
function bringIntoView(term) {
  const line = term.parentElement;
  if (line.scrollWidth <= line.clientWidth) return;
  const [outer, inner] = [line.getBoundingClientRect(), term.getBoundingClientRect()];
  if (inner.left < outer.left) line.scrollLeft -= outer.left - inner.left + 24;
  else if (inner.right > outer.right - 16) line.scrollLeft += inner.right - outer.right + 24;
}
