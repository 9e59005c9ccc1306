// The stage: the boards of a trace laid out as input × kernel = products → sums → output, and one step shown on it.

import { BoardView, element, makePane, mark, paint, toneOf } from "./boards.js";
import { fill } from "./data.js";

export const STAGES = ["window", "terms", "groups", "cells", "finish", "result"];
const minus = (text) => text.replace("-", "−");
const inSum = (text) => (text.startsWith("-") ? `(${minus(text)})` : text);

/** Which stages a step of this phase passes through. */
export function stagesOf(phase) {
  return STAGES.filter((name) => {
    if (name === "groups") return phase.partials.some((p) => p.group !== null);
    if (name === "cells") return phase.partials.some((p) => p.cell);
    if (name === "finish") return phase.finish !== "";
    return true;
  });
}

export class Stage {
  constructor(model) {
    this.model = model;
    this.root = element("div", "stage");
    this.strip = element("div", "strip");
    const { phase } = model.at(0);
    const [first, second] = phase.factors.map((f) => model.board(f.board));
    this.groupCount = phase.group_names.length;
    this.views = new Map();
    this.first = this.addBoard(first, 1, "input");
    this.channels = first.paneCount;
    if (second) {
      this.sign(2, phase.operation);
      this.second = this.addBoard(second, 3, "weight");
    }
    this.sign(4, "=");
    this.buildProducts(phase);
    this.sign(6, "→");
    this.buildSums(phase);
    this.buildTotal(phase);
    this.sign(9, "→");
    this.output = this.addBoard(model.board(phase.writes.board), 10, "output");
    this.root.style.setProperty("--channels", Math.max(this.channels, 1));
    this.buildStrip(phase);
    this.shownTo = 0;
    this.lit = [];
    this.inWindow = [];
  }

  title(column, text) {
    const title = element("div", "title");
    title.textContent = text;
    title.style.setProperty("--c", column);
    title.classList.toggle("of-output", column === 10);
    this.root.append(title);
    return title;
  }

  sign(column, text) {
    for (let row = 0; row < this.channels; row++) {
      const sign = element("div", "sign", { "aria-hidden": "true" });
      sign.textContent = text;
      sign.dataset.row = row;
      sign.style.setProperty("--c", column);
      sign.style.setProperty("--r", row);
      if (column === 9) {
        sign.classList.add("whole");
        if (row > 0) continue;
      }
      this.root.append(sign);
    }
  }

  addBoard(board, column, kind) {
    const view = new BoardView(board, kind);
    view.title = this.title(column, "");
    if (kind === "output") {
      view.box = element("div", "outputs");
      view.box.style.setProperty("--c", column);
      view.panes.forEach(({ pane }) => view.box.append(pane));
      this.root.append(view.box);
    } else {
      view.panes.forEach(({ pane }, p) => this.put(pane, p, column));
    }
    this.views.set(board.name, view);
    return view;
  }

  put(node, row, column) {
    node.style.setProperty("--r", row);
    node.style.setProperty("--c", column);
    this.root.append(node);
  }

  buildProducts(phase) {
    const words = this.model.words;
    this.title(5, words.products);
    const [rows, columns] = phase.grid;
    this.products = phase.group_names.map((label, g) => {
      const made = makePane({ label, name: `${words.products} ${label}`.trim(), rows, columns, kind: "products" });
      made.cells.forEach((cell, k) => mark(cell, "products", `${g},${Math.floor(k / columns)},${k % columns}`, ""));
      this.put(made.pane, g, 5);
      return made;
    });
    const taken = new Array(this.groupCount).fill(0);
    this.productCells = phase.groups.map((g, t) => {
      const cell = this.products[g].cells[taken[g]++];
      cell.dataset.term = t;
      return cell;
    });
    this.productCells[0].tabIndex = 0;
  }

  buildSums(phase) {
    this.title(7, this.model.words.sums);
    this.sums = phase.partials.map((partial, k) => {
      if (partial.group === null) return null;
      const box = element("div", "sum");
      const tag = element("span", "tag");
      tag.textContent = partial.name;
      const cell = element("div", "cell", { role: "note", tabindex: k === 0 ? "0" : "-1" });
      mark(cell, "sums", String(partial.group), "");
      cell.dataset.partial = k;
      box.append(tag, cell);
      this.put(box, partial.group, 7);
      return { box, cell, tag };
    });
  }

