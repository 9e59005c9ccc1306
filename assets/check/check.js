// A field for a learner's code, and the button that runs it in the learner's own browser.
//
// The hook: where a host can run code in the browser, its data (assets/sheet/page.js) has `runs(request)` beside `post`:
// {task, source} → a promise of the answer of pages/states/check/run.py, {state, line, sheet, …}. It ends a run that
// takes more than 10 s, and rejects with an error whose message is the sentence to show. A server has no `runs`: the
// page then shows the code to begin with, and where to go. Nothing that is typed goes anywhere else.

import { element, fill, make, makeButton } from "../shared/dom.js";
import { kept } from "../shared/storage.js";
import { Blocks } from "../sheet/blocks.js";
import { indented } from "./typing.js";

const KEPT = "stride:check:";

export function checkWidget(parent, data, page) {
  const { words } = data;
  const root = make("section", "check", parent);
  const result = new Blocks(element("div", "result", { "aria-live": "polite" }), page);
  const { runs } = page.data;
  if (!runs) {
    make("p", "elsewhere", root, words.elsewhere);
    root.append(result.root);
    const update = ({ starter }) => result.show([{ kind: "code", text: starter }]);
    update(data);
    return { update, destroy: () => result.destroy() };
  }
  const label = make("label", "code-of", root);
  const name = make("span", "", label);
  const area = make("textarea", "", label, undefined, {
    rows: "18", maxlength: data.most, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off",
  });
  make("p", "caption", root, words.keys);
  const acts = make("div", "acts", root);
  const run = makeButton("control primary", acts, words.run, { "data-control": "run" });
  const again = makeButton("control", acts, words.again);
  const status = make("span", "status-of", acts, "", { role: "status" });
  root.append(result.root);
  let task = data;
  let number = 0; // of the run whose answer is waited for
  const leaving = { now: false }; // after Esc, Tab leaves the field

  const keep = () => kept.set(KEPT + task.name, area.value);
  const show = () => {
    name.textContent = fill(words.code, { name: task.name });
    area.value = kept.get(KEPT + task.name) ?? task.starter;
    result.show([]);
    status.textContent = "";
    number += 1;
    run.ariaDisabled = false;
  };
  run.onclick = async () => {
    const mine = ++number;
    run.ariaDisabled = true;
    status.textContent = page.data.slow ? `${words.running} ${words.first}` : words.running;
    let blocks;
    try {
      blocks = (await runs({ task: task.name, source: area.value })).sheet;
    } catch (error) {
      blocks = [{ kind: "typed", text: error.message || words.failed }];
    }
    if (mine !== number) return; // another task was chosen meanwhile
    result.show([]); // a player begins anew at its step
    result.show(blocks);
    status.textContent = "";
    run.ariaDisabled = false;
  };
  again.onclick = () => {
    kept.remove(KEPT + task.name);
    show();
  };
  area.oninput = keep;
  area.onblur = () => (leaving.now = false);
  area.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run.click();
    if (event.key === "Escape") leaving.now = true;
    const typed = leaving.now ? undefined : indented(area, event);
    if (!typed) return;
    event.preventDefault();
    area.setRangeText(typed.text, typed.from, typed.to, "end");
    keep();
  };
  show();
  return {
    update(now) {
      const other = now.name !== task.name;
      task = now;
      if (other) show();
    },
    destroy() {
      number += 1;
      result.destroy();
    },
  };
}
