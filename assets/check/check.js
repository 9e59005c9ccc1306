// A field for a learner's code, and the button that runs it in the learner's own browser.
//
// The hook: where a host can run code in the browser, its data (assets/sheet/page.js) has `runs(request)` beside `post`:
// {task, source} → a promise of the answer of pages/states/check/run.py, {state, line, sheet, …}. It ends a run that
// takes more than 10 s, and rejects with an error whose message is the sentence to show. A server has no `runs`: the
// page then shows the code to begin with, and where to go. Nothing that is typed goes anywhere else.

import { element, fill, isTaking, make, makeButton } from "../shared/dom.js";
import { kept } from "../shared/storage.js";
import { Blocks } from "../sheet/blocks.js";
import { Runner } from "./runner.js";
import { indented } from "./typing.js";

const KEPT = "stride:check:";

/** Draw the field; data: the task's `name`, `starter` and `about` (blocks), `most` characters, `words`. */
export function checkWidget(parent, data, page) {
  const { words } = data;
  const root = make("section", "check", parent);
  const about = new Blocks(make("div", "about", root), page);
  const side = make("div", "side", root);
  const result = new Blocks(element("div", "result"), page);
  const parts = [about, result];
  const destroy = () => parts.forEach((part) => part.destroy());
  if (!page.data.runs) {
    const where = make("p", "elsewhere", side, `${words.elsewhere} `);
    const link = data.site && make("a", "", where, words.there);
    if (!link) where.append(words.site);
    make("p", "", side, words.begin);
    side.append(result.root);
    let { name } = data;
    const update = (now) => {
      if (link) link.href = now.site;
      if (now.name !== name) about.show([]); // another text, no line of which stays
      ({ name } = now);
      about.show(now.about);
      result.show([{ kind: "code", text: now.starter }]);
    };
    update(data);
    return { update, destroy };
  }
  root.append(result.root);
  const editor = new Editor(side, data, () => run.click());
  const acts = make("div", "acts", side);
  const run = makeButton("press main", acts, words.run, { "data-control": "run" });
  const again = makeButton("press", acts, words.again);
  const status = make("span", "status-of", acts, "", { role: "status" });
  const runner = new Runner(page.data.runs, words.failed);
  const waits = (on, text = "") => {
    run.ariaDisabled = on;
    status.textContent = text;
  };
  const begin = (task) => {
    runner.drop();
    editor.show(task);
    result.show([]);
    waits(false);
  };
  run.onclick = async () => {
    waits(true, runner.answered ? words.running : `${words.running} ${words.first}`);
    const blocks = await runner.run({ task: editor.task.name, source: editor.text });
    if (!blocks) return;
    result.show([]); // a player begins anew at its step
    result.show(blocks);
    waits(false);
    result.root.scrollIntoView({ block: "nearest", behavior: "instant" });
    result.root.querySelector("p, pre")?.setAttribute("tabindex", "-1");
    result.root.querySelector("p, pre")?.focus({ preventScroll: true });
  };
  again.onclick = () => {
    editor.forget();
    begin(editor.task);
  };
  about.show(data.about);
  begin(data);
  return {
    update(now) {
      const another = now.name !== editor.task.name;
      if (another) about.show([]); // another text, no line of which stays
      about.show(now.about);
      if (another) begin(now);
    },
    destroy() {
      runner.drop();
      destroy();
    },
  };
}

/** The field: Tab, Enter and Backspace as in an editor; what is typed is kept in this browser, task by task. */
class Editor {
  constructor(parent, { most, words }, run) {
    const label = make("label", "code-of", parent);
    this.words = words;
    this.name = make("span", "", label);
    this.area = make("textarea", "", label, undefined, {
      rows: "16", maxlength: most, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off",
    });
    make("p", "caption", parent, words.keys);
    this.leaving = false; // after Esc, Tab leaves the field
    this.area.oninput = () => this.keep();
    this.area.onblur = () => (this.leaving = false);
    this.area.onkeydown = (event) => this.pressed(event, run);
  }

  get text() {
    return this.area.value;
  }

  show(task) {
    this.task = task;
    this.name.textContent = fill(this.words.code, { name: task.name });
    this.area.value = kept.get(KEPT + task.name) ?? task.starter;
  }

  keep() {
    kept.set(KEPT + this.task.name, this.area.value);
  }

  forget() {
    kept.remove(KEPT + this.task.name);
  }

  pressed(event, run) {
    if (isTaking(event)) run();
    if (event.key === "Escape") this.leaving = true;
    const typed = this.leaving ? undefined : indented(this.area, event);
    if (!typed) return;
    event.preventDefault();
    this.area.setRangeText(typed.text, typed.from, typed.to, "end");
    this.keep();
  }
}