  buildTotal(phase) {
    const words = this.model.words;
    this.title(8, words.total_title);
    const box = element("div", "total");
    box.style.setProperty("--c", 8);
    this.extra = phase.partials.map((partial, k) => {
      if (!partial.cell) return null;
      const label = element("span", "label");
      label.textContent = `+ ${partial.name}`;
      const cell = element("div", "cell", { role: "note", tabindex: "0" });
      cell.dataset.partial = k;
      box.append(label, cell);
      return cell;
    });
    const equals = element("span", "label");
    this.totalSign = equals;
    this.total = element("div", "cell result", { role: "note", tabindex: "0" });
    mark(this.total, "total", "0", "");
    box.append(equals, this.total);
    this.root.append(box);
  }

  buildStrip(phase) {
    this.lines = phase.group_names.map((name, g) => {
      const line = element("div", "line");
      const label = element("span", "label");
      label.textContent = name;
      const terms = element("span", "terms");
      line.append(label, terms);
      this.strip.append(line);
      return { line, label, terms, group: g };
    });
    this.termSpans = phase.groups.map((g, t) => {
      const box = this.lines[g].terms;
      if (box.childElementCount) box.append(" + ");
      const span = element("span", "term");
      span.dataset.term = t;
      box.append(span);
      return span;
    });
    for (const line of this.lines) {
      line.sign = element("span", "equals");
      line.sum = element("b", "partial");
      line.sum.dataset.partial = phase.partials.findIndex((p) => p.group === line.group);
      line.line.append(line.sign, line.sum);
    }
    this.whole = element("div", "line whole");
    this.strip.append(this.whole);
    this.partialSpans = phase.partials.map((partial, k) => {
      if (k > 0) this.whole.append(" + ");
      const span = element("span", "partial");
      span.dataset.partial = k;
      const name = element("i", "");
      name.textContent = partial.name;
      if (partial.group !== null) span.dataset.group = partial.group;
      span.name = name;
      span.value = element("b", "");
      span.append(name, span.value);
      this.whole.append(span);
      return span;
    });
    this.wholeSign = element("span", "equals");
    this.wholeResult = element("b", "result");
    this.whole.append(this.wholeSign, this.wholeResult);
    this.strip.classList.toggle("single", this.lines.length === 1);
  }

  /** Put each channel's products in words below its boards, or all of them below the stage. */
  placeLines(inline) {
    if (inline === this.inline) return;
    this.inline = inline;
    for (const { line } of this.lines) {
      line.classList.toggle("inline", inline);
      if (inline) this.root.append(line);
      else this.strip.insertBefore(line, this.whole);
    }
  }

  nameOf = (board, flat, text) => this.model.nameOf(board, flat, text);

  /** Take a trace of the same form with other numbers. */
  load(model) {
    this.model = model;
    this.page = undefined;
    this.outputCells = [];
    for (const view of this.views.values()) view.board = model.board(view.board.name);
    this.first.fill(this.first.board, 0, this.nameOf);
    const output = this.output;
    output.fill(output.board, 0, this.nameOf);
    for (let step = 0; step < model.count; step++) {
      const { phase, s } = model.at(step);
      if (phase.writes.board === output.board.name) {
        const flat = phase.writes.at(s);
        this.outputCells[step] = { cell: output.cellAt(flat), flat };
        this.hide(step);
      }
    }
    this.shownTo = 0;
    const size = (board) => board.shape.join("×");
    this.first.title.textContent = `${this.first.board.title} ${size(this.first.board)}`;
    output.title.textContent = `${output.board.title} ${size(output.board)}`;
  }

  hide(step) {
    const { cell, flat } = this.outputCells[step];
    paint(cell, "", "hidden");
    cell.setAttribute("aria-label", this.nameOf(this.output.board.name, flat, this.model.words.cell_hidden));
  }

  reveal(step) {
    const at = this.outputCells[step];
    if (!at) return;
    const { phase, s } = this.model.at(step);
    paint(at.cell, phase.results.text(s), toneOf(this.output.board, at.flat));
    at.cell.setAttribute("aria-label", this.nameOf(this.output.board.name, at.flat, phase.results.text(s)));
  }

  /** Show the output of all steps before `count`, and of no other. */
  revealTo(count) {
    for (let step = this.shownTo; step < count; step++) this.reveal(step);
    for (let step = this.shownTo - 1; step >= count; step--) if (this.outputCells[step]) this.hide(step);
    this.shownTo = count;
  }

