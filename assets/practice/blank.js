// A blank: a step of a working that the learner is to say, with its field, and what was said of the answer.

import { element, fill, make } from "../shared/dom.js";

let number = 0; // of blanks that were drawn, so that each verdict has a name of its own

export class Blank {
  /** line: its `label`, how it is made (`work`), and its number (`shown`), null where the learner is to say it. */
  constructor({ label, work, shown, about = [label, work].filter(Boolean).join(", ") }, words, place, told) {
    Object.assign(this, { label, work, words, place });
    this.verdict = make("p", "said-of", told, "", { id: `said-of-${number++}` });
    this.open = shown === null;
    if (!this.open) make("b", "number", place, shown);
    else
      this.field = make("input", "field", place, undefined, {
        type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "next",
        "aria-label": fill(words.blank, { label: about }), "aria-describedby": this.verdict.id,
      });
  }

  /** Whether something has been typed that was not judged yet. */
  get fresh() {
    return this.open && Boolean(this.field.value.trim()) && this.field.value !== this.judged;
  }

  now(here) {
    this.root.classList.toggle("now", here);
  }

  /** Say what an answer is worth; true where the blank is done. */
  say({ right, message, shown }) {
    const kind = right ? "right" : shown === undefined ? "wrong" : "shown";
    this.judged = this.field.value;
    this.verdict.dataset.kind = kind;
    this.tell(kind, message);
    this.field.setAttribute("aria-invalid", String(kind === "wrong"));
    if (kind === "wrong") return false;
    this.open = false;
    this.place.replaceChildren(element("b", "number", { "data-kind": kind }, shown));
    return true;
  }
}
