// Results that a teacher pastes: the engine reads them, the page shows what it says. What is pasted stays in this browser.

import { isTaking, make, makeButton, saveFile } from "../shared/dom.js";
import { Blocks } from "../sheet/blocks.js";
import { keepPasted, pasted } from "./record.js";

class Results {
  constructor(parent, data, page) {
    this.page = page;
    const { words, before, set } = data;
    Object.assign(this, { before, set });
    const side = make("div", "side", parent);
    const label = make("label", "pasted", side, words.results);
    this.area = make("textarea", "", label, undefined, {
      rows: "6", placeholder: words.results_example, maxlength: data.most, spellcheck: "false", autocapitalize: "off",
    });
    const acts = make("div", "acts", side);
    this.button = makeButton("press main", acts, words.results_check);
    this.button.onclick = () => this.check();
    this.file = makeButton("press", acts, words.results_csv);
    makeButton("press", acts, words.results_clear).onclick = () => this.cleared();
    make("p", "caption", side, words.results_kept);
    this.live = make("p", "live", side, "", { role: "status" });
    this.blocks = new Blocks(make("div", "checked", parent), page);
    this.area.value = pasted();
    this.area.onkeydown = (event) => {
      if (isTaking(event)) this.check();
    };
    this.show({ blocks: before });
    if (this.area.value) this.check();
  }

  async check() {
    const text = this.area.value;
    keepPasted(text);
    if (!text.trim()) return this.show({ blocks: this.before });
    this.button.ariaDisabled = true;
    try {
      this.show(await this.page.ask("guess", { pasted: text }));
      this.page.say();
    } catch (error) {
      this.page.failed(error);
    }
    this.button.ariaDisabled = false;
  }

  cleared() {
    this.area.value = "";
    this.check();
    this.area.focus();
  }

  show({ says = "", blocks, ...file }) {
    this.live.textContent = says;
    this.blocks.show(blocks);
    this.file.hidden = !file.base64;
    this.file.onclick = () => saveFile(file);
  }

  /** Of another set, what is pasted is checked anew. */
  update({ set }) {
    if (set === this.set) return;
    this.set = set;
    this.check();
  }

  destroy() {
    this.blocks.destroy();
  }
}

export function resultsWidget(parent, data, page) {
  return new Results(parent, data, page);
}
