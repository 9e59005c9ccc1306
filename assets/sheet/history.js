// Back and forward through a page's own entries of the history, and back to where the learner began.

import { makeButton } from "../shared/dom.js";
import { asText, entry } from "./place.js";

const TYPING = "input:not([type=range], [type=checkbox]), textarea, [contenteditable]";

/** What can be taken back on a page, and done again. */
export class Entries {
  /** page: it opens a link, and tells of each answer by now(). */
  constructor(page) {
    this.page = page;
    this.last = entry();
    this.hear = (event) => this.pressed(event);
    document.addEventListener("keydown", this.hear);
  }

  /** A state is on show. began: the learner begins here, by a link or an example. pushed: as an entry of its own. */
  now(query, { began, pushed }) {
    if (began) this.origin = asText(query);
    if (pushed) this.last = entry();
    this.query = asText(query);
    this.changed?.();
  }

  get can() {
    return { undo: entry() > 0, redo: entry() < this.last, reset: this.query !== this.origin };
  }

  async undo() {
    await this.page.running; // an edit that is not answered yet is taken back, not overtaken
    if (this.can.undo) history.back();
  }

  async redo() {
    await this.page.running;
    if (this.can.redo) history.forward();
  }

  reset() {
    if (this.can.reset) this.page.open(Object.fromEntries(new URLSearchParams(this.origin)));
  }

  pressed(event) {
    const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (!(ctrlKey || metaKey) || altKey || event.composedPath()[0].matches?.(TYPING)) return;
    const name = { z: shiftKey ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    this[name]();
  }

  destroy() {
    document.removeEventListener("keydown", this.hear);
  }
}

const SIGNS = { undo: "↶", redo: "↷", reset: "⟲" };

/** Draw the buttons for it. */
export function historyBlock(node, block, page) {
  const { entries, data } = page;
  const buttons = Object.entries(SIGNS).map(([name, sign]) => {
    const words = data.words[name];
    const button = makeButton("press", node, sign, { title: words, "aria-label": words, "data-control": name });
    button.onclick = () => entries[name]();
    return [name, button];
  });
  entries.changed = () => {
    const { can } = entries;
    for (const [name, button] of buttons) button.ariaDisabled = !can[name];
  };
  entries.changed();
  return { update() {} };
}
