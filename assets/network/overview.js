// A network at a glance: pointing at a cell names it, choosing it opens it; the path below leads back.

import { Column, make } from "./column.js";
import { drawLines, makeLines } from "./lines.js";
import { fit } from "./measure.js";

const mounted = new WeakMap();
const APART = 10;

export default function ({ data, parentElement, setTriggerValue }) {
  let here = mounted.get(parentElement);
  if (!here) {
    here = new Overview(parentElement);
    mounted.set(parentElement, here);
  }
  here.send = setTriggerValue;
  here.show(data);
  return () => {
    here.destroy();
    mounted.delete(parentElement);
  };
}

class Overview {
  constructor(parent) {
    this.root = make("div", "network", parent);
    this.scroller = make("div", "scroller", this.root);
    this.track = make("div", "track", this.scroller);
    const foot = make("div", "foot", this.root);
    this.trail = make("nav", "trail", foot);
    this.told = make("div", "told", foot);
    this.live = make("div", "live", this.root);
    this.live.setAttribute("aria-live", "polite");
    this.cursors = new Map();
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.root);
  }

  show(data) {
    const text = JSON.stringify(data);
    if (text === this.shown) return;
    const moved = this.data && JSON.stringify(this.data.open) !== JSON.stringify(data.open);
    this.shown = text;
    this.data = data;
    this.build();
    if (moved || !this.placed) this.bringIntoView();
    this.placed = true;
  }

  resized() {
    const width = this.root.clientWidth;
    if (this.data && width && width !== this.width) {
      this.build();
      this.bringIntoView();
    }
  }

  build() {
    const { words } = this.data;
    this.width = this.root.clientWidth;
    if (!this.width) return;
    const active = this.root.getRootNode().activeElement;
    const focused = active?.closest?.(".layer")?.dataset.number;
    const left = this.scroller.scrollLeft;
    const { scale, columns } = fit(this.data.columns, this.width - 2, APART);
    this.track.setAttribute("role", "group");
    this.track.setAttribute("aria-label", words.overview);
    this.track.replaceChildren();
    this.columns = columns.map((column) => {
      const made = new Column(column, scale, words);
      this.track.append(made.root);
      this.listen(made);
      return made;
    });
    if (this.data.classes.length) this.addTarget();
    this.svg = makeLines(this.track);
    this.scroller.scrollLeft = left;
    this.root.dataset.open = `${this.data.open.number}.${this.data.open.flat}`;
    this.markAll();
    this.drawTrail();
    this.tell("");
    if (focused !== undefined) this.columns[focused]?.body.focus({ preventScroll: true });
  }

  /** Mark what is open, what it was made from, and the path; join them by lines. */
  markAll() {
    const { open, read, path } = this.data;
    const nodes = path.map(({ number, flat }) => this.columns[number]?.mark([flat], "passed")[0]);
    const [target] = this.columns[open.number].mark([open.flat], "open");
    const pairs = [];
    for (const { number, flats } of read) {
      for (const node of this.columns[number].mark(flats, "read")) pairs.push([node, target, "reads"]);
    }
    for (let k = 1; k < nodes.length; k++) if (nodes[k] && nodes[k - 1]) pairs.push([nodes[k], nodes[k - 1], "way"]);
    this.pairs = pairs;
    drawLines(this.svg, pairs);
  }

  bringIntoView() {
    const column = this.columns?.[this.data.open.number]?.root;
    if (!column || this.scroller.scrollWidth <= this.scroller.clientWidth) return;
    this.scroller.scrollLeft = column.offsetLeft + column.offsetWidth / 2 - this.scroller.clientWidth / 2;
  }

  addTarget() {
    const { classes, target, words } = this.data;
    const box = make("label", "target", this.columns.at(-1).root);
    make("span", "", box, words.target);
    const select = make("select", "", box);
    classes.forEach((name, k) => {
      const option = make("option", "", select, name);
      option.value = String(k);
      option.selected = k === target;
    });
    select.onchange = () => this.send("target", Number(select.value));
  }

  drawTrail() {
    const { path, words } = this.data;
    this.trail.setAttribute("aria-label", words.path);
    this.trail.replaceChildren();
    path.forEach(({ label, value }, k) => {
      if (k) make("span", "sign", this.trail, "←").title = words.from;
      const crumb = make("button", "crumb", this.trail);
      crumb.type = "button";
      crumb.dataset.place = k;
      make("span", "", crumb, label);
      make("b", "", crumb, value);
      if (k === path.length - 1) crumb.setAttribute("aria-current", "true");
      crumb.onclick = () => this.send("back", k);
    });
    this.trail.scrollLeft = this.trail.scrollWidth;
  }

  listen(column) {
    const { body } = column;
    const point = (flat) => {
      column.unmark("pointed");
      if (flat !== undefined) column.mark([flat], "pointed");
      this.tell(flat === undefined ? "" : column.nameOf(flat));
    };
    const cursor = () => this.cursors.get(column.number) ?? (this.data.open.number === column.number ? this.data.open.flat : 0);
    const choose = (flat) => {
      if (flat === undefined || column.number === 0) return;
      this.cursors.set(column.number, flat);
      this.send("open", { number: column.number, flat });
    };
    body.setAttribute("aria-label", `${column.data.name}, ${column.data.shape}, ${this.data.words.use}`);
    body.onpointermove = (event) => point(column.at(event));
    body.onpointerleave = () => point(undefined);
    body.onclick = (event) => choose(column.at(event));
    body.onfocus = () => body.matches(":focus-visible") && this.follow(column, point, cursor());
    body.onblur = () => point(undefined);
    body.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") choose(cursor());
      else {
        const to = column.moved(cursor(), event.key);
        if (to === undefined) return;
        this.cursors.set(column.number, to);
        this.follow(column, point, to);
      }
      event.preventDefault();
    };
  }

  /** Point at a cell by keyboard, and say its name. */
  follow(column, point, flat) {
    point(flat);
    this.live.textContent = column.nameOf(flat);
  }

  tell(text) {
    this.told.textContent = text || (this.data.path.length > 2 ? "" : this.data.words.hint);
    this.told.classList.toggle("quiet", !text);
  }

  destroy() {
    this.observer.disconnect();
    this.root.remove();
  }
}
