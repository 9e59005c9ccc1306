// Practice: an exercise with blanks, what to practise, and how it went. What comes next is drawn here, in the browser.

import { make, makeButton } from "../shared/dom.js";
import { Exercise } from "./exercise.js";
import { clear, load, save } from "./record.js";
import { Report } from "./report.js";
import { after, levelOf, nameOf, next } from "./schedule.js";

const TEN = 10; // after so many exercises it is shown how it went

class Practice {
  constructor(parent, data, page) {
    this.page = page;
    const { words } = data;
    this.root = make("div", "practice", parent);
    this.choice(make("div", "choose", this.root), data);
    this.exercise = new Exercise(this.root, page, words, {
      said: (verdict) => this.said(verdict),
      done: () => this.finish(),
      next: () => {
        if (this.data.end) this.remember({ right: true, read: true }); // a worked one has been read
        this.next();
      },
    });
    this.another = makeButton("press", this.exercise.head, words.another);
    this.another.onclick = () => this.next();
    this.report = new Report(this.root, page, words, () => {
      clear();
      this.kept();
    });
    this.update(data);
  }

  /** What to practise: topics, all of them where none is chosen, and a level. */
  choice(root, { topics, levels, words }) {
    const group = make("div", "topics-of", root, undefined, { role: "group", "aria-label": words.topics });
    this.chips = new Map(["", ...topics].map((topic) => {
      const chip = makeButton("press round", group, topic || words.mix);
      chip.onclick = () => this.chose((record) => ({ topics: toggled(record.topics, topic) }));
      return [topic, chip];
    }));
    const label = make("label", "level-of", root, words.level);
    this.level = make("select", "press", label);
    for (const [level, name] of Object.entries({ auto: words.auto, ...levels })) make("option", "", this.level, name, { value: level });
    this.level.onchange = () => this.chose(() => ({ level: this.level.value }));
  }

  /** Another choice: what is on show stays where it fits. */
  chose(change) {
    const record = { ...load(), ...change(load()) };
    save(record);
    this.kept();
    const { topic, level } = this.data;
    const fits = (!record.topics.length || record.topics.includes(topic)) && level === levelOf(record);
    if (!fits) this.next({ focus: false });
  }

  update(data) {
    const same = this.data && nameOf(this.data.link) === nameOf(data.link);
    const { words } = data;
    this.data = data;
    if (data.chosen && !same) save({ ...load(), topics: [data.chosen] });
    const record = this.kept();
    if (!same && data.fresh && (record.log.length || data.level !== levelOf(record))) this.next({ focus: false, back: true });
    const again = record.due.some(({ link }) => nameOf(link) === nameOf(data.link));
    if (!this.exercise.show(data, data.end ? words.worked : again ? words.comes_again : "")) return;
    this.slips = [];
    this.missed = this.done = false;
    this.another.hidden = Boolean(data.end); // of a worked one there is nothing to answer
    if (this.led) this.exercise.start(this.root);
    this.led = false;
  }

  said({ right, slip }) {
    if (right) return;
    this.missed = true;
    if (slip) this.slips.push(slip);
  }

  /** No blank is left: it is remembered how it went. */
  finish() {
    this.remember({ right: !this.missed, read: false });
    const { words } = this.data;
    this.another.hidden = true;
    this.exercise.finish(this.missed ? words.done_slips : words.done);
  }

  remember({ right, read }) {
    if (this.done) return;
    this.done = true;
    const { link, title, look } = this.data;
    const record = after(load(), { link, title, look, slips: this.slips, right, read });
    save(record);
    this.kept();
    if (record.count % TEN === 0) this.report.root.open = true;
  }

  next({ focus = true, back = false } = {}) {
    this.led = focus;
    const { kinds, link } = this.data;
    this.page.open(next(load(), kinds, link.v), { back });
  }

  /** Show what is kept. */
  kept() {
    const record = load();
    for (const [topic, chip] of this.chips) {
      chip.setAttribute("aria-pressed", String(topic ? record.topics.includes(topic) : !record.topics.length));
    }
    this.level.value = record.level;
    this.report.show(record);
    return record;
  }

  destroy() {
    this.exercise.destroy();
    this.report.destroy();
  }
}

/** The topics with one more, or one less; "" is the mix of all. */
function toggled(topics, topic) {
  if (!topic) return [];
  return topics.includes(topic) ? topics.filter((one) => one !== topic) : [...topics, topic];
}

export function practiceWidget(parent, data, page) {
  return new Practice(parent, data, page);
}
