// Pointing at the cells of a network, by mouse, finger or keys: a cell says its name; where it is only a colour, its
// number stands beside it. Choosing it opens it.

import { fill, make } from "../shared/dom.js";
import { partOf } from "./column.js";

export class Pointing {
  constructor(overview) {
    this.overview = overview;
    this.cursors = new Map();
    this.tip = make("output", "tip", overview.root, undefined, { "aria-hidden": "true" });
    this.tip.hidden = true;
  }

  /** chosen(flat): what else follows where a cell is opened. */
  listen(column, chosen = () => {}) {
    const { overview } = this;
    const { body } = column;
    const { data } = overview;
    const { unreached } = data.words;
    const away = () => body.closest(".unreached") === column.root;
    const nameOf = (flat) => (away() ? fill(unreached, { name: column.data.name }) : column.nameOf(flat));
    const point = (flat, event) => {
      column.unmark("pointed");
      if (flat !== undefined && !away()) column.mark([flat], "pointed");
      const there = flat !== undefined || (event?.type === "pointermove" && away());
      overview.tell(there ? nameOf(flat) : "");
      this.show(column, away() ? undefined : flat);
    };
    const cursor = () => this.cursors.get(column.part) ?? (partOf(overview.data.open) === column.part ? overview.data.open.flat : 0);
    const choose = (flat) => {
      const { backward } = overview.data;
      if (away()) return overview.rules.goTo(column.part);
      if (flat === undefined || (column.number === 0 && !backward)) return undefined;
      this.cursors.set(column.part, flat);
      overview.send("open", backward ? { part: column.part, flat } : { number: column.number, flat });
      return chosen(flat);
    };
    const follow = (flat) => {
      point(flat);
      overview.live.textContent = nameOf(flat);
    };
    body.setAttribute("aria-label", [column.data.name, column.data.shape, data.words.use].filter(Boolean).join(", "));
    body.onpointermove = (event) => point(column.at(event), event);
    body.onpointerleave = () => point(undefined);
    body.onclick = (event) => choose(column.at(event));
    body.onfocus = () => body.matches(":focus-visible") && follow(cursor());
    body.onblur = () => point(undefined);
    body.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") choose(cursor());
      else {
        const to = column.moved(cursor(), event.key);
        if (to === undefined) return;
        this.cursors.set(column.part, to);
        follow(to);
      }
      event.preventDefault();
    };
  }

  /** Show the number of a cell that is only a colour, beside it. */
  show(column, flat) {
    const { tip, overview } = this;
    tip.hidden = flat === undefined || !column.sheets.length || !column.data.texts.pool.length;
    if (tip.hidden) return;
    tip.textContent = column.full(flat);
    const box = column.boxOf(flat);
    const room = overview.root.getBoundingClientRect();
    const zoom = tip.currentCSSZoom ?? 1;
    const left = ((box.left + box.right) / 2 - room.left) / zoom - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(0, Math.min(left, room.width / zoom - tip.offsetWidth))}px`;
    tip.style.top = `${(box.top - room.top) / zoom - tip.offsetHeight - 3}px`;
  }
}
