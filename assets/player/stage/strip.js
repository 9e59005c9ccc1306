// The sums of a step, written out: a line of products for each group, and the line that adds the groups up.

import { element, make, reachable } from "../../shared/dom.js";
import { setText } from "./boards.js";
import { inSum } from "../trace/decode.js";
import { operatorOf } from "../trace/plan.js";
import { termsName } from "../trace/wording.js";

const UNKNOWN = "…";

export class Strip {
  constructor(phase) {
    const { kind, one, single } = phase.plan;
    const largest = phase.reduce === "max";
    const added = phase.partials.some((p) => p.cell);
    this.root = element("div", `strip ${kind}`);
    this.whole = element("div", "line whole");
    this.adds = kind === "full" || (kind === "chain" && added); // the last line adds partials up
    this.own = !this.adds && (kind === "merged" || kind === "chain"); // it begins with the terms themselves
    this.pair = this.own && !single && phase.finish !== "";
    this.lines = [];
    this.terms = [];
    this.partials = [];
    if (kind === "reduced" || (this.adds && !(one && single))) this.makeLines(phase, largest);
    this.root.append(this.whole);
    if (this.own) this.terms = placeTerms(phase, phase.group_names.map(() => this.span("span", "terms")), largest);
    if (this.adds) this.makePartials(phase, largest);
    if (this.adds || this.pair || (this.own && !phase.finish)) this.sign = this.span("span", "equals");
    if (phase.finish) {
      if (!this.own || this.pair) this.before = this.span("b", "before");
      this.applied = this.span("span", "equals");
    }
    this.result = this.span("b", "result", { "data-total": "0" });
    this.root.classList.toggle("single", this.lines.length === 1);
  }

  span(tag, className, attributes = {}) {
    return make(tag, className, this.whole, undefined, attributes);
  }

  makeLines(phase, largest) {
    this.lines = phase.group_names.map((_, group) => {
      const root = make("div", "line", this.root);
      const [label, terms, sign] = ["label", "terms", "equals"].map((name) => make("span", name, root));
      const partial = phase.partials.findIndex((p) => p.group === group);
      return { root, label, terms, sign, sum: make("b", "partial", root, undefined, { "data-partial": partial }), group };
    });
    this.terms = placeTerms(phase, this.lines.map(({ terms }) => terms), largest);
  }

  makePartials(phase, largest) {
    this.partials = phase.partials.map((_, k) => {
      if (k > 0) this.whole.append(largest ? ", " : " + ");
      const span = this.span("span", "partial", { "data-partial": k });
      span.name = make("i", "", span);
      span.value = make("b", "", span);
      return span;
    });
  }

  /** Put the lines of products below their own boards in `stage`, or all of them here. */
  placeLines(inline, stage) {
    if (inline === this.inline) return;
    this.inline = inline;
    for (const { root } of this.lines) {
      root.classList.toggle("inline", inline);
      if (inline) stage.append(root);
      else this.root.insertBefore(root, this.whole);
    }
  }

  /** Name the groups of a step; the same for all steps of a page. */
  name(model, step) {
    const { phase } = model.at(step);
    this.looks ??= this.lines.map(({ terms }) => reachable(terms, termsName(model.words, phase)));
    for (const line of this.lines) setText(line.label, model.groupName(step, line.group));
    this.partials.forEach((span, k) => {
      const partial = phase.partials[k];
      const channel = partial.group !== null && (phase.plan.beside || phase.group_names.length > 1);
      const name = channel ? model.groupName(step, partial.group) : "";
      setText(span.name, name || partial.name);
    });
  }

  /** Let Tab reach the lines that have outgrown their room, and no other one. */
  look() {
    for (const look of this.looks ?? []) look();
  }

