// What of a step can be blank, and what is asked for it.

import { fill } from "../../shared/dom.js";
import { joinOf, stagesOf } from "../trace/plan.js";
import { termsName } from "../trace/wording.js";

// Of a field for an answer.
export const FIELD = {
  type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", maxlength: "200",
};
export const BLANKS = ["result", "sums", "products", "map", "shape", "reads", "winner"];

/** What is asked of a step, one thing after the other; `stage`: how far the step is shown meanwhile. */
export function partsOf(model, step, blank, shaped) {
  const { phase } = model.at(step);
  const kind = hasBlank(model, phase, blank) ? blank : "result";
  const last = stagesOf(phase).at(-2);
  if (kind === "shape") return shaped ? [] : [{ target: kind, stage: "none" }];
  if (kind === "reads") return [{ target: "window", stage: "none" }];
  if (kind === "winner") return [{ target: kind, stage: last }];
  if (kind === "map") return [{ target: kind, stage: "window" }];
  const parts = [];
  if (kind === "products") {
    phase.groups.forEach((_, t) => model.term(step, t) && parts.push({ target: `term.${t}`, part: t, stage: "window", of: "terms" }));
  }
  if (kind !== "result" && hasBlank(model, phase, "sums")) {
    const past = stagesOf(phase).includes("terms") ? "terms" : "window";
    phase.partials.forEach(({ group }, k) => group !== null && parts.push({ target: `sum.${k}`, part: k, stage: past, of: "groups" }));
  }
  return [...parts, { target: "result", stage: last }];
}

/** What is asked, in words. */
export function questionOf(model, step, { target, part, of }) {
  const { words } = model;
  const { phase } = model.at(step);
  if (of === "terms") {
    const [left, right] = model.term(step, part).factors;
    return fill(words.ask_product, { left, operation: phase.operation, right });
  }
  if (of !== "groups") return words[`ask_${target}`];
  const several = phase.group_names.length > 1;
  const name = phase.reduce === "max" ? "ask_largest" : several ? "ask_sum" : "ask_sum_one";
  const group = model.groupName(step, phase.partials[part].group);
  return fill(words[name], { terms: termsName(words, phase), group });
}

/** The name of a part among what the learner has said. */
export function keyOf({ target, part, of = target }) {
  return `${of}:${part ?? ""}`;
}

/** Whether something of a phase of a model can be blank. */
export function hasBlank(model, phase, kind) {
  const { plan } = phase;
  const stages = stagesOf(phase);
  return {
    sums: stages.includes("groups"),
    products: stages.includes("terms") && !plan.one && joinOf(phase) !== "read",
    shape: model.shaped,
    reads: plan.map,
    winner: phase.reduce === "max",
  }[kind] ?? true;
}
