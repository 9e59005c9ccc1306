// Lines with blanks: a step of a working each, its field, and what was said of the answer. The engine judges.

import { element, fill, make, makeButton } from "../shared/dom.js";

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
    this.field = make("input", "field", this.place, undefined, {
      type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "next",
      "aria-label": fill(words.blank, { label: about }), "aria-describedby": this.verdict.id,
    });
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
    this.lines = lines.map((line) => new Line(this.list, line, this.words));
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
    this.lines.forEach(({ root }, k) => root.classList.toggle("now", k === at));
  }

  focus() {
    const { field, root } = this.lines[this.at];
    field.focus({ preventScroll: true });
    root.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /** The blank in question is answered by what stands in its field, or shown. */
  async answer({ show = false } = {}) {
    const { at, lines } = this;
    const line = lines[at];
    const text = line?.field?.value.trim();
    if (!line?.open || this.asking || !(show || text)) {
      line?.field?.focus();
      return;
    }
    this.asking = true;
    this.root.ariaBusy = "true";
    try {
      const verdict = await this.judge(at, show ? { show } : { text });
      if (this.lines !== lines) return; // another exercise came meanwhile
      const settled = line.say(verdict);
      this.live.textContent = line.verdict.textContent + (settled ? ` ${verdict.shown}` : "");
      this.said(at, verdict);
      if (!settled) line.field.select();
      else this.onward(at);
    } catch (error) {
      this.live.textContent = this.words.unanswered;
      line.verdict.textContent = this.words.unanswered;
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
