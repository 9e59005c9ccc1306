// How it went: what this browser remembers of the exercises, with a link to each that is worth another look.

import { fill, make, makeButton } from "../shared/dom.js";
import { Blocks } from "../sheet/blocks.js";
import { report } from "./schedule.js";

const MOST = 10; // exercises that are listed

export class Report {
  /** clear(): when the learner wants everything forgotten. */
  constructor(parent, page, words, clear) {
    this.words = words;
    this.root = make("details", "report", parent);
    make("summary", "", this.root, words.report);
    const inside = make("div", "inside", this.root);
    this.total = make("p", "sum-up", inside);
    this.slips = make("div", "slips", inside);
    this.again = make("div", "again-title", inside);
    this.links = new Blocks(make("div", "links", inside), page);
    this.clear = makeButton("press", inside, words.clear);
    this.clear.onclick = clear;
  }

  show(record) {
    const { words } = this;
    const { count, right, slips, again } = report(record);
    this.total.textContent = count ? `${fill(words.report_right, { right, count })} ${words.report_kept}` : words.report_none;
    this.clear.hidden = !record.log.length;
    this.slips.replaceChildren();
    if (slips.length) make("strong", "", this.slips, words.report_slips);
    const list = make("ul", "", this.slips);
    for (const [slip, times] of slips) make("li", "", list, fill(words.report_slip, { slip, count: times }));
    this.again.textContent = again.length ? words.report_again : "";
    this.links.show(again.slice(0, MOST).map(({ title, link, look, lesson }) => {
      const { same, title: of, page, query = {} } = look ?? lesson; // what was kept long ago has a lesson
      const label = fill(same ? words.report_same : words.report_lesson, { lesson: of });
      return { kind: "row", blocks: [
        { kind: "link", label: title, page: "", query: link, help: "" },
        { kind: "link", label, page, query, help: "" },
      ] };
    }));
  }

  destroy() {
    this.links.destroy();
  }
}
