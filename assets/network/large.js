// A part of a network with all its numbers, large, in a small window: one map at a time.

import { fill, make, makeButton } from "../shared/dom.js";
import { Column } from "./column.js";
import { enlargedSize } from "./measure.js";

export class Large {
  constructor(overview) {
    this.overview = overview;
    this.root = make("div", "large", overview.root, undefined, { popover: "auto", role: "dialog" });
    this.root.ontoggle = ({ newState }) => newState === "closed" && this.root.replaceChildren();
  }

  /** Let the title of a part, and of those below it, open its numbers. */
  leadTo(part) {
    if (part.title.tagName !== "BUTTON") return;
    part.title.onclick = () => this.open(part.part, 0);
  }

  open(name, map) {
    const { overview, root } = this;
    const { words, backward } = overview.data;
    const part = overview.parts.get(name);
    const below = backward && overview.parts.get(`g${name}`);
    const shown = [part, below].filter((one) => one && !one.root.classList.contains("unreached"));
    const pressed = root.contains(root.getRootNode().activeElement) && root.getRootNode().activeElement.dataset.by;
    root.replaceChildren();
    root.setAttribute("aria-label", part.data.name);
    const head = make("header", "", root);
    make("b", "", head, `${part.data.title} ${part.data.shape}`);
    this.addMaps(head, name, part, map);
    const close = makeButton("press small", head, "×", { "aria-label": words.close, "data-control": "large-close" });
    close.onclick = () => root.hidePopover();
    const bodies = make("div", "opened", root);
    for (const one of shown) {
      if (shown.length > 1) make("p", "", bodies, one === part ? words.values : words.gradients);
      const column = this.column(one, map);
      bodies.append(column.root);
      overview.pointing.listen(column, () => root.hidePopover());
    }
    if (!root.matches(":popover-open")) root.showPopover();
    root.querySelector(pressed ? `[data-by="${pressed}"]` : ".body").focus();
  }

  /** The buttons from map to map, where there are several. */
  addMaps(head, name, part, map) {
    const { words } = this.overview.data;
    const { channels, kind } = part.data;
    this.root.onkeydown = undefined;
    if (kind !== "maps" || channels < 2) return;
    const to = (by) => (map + by + channels) % channels;
    const way = (sign, by) => {
      const button = makeButton("press small", head, sign, { "aria-label": part.data.panes[to(by)], "data-by": by });
      button.onclick = () => this.open(name, to(by));
    };
    this.root.onkeydown = (event) => {
      const by = { PageUp: -1, PageDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.open(name, to(by));
    };
    way("‹", -1);
    make("span", "map", head, fill(words.map, { name: part.data.panes[map], count: channels }));
    way("›", 1);
  }

  column({ data }, map) {
    const lines = { maps: data.columns, vector: data.count > 8 ? 8 : 1 };
    const kind = data.kind === "bars" ? "vector" : data.kind;
    const made = { ...data, kind, written: true, height: undefined, texts: { ...data.texts, ...written(data) } };
    const column = new Column(made, enlargedSize(data, lines[kind] ?? 1), this.overview.data.words, kind === "maps" ? map : undefined);
    column.head.remove();
    return column;
  }
}

/** The numbers with all their digits, each in its colour. */
function written({ texts, full }) {
  if (!full) return {};
  const tones = [];
  full.index.forEach((at, flat) => (tones[at] = texts.tones[texts.index[flat]]));
  return { pool: full.pool, index: full.index, tones };
}