  showPage(step, page) {
    if (this.page === page) return;
    this.page = page;
    const { phase, s } = this.model.at(step);
    const view = this.second;
    if (view) {
      view.fill(view.board, view.board.paged ? page : 0, this.nameOf);
      const shape = view.board.paged ? view.board.shape.slice(1) : view.board.shape;
      view.title.textContent = `${view.board.title} ${shape.join("×")}`;
    }
    this.placeRows(phase, s);
    this.output.panes.forEach(({ pane }, p) => pane.classList.toggle("current", this.output.panes.length > 1 && p === page));
  }

  /** Put each group's kernel, products and sum beside the input channel that it reads. */
  placeRows(phase, s) {
    const used = new Set();
    this.rowOf = [];
    phase.group_names.forEach((_, g) => {
      const t = phase.groups.indexOf(g);
      const row = Math.floor(phase.factors[0].at(s, t) / (this.first.board.rows * this.first.board.columns));
      used.add(row);
      this.rowOf[g] = row;
      const label = this.first.board.panes[row] ?? "";
      if (label) this.tagsOf(g).forEach((tag) => (tag.textContent = label));
      const nodes = [this.lines[g].line, this.products[g].pane, this.second?.panes[g]?.pane, ...this.sums.filter((x) => x && Number(x.cell.dataset.index) === g).map((x) => x.box)];
      for (const node of nodes) node?.style.setProperty("--r", row);
    });
    for (const sign of this.root.querySelectorAll(".sign[data-row]:not(.whole)")) sign.classList.toggle("unused", !used.has(Number(sign.dataset.row)));
    this.first.panes.forEach(({ pane }, p) => pane.classList.toggle("unused", !used.has(p)));
    this.rowsUsed = used;
  }

  /** Show one step up to a stage (a name of STAGES), with its result where it may be shown; `quick` leaves names. */
  show(step, stage, done, revealCount, quick) {
    const { phase, s } = this.model.at(step);
    const reached = STAGES.indexOf(stage);
    const past = (name) => STAGES.indexOf(name) <= reached;
    this.step = step;
    this.showPage(step, phase.page(s));
    const flats = [];
    for (let t = 0; t < phase.termCount; t++) flats.push(phase.factors[0].at(s, t));
    this.first.frameAround(flats);
    for (const cell of this.inWindow) cell.classList.remove("in-window");
    this.inWindow = flats.map((flat) => this.first.cellAt(flat));
    for (const cell of this.inWindow) cell.classList.add("in-window");
    this.showTerms(step, past("terms"), quick);
    this.showSums(phase, s, past, done);
    this.revealTo(revealCount);
    this.showResult(step, done);
  }

  showTerms(step, shown, quick) {
    const { phase, s } = this.model.at(step);
    for (let t = 0; t < phase.termCount; t++) {
      const term = this.model.term(step, t);
      const cell = this.productCells[t];
      paint(cell, shown && term ? term.text : "", shown && term ? `l${term.level}` : "hidden");
      cell.classList.toggle("approx", Boolean(shown && term && !term.closes));
      if (!quick) cell.setAttribute("aria-label", this.nameOfProductCell(cell, shown ? term : null));
      const span = this.termSpans[t];
      const text = term ? `${minus(term.factors[0])}${term.factors.length > 1 ? `·${inSum(term.factors[1])}` : ""}` : "";
      if (span._text !== text) span.textContent = span._text = text;
    }
    for (const line of this.lines) {
      const partial = phase.partials[line.sum.dataset.partial];
      const close = partial.closes(s) && phase.groups.every((g, t) => g !== line.group || phase.termCloses(s, t));
      line.sign.textContent = close ? " = " : " ≈ ";
    }
  }

