// One part of the overview: a heading and what the layer gives, as numbers, pictures, bars or the loss.

import { ARROWS, arrowed, element, fill, layOver, make, makeButton, makeImage, under } from "../shared/dom.js";

/** The name of the part that a place lies in. */
export function partOf(place) {
  return place.part ?? String(place.number);
}

/** What stands in a part, cell by cell: its text, its name, its place on the page, and how the arrows move. */
export class Column {
  /** size: assets/network/measure.js. map: the one that is drawn; by default all. */
  constructor(data, size, words, map) {
    this.data = data;
    this.words = words;
    this.size = size;
    this.map = map;
    this.line = size.line ?? data.line ?? 1;
    this.number = data.number;
    this.part = data.part ?? String(data.number);
    this.count = data.count ?? data.texts.index.length;
    this.root = element("section", `layer of-${data.kind}`, { "data-number": data.number, "data-part": this.part });
    this.root.classList.toggle("gradient", Boolean(data.gradient));
    if (size.width) this.root.style.width = `${size.width}px`;
    this.head = make("header", "", this.root);
    this.title = data.texts.pool.length ? makeButton("", this.head, data.title) : make("b", "", this.head, data.title);
    this.title.title = [data.code, data.texts.pool.length && words.large].filter(Boolean).join("\n");
    make("span", "", this.head, data.shape || "1");
    this.body = make("div", "body", this.root, undefined, { tabindex: "0", role: "application" });
    if (data.height) this.body.style[data.kind === "bars" ? "minHeight" : "height"] = `${data.height}px`;
    this.cells = [];
    this.sheets = [];
    this.draw();
  }

  text(flat) {
    const { pool, index } = this.data.texts;
    return pool[index[flat]];
  }

  full(flat) {
    const { pool, index } = this.data.full ?? this.data.texts;
    return pool[index[flat]] ?? "…";
  }

  /** Channel, row and column of a cell. */
  place(flat) {
    const { rows, columns } = this.data;
    const { line } = this;
    if (this.data.kind !== "maps") return { channel: 0, row: Math.floor(flat / line), column: flat % line };
    const local = flat % (rows * columns);
    return { channel: Math.floor(flat / (rows * columns)), row: Math.floor(local / columns), column: local % columns };
  }

  nameOf(flat) {
    const { kind, name, panes } = this.data;
    const { channel, row, column } = this.place(flat);
    const pane = kind === "maps" ? panes[channel] : panes?.[flat];
    const template = kind === "loss" ? "loss" : kind === "maps" ? (pane ? "cell_channel" : "cell") : pane ? "class" : "number";
    return fill(this.words[template], { name, row, column, channel: pane, number: flat, value: this.full(flat) });
  }

  /** The cell that a key leads to from another, or undefined. */
  moved(flat, key) {
    const { kind, rows, columns, channels } = this.data;
    if (kind === "maps") {
      const { channel, row, column } = this.place(flat);
      const pages = { PageUp: -1, PageDown: 1 }[key] ?? 0;
      const [down, across] = ARROWS[key] ?? [0, 0];
      if (!down && !across && (!pages || this.map !== undefined)) return undefined;
      const to = [channel + pages, row + down, column + across];
      if (to.some((k, i) => k < 0 || k >= [channels, rows, columns][i])) return flat;
      return (to[0] * rows + to[1]) * columns + to[2];
    }
    const by = arrowed(key, this.line);
    if (by === undefined) return undefined;
    return flat + by < 0 || flat + by >= this.count ? flat : flat + by;
  }

  draw() {
    const { kind, written } = this.data;
    if (kind === "loss") this.drawLoss();
    else if (kind === "bars") this.drawBars();
    else if (!written) this.drawPictures();
    else if (kind === "vector") this.drawVector();
    else this.drawGrids();
  }

  /** Make the element that stands for a cell. */
  cell(className, parent, flat, text) {
    const node = make("div", className, parent, text, { "data-flat": flat });
    this.cells[flat] = node;
    return node;
  }

  /** Make a grid of cells with their numbers, the first of which is cell `first`. */
  grid(className, parent, columns, first, count) {
    const { cell, tall } = this.size;
    const { tones, index } = this.data.texts;
    const grid = make("div", className, parent);
    grid.style.gridTemplateColumns = `repeat(${columns}, ${cell}px)`;
    grid.style.gridAutoRows = `${tall}px`;
    for (let flat = first; flat < first + count; flat++) {
      this.cell("cell", grid, flat, this.text(flat)).dataset.tone = tones[index[flat]];
    }
    return grid;
  }

