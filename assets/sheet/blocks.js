// Draws a sheet (pages/states/sheet/sheet.py): blocks in reading order. An answer changes what is different in place.

import { copying, element, make, makeButton, reachable } from "../shared/dom.js";
import { Knobs } from "../player/knobs.js";
import { askBlock, downloadBlock } from "./asking.js";
import { historyBlock } from "./history.js";
import { linkBlock, tabsBlock } from "./links.js";
import { pathBlock } from "./path.js";
import { plotBlock } from "./plot.js";
import { questionBlock } from "./question.js";

const EDGE = 8; // pixels that a menu keeps from the screen's left edge

export class Blocks {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.drawn = [];
  }

  /** Show blocks. A block with a key stays the same wherever it stands. go: a player goes to the answer's step. */
  show(blocks, go = false) {
    const left = this.drawn;
    this.drawn = [];
    for (const block of blocks) {
      const there = left.findIndex((old, k) => (k === 0 || block.key) && markOf(old.block) === markOf(block));
      for (const old of left.splice(0, Math.max(0, there))) this.drop(old);
      const same = there < 0 ? undefined : left.shift();
      this.drawn.push(same ?? this.put(block, left[0]?.node));
      if (same) this.change(same, block, go);
    }
    left.forEach((old) => this.drop(old));
  }

  put(block, before = null) {
    const node = element("div", `block ${block.kind}`);
    markGiven(node, block);
    this.root.insertBefore(node, before);
    return { block, node, drawn: MAKERS[block.kind](node, block, this.page) };
  }

  drop({ node, drawn }) {
    drawn.destroy?.();
    node.remove();
  }

  change(old, block, go) {
    // What has been turned or typed in a widget or in knobs may stand there still, where it was refused.
    const lively = block.kind === "widget" || block.kind === "knobs" || block.blocks || block.columns;
    const same = !lively && JSON.stringify(old.block) === JSON.stringify(block);
    old.block = block;
    markGiven(old.node, block);
    if (!same) old.drawn.update(block, go);
  }

  /** What draws the widget of a kind, here or in a part; undefined where there is none. */
  widget(kind) {
    for (const { block, drawn } of this.drawn) {
      if (block.widget === kind) return drawn.widget;
      const inside = drawn.parts?.map((part) => part.widget(kind)).find(Boolean);
      if (inside) return inside;
    }
    return undefined;
  }

  /** The ids of what the widgets have. */
  has() {
    return this.drawn.flatMap(({ drawn }) => drawn.widget?.has?.() ?? drawn.parts?.flatMap((part) => part.has()) ?? []);
  }

  destroy() {
    for (const { drawn } of this.drawn) drawn.destroy?.();
  }
}

/** Mark what would give away something that is blank in the page's player. */
function markGiven({ dataset }, { gives }) {
  if (gives) dataset.gives = gives;
  else delete dataset.gives;
}

/** Blocks with the same mark are one block that is changed in place. */
function markOf({ kind, widget, key, columns, level }) {
  return [kind, widget, key, columns?.length, level].join();
}

const MAKERS = {
  heading: (node, block) => shown(make(`h${block.level}`, "", node), block),
  text: shown,
  html: makeWide,
  math: makeWide,
  typed: (node, block) => written(make("pre", "", node), block),
  code: makeCode,
  plot: plotBlock,
  table: makeTable,
  widget: makeWidget,
  link: linkBlock,
  tabs: tabsBlock,
  button: makeAct,
  knobs: makeKnobs,
  ask: (node, block, page) => askBlock(node, block, page, new Blocks(element("div", "result"), page)),
  download: downloadBlock,
  history: historyBlock,
  path: pathBlock,
  question: (node, block, page) => questionBlock(node, block, page, (name) => new Blocks(element("div", name), page)),
  columns: makeColumns,
  row: makeParts,
  slot: makeSlot,
  into: makeInto,
  menu: makeMenu,
  fold: makeFold,
};

/** What is wider than the page scrolls by keys, too: a formula, and figures. */
function makeWide(node, block, page) {
  const { update } = shown(node, block);
  const looks = () => {
    const { words } = page.data;
    if (block.kind === "math") return [reachable(node, words.formula)];
    return [...node.querySelectorAll("figure, .vol, .inside-whole, .working > p")].map((part) => reachable(part, words.figure));
  };
  let again = looks();
  return {
    update(now) {
      update(now);
      if (block.kind !== "math") again = looks();
      for (const look of again) look();
    },
  };
}

/** Fill an element with HTML of the engine's own making, in which every text is escaped already. */
export function fillHtml(node, html) {
  node.innerHTML = html;
}

function shown(node, block) {
  const update = ({ html, role = "" }) => {
    fillHtml(node, html);
    if (block.kind !== "text") return;
    node.className = `block text ${role}`;
    if (role.startsWith("notice")) node.setAttribute("role", "status");
    else node.removeAttribute("role");
  };
  update(block);
  return { update };
}

function written(node, block) {
  const update = ({ text }) => (node.textContent = text);
  update(block);
  return { update };
}

