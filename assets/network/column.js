// One column of the overview: a heading and what the layer gives, as numbers, pictures, bars or the loss.

import { measure } from "./measure.js";

export function make(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

function fill(template, fields) {
  return template.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

/** What stands in a column, cell by cell: its text, its name, its place on the page, and how the arrows move. */
export class Column {
  constructor(data, scale, words) {
    this.data = data;
    this.words = words;
    this.size = measure(data, scale);
    this.number = data.number;
    this.part = data.part ?? String(data.number);
    this.count = data.count ?? data.texts.index.length;
    this.root = make("section", `layer of-${data.kind}`);
    this.root.dataset.number = data.number;
    this.root.dataset.part = this.part;
    this.root.classList.toggle("gradient", Boolean(data.gradient));
    this.root.style.width = `${this.size.width}px`;
    const head = make("header", "", this.root);
    make("b", "", head, data.title);
    make("span", "", head, data.shape || "1");
    head.title = data.code;
    this.body = make("div", "body", this.root);
    if (data.height) this.body.style.minHeight = `${data.height}px`;
    this.body.tabIndex = 0;
    this.body.setAttribute("role", "application");
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
    const { rows, columns, line } = this.data;
    if (this.data.kind !== "maps") return { channel: 0, row: Math.floor(flat / (line ?? 1)), column: flat % (line ?? 1) };
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
    const { kind, rows, columns, channels, line } = this.data;
    if (kind === "maps") {
      const { channel, row, column } = this.place(flat);
      const at = { ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], ArrowLeft: [0, 0, -1], ArrowRight: [0, 0, 1], PageUp: [-1, 0, 0], PageDown: [1, 0, 0] }[key];
      if (!at) return undefined;
      const to = [channel + at[0], row + at[1], column + at[2]];
      if (to.some((k, i) => k < 0 || k >= [channels, rows, columns][i])) return flat;
      return (to[0] * rows + to[1]) * columns + to[2];
    }
    const by = { ArrowUp: -(line ?? 1), ArrowDown: line ?? 1, ArrowLeft: -1, ArrowRight: 1 }[key];
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

  cell(tag, className, parent, flat, text) {
    const node = make(tag, className, parent, text);
    node.dataset.flat = flat;
    node.dataset.tone = this.data.texts.tones[this.data.texts.index[flat]];
    this.cells[flat] = node;
    return node;
  }

  drawGrids() {
    const { channels, rows, columns, panes } = this.data;
    const { cell, tall, font, grids } = this.size;
    const box = make("div", "grids", this.body);
    box.style.gridTemplateColumns = `repeat(${grids}, max-content)`;
    box.style.fontSize = `${font}px`;
    for (let c = 0; c < channels; c++) {
      const grid = make("div", "grid", box);
      grid.title = panes[c];
      grid.style.gridTemplateColumns = `repeat(${columns}, ${cell}px)`;
      grid.style.gridAutoRows = `${tall}px`;
      for (let k = 0; k < rows * columns; k++) {
        const flat = c * rows * columns + k;
        this.cell("div", "cell", grid, flat, this.text(flat));
      }
    }
  }

  drawVector() {
    const { cell, tall, font } = this.size;
    const grid = make("div", "grid neurons", this.body);
    grid.style.gridTemplateColumns = `repeat(${this.data.line}, ${cell}px)`;
    grid.style.gridAutoRows = `${tall}px`;
    grid.style.fontSize = `${font}px`;
    for (let flat = 0; flat < this.count; flat++) this.cell("div", "cell", grid, flat, this.text(flat));
  }

  drawBars() {
    const { shares, panes } = this.data;
    const list = make("div", "bars", this.body);
    list.style.gridAutoRows = `${this.size.tall}px`;
    list.style.fontSize = `${Math.min(12, this.size.tall - 3)}px`;
    for (let flat = 0; flat < this.count; flat++) {
      const row = this.cell("div", "bar", list, flat);
      make("i", "", row).style.width = shares[flat];
      make("span", "", row, panes[flat]);
      make("b", "", row, this.text(flat));
    }
  }

  drawLoss() {
    const box = this.cell("div", "loss", this.body, 0);
    make("b", "", box, this.text(0));
    make("span", "", box, this.data.note ?? "−log p");
  }

  drawPictures() {
    const { pictures, kind, rows, columns, line } = this.data;
    const { grids } = this.size;
    const [tall, wide] = kind === "maps" ? [rows, columns] : [Math.ceil(this.count / line), line];
    const box = make("div", "pictures", this.body);
    box.style.gridTemplateColumns = `repeat(${grids}, max-content)`;
    pictures.forEach((png, c) => {
      const sheet = make("div", "sheet", box);
      sheet.dataset.channel = c;
      sheet.style.width = `${this.size.wide * wide}px`;
      sheet.style.height = `${this.size.tall * tall}px`;
      const image = make("img", "", sheet);
      image.src = png;
      image.alt = "";
      image.draggable = false;
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
    const box = sheet.getBoundingClientRect();
    const inside = (part, whole) => Math.max(0, Math.min(whole - 1, Math.floor(part * whole)));
    const row = inside((event.clientY - box.top) / box.height, tall);
    const column = inside((event.clientX - box.left) / box.width, wide);
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
      frame.style.top = `${(span.top / tall) * 100}%`;
      frame.style.left = `${(span.left / wide) * 100}%`;
      frame.style.height = `${((span.bottom - span.top + 1) / tall) * 100}%`;
      frame.style.width = `${((span.right - span.left + 1) / wide) * 100}%`;
      return frame;
    });
  }

  unmark(className) {
    for (const node of [...this.root.querySelectorAll(`.${className}`)]) {
      if (node.classList.contains("frame")) node.remove();
      else node.classList.remove(className);
    }
  }
}
