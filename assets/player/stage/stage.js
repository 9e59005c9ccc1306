// The stage: one step of a phase shown on its boards, as far as it has come, and what lights up with a part of it.

import { fill } from "../../shared/dom.js";
import { paint, setAttribute, setText, toneOf } from "./boards.js";
import { reachOf, unread } from "../trace/decode.js";
import { Layout } from "./layout.js";
import { name } from "./title.js";
import { termsName } from "../trace/wording.js";

export class Stage extends Layout {
  // Numbers

  nameOf = (board, flat, text) => this.model.nameOf(board, flat, text);

  /** Take a trace of the same form with other numbers. */
  load(model) {
    this.model = model;
    this.phase = model.phases.find((p) => p.start === this.phase.start);
    if (this.chain) this.chain.phase = this.phase;
    this.page = this.rows = this.current = undefined;
    const read = model.board(this.first.board.name);
    this.reach = this.phase.ragged && read.padding.size ? reachOf(this.phase, read) : undefined;
    for (const view of this.views.values()) view.board = model.board(view.board.name);
    const { first, output, phase } = this;
    first.fill(first.board, 0, this.nameOf);
    output.fill(output.board, 0, this.nameOf, output.board.hidden);
    this.visible = new Uint8Array(phase.count).fill(output.board.hidden ? 2 : 1);
    this.shownTo = output.board.hidden ? 0 : phase.count;
    if (output.board.hidden) for (let s = 0; s < phase.count; s++) this.setVisible(s, 0);
    name(first.title, first.board, this.words);
    name(output.title, output.board, this.words);
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

  /**
   * Show one step as far as it is known, and on the output board the results of `count` steps. known(name, k): whether
   * the step has come to a stage (a name of STAGES), of which it may have only the k-th part.
   */
  show(step, known, count) {
    const { model, phase } = this;
    const { s } = model.at(step);
    this.step = step;
    this.showPage(step, phase.page(s));
    this.placeRows(step);
    this.showWindow(s, known("window"));
    this.showTerms(s, known);
    this.showSums(s, known);
    this.strip.show(model, step, known);
    if (phase.reduce === "max") this.showWinner(step, known("result"));
    this.showOutput(s, count - phase.start, known("result"));
  }

  showPage(step, page) {
    if (this.page === page) return;
    this.page = page;
    const view = this.second;
    if (view) {
      const { board } = view;
      view.fill(board, board.paged ? page : 0, this.nameOf);
      name(view.title, board, this.words);
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
    if (rows.length === 1) this.chain?.root.style.setProperty("--r", rows[0]);
    rows.forEach((row, g) => {
      const nodes = [strip.lines[g]?.root, this.products[g]?.pane, this.plan.beside ? this.second?.panes[g]?.pane : undefined];
      for (const sum of this.sums) {
        if (sum?.group !== g) continue;
        nodes.push(sum.box);
        setText(sum.tag, model.groupName(step, g));
      }
      for (const node of nodes) node?.style.setProperty("--r", row);
      if (this.products[g]) setText(this.products[g].tag, model.groupName(step, g));
    });
    for (const { sign, row } of this.signs) sign.classList.toggle("unused", !rows.includes(row));
    if (!this.plan.beside) return;
    this.first.panes.forEach(({ pane }, p) => pane.classList.toggle("unused", !rows.includes(p)));
  }

  showWindow(s, shown) {
    const { factors, termCount } = this.phase;
    const read = (factor) => {
      const flats = [];
      if (!shown) return flats;
      for (let t = 0; t < termCount; t++) if (factor.at(s, t) >= 0) flats.push(factor.at(s, t));
      return flats;
    };
    const flats = read(factors[0]);
    const around = this.reach && shown ? unread(this.phase, this.first.board, this.reach, s) : this.plan.square ? read(factors[1]) : [];
    this.first.frameAround(around.length ? [...flats, ...around] : flats);
    const now = new Set(flats.map((flat) => this.first.cellAt(flat)));
    for (const cell of this.inWindow) if (!now.has(cell)) cell.classList.remove("in-window");
    for (const cell of now) cell.classList.add("in-window");
    this.inWindow = now;
    if (this.plan.partly) this.showPart(read(factors[1]));
  }

  /** Frame and mark the cells of the second board that the step reads. */
  showPart(flats) {
    this.second.frameAround(flats);
    const now = new Set(flats.map((flat) => this.second.cellAt(flat)));
    for (const cell of this.inPart ?? []) if (!now.has(cell)) cell.classList.remove("in-part");
    for (const cell of now) cell.classList.add("in-part");
    this.inPart = now;
  }

  showTerms(s, known) {
    const { phase } = this;
    if (!this.products.length) return;
    for (let t = 0; t < phase.termCount; t++) {
      const cell = this.productCells[t];
      const present = phase.factors[0].at(s, t) >= 0;
      const there = present && known("terms", t);
      if (phase.ragged) cell.classList.toggle("absent", !present);
      paint(cell, there ? phase.terms.text(s, t) : "", there ? `l${phase.terms.level(s, t)}` : "hidden");
      if (!phase.everyTermCloses) cell.classList.toggle("approx", there && !phase.termCloses(s, t));
    }
  }

  showSums(s, known) {
    const { phase } = this;
    phase.partials.forEach((partial, k) => {
      if (!this.sums[k]) return;
      const { cell } = this.sums[k];
      const shown = known("groups", k);
      paint(cell, shown ? partial.values.text(s) : "", shown ? `l${partial.values.level(s)}` : "hidden");
      if (!partial.alwaysCloses) cell.classList.toggle("approx", shown && !partial.closes(s));
    });
    this.chain?.show(this.model, s, known);
  }

  /** Mark the cell that wins a step which takes the largest, in the input, among the terms and in the sum. */
  showWinner(step, shown) {
    const winner = shown ? this.model.winnerOf(step) : undefined;
    const parts = winner ? [this.cellOf(winner), this.productCells[winner.t], this.strip.terms[winner.t]] : [];
    for (const part of this.won ?? []) if (!parts.includes(part)) part?.classList.remove("winner");
    for (const part of parts) part?.classList.add("winner");
    this.won = parts;
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

  /** Bring what the steps write into the window: below the input on a phone. */
  showWritten() {
    const { panes } = this.output;
    const { pane } = panes.length > 1 ? panes[this.page] ?? panes[0] : panes[0];
    pane.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Name the products, sums and total of the step on show, for a screen reader. Only at rest: it takes a while. */
  nameParts(known) {
    const { model, phase, step } = this;
    const { s } = model.at(step);
    const told = (text, name, k) => (known(name, k) ? text : this.words.cell_hidden);
    this.productCells.forEach((cell, t) => setAttribute(cell, "aria-label", this.nameOfProduct(t, known("terms", t))));
    phase.partials.forEach((partial, k) => {
      if (!this.sums[k]) return;
      setAttribute(this.sums[k].cell, "aria-label", this.nameOfSum(partial, told(partial.values.text(s), "groups", k)));
    });
    this.chain?.name(s, told, this.nameOf);
    this.strip.look();
  }

  nameOfSum(partial, value) {
    const { phase, words } = this;
    const group = this.model.groupName(this.step, partial.group);
    const name = phase.reduce === "max" ? "group_largest" : group ? "group_sum" : "group_sum_one";
    return fill(words[name], { group, value, terms: termsName(words, phase) });
  }

  nameOfProduct(t, shown) {
    const { model, words, step, phase } = this;
    const [, row, column] = this.productCells[t].dataset.index.split(",");
    const pane = model.groupName(step, phase.groups[t]);
    const name = this.plan.one ? "term_cell_sole" : !this.plan.map ? "term_cell_1d" : pane ? "term_cell_pane" : "term_cell";
    return fill(words[name], {
      term: termsName(words, phase, false),
      index: String(t),
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
    if (right === undefined) return term.text;
    return fill(term.closes ? words.product : words.product_about, {
      left,
      operation: phase.operation,
      right,
      value: term.text,
    });
  }

  // Light

  cellOf({ board, flat }) {
    const single = (cell) => cell?.dataset.board === board && Number(cell.dataset.flat) === flat;
    return this.views.get(board)?.cellAt(flat) ?? this.chain?.singles.find(single);
  }

  light(parts) {
    this.dim();
    this.lit = parts.filter(Boolean);
    for (const part of this.lit) part.classList.add("lit");
    const terms = this.lit.filter((part) => part.matches(".term"));
    // With the frame: to look where they stand in the middle of a change takes a while.
    if (terms.length) requestAnimationFrame(() => terms.forEach(bringIntoView));
  }

  dim() {
    for (const part of this.lit) part.classList.remove("lit");
    this.lit = [];
  }

  /** What belongs to a term: its cells, its product, its place in the sum. */
  partsOfTerm(t) {
    const term = this.model.term(this.step, t);
    if (!term) return [];
    const own = this.plan.one && this.chain ? [this.chain.term, ...this.chain.factors] : [];
    return [...term.cells.map((c) => this.cellOf(c)), this.productCells[t], this.strip.terms[t], ...own];
  }

  /** What belongs to a partial: its terms, its cell, its place in the sum. */
  partsOfPartial(k) {
    const { phase, strip } = this;
    const { group } = phase.partials[k];
    const parts = [strip.partials[k], this.sums[k]?.cell, this.chain?.singles[k], this.chain?.sum];
    if (group === null) return parts;
    parts.push(strip.lines[group]?.sum);
    phase.groups.forEach((g, t) => g === group && parts.push(this.productCells[t], strip.terms[t]));
    return parts;
  }

  /** What belongs to the total: every partial, and the output cell. */
  partsOfTotal() {
    const { s } = this.model.at(this.step);
    const cells = [...this.sums.map((sum) => sum?.cell), ...(this.chain?.singles ?? []), ...this.strip.partials];
    return [this.chain?.total, this.strip.result, ...cells, this.output.cellAt(this.phase.writes.at(s))];
  }
}

/** Scroll a line of products to one of them. */
function bringIntoView(term) {
  const line = term.parentElement;
  if (!line || line.scrollWidth <= line.clientWidth) return;
  const [outer, inner] = [line.getBoundingClientRect(), term.getBoundingClientRect()];
  if (inner.left < outer.left) line.scrollLeft -= outer.left - inner.left + 24;
  else if (inner.right > outer.right - 16) line.scrollLeft += inner.right - outer.right + 24;
}
