// The stage's places: the boards of a phase laid out as input × kernel = products → sums → output.

import { BoardView, element, makeCell, makePane, mark, setText } from "./boards.js";
import { Strip } from "./strip.js";

// Columns of the stage; the style sheet's grid has a track for each.
const INPUT = 1;
const KERNEL = 3;
const PRODUCTS = 5;
const SUMS = 7;
const TOTAL = 8;
const OUTPUT = 10;

/** The empty stage of a phase: every board, cell and line there, no number in it yet. */
export class Layout {
  constructor(model, phase) {
    this.phase = phase;
    this.words = model.words;
    this.root = element("div", "stage");
    this.strip = new Strip(phase);
    const [first, second] = phase.factors.map((f) => model.board(f.board));
    this.views = new Map();
    this.grids = new Map();
    this.first = this.addBoard(first, INPUT, "input");
    this.channels = first.paneCount;
    if (second) {
      this.addSigns(INPUT + 1, phase.operation);
      this.second = this.addBoard(second, KERNEL, "weight");
    }
    this.addSigns(KERNEL + 1, "=");
    this.buildProducts(phase);
    this.addSigns(PRODUCTS + 1, "→");
    this.buildSums(phase);
    this.buildTotal(phase);
    this.put(element("div", "sign whole", { "aria-hidden": "true" }), 0, OUTPUT - 1).textContent = "→";
    this.output = this.addBoard(model.board(phase.writes.board), OUTPUT, "output");
    this.root.style.setProperty("--channels", this.channels);
    this.lit = [];
    this.inWindow = [];
  }

  put(node, row, column) {
    node.style.setProperty("--r", row);
    node.style.setProperty("--c", column);
    this.root.append(node);
    return node;
  }

  addTitle(column, text = "") {
    const title = element("div", "title");
    title.style.setProperty("--c", column);
    if (column === PRODUCTS) title.classList.add("of-products");
    if (column === OUTPUT) title.classList.add("of-output");
    setText(title, text);
    this.root.append(title);
    return title;
  }

  addSigns(column, text) {
    this.signs ??= [];
    for (let row = 0; row < this.channels; row++) {
      const sign = this.put(element("div", "sign", { "aria-hidden": "true" }), row, column);
      sign.textContent = text;
      this.signs.push({ sign, row });
    }
  }

  addBoard(board, column, kind) {
    const view = new BoardView(board, kind);
    view.title = this.addTitle(column);
    if (kind === "output") {
      const box = element("div", "outputs");
      box.append(...view.panes.map(({ pane }) => pane));
      this.put(box, 0, column);
    } else {
      view.panes.forEach(({ pane }, p) => this.put(pane, p, column));
    }
    this.views.set(board.name, view);
    this.grids.set(board.name, view);
    return view;
  }

  buildProducts(phase) {
    const { products } = this.words;
    this.addTitle(PRODUCTS, phase.factors.length > 1 ? products : this.words.stage_window);
    const [rows, columns] = phase.grid;
    this.products = phase.group_names.map((label, g) => {
      const made = makePane({ label, name: `${products} ${label}`.trim(), rows, columns, kind: "products" });
      made.cells.forEach((cell, k) => mark(cell, "products", `${g},${Math.floor(k / columns)},${k % columns}`, ""));
      this.put(made.pane, g, PRODUCTS);
      return made;
    });
    const taken = phase.group_names.map(() => 0);
    this.productCells = phase.groups.map((g, t) => {
      const cell = this.products[g].cells[taken[g]++];
      cell.dataset.term = t;
      return cell;
    });
    this.productCells[0].tabIndex = 0;
    this.grids.set("products", { cells: this.products.flatMap(({ cells }) => cells), rows, columns });
  }

  buildSums(phase) {
    this.addTitle(SUMS, this.words.sums);
    this.sums = phase.partials.map((partial, k) => {
      if (partial.group === null) return null;
      const box = element("div", "sum");
      const tag = element("span", "tag");
      const cell = makeCell({ role: "note", "data-partial": k });
      mark(cell, "sums", String(partial.group), "");
      box.append(tag, cell);
      this.put(box, partial.group, SUMS);
      return { box, tag, cell, group: partial.group };
    });
    const cells = this.sums.filter(Boolean).map(({ cell }) => cell);
    if (cells.length) cells[0].tabIndex = 0;
    this.grids.set("sums", { cells, rows: 1, columns: 1 });
  }

  buildTotal(phase) {
    this.addTitle(TOTAL, this.words.total_title);
    const box = element("div", "total");
    const label = (text) => {
      const made = element("span", "label");
      setText(made, text);
      box.append(made);
      return made;
    };
    const cell = (className, attributes) => {
      const made = makeCell({ role: "note", ...attributes });
      made.classList.add(className);
      made.tabIndex = 0;
      box.append(made);
      return made;
    };
    this.singles = phase.partials.map((partial, k) => {
      if (!partial.cell) return null;
      label(`+ ${partial.name}`);
      return cell("single", { "data-partial": k });
    });
    this.totalSign = label("=");
    if (phase.finish) {
      this.before = cell("before", {});
      mark(this.before, "before", "0", "");
      label(phase.finish);
    }
    this.total = cell("result", { "data-total": "0" });
    mark(this.total, "total", "0", "");
    this.put(box, 0, TOTAL);
  }
}
