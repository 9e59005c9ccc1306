// The number of a step as it comes about: terms or their sum, what is added, the function applied last, the result.

import { element, fill, make } from "../../shared/dom.js";
import { makeCell, mark, paint, setAttribute, setText, toneOf } from "./boards.js";
import { operatorOf } from "../trace/plan.js";
import { reducedName, termsName } from "../trace/wording.js";

const [ACROSS, DOWN] = ["→", "↓"];

export class Chain {
  constructor(phase, words) {
    const { kind } = phase.plan;
    this.phase = phase;
    this.words = words;
    this.row = kind === "chain"; // in a row; otherwise below one another
    this.arrow = ACROSS;
    this.root = element("div", this.row ? "total in-row" : "total");
    const added = phase.partials.some((p) => p.cell);
    const own = kind === "full" || added; // what is added has a sum of its own
    this.factors = [];
    if (kind === "chain") this.buildTerm(phase, added || phase.finish !== "");
    if (kind === "reduced") {
      this.label(reducedName(words, phase));
      this.sum = this.cell("before", "sums", { "data-partial": 0 });
    }
    if (added) this.breakLine();
    this.singles = phase.partials.map((partial, k) => {
      if (!partial.cell) return null;
      this.label(`+ ${partial.name}`);
      return this.cell("single", "", { "data-partial": k });
    });
    if (own) this.sign = this.label("=");
    if (phase.finish) {
      this.before = own ? this.cell("before", "before") : (this.term ?? this.sum);
      if (!added) this.breakLine();
      this.finish = this.label("", "finish");
    }
    this.total = this.cell("result", "total", { "data-total": "0" });
  }

  /** The numbers that a term joins, and, where more is done to it, the term. */
  buildTerm(phase, shown) {
    if (phase.factors.length === 2) {
      this.factors = [this.cell("factor", "factors", { "data-term": 0 })];
      this.label(phase.operation);
      this.factors.push(this.cell("factor", "factors", { "data-term": 0 }, 1));
      this.termSign = this.label("=");
    }
    if (!shown) return;
    const function_ = phase.factors.length === 1 && phase.finish;
    this.term = this.cell("before", function_ ? "before" : "products", { "data-term": 0 }, function_ ? "0" : "0,0,0");
  }

  /** What the room must hold: cells in a row, with words between them. */
  get need() {
    const { phase, row } = this;
    const need = [{ cells: 0, words: 0 }];
    let longest = 0;
    for (const node of this.root.children) {
      const characters = node === this.finish ? phase.longestFinish + 2 : (node._text?.length ?? 0);
      if (node.matches(".break")) need.push({ cells: 0, words: 0 });
      else if (node.matches(".cell")) need.at(-1).cells += 1;
      else need.at(-1).words += characters;
      if (node.matches(".label")) longest = Math.max(longest, characters);
    }
    if (!row) return { row, cells: 1, words: longest };
    return { row, lines: need.length, ...need.reduce((a, b) => (b.cells > a.cells ? b : a)) };
  }

  /** What two numbers give stands on a line of its own: 1.5 − 2 = −0.5, then exp(−0.5) = …. */
  breakLine() {
    if (!this.factors.length) return;
    make("span", "break", this.root);
  }

  /** Put the numbers of a row below one another, or beside one another again. */
  turn(upright) {
    const [before, now] = upright ? [ACROSS, DOWN] : [DOWN, ACROSS];
    if (this.arrow === now) return;
    this.arrow = now;
    this.root.classList.toggle("upright", upright);
    if (this.finish?._text) setText(this.finish, this.finish._text.replace(before, now));
  }

  label(text, kind = "") {
    const label = make("span", `label ${kind}`.trim(), this.root);
    setText(label, text);
    return label;
  }

  cell(className, board, attributes = {}, index = 0) {
    const cell = makeCell({ role: "note", ...attributes });
    cell.classList.add(className);
    cell.tabIndex = 0;
    if (board) mark(cell, board, String(index), "");
    this.root.append(cell);
    return cell;
  }

  /** Write a step's numbers as far as `known(stage)` says. */
  show(model, s, known) {
    const { phase } = this;
    const put = (cell, texts, shown) => paint(cell, shown ? texts.text(s) : "", shown ? `l${texts.level(s)}` : "hidden");
    this.factors.forEach((cell, k) => {
      const board = model.board(phase.factors[k].board);
      const flat = phase.factors[k].at(s);
      paint(cell, board.written.text(flat), toneOf(board, flat));
    });
    if (this.term) put(this.term, phase.terms, this.factors.length ? known("terms") : known("window"));
    if (this.termSign) setText(this.termSign, phase.termCloses(s, 0) ? "=" : "≈");
    if (this.sum) this.showSum(s, put, known("groups"));
    phase.partials.forEach((partial, k) => {
      if (!this.singles[k]) return;
      const flat = partial.cell.at(s);
      mark(this.singles[k], partial.cell.board, String(flat), flat);
      this.singles[k].classList.remove("pending");
      put(this.singles[k], partial.values, true);
    });
    if (this.sign) setText(this.sign, phase.closes(s) ? "=" : "≈");
    if (this.before && this.before !== this.term && this.before !== this.sum) put(this.before, phase.before, known("finish"));
    if (this.finish) this.showFinish(s, known("finish"));
    put(this.total, phase.results, known("result"));
    if (phase.plan.kind === "merged") this.total.classList.toggle("approx", known("result") && !phase.partials[0].closes(s));
  }

  showSum(s, put, shown) {
    const [partial] = this.phase.partials;
    put(this.sum, partial.values, shown);
    if (!partial.alwaysCloses) this.sum.classList.toggle("approx", shown && !partial.closes(s));
  }

  showFinish(s, shown) {
    const name = this.phase.finishOf(s);
    const apart = this.factors.length > 0 && !operatorOf(name); // on a line of its own it says what it is applied to
    const text = apart ? `${name}(${this.phase.before.text(s)})` : name;
    const equals = !this.phase.finishCloses(s) ? " ≈" : apart || operatorOf(name) ? " =" : this.row ? ` ${this.arrow}` : "";
    setText(this.finish, `${text}${equals}`);
    this.finish.classList.toggle("held", !shown);
  }

  /** Name the cells for a screen reader; `known(text, stage)` is a text, or that it is not computed yet. */
  name(s, known, nameOf) {
    const { phase, words } = this;
    const value = (name, text, stage) => fill(words.named_value, { name, value: known(text, stage) });
    this.factors.forEach((cell, k) => {
      const { board, at } = phase.factors[k];
      setAttribute(cell, "aria-label", nameOf(board, at(s)));
    });
    const shown = this.factors.length ? "terms" : "window";
    const label = (cell, name) => setAttribute(cell, "aria-label", name);
    if (this.term) label(this.term, value(termsName(words, phase, false), phase.terms.text(s), shown));
    if (this.sum) label(this.sum, value(reducedName(words, phase), phase.partials[0].values.text(s), "groups"));
    phase.partials.forEach(({ cell, values }, k) => {
      if (this.singles[k]) label(this.singles[k], nameOf(cell.board, cell.at(s), values.text(s)));
    });
    if (this.before && this.before !== this.term && this.before !== this.sum) {
      label(this.before, value(words.total_title, phase.before.text(s), "finish"));
    }
    label(this.total, value(this.totalName(), phase.results.text(s), "result"));
  }

  totalName() {
    const { phase, words } = this;
    if (phase.plan.kind === "merged") return reducedName(words, phase);
    return phase.finish || phase.plan.kind === "chain" ? words.stage_result : words.total_title;
  }
}