function makeCode(node, block, page) {
  const copy = makeButton("press copy", node, page.data.words.copy);
  const text = make("pre", "", node);
  const code = make("code", "", text);
  const look = reachable(text, page.data.words.code);
  copying(copy, code, page.data.words.copied);
  const update = ({ text }) => {
    code.textContent = text;
    look();
    copy.textContent = page.data.words.copy;
  };
  update(block);
  return { update };
}

function makeTable(node, block) {
  const update = ({ heads, rows }) => {
    node.replaceChildren();
    const table = make("table", "", node);
    const head = make("tr", "", make("thead", "", table));
    for (const text of heads) make(text ? "th" : "td", "", head, text, text ? { scope: "col" } : {});
    const body = make("tbody", "", table);
    for (const row of rows) {
      const line = make("tr", "", body);
      for (const text of row) make("td", "", line, text);
    }
  };
  update(block);
  return { update };
}

function makeWidget(node, block, page) {
  node.dataset.widget = block.widget;
  const widget = page.widgets[block.widget](node, block.data, page);
  return { widget, update: ({ data }, go) => widget.update(data, go), destroy: () => widget.destroy?.() };
}

function makeAct(node, block, page) {
  const button = makeButton("press", node, block.label);
  const update = ({ label, act, help, disabled, main }) => {
    button.classList.toggle("main", Boolean(main));
    button.textContent = label;
    button.title = help;
    button.ariaDisabled = disabled;
    button.onclick = () => page.act(...act);
  };
  update(block);
  return { update };
}

function makeKnobs(node, block, page) {
  const knobs = new Knobs((turn) => page.act(block.act, turn), page.data.words);
  node.append(knobs.root);
  const update = (now) => {
    knobs.show(now.knobs);
    knobs.refuse(now.refused);
  };
  update(block);
  return { update };
}

function makeColumns(node, block, page) {
  const parts = block.columns.map(() => new Blocks(make("div", "column", node), page));
  const update = ({ columns, widths }, go) => {
    node.style.setProperty("--widths", widths.map((width) => `minmax(0, ${width}fr)`).join(" "));
    columns.forEach((blocks, k) => parts[k].show(blocks, go));
  };
  update(block);
  return { parts, update, destroy: () => parts.forEach((part) => part.destroy()) };
}

function makeParts(node, block, page) {
  const part = new Blocks(node, page);
  part.show(block.blocks);
  return { parts: [part], update: ({ blocks }, go) => part.show(blocks, go), destroy: () => part.destroy() };
}

/** A row that stands in a slot of the page's head; the head may have been drawn anew. */
/** A place that other blocks are put into. A link in it keeps its width under a shorter text: its beginning stands still. */
function makeSlot(node, { name }) {
  node.dataset.slot = name;
  const seen = new ResizeObserver(() => {
    const wide = node.querySelector("a")?.offsetWidth ?? 0;
    if (wide > (parseFloat(node.style.getPropertyValue("--kept")) || 0)) node.style.setProperty("--kept", `${wide}px`);
  });
  seen.observe(node);
  return { update() {}, destroy: () => seen.disconnect() };
}

function makeInto(node, block, page) {
  node.hidden = true;
  const row = element("div", "block row");
  const part = new Blocks(row, page);
  const update = ({ name, blocks }, go) => {
    const slot = page.root.querySelector(`[data-slot="${name}"]`);
    if (slot && row.parentElement !== slot) slot.append(row);
    part.show(blocks, go);
  };
  update(block);
  return { parts: [part], update, destroy: () => (part.destroy(), row.remove()) };
}

function makeMenu(node, block, page) {
  const button = makeButton("press opener", node, block.label, { "aria-haspopup": "true" });
  const window_ = make("div", "popup", node, undefined, { popover: "auto", tabindex: "-1" });
  button.popoverTargetElement = window_;
  const part = new Blocks(window_, page);
  part.show(block.blocks);
  window_.onbeforetoggle = ({ newState }) => {
    if (newState === "closed" && window_.matches(":focus-within")) button.focus(); // as the browser does outside a shadow
  };
  window_.ontoggle = ({ newState }) => {
    if (newState !== "open") return;
    const box = button.getBoundingClientRect();
    window_.style.top = `${box.bottom}px`;
    window_.style.right = `${document.documentElement.clientWidth - Math.max(box.right, window_.offsetWidth + EDGE)}px`;
    (window_.querySelector("a, button, summary") ?? window_).focus(); // a screen reader goes on there
  };
  const update = ({ label, blocks }, go) => {
    button.textContent = label;
    part.show(blocks, go);
  };
  return { parts: [part], update, destroy: () => part.destroy() };
}

function makeFold(node, block, page) {
  const details = make("details", "", node);
  const summary = make("summary", "", details, block.label);
  const part = new Blocks(make("div", "inside", details), page);
  details.open = block.open || page.unfolded.has(block.key); // which asks for what is in it
  details.ontoggle = () => page.fold(block.key, details.open);
  const update = ({ blocks, label }, go) => {
    summary.textContent = label;
    part.show(blocks, go);
  };
  update(block);
  return { parts: [part], update, destroy: () => part.destroy() };
}