  /** Write a step's sums as far as `known(stage, part)` says. */
  show(model, step, known) {
    const { phase, s } = model.at(step);
    this.terms.forEach((span, t) => setText(span, termText(model, phase, s, t)));
    if (phase.ragged) joinPresent(phase, this.terms);
    for (const line of this.lines) {
      const partial = phase.partials[line.sum.dataset.partial];
      line.root.classList.toggle("held", !known("terms", phase.groups.indexOf(line.group)));
      setText(line.sign, lineCloses(phase, partial, s) ? " = " : " ≈ ");
      setText(line.sum, known("groups", Number(line.sum.dataset.partial)) ? partial.values.text(s) : UNKNOWN);
    }
    if (this.own) this.whole.classList.toggle("held", phase.plan.kind === "merged" && !known("terms"));
    this.partials.forEach((span, k) => {
      const { cell, values } = phase.partials[k];
      const text = values.text(s);
      setText(span.value, !known(cell ? "cells" : "groups", k) ? UNKNOWN : k === 0 ? text : inSum(text));
    });
    if (this.sign) setText(this.sign, this.closes(phase, s) ? " = " : " ≈ ");
    if (this.applied) this.showFinish(phase, s, known);
    setText(this.result, known("result") ? phase.results.text(s) : UNKNOWN);
  }

  /** Whether what stands before the last line's first sign gives what stands after it. */
  closes(phase, s) {
    return phase.closes(s) && (!this.own || lineCloses(phase, phase.partials[0], s));
  }

  showFinish(phase, s, known) {
    const before = phase.before.text(s);
    const finish = phase.finishOf(s);
    const equals = phase.finishCloses(s) ? "=" : "≈";
    const sure = known(phase.plan.kind === "reduced" ? "groups" : this.pair ? "terms" : "finish");
    const operator = operatorOf(finish);
    if (this.before) setText(this.before, !sure ? UNKNOWN : phase.plan.kind === "reduced" && !operator ? "" : before);
    const arrow = this.own && !this.pair ? " → " : phase.plan.kind === "reduced" ? "" : "   ";
    const text = operator ? ` ${finish} ${equals} ` : `${arrow}${finish}(${before}) ${equals} `;
    setText(this.applied, known("finish") ? text : " ");
  }
}

function placeTerms(phase, places, largest) {
  const join = largest ? ", " : " + ";
  const ends = new Map();
  if (largest) {
    for (const place of new Set(places)) {
      const end = document.createTextNode(")");
      place.append("max(", end);
      ends.set(place, end);
    }
  }
  const begun = new Set();
  return phase.groups.map((g, t) => {
    const place = places[g];
    const span = element("span", "term", { "data-term": t });
    span.joined = begun.has(place) ? join : "";
    span.join = document.createTextNode(span.joined);
    begun.add(place);
    for (const part of [span.join, span]) place.insertBefore(part, ends.get(place) ?? null);
    return span;
  });
}

/** Join the terms that a step has; those before the first one have nothing to be joined to. */
function joinPresent(phase, spans) {
  const begun = new Set();
  spans.forEach((span, t) => {
    const present = span._text !== "";
    const group = phase.groups[t];
    span.join.data = present && begun.has(group) ? (phase.reduce === "max" ? ", " : " + ") : "";
    if (present) begun.add(group);
  });
}

/** "2·(−1)", "3", or nothing where the step lacks the term; in parentheses what is negative and not first in its sum. */
function termText(model, phase, s, t) {
  const [first, second] = phase.factors;
  const flat = first.at(s, t);
  if (flat < 0) return "";
  const text = model.board(first.board).written.text(flat);
  const leads = phase.reduce === "max" || t === 0 || phase.groups[t] !== phase.groups[t - 1];
  const left = leads ? text : inSum(text);
  if (!second) return left;
  const sign = phase.operation === "×" ? "·" : ` ${phase.operation} `;
  return `${left}${sign}${inSum(model.board(second.board).written.text(second.at(s, t)))}`;
}

function lineCloses(phase, partial, s) {
  if (!partial.closes(s)) return false;
  return phase.everyTermCloses || phase.groups.every((g, t) => g !== partial.group || phase.termCloses(s, t));
}
