// Twenty questions: predict a number, be told, read why. Which ones were answered stays in this browser.

import { fill, make } from "../shared/dom.js";
import { Blocks } from "../sheet/blocks.js";
import { leading } from "../sheet/links.js";
import { Lines } from "./lines.js";
import { answered, keepAnswered } from "./record.js";

class Questions {
  constructor(parent, data, page) {
    this.page = page;
    const { words } = data;
    this.root = make("div", "questions", parent);
    this.open = make("section", "open", this.root, undefined, { "aria-labelledby": "question-title" });
    this.title = make("h2", "name", this.open, "", { id: "question-title" });
    this.body = make("div", "parts", this.open);
    this.onward = make("a", "onward", this.open);
    const list = make("nav", "list", this.root, undefined, { "aria-label": words.questions });
    const items = make("ol", "", list);
    this.items = new Map(data.all.map(({ name, title, query }) => {
      const item = make("li", "", items);
      const link = make("a", "", item);
      leading(link, title, query, "", () => this.go(query));
      return [name, { item, link, mark: make("span", "mark", item) }];
    }));
    this.parts = [];
    this.update(data);
  }

  go(query) {
    this.led = true;
    this.page.open(query);
  }

  update(data) {
    const same = this.data?.name === data.name;
    this.data = data;
    this.marks();
    if (same) return;
    const { words, parts } = data;
    this.title.textContent = data.title;
    this.destroy();
    this.body.replaceChildren();
    this.left = parts.length;
    this.page.root.classList.remove("solved");
    this.parts = parts.map((predict, item) => this.part(predict, item, parts.length));
    const after = data.all.find(({ name }) => name === data.next);
    leading(this.onward, `${words.next_question}: ${after.title}`, after.query, "", () => this.go(after.query));
    if (!this.led) return;
    this.led = false;
    if (this.root.getBoundingClientRect().top < 0) this.root.scrollIntoView({ block: "start", behavior: "instant" });
    this.parts[0].lines.focus();
  }

  part(predict, item, count) {
    const { words, name } = this.data;
    const root = make("div", "part", this.body);
    if (count > 1) make("span", "which", root, fill(words.part, { part: item + 1, count }));
    make("p", "predict-what", root, predict);
    const lines = new Lines(root, words, {
      judge: (_, answer) => this.page.ask("guess", { item, ...answer }),
      said: (_, { blocks }) => blocks && why.show(blocks),
      done: () => {
        this.left -= 1;
        if (this.left) return;
        keepAnswered(name);
        this.marks();
        this.page.root.classList.add("solved");
      },
    });
    const why = new Blocks(make("div", "why", root), this.page);
    lines.show([{ label: words.predict, work: "", shown: null, about: predict }]);
    return { lines, why };
  }

  marks() {
    const done = answered();
    for (const [name, { item, link, mark }] of this.items) {
      if (name === this.data.name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      mark.textContent = done.includes(name) ? this.data.words.answered : "";
      item.classList.toggle("answered", done.includes(name));
    }
  }

  destroy() {
    for (const { why } of this.parts) why.destroy();
  }
}

export function questionsWidget(parent, data, page) {
  return new Questions(parent, data, page);
}