  drawGrids() {
    const { channels, rows, columns, panes } = this.data;
    const box = make("div", "grids", this.body);
    box.style.gridTemplateColumns = `repeat(${this.size.grids}, max-content)`;
    box.style.fontSize = `${this.size.font}px`;
    const count = rows * columns;
    for (let c = this.map ?? 0; c < (this.map ?? channels - 1) + 1; c++) {
      this.grid("grid", box, columns, c * count, count).title = panes[c];
    }
  }

  drawVector() {
    this.grid("grid neurons", this.body, this.line, 0, this.count).style.fontSize = `${this.size.font}px`;
  }

  drawBars() {
    const { shares, panes } = this.data;
    const list = make("div", "bars", this.body);
    list.style.gridAutoRows = `${this.size.tall}px`;
    list.style.width = `${this.size.inner}px`;
    list.style.gap = `${this.size.apart}px`;
    list.style.fontSize = `${this.size.font}px`;
    for (let flat = 0; flat < this.count; flat++) {
      const row = this.cell("bar", list, flat);
      make("i", "", row).style.width = shares[flat];
      make("span", "", row, panes[flat]);
      make("b", "", row, this.text(flat));
    }
  }

  drawLoss() {
    const box = this.cell("loss", this.body, 0);
    make("b", "", box, this.text(0));
    make("span", "", box, this.data.note ?? "−log p");
  }

  drawPictures() {
    const { pictures, kind, rows, columns } = this.data;
    const { line } = this;
    const { grids } = this.size;
    const [tall, wide] = kind === "maps" ? [rows, columns] : [Math.ceil(this.count / line), line];
    const box = make("div", "pictures", this.body);
    box.style.gridTemplateColumns = `repeat(${grids}, max-content)`;
    pictures.forEach((png, c) => {
      const sheet = make("div", "sheet", box, undefined, { "data-channel": c });
      sheet.style.width = `${this.size.wide * wide}px`;
      sheet.style.height = `${this.size.tall * tall}px`;
      makeImage(sheet, png);
      this.sheets.push({ node: sheet, tall, wide });
    });
  }

  /** The cell under the pointer, or undefined. */
  at(event) {
    const sheet = event.target.closest(".sheet");
    if (!sheet) {
      const flat = event.target.closest("[data-flat]")?.dataset.flat;
      return flat === undefined ? undefined : Number(flat);
    }
    const { tall, wide } = this.sheets[sheet.dataset.channel];
    const { row, column } = under(event, sheet, tall, wide);
    const flat = (Number(sheet.dataset.channel) * tall + row) * wide + column;
    return flat < this.count ? flat : undefined;
  }

  /** Mark cells with a class; in pictures, with one box around the cells of each map. Returns the marked elements. */
  mark(flats, className) {
    if (!this.sheets.length) {
      return flats.map((flat) => this.cells[flat]).filter(Boolean).map((cell) => (cell.classList.add(className), cell));
    }
    const spans = new Map();
    for (const flat of flats) {
      const { channel, row, column } = this.place(flat);
      const span = spans.get(channel) ?? { top: row, bottom: row, left: column, right: column };
      span.top = Math.min(span.top, row);
      span.bottom = Math.max(span.bottom, row);
      span.left = Math.min(span.left, column);
      span.right = Math.max(span.right, column);
      spans.set(channel, span);
    }
    return [...spans].map(([channel, span]) => {
      const { node, tall, wide } = this.sheets[channel];
      const frame = make("div", `frame ${className}`, node);
      const [rows, columns] = [span.bottom - span.top + 1, span.right - span.left + 1];
      layOver(frame, { row: span.top, column: span.left, tall: rows, wide: columns }, tall, wide);
      return frame;
    });
  }

  /** The cells that have another number in another part of the same form. */
  unlike(other) {
    const { kind, shape } = this.data;
    if (!other || other.data.kind !== kind || other.data.shape !== shape || other.count !== this.count) return [];
    return [...Array(this.count).keys()].filter((flat) => this.full(flat) !== other.full(flat));
  }

  /** Where a cell stands on the page. */
  boxOf(flat) {
    const { left, top, right } = (this.sheets.length ? this.root.querySelector(".pointed") : this.cells[flat]).getBoundingClientRect();
    return { left, top, right };
  }

  unmark(className) {
    for (const node of [...this.root.querySelectorAll(`.${className}`)]) {
      if (node.classList.contains("frame")) node.remove();
      else node.classList.remove(className);
    }
  }
}
