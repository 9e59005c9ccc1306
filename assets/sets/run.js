// A set as a learner works through it: one exercise after the other, as Practice shows them, and at the end the result.

import { copying, fill, make, makeButton } from "../shared/dom.js";
import { leading } from "../sheet/links.js";
import { Exercise } from "../practice/exercise.js";
import { keepWho, load, save } from "./record.js";
import { after, ended } from "./went.js";

class Run {
  constructor(parent, data, page) {
    this.page = page;
    this.words = data.words;
    const { words } = this;
    this.root = make("div", "practice set", parent);
    const bar = make("div", "places-bar", this.root);
    this.places = make("ol", "places", make("nav", "", bar, undefined, { "aria-label": words.places }));
    const whose = make("p", "whose", bar);
    this.learner = make("strong", "", whose);
    this.other = make("a", "", whose);
    this.exercise = new Exercise(this.root, page, words, {
      said: (verdict) => this.said(verdict),
      done: () => this.finish(),
      next: () => this.go(this.data.at + 1),
    });
    this.result = make("section", "exercise result", this.root, undefined, { "aria-labelledby": "result-title" });
    make("h2", "name", this.result, words.result, { id: "result-title", tabindex: "-1" });
    this.says = make("p", "went", this.result);
    this.open = make("p", "open", this.result);
    this.text = make("textarea", "text", this.result, undefined, { readonly: "", rows: "6", "aria-label": words.result });
    this.copy = makeButton("press main", this.result, words.result_copy);
    copying(this.copy, this.text, page.data.words.copied);
    make("p", "caption", this.result, words.result_help);
    this.update(data);
  }

  get went() {
    return load(this.data.run, this.data.queries.length - 1);
  }

  /** Keep how the exercise on show stands. */
  change(by) {
    const went = this.went;
    went[this.data.at] = by(went[this.data.at]);
    save(this.data.run, went);
    this.mark();
  }

  go(at) {
    this.led = true;
    this.page.open(this.data.queries[at]);
  }

  update(data) {
    this.data = data;
    const { words } = this;
    const { exercise, at, learner, other } = data;
    this.learner.textContent = learner;
    leading(this.other, words.other, other, "", () => {
      keepWho("");
      this.page.open(other);
    });
    this.mark();
    this.exercise.root.hidden = !exercise;
    this.result.hidden = Boolean(exercise);
    if (!exercise) {
      this.page.root.classList.add("solved");
      return void this.ends();
    }
    this.exercise.onward.textContent = at + 2 === data.queries.length ? words.last : words.next;
    const before = this.went[at].end !== "not done";
    if (!this.exercise.show(exercise, before ? words.before : "")) return;
    if (this.led) this.exercise.start(this.root);
    this.led = false;
  }

  /** The places of the set: which one is on show, and how each went. */
  mark() {
    const { queries, at } = this.data;
    const { words, went } = this;
    while (this.places.children.length < queries.length) make("a", "", make("li", "", this.places));
    [...this.places.children].forEach(({ firstChild: link }, k) => {
      const last = k === queries.length - 1;
      leading(link, last ? words.to_result : String(k + 1), queries[k], "", () => this.go(k));
      link.dataset.end = last ? "" : went[k].end;
      link.title = last ? "" : words.ends[went[k].end];
      if (!last) link.setAttribute("aria-label", fill(words.place, { place: k + 1, end: words.ends[went[k].end] }));
      if (k === at) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
  }

  said(verdict) {
    this.change((one) => after(one, verdict));
  }

  finish() {
    const before = this.went[this.data.at].end !== "not done";
    this.change(ended);
    const { words } = this;
    const right = this.went[this.data.at].end === "right";
    this.exercise.finish(before ? words.before : right ? words.done : words.done_slips);
  }

  /** The result: the engine writes it, of what this browser has kept. */
  async ends() {
    const { data, words, went } = this;
    const open = went.flatMap(({ end }, k) => (end === "not done" ? [k + 1] : []));
    this.open.textContent = open.length ? fill(words.result_open, { places: open.join(", ") }) : "";
    this.copy.textContent = words.result_copy;
    try {
      const result = went.map(({ end, wrong, slips }) => [end, wrong, slips]);
      const { text, says } = await this.page.ask("guess", { result, when: now() });
      if (this.data !== data) return;
      this.says.textContent = says;
      this.text.value = text;
      if (this.led) this.result.firstChild.focus();
      this.led = false;
    } catch (error) {
      this.page.failed(error);
    }
  }

  destroy() {
    this.exercise.destroy();
  }
}

/** The time on this device's clock, as 2026-11-28T10:42. */
function now() {
  const date = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function runWidget(parent, data, page) {
  return new Run(parent, data, page);
}
