// A question that a page asks, right above what it is about, with a place for the answer. The engine judges it.

import { make, makeButton } from "../shared/dom.js";

/**
 * Draw a question; its room holds the reveal, too, so that nothing below it moves when it is answered. texts(name): blocks
 * for texts, in an element of that class.
 */
export function questionBlock(node, block, page, texts) {
  const { words } = page.data;
  const root = make("section", "", node, undefined, { "aria-label": words.question });
  const text = texts("asked");
  root.append(text.root);
  const form = make("form", "reply", root);
  const buttons = new Map();
  let input;
  if (block.choices.length) {
    for (const choice of block.choices) {
      const button = makeButton("press", form, choice);
      button.onclick = () => page.act(block.act, { text: choice });
      buttons.set(choice, button);
    }
  } else {
    input = make("input", "", form, undefined, {
      type: "text", autocomplete: "off", spellcheck: "false", size: "8", "aria-label": words.answer, placeholder: words.answer,
    });
    make("button", "press", form, words.answer_check, { type: "submit" });
  }
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input?.value.trim()) page.act(block.act, { text: input.value });
  };
  const reveal = makeButton("press plain", form, words.answer_show);
  reveal.onclick = () => page.act(block.act, { show: true });
  const close = makeButton("press plain close", form, "×", { title: words.question_close, "aria-label": words.question_close });
  const verdict = texts("verdict");
  verdict.root.setAttribute("role", "status");
  root.append(verdict.root);
  const update = (now) => {
    text.show([{ kind: "text", html: now.html }]);
    close.onclick = () => page.open(now.closed);
    if (!now.said) return; // what was said stays while the learner goes on trying
    const { right, html, answer } = now.said;
    verdict.show([{ kind: "text", html }]);
    root.dataset.right = right === null ? "" : String(right);
    for (const [choice, button] of buttons) button.setAttribute("aria-pressed", String(choice === answer));
  };
  update(block);
  if (page.jump > 1) requestAnimationFrame(() => bring(node, input));
  return { update };
}

/** Bring a question that was just opened, and with it what is below it, to where it is seen. */
function bring(node, input) {
  node.scrollIntoView({ block: "start", behavior: "instant" });
  input?.focus({ preventScroll: true });
}
