// A network at a glance: pointing at a cell names it, choosing it opens it; the path below leads back.

import { element, fill, keepingFocus, make } from "../shared/dom.js";
import { makeStrip } from "../shared/strip.js";
import { drawTrail } from "../shared/trail.js";
import { Column, partOf } from "./column.js";
import { Rules, addBelow, addParameters, addSides, sideOf } from "./gradients.js";
import { Large } from "./large.js";
import { drawLines, makeLines } from "./lines.js";
import { fit, longest, measure, rowsOf, sizes } from "./measure.js";
import { Pointing } from "./pointing.js";

const APART = 10;
const MARKS = ["passed", "seen", "open", "read", "pointed"];
const OTHER = 80; // by so many pixels a window is of another height: a phone's own bars come and go

/** Draw a network (pages/states/network/overview.py, pages/states/backward/overview.py) as a widget of a page. */
export function networkWidget(parent, data, page) {
  const overview = new Overview(parent, (name, value) => page.act(name, value, { anywhere: name !== "back" }));
  overview.show(data, true);
  return {
    update: (now, go) => overview.show(now, go),
    has: () => [overview.data.id],
    destroy: () => overview.destroy(),
  };
}

class Overview {
  /** send(name, value): the learner does an act. */
  constructor(parent, send) {
    this.send = send;
    this.root = make("div", "network", parent);
    this.parts = new Map();
    this.resize = () => this.resized();
    this.observer = new ResizeObserver(this.resize);
    this.observer.observe(this.root);
    window.addEventListener("resize", this.resize);
  }

  /** Make what stays while the numbers change. */
  begin({ words, backward }) {
    this.strip = makeStrip(this.root, words);
    const foot = make("div", "foot", this.root);
    if (backward) this.rules = new Rules(foot, words, this.send, () => this.reveal());
    this.trail = make("nav", "trail", foot);
    if (!backward) this.told = make("div", "told", foot);
    this.live = make("div", "live", this.root, undefined, { "aria-live": "polite" });
    this.pointing = new Pointing(this);
    this.large = new Large(this);
    this.root.onkeydown = (event) => this.rules?.pressed(event);
  }

  /** data: without its columns where they are the ones that are drawn. go: the page goes to another state. */
  show(data, go = false) {
    const before = this.data;
    if (!before) this.begin(data);
    this.data = { ...data, columns: data.columns ?? before.columns };
    if (go) this.kept = undefined; // what cells have room for
    if (before?.id !== data.id || !this.columns) this.build(!go);
    else this.mark();
    const moved = JSON.stringify(before?.open) !== JSON.stringify(data.open);
    // One's way forward begins at the input, though what is open then is what comes out.
    if (moved && (before || this.begun)) this.bringIntoView();
  }

  /** Whether it begins inside the network: at a place that a link names, or back from the loss. */
  get begun() {
    return Boolean(this.data.backward) || this.data.open.number < this.data.columns.length - 1;
  }

  resized() {
    const { clientWidth } = this.root;
    const { tall, presented } = this.room();
    const other = clientWidth !== this.width || presented !== this.presented || Math.abs(tall - this.tall) > OTHER;
    if (!this.data || !clientWidth || !other) return;
    const first = !this.columns;
    this.build();
    if (!first || this.begun) this.bringIntoView();
  }

  /** The height of the window, and whether the network and the player have all of it. */
  room() {
    const whole = this.root.closest(".presented");
    return { tall: window.innerHeight / (whole?.currentCSSZoom ?? 1), presented: Boolean(whole) };
  }

  /** flash: the cells that have changed show it. */
  build(flash = false) {
    const { words, backward } = this.data;
    this.width = this.root.clientWidth;
    Object.assign(this, this.room());
    if (!this.width) return;
    const active = this.root.getRootNode().activeElement;
    const focused = active?.closest?.(".layer")?.dataset.part;
    const choosing = this.target?.contains(active);
    const before = this.parts;
    const rows = rowsOf(this.tall, { backward, presented: this.presented });
    const { scale, columns } = fit(this.data.columns, this.width - 2 - sideOf(this.data), APART, rows, this.kept);
    const { track } = this.strip;
    track.setAttribute("role", "group");
    track.setAttribute("aria-label", words.overview);
    track.replaceChildren();
    const column = (data) => new Column(data, sizes(data, scale), words);
    this.columns = columns.map((data) => new Column(data, measure(data, scale), words));
    track.append(...this.columns.map(({ root }) => root));
    const parts = [...this.columns];
    if (backward) {
      parts.push(...addBelow(this.columns, columns, column), ...addParameters(this.columns, columns, column, rows.parameters));
      this.root.classList.add("backward");
      addSides(this.strip.root, words, rows, this.columns[0].body.offsetTop);
    }
    this.parts = new Map(parts.map((part) => [part.part, part]));
    this.kept = new Map(parts.map(({ part, data }) => [part, Math.max(longest(data), this.kept?.get(part) ?? 0)]));
    parts.forEach((part) => this.pointing.listen(part));
    for (const part of parts) this.large.leadTo(part);
    if (this.data.classes.length) this.addTarget();
    this.strip.lay(this.columns.map(({ root }) => root), APART);
    this.svg = makeLines(track);
    this.mark();
    if (flash) this.flash(parts, before);
    if (choosing) this.target.querySelector("select").focus({ preventScroll: true });
    else if (focused !== undefined) this.parts.get(focused)?.body.focus({ preventScroll: true });
  }

  /** Let the cells flash that have another number than before; say where colours mean other numbers now. */
  flash(parts, before) {
    const scaled = [];
    for (const part of parts) {
      const old = before.get(part.part);
      const unlike = part.unlike(old);
      part.mark(unlike, "flash");
      const { name, scale } = part.data;
      if (unlike.length && scale !== old.data.scale) scaled.push(fill(this.data.words.scaled, { name, scale }));
    }
    if (scaled.length) this.tell(scaled.join(" · "));
  }

  /** Show what is open, and the way there. */
  mark() {
    const { open, backward } = this.data;
    this.root.dataset.open = `${partOf(open)}.${open.flat}`;
    for (const part of this.parts.values()) for (const name of MARKS) part.unmark(name);
    if (backward) this.rules.show(backward, this.parts);
    this.markAll();
    this.drawTrail();
    this.tell("");
  }

  /** Show all gradients, or only those that the learner has come to. */
  reveal() {
    this.rules.revealed = !this.rules.revealed;
    this.mark();
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
    drawLines(this.svg, pairs);
  }

  bringIntoView() {
    const column = this.columns?.[this.data.open.number]?.root;
    if (column) this.strip.reveal(column);
  }

  addTarget() {
    const { classes, target, words, backward } = this.data;
    this.target?.remove();
    const box = make("label", "target", backward ? this.rules.root : this.columns.at(-1).root);
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

  /** Say what the pointer or the focus is on; "" says what can be done. */
  tell(text) {
    if (this.rules) {
      this.rules.tell(text);
      return;
    }
    this.told.textContent = text || (this.data.path.length > 2 ? "" : this.data.words.hint);
    this.told.classList.toggle("quiet", !text);
  }

  destroy() {
    this.observer.disconnect();
    window.removeEventListener("resize", this.resize);
  }
}
