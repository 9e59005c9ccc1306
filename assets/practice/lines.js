// Lines with blanks: a step of a working each, its field, and what was said of the answer. The engine judges.

import { element, fill, make, makeButton } from "../shared/dom.js";
import { BlankMap } from "./map.js";

let number = 0; // of lines that were drawn, so that each verdict has a name of its own

/** One line: what it is, how it is made, and the number or a field for it. */
class Line {
  constructor(parent, { label, work, shown, about = [label, work].filter(Boolean).join(", ") }, words) {
    this.root = make("div", shown === null ? "blank-line asked" : "blank-line", parent);
    Object.assign(this, { label, words });
    make("span", "what", this.root, label);
    this.work = make("span", "how", this.root, work ? `${work} =` : "");
    this.place = make("span", "answer-place", this.root);
    this.verdict = make("p", "said-of", this.root, "", { id: `said-of-${number++}` });
    this.open = shown === null;
    if (!this.open) {
      make("b", "number", this.place, shown);
      return;
    }
    this.field = fieldOf(words)(this.place, about, this.verdict.id);
  }

  get fresh() {
    return this.open && Boolean(this.field.value.trim());
  }

  now(here) {
    this.root.classList.toggle("now", here);
  }

  /** Say what an answer is worth; true where the line is done. */
  say({ right, message, shown }) {
    const kind = right ? "right" : shown === undefined ? "wrong" : "shown";
    this.verdict.dataset.kind = kind;
    if (kind === "wrong") this.verdict.textContent = message;
    else this.verdict.replaceChildren(element("strong", "", {}, this.words[kind]));
    this.field?.setAttribute("aria-invalid", String(kind === "wrong"));
    if (kind === "wrong") return false;
    this.open = false;
    this.place.replaceChildren(element("b", "number", { "data-kind": kind }, shown));
    return true;
  }
}

/** What makes a field for the answer to `about`; said: the id of what is said of it. */
function fieldOf(words) {
  return (parent, about, said) =>
    make("input", "field", parent, undefined, {
      type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "next",
      "aria-label": fill(words.blank, { label: about }), "aria-describedby": said,
    });
}

export class Lines {
  /** judge(item, answer) → a promise of the verdict; done(): when no blank is left; said(item, verdict): each time. */
  constructor(parent, words, { judge, said, done }) {
    this.words = words;
    Object.assign(this, { judge, said, done });
    this.root = make("form", "blanks", parent);
    this.list = make("div", "blank-lines", this.root);
    this.bar = make("div", "acts", this.root);
    this.check = make("button", "control main", this.bar, words.check, { type: "submit" });
    this.reveal = makeButton("control", this.bar, words.show);
    this.live = make("p", "live", this.root, "", { role: "status" });
    this.root.noValidate = true;
    this.root.onsubmit = (event) => {
      event.preventDefault();
      this.answer();
    };
    this.reveal.onclick = () => this.answer({ show: true });
    this.list.addEventListener("focusin", ({ target }) => this.choose(this.lines.findIndex(({ field }) => field === target)));
  }

  show(lines) {
    this.list.replaceChildren();
    const maps = new Map();
    this.lines = lines.map((line) => {
      if (!line.cell) return new Line(this.list, line, this.words);
      const { map } = line.cell;
      if (!maps.has(map)) maps.set(map, new BlankMap(this.list, line.cell, () => this.answer()));
      return maps.get(map).add({ ...line, words: this.words, field: fieldOf(this.words) }, number++);
    });
    this.live.textContent = "";
    this.choose(this.lines.findIndex(({ open }) => open));
    this.bar.hidden = this.at < 0;
  }

  /** Show the whole working: each line as it is made, and the lines that were not on show. */
  whole(lines) {
    const said = new Map(this.lines.map(({ label, verdict }) => [label, verdict]));
    this.list.replaceChildren();
    for (const line of lines) {
      const { root, verdict } = new Line(this.list, line, this.words);
      const before = said.get(line.label);
      if (!before?.dataset.kind) continue;
      verdict.replaceWith(before);
      root.dataset.kind = before.dataset.kind;
      root.classList.add("asked");
    }
    this.bar.hidden = true;
  }

  choose(at) {
    this.at = at;
    for (const [k, line] of this.lines.entries()) if (k !== at) line.now(false);
    this.lines[at]?.now(true);
  }

  focus() {
    const { field, root } = this.lines[this.at];
    field.focus({ preventScroll: true });
    root.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /** The blank in question is answered by what stands in its field, or shown; of a map all that has been typed is. */
  async answer({ show = false } = {}) {
    const { at, lines } = this;
    const line = lines[at];
    const together = line?.map && !show ? [...lines.keys()].filter((k) => lines[k].map === line.map && lines[k].fresh) : [at];
    const asked = together.length ? together : [at];
    if (!line?.open || this.asking || !(show || lines[asked[0]].fresh)) {
      line?.field?.focus();
      return;
    }
    this.asking = true;
    this.root.ariaBusy = "true";
    try {
      const wrong = [];
      const told = [];
      for (const k of asked) {
        this.on = lines[k];
        const verdict = await this.judge(k, show ? { show } : { text: this.on.field.value.trim() });
        if (this.lines !== lines) return; // another exercise came meanwhile
        const settled = this.on.say(verdict);
        told.push(settled ? `${this.on.label}: ${this.words[verdict.right ? "right" : "shown"]} ${verdict.shown}` : this.on.verdict.textContent);
        if (!settled) wrong.push(k);
        this.said(k, verdict);
      }
      this.live.textContent = told.join(" ");
      if (!wrong.length) this.onward(asked.at(-1));
      else {
        this.choose(wrong[0]);
        lines[wrong[0]].field.focus({ preventScroll: true });
        lines[wrong[0]].field.select();
      }
    } catch (error) {
      this.live.textContent = this.words.unanswered;
      this.on.verdict.textContent = this.words.unanswered;
      if (error.final) throw error;
    } finally {
      this.asking = false;
      this.root.ariaBusy = "false";
    }
  }

  onward(from) {
    const order = [...this.lines.keys()];
    const left = [...order.slice(from + 1), ...order.slice(0, from)].filter((k) => this.lines[k].open);
    this.choose(left[0] ?? -1);
    this.bar.hidden = !left.length;
    if (left.length) this.focus();
    else this.done();
  }
}
