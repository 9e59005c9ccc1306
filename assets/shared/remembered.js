// What a tab remembers of a page, so that it is found as it was left.

import { keptInTab } from "./storage.js";

const KEPT = "stride:";

export class Remembered {
  /** page: its name. */
  constructor(page) {
    this.key = KEPT + page;
    this.waiting = `${KEPT}${page}:waiting`;
  }

  get kept() {
    return JSON.parse(keptInTab.get(this.key) ?? "null");
  }

  /** Remember a frame's link, which is on show, the number of the picture that pages share, and the open folds. */
  keep(frame, query, picture, unfolded) {
    const { [frame]: _, ...others } = this.frames;
    const kept = { query, picture, frames: { ...others, [frame]: query }, unfolded: [...unfolded] }; // the last one last
    keptInTab.set(this.key, JSON.stringify(kept));
  }

  /** The link of the page as it was left with the same picture, else undefined. */
  query(picture) {
    const { kept } = this;
    return kept?.picture === picture ? kept.query : undefined;
  }

  /**
   * Hold the acts that have no answer yet as the page is left, the link that they were done on, and the picture. Not
   * those on what a page shows only until its link is opened.
   */
  hold({ queue, query, data: { picture } }) {
    const opens = queue.findLastIndex((wanted) => wanted.query);
    const waits = queue.slice(opens + 1).filter(({ act, anywhere }) => act && (anywhere || opens < 0));
    const acts = waits.map(({ act, step }) => ({ act, step }));
    const held = { query: queue[opens]?.query ?? query, picture, acts };
    if (acts.length) keptInTab.set(this.waiting, JSON.stringify(held));
    else keptInTab.remove(this.waiting);
  }

  /** What was held, once: { query, acts }; undefined where there was another picture. */
  held(picture) {
    const held = JSON.parse(keptInTab.get(this.waiting) ?? "null");
    keptInTab.remove(this.waiting);
    return held?.picture === picture ? held : undefined;
  }

  /** The links of the page's frames as they were left, the last one last. */
  get frames() {
    return this.kept?.frames ?? {};
  }

  /** The folds that were open. */
  get unfolded() {
    return this.kept?.unfolded ?? [];
  }
}
