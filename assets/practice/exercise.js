// One exercise with blanks: what it gives, its lines, and, when no blank is left, the whole working.

import { fill, make, makeButton } from "../shared/dom.js";
import { Blocks } from "../sheet/blocks.js";
import { Lines } from "./lines.js";
import { nameOf } from "./schedule.js";

export class Exercise {
  /** said(verdict): of each answer; done(): when no blank is left; next(): to the next exercise. */
  constructor(parent, page, words, { said, done, next }) {
    Object.assign(this, { page, words });
    this.root = make("section", "exercise", parent, undefined, { "aria-labelledby": "practice-title" });
    this.head = make("div", "name-row", this.root);
    this.title = make("h2", "name", this.head, "", { id: "practice-title" });
    this.note = make("span", "note", this.head);
    this.question = make("p", "asked-for", this.root);
    const sides = make("div", "sides", this.root);
    this.given = new Blocks(make("div", "given", sides, undefined, { role: "group", "aria-label": words.given }), page);
    const right = make("div", "side", sides);
    this.lines = new Lines(right, words, {
      judge: (item, answer) => page.ask("guess", { item, ...answer }),
      said: (item, verdict) => said(verdict),
      done,
    });
    const end = make("div", "ending", right);
    this.verdict = make("p", "went", end, "", { role: "status" });
    this.links = new Blocks(make("div", "links", end), page);
    this.onward = makeButton("press main", end, words.next);
    this.onward.onclick = next;
  }

  /** Show an exercise; true where it is another one than before. what: what is to be said of it, beside its level. */
  show(data, what = "") {
    const same = this.data && nameOf(this.data.link) === nameOf(data.link);
    this.data = data;
    if (same) return false;
    const { words } = this;
    this.title.textContent = data.title;
    this.note.textContent = [fill(words.at_level, data), what].filter(Boolean).join(" · ");
    this.question.textContent = data.question;
    this.given.show(data.given);
    this.lines.show(data.end?.lines ?? data.lines);
    this.verdict.textContent = "";
    this.links.show([]);
    this.onward.hidden = true;
    this.page.root.classList.remove("solved");
    if (data.end) this.ended(data.end);
    return true;
  }

  /** The learner went on to this exercise: its beginning is seen, and its first blank has the focus. */
  start(root = this.root) {
    const top = root.getBoundingClientRect().top;
    if (top < 0) root.scrollIntoView({ block: "start", behavior: "instant" });
    if (this.lines.at < 0) this.onward.focus({ preventScroll: true });
    else this.lines.focus();
  }

  /** No blank is left: how it went is said, and the whole working is shown. */
  async finish(went) {
    const name = nameOf(this.data.link);
    this.verdict.textContent = went;
    this.onward.hidden = false;
    this.onward.focus({ preventScroll: true });
    try {
      const end = await this.page.ask("guess", { end: true });
      if (nameOf(this.data.link) !== name) return;
      this.ended(end);
      this.onward.scrollIntoView({ block: "nearest", behavior: "instant" });
    } catch (error) {
      this.page.failed(error);
    }
  }

  ended({ lines, blocks }) {
    this.onward.hidden = false;
    this.lines.whole(lines);
    this.links.show(blocks);
    this.page.root.classList.add("solved");
  }

  destroy() {
    this.given.destroy();
    this.links.destroy();
  }
}
