// Lines with blanks: a step of a working each, its field, and what was said of the answer. The engine judges.

import { element, make, makeButton } from "../shared/dom.js";
import { Blank } from "./blank.js";
import { BlankMap } from "./map.js";

/** One line: what it is, how it is made, and the number or a field for it. */
class Line extends Blank {
  constructor(parent, line, words) {
    const root = make("div", line.shown === null ? "blank-line asked" : "blank-line", parent);
    make("span", "what", root, line.label);
    make("span", "how", root, line.work ? `${line.work} =` : "");
    super(line, words, make("span", "answer-place", root), root);
    this.root = root;
  }

  tell(kind, message) {
    if (kind === "wrong") this.verdict.textContent = message;
    else this.verdict.replaceChildren(element("strong", "", {}, this.words[kind]));
  }
}

export class Lines {
  /** judge(item, answer) → a promise of the verdict; done(): when no blank is left; said(item, verdict): each time. */
  constructor(parent, words, { judge, said, done }) {
    this.words = words;
    Object.assign(this, { judge, said, done });
    this.root = make("form", "blanks", parent);
    this.list = make("div", "blank-lines", this.root);
    this.bar = make("div", "acts", this.root);
    this.check = make("button", "press main", this.bar, words.check, { type: "submit" });
    this.reveal = makeButton("press", this.bar, words.show);
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
      return maps.get(map).add(line, this.words);
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
      this.live.textContent = this.on.verdict.textContent = (error.final && error.message) || this.words.unanswered;
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
