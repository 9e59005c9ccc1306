// The sums of a step, written out: a line of products for each group, and the line that adds the groups up.

import { element, setText } from "./boards.js";
import { inSum, minus } from "./decode.js";

const UNKNOWN = "…";

export class Strip {
  constructor(phase) {
    this.root = element("div", "strip");
    const largest = phase.reduce === "max";
    this.lines = phase.group_names.map((_, group) => this.makeLine(phase, group, largest));
    this.terms = this.placeTerms(phase, largest ? ", " : " + ");
    this.whole = element("div", "line whole");
    this.root.append(this.whole);
    this.partials = phase.partials.map((_, k) => {
      if (k > 0) this.whole.append(largest ? ", " : " + ");
      const span = element("span", "partial", { "data-partial": k });
      span.name = element("i");
      span.value = element("b");
      span.append(span.name, span.value);
      this.whole.append(span);
      return span;
    });
    this.sign = element("span", "equals");
    this.whole.append(this.sign);
    if (phase.finish) {
      this.before = element("b", "before");
      this.applied = element("span", "equals");
      this.whole.append(this.before, this.applied);
    }
    this.result = element("b", "result", { "data-total": "0" });
    this.whole.append(this.result);
    this.root.classList.toggle("single", this.lines.length === 1);
  }

  makeLine(phase, group, largest) {
    const root = element("div", "line");
    const label = element("span", "label");
    const terms = element("span", "terms");
    const sign = element("span", "equals");
    const sum = element("b", "partial", { "data-partial": phase.partials.findIndex((p) => p.group === group) });
    if (largest) terms.append("max(", (terms.end = document.createTextNode(")")));
    root.append(label, terms, sign, sum);
    this.root.append(root);
    return { root, label, terms, sign, sum, group };
  }

  placeTerms(phase, join) {
    const begun = new Set();
    return phase.groups.map((g, t) => {
      const { terms } = this.lines[g];
      const span = element("span", "term", { "data-term": t });
      span.joined = begun.has(g) ? join : "";
      span.join = document.createTextNode(span.joined);
      begun.add(g);
      for (const part of [span.join, span]) terms.insertBefore(part, terms.end ?? null);
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
    for (const line of this.lines) setText(line.label, model.groupName(step, line.group));
    phase.partials.forEach((partial, k) => {
      const name = partial.group === null ? "" : model.groupName(step, partial.group);
      setText(this.partials[k].name, name || partial.name);
    });
  }

  /** Write a step's sums as far as `past(stage)` says. */
  show(model, step, past) {
    const { phase, s } = model.at(step);
    for (let t = 0; t < phase.termCount; t++) setText(this.terms[t], termText(model, phase, s, t));
    if (phase.ragged) for (const span of this.terms) span.join.data = span._text ? span.joined : "";
    for (const line of this.lines) {
      const partial = phase.partials[line.sum.dataset.partial];
      line.root.classList.toggle("held", !past("terms"));
      setText(line.sign, lineCloses(phase, partial, s) ? " = " : " ≈ ");
      setText(line.sum, past("groups") ? minus(partial.values.text(s)) : UNKNOWN);
    }
    phase.partials.forEach((partial, k) => {
      const text = partial.values.text(s);
      const known = past(partial.cell ? "cells" : "groups");
      setText(this.partials[k].value, !known ? UNKNOWN : k === 0 ? minus(text) : inSum(text));
    });
    setText(this.sign, phase.closes(s) ? " = " : " ≈ ");
    if (this.before) {
      const before = past("finish") ? phase.before.text(s) : UNKNOWN;
      setText(this.before, minus(before));
      setText(this.applied, `   ${phase.finish}(${minus(before)}) = `);
    }
    setText(this.result, past("result") ? minus(phase.results.text(s)) : UNKNOWN);
  }
}

/** "2·(−1)", "3", or nothing where the step lacks the term. */
function termText(model, phase, s, t) {
  const [first, second] = phase.factors;
  const flat = first.at(s, t);
  if (flat < 0) return "";
  const left = model.board(first.board).written.text(flat);
  if (!second) return minus(left);
  const sign = phase.operation === "×" ? "·" : ` ${phase.operation} `;
  return `${minus(left)}${sign}${inSum(model.board(second.board).written.text(second.at(s, t)))}`;
}

function lineCloses(phase, partial, s) {
  if (!partial.closes(s)) return false;
  return phase.everyTermCloses || phase.groups.every((g, t) => g !== partial.group || phase.termCloses(s, t));
}
