// What is asked for beside a page, when a button is pressed or by the page itself: what takes longer, and files.

import { make, makeButton, saveFile } from "../shared/dom.js";

/** Draw the button of an `ask`, and below it the answer, in the blocks `result`. */
export function askBlock(node, block, page, result) {
  const { words } = page.data;
  const button = makeButton("press", node, block.label);
  const late = make("p", "caption", node, words.changed);
  node.append(result.root);
  let now = block;
  let of; // what the result is about
  let gone = false;
  const follows = () => now.atOnce || (now.again && now.again === of?.again);
  const compare = () => {
    const old = of && of.about !== now.about;
    late.hidden = !old || follows();
    if (!late.hidden) result.show([]);
    if (follows() && (old || !of)) ask();
  };
  const ask = async () => {
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = true;
    node.classList.add("busy");
    try {
      let more;
      do {
        const asked = now;
        const answer = await page.ask(asked.key);
        if (gone) return;
        if (answer.message) page.say(answer.message);
        result.show(answer.sheet);
        [of, more] = [asked, answer.more];
      } while (of.about === now.about ? more : follows());
      button.hidden = now.atOnce;
      compare();
    } catch (error) {
      button.hidden = false;
      page.failed(error);
    }
    node.classList.remove("busy");
    button.ariaDisabled = false;
  };
  button.onclick = ask;
  button.hidden = block.atOnce;
  compare();
  return {
    parts: [result],
    update(next) {
      now = next;
      button.textContent = now.label;
      compare();
    },
    destroy() {
      gone = true;
      result.destroy();
    },
  };
}

/** Draw the button of a `download`: the file is made when it is pressed. */
export function downloadBlock(node, block, page) {
  const button = makeButton("press", node, block.label);
  button.onclick = async () => {
    button.ariaDisabled = true;
    node.classList.add("busy");
    try {
      const file = await page.ask(block.key);
      if (file.message) page.say(file.message);
      else saveFile(file);
    } catch (error) {
      page.failed(error);
    }
    node.classList.remove("busy");
    button.ariaDisabled = false;
  };
  return { update: ({ label }) => (button.textContent = label) };
}
