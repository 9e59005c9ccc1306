// What a tab remembers of a page, so that it is found as it was left.

import { keptInTab } from "./storage.js";

const KEPT = "stride:";

export class Remembered {
  /** page: its name. */
  constructor(page) {
    this.key = KEPT + page;
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

  /** The links of the page's frames as they were left, the last one last. */
  get frames() {
    return this.kept?.frames ?? {};
  }

  /** The folds that were open. */
  get unfolded() {
    return this.kept?.unfolded ?? [];
  }
}
