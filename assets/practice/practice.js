// Practice: an exercise with blanks, what to practise, and how it went. What comes next is drawn here, in the browser.

import { fill, make, makeButton } from "../shared/dom.js";
import { Blocks } from "../sheet/blocks.js";
import { Lines } from "./lines.js";
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
    const card = make("section", "exercise", this.root, undefined, { "aria-labelledby": "practice-title" });
    const head = make("div", "name-row", card);
    this.title = make("h2", "name", head, "", { id: "practice-title" });
    this.note = make("span", "note", head);
    this.another = makeButton("control", head, words.another);
    this.another.onclick = () => this.next();
    this.question = make("p", "asked-for", card);
    const sides = make("div", "sides", card);
    this.given = new Blocks(make("div", "given", sides, undefined, { role: "group", "aria-label": words.given }), page);
    const right = make("div", "side", sides);
    this.lines = new Lines(right, words, {
      judge: (item, answer) => page.ask("guess", { item, ...answer }),
      said: (item, verdict) => this.said(verdict),
      done: () => this.finish(),
    });
    const end = make("div", "ending", right);
    this.verdict = make("p", "went", end, "", { role: "status" });
    this.links = new Blocks(make("div", "links", end), page);
    this.onward = makeButton("control main", end, words.next);
    this.onward.onclick = () => {
      if (this.data.end) this.remember({ right: true, read: true }); // a worked one has been read
      this.next();
    };
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
      const chip = makeButton("chip", group, topic || words.mix);
      chip.onclick = () => this.chose((record) => ({ topics: toggled(record.topics, topic) }));
      return [topic, chip];
    }));
    const label = make("label", "level-of", root, words.level);
    this.level = make("select", "control", label);
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
    if (same) return;
    if (data.fresh && (record.log.length || data.level !== levelOf(record))) this.next({ focus: false, back: true });
    this.slips = [];
    this.missed = this.done = false;
    this.title.textContent = data.title;
    const again = record.due.some(({ link }) => nameOf(link) === nameOf(data.link));
    const what = data.end ? words.worked : again ? words.comes_again : "";
    this.note.textContent = [fill(words.at_level, data), what].filter(Boolean).join(" · ");
    this.question.textContent = data.question;
    this.given.show(data.given);
    this.lines.show(data.end?.lines ?? data.lines);
    this.verdict.textContent = "";
    this.links.show([]);
    this.another.hidden = false;
    this.onward.hidden = true;
    this.page.root.classList.remove("solved");
    if (data.end) this.over(data.end);
    if (this.led) this.start();
    this.led = false;
  }

  /** The learner went on to this exercise: its beginning is seen, and its first blank has the focus. */
  start() {
    const top = this.root.getBoundingClientRect().top;
    if (top < 0) this.root.scrollIntoView({ block: "start", behavior: "instant" });
    if (this.lines.at < 0) this.onward.focus({ preventScroll: true });
    else this.lines.focus();
  }

  said({ right, slip }) {
    if (right) return;
    this.missed = true;
    if (slip) this.slips.push(slip);
  }

  /** No blank is left: it is remembered how it went, and the whole working is shown. */
  async finish() {
    this.remember({ right: !this.missed, read: false });
    const { link, words } = this.data;
    this.verdict.textContent = this.missed ? words.done_slips : words.done;
    this.another.hidden = true;
    this.onward.hidden = false;
    this.onward.focus({ preventScroll: true });
    try {
      const end = await this.page.ask("guess", { end: true });
      if (this.data.link !== link) return;
      this.ended(end);
      this.onward.scrollIntoView({ block: "nearest", behavior: "instant" });
    } catch (error) {
      this.page.failed(error);
    }
  }

  ended({ lines, blocks }) {
    this.lines.whole(lines);
    this.links.show(blocks);
    this.page.root.classList.add("solved");
  }

  /** A worked exercise: there is nothing to answer. */
  over(end) {
    this.another.hidden = true;
    this.onward.hidden = false;
    this.ended(end);
  }

  remember({ right, read }) {
    if (this.done) return;
    this.done = true;
    const { link, title, lesson } = this.data;
    const record = after(load(), { link, title, lesson, slips: this.slips, right, read });
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
    this.given.destroy();
    this.links.destroy();
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