  showSums(phase, s, past, end) {
    const put = (cell, written, shown) => paint(cell, shown ? written.text(s) : "", shown ? `l${written.level(s)}` : "hidden");
    phase.partials.forEach((partial, k) => {
      const shown = past(partial.cell ? "cells" : "groups");
      if (this.sums[k]) {
        put(this.sums[k].cell, partial.values, shown);
        this.sums[k].cell.classList.toggle("approx", shown && !partial.closes(s));
        this.sums[k].cell.setAttribute("aria-label", fill(this.model.words.group_sum, { group: partial.name, value: partial.values.text(s) }));
      }
      if (this.extra[k]) {
        const flat = partial.cell.at(s);
        mark(this.extra[k], partial.cell.board, String(flat), flat);
        this.extra[k].classList.remove("pending");
        put(this.extra[k], partial.values, true);
        this.extra[k].setAttribute("aria-label", fill(this.model.words.bias_cell, { page: String(flat + 1), value: partial.values.text(s) }));
      }
      const span = this.partialSpans[k];
      const text = partial.values.text(s);
      span.value.textContent = !shown ? "…" : k === 0 ? minus(text) : inSum(text);
    });
    for (const line of this.lines) {
      const partial = phase.partials[line.sum.dataset.partial];
      line.sum.textContent = past("groups") ? minus(partial.values.text(s)) : "…";
    }
    const close = phase.closes(s);
    paint(this.total, end ? phase.results.text(s) : "", end ? `l${phase.results.level(s)}` : "hidden");
    this.total.setAttribute("aria-label", fill(this.model.words.total, { value: phase.results.text(s) }));
    this.totalSign.textContent = close ? "=" : "≈";
    this.wholeSign.textContent = close ? " = " : " ≈ ";
    this.wholeResult.textContent = end ? minus(phase.results.text(s)) : "…";
  }

  /** The output cell of the step on show: framed, and filled once the result is reached. */
  showResult(step, done) {
    if (this.peeked !== undefined && this.peeked !== step && this.outputCells[this.peeked] && this.peeked >= this.shownTo) this.hide(this.peeked);
    this.peeked = step;
    const at = this.outputCells[step];
    if (at) {
      if (done) this.reveal(step);
      else this.hide(step);
      this.output.frameAround([at.flat]);
    }
  }

  /** "3 × 2 = 6", or with ≈ where the shown digits do not give the product. */
  nameOfProduct(term) {
    const { words } = this.model;
    const [left, right] = term.factors.map(minus);
    if (right === undefined) return left;
    const operation = this.model.at(this.step).phase.operation;
    return fill(term.closes ? words.product : words.product_about, { left, operation, right, value: minus(term.text) });
  }

  nameOfProductCell(cell, term) {
    const { words } = this.model;
    const [group, row, column] = cell.dataset.index.split(",");
    const pane = this.first.panes[this.rowOf?.[group]]?.tag.textContent ?? "";
    const product = term ? this.nameOfProduct(term) : words.cell_hidden;
    return fill(pane ? words.product_cell_pane : words.product_cell, { pane, row, column, product });
  }

  nameOfPartial(k) {
    const { phase, s } = this.model.at(this.step);
    const { name, values } = phase.partials[k];
    return fill(this.model.words.group_sum, { group: name, value: values.text(s) });
  }

  /** Where the name of a group's channel stands: beside its line, its sum and its part of the whole. */
  tagsOf(group) {
    const sum = this.sums.find((each) => each && Number(each.cell.dataset.index) === group);
    const part = this.partialSpans.find((span) => Number(span.dataset.group) === group);
    return [this.lines[group].label, sum?.tag, part?.name].filter(Boolean);
  }

  cellOf({ board, flat }) {
    return this.views.get(board)?.cellAt(flat) ?? this.extra.find((c) => c && c.dataset.board === board && Number(c.dataset.flat) === flat);
  }

  light(cells) {
    this.dim();
    for (const cell of cells) {
      if (!cell) continue;
      cell.classList.add("lit");
      this.lit.push(cell);
    }
  }

  dim() {
    for (const cell of this.lit) cell.classList.remove("lit");
    this.lit = [];
  }

  /** What belongs to a term: its two cells, its product, its place in the sum. */
  partsOfTerm(t) {
    const term = this.model.term(this.step, t);
    if (!term) return [];
    return [...term.cells.map((c) => this.cellOf(c)), this.productCells[t], this.termSpans[t]];
  }

  /** What belongs to a partial: its terms, its cell, its place in the sum. */
  partsOfPartial(k) {
    const { phase } = this.model.at(this.step);
    const partial = phase.partials[k];
    const parts = [this.partialSpans[k], this.sums[k]?.cell, this.extra[k]];
    if (partial.group !== null) {
      phase.groups.forEach((g, t) => {
        if (g === partial.group) parts.push(this.productCells[t], this.termSpans[t]);
      });
    }
    return parts;
  }
}
