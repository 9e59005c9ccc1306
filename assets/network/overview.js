// A network at a glance: pointing at a cell names it, choosing it opens it; the path below leads back.

import { element, keepingFocus, make } from "../shared/dom.js";
import { drawTrail } from "../shared/trail.js";
import { Column } from "./column.js";
import { addBelow, addParameters, addSides, makeRules, placeParameters, showRules, sideOf } from "./gradients.js";
import { drawLines, makeLines } from "./lines.js";
import { fit } from "./measure.js";

const APART = 10;
const MARKS = ["passed", "seen", "open", "read", "pointed"];

/** Draw a network (pages/states/network/overview.py, pages/states/backward/overview.py) as a widget of a page. */
export function networkWidget(parent, data, page) {
  const overview = new Overview(parent, (name, value) => page.act(name, value, { anywhere: name !== "back" }));
  overview.show(data);
  return { update: (now) => overview.show(now), has: () => [overview.data.id], destroy: () => overview.observer.disconnect() };
}

/** The name of the cells that a place lies in. */
function partOf(place) {
  return place.part ?? String(place.number);
}

class Overview {
  /** send(name, value): the learner does an act. */
  constructor(parent, send) {
    this.send = send;
    this.root = make("div", "network", parent);
    this.scroller = make("div", "scroller", this.root);
    this.track = make("div", "track", this.scroller);
    const foot = make("div", "foot", this.root);
    this.trail = make("nav", "trail", foot);
    this.told = make("div", "told", foot);
    this.live = make("div", "live", this.root, undefined, { "aria-live": "polite" });
    this.cursors = new Map();
    this.root.onkeydown = (event) => this.pressed(event);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.root);
  }

  /** data: without its columns where they are the ones that are drawn. */
  show(data) {
    const before = this.data;
    this.data = { ...data, columns: data.columns ?? before.columns };
    if (before?.id !== data.id || !this.columns) this.build();
    else this.mark();
    if (JSON.stringify(before?.open) !== JSON.stringify(data.open)) this.bringIntoView();
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
    const focused = active?.closest?.(".layer")?.dataset.part;
    const choosing = this.target?.contains(active);
    const left = this.scroller.scrollLeft;
    const { scale, columns } = fit(this.data.columns, this.width - 2 - sideOf(this.data), APART);
    this.track.setAttribute("role", "group");
    this.track.setAttribute("aria-label", words.overview);
    this.track.replaceChildren();
    this.columns = columns.map((column) => new Column(column, scale, words));
    this.track.append(...this.columns.map(({ root }) => root));
    const parts = this.data.backward ? [...this.columns, ...this.addBackward(columns, scale)] : this.columns;
    this.parts = new Map(parts.map((part) => [part.part, part]));
    parts.forEach((part) => this.listen(part));
    if (this.data.classes.length) this.addTarget();
    this.svg = makeLines(this.track);
    if (this.data.backward) placeParameters(this.track, this.columns);
    this.scroller.scrollLeft = left;
    this.mark();
    if (choosing) this.target.querySelector("select").focus({ preventScroll: true });
    else if (focused !== undefined) this.parts.get(focused)?.body.focus({ preventScroll: true });
  }

  /** Add the gradients, and the way from rule to rule. Returns their columns. */
  addBackward(columns, scale) {
    const { words, backward } = this.data;
    this.root.classList.add("backward");
    const parts = [...addBelow(this.columns, columns, scale, words), ...addParameters(this.track, columns, scale, words)];
    addSides(this.track, words, backward.heights, this.columns[0].body.offsetTop);
    this.rules ??= makeRules(this.trail.parentElement, (by) => this.send("rule", by));
    return parts;
  }

  /** Show what is open, and the way there. */
  mark() {
    const { open, backward, words } = this.data;
    this.root.dataset.open = `${partOf(open)}.${open.flat}`;
    for (const part of this.parts.values()) for (const name of MARKS) part.unmark(name);
    this.markAll();
    if (backward) showRules(this.rules, backward, words);
    this.drawTrail();
    this.tell("");
  }

  /** Mark what is open, what it was made from, and the path; join them by lines. */
  markAll() {
    const { open, read, path, seen = [], backward } = this.data;
    const nodes = path.map((place) => this.parts.get(partOf(place))?.mark([place.flat], "passed")[0]);
    for (const { part, flats } of seen) this.parts.get(part)?.mark(flats, "seen");
    const [target] = this.parts.get(partOf(open)).mark([open.flat], "open");
    const up = partOf(open).includes(".") ? " up" : "";
    const pairs = [];
    for (const place of read) {
      for (const node of this.parts.get(partOf(place)).mark(place.flats, "read")) {
        pairs.push(backward ? [target, node, `reads back${up}`] : [node, target, "reads"]);
      }
    }
    for (let k = 1; k < nodes.length; k++) {
      if (!nodes[k] || !nodes[k - 1]) continue;
      if (!backward) pairs.push([nodes[k], nodes[k - 1], "way"]);
      else if (partOf(path[k - 1]).includes(".")) pairs.push([nodes[k - 1], nodes[k], "way up"]);
      else pairs.push([nodes[k - 1], nodes[k], "way"]);
    }
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
    const { root } = this.columns.at(-1);
    const box = make("label", "target", this.data.backward ? this.trail.parentElement : root);
    this.target?.remove();
    this.target = box;
    make("span", "", box, words.target);
    const select = make("select", "", box);
    classes.forEach((name, k) => make("option", "", select, name, { value: k }));
    select.value = target;
    select.onchange = () => this.send("target", Number(select.value));
  }

  drawTrail() {
    const sign = () => element("span", "sign", { title: this.data.words.from }, "←");
    keepingFocus(this.trail, "place", () => {
      drawTrail(this.trail, this.data, sign, (place) => this.send("back", place));
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
    const cursor = () => this.cursors.get(column.part) ?? (partOf(this.data.open) === column.part ? this.data.open.flat : 0);
    const choose = (flat) => {
      if (flat === undefined || (column.number === 0 && !this.data.backward)) return;
      this.cursors.set(column.part, flat);
      this.send("open", this.data.backward ? { part: column.part, flat } : { number: column.number, flat });
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
        this.cursors.set(column.part, to);
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

  /** N and P lead from rule to rule. */
  pressed(event) {
    if (!this.rules || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    const by = { n: 1, p: -1 }[event.key.toLowerCase()];
    if (by) this.send("rule", by);
  }

  tell(text) {
    if (this.data.backward && !text) return this.tellRule();
    this.told.classList.remove("rule");
    this.told.textContent = text || (this.data.path.length > 2 ? "" : this.data.words.hint);
    this.told.classList.toggle("quiet", !text);
  }

  tellRule() {
    const { title, rule, numbers } = this.data.backward;
    const { path } = this.data;
    this.told.classList.add("rule");
    this.told.replaceChildren();
    make("b", "", this.told, title);
    make("span", "", this.told, rule);
    make("i", "", this.told, numbers).hidden = path.length > 1;
    this.told.title = `${title}: ${rule}. ${numbers}`;
  }
}
