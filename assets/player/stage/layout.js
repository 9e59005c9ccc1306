// The stage's places: the boards of a phase laid out as input × kernel = products → sums → output, as far as a phase
// has these.

import { element, make } from "../../shared/dom.js";
import { BoardView, makeCell, makePane, mark, setText } from "./boards.js";
import { Chain } from "./chain.js";
import { Strip } from "./strip.js";
import { reducedName, termsName } from "../trace/wording.js";

const BOARD_TRACK = "auto";
const SIGN_TRACK = "minmax(15px, 22px)";
const SIGN_KINDS = { "→": "arrow", "=": "equal" };

/** The empty stage of a phase: every board, cell and line there, no number in it yet. */
export class Layout {
  constructor(model, phase) {
    const { plan } = phase;
    this.phase = phase;
    this.plan = plan;
    this.words = model.words;
    this.root = element("div", `stage ${plan.kind}${plan.aligned ? " aligned" : ""}`);
    this.strip = new Strip(phase);
    this.views = new Map();
    this.grids = new Map();
    this.tracks = [];
    this.signs = [];
    this.sums = [];
    this.products = [];
    this.productCells = [];
    const first = model.board(phase.factors[0].board);
    this.channels = first.paneCount;
    this.root.classList.toggle("entire", first.vector && phase.termCount === first.size); // its frame is enough
    this.first = this.addBoard(first, "input");
    if (plan.second) {
      this.addSigns(plan.kind === "chain" ? "" : phase.operation);
      this.second = this.addBoard(plan.second, "weight");
    }
    if (plan.products) {
      this.addSigns(plan.second ? "=" : "→");
      this.buildProducts(phase);
    }
    if (plan.total) {
      this.addSigns("→");
      if (plan.sums) this.buildSums(phase);
      this.buildTotal(phase);
    }
    if (plan.paired) this.addSigns("→");
    else this.addArrow();
    this.output = this.addBoard(model.board(phase.writes.board), "output");
    this.root.classList.toggle("few", this.tracks.length < 4);
    this.root.style.setProperty("--channels", this.channels);
    this.root.style.setProperty("--tracks", this.tracks.join(" "));
    this.root.style.setProperty("--tracks-compact", this.tracks.slice(0, -2).join(" "));
    this.lit = [];
    this.inWindow = [];
  }

  /** Begin the next column; the style sheet's grid takes its tracks from here. */
  column(track) {
    this.tracks.push(track);
    return this.tracks.length;
  }

  put(node, row, column) {
    node.style.setProperty("--r", row);
    node.style.setProperty("--c", column);
    this.root.append(node);
    return node;
  }

  addTitle(column, text = "", kind = "") {
    const title = make("div", `title ${kind}`, this.root);
    title.style.setProperty("--c", column);
    setText(title, text);
    return title;
  }

  addSigns(text) {
    const column = this.column(SIGN_TRACK);
    for (let row = 0; row < this.channels; row++) {
      const sign = element("div", `sign ${SIGN_KINDS[text] ?? ""}`.trim(), { "aria-hidden": "true" }, text);
      this.signs.push({ sign: this.put(sign, row, column), row });
    }
  }

  addArrow() {
    this.put(element("div", "sign whole", { "aria-hidden": "true" }, "→"), 0, this.column(SIGN_TRACK));
  }

  addBoard(board, kind) {
    const view = new BoardView(board, kind);
    const column = this.column(BOARD_TRACK);
    view.title = this.addTitle(column, "", `of-${kind}`);
    if (kind === "output" && !this.plan.paired) {
      const box = element("div", "outputs");
      box.append(...view.panes.map(({ pane }) => pane));
      this.put(box, 0, column);
    } else {
      // The boards of one group stand beside the first board's pane; others as they are, or before them all.
      const spans = kind === "weight" && !this.plan.beside && view.panes.length !== this.channels;
      view.panes.forEach(({ pane }, p) => this.put(pane, spans ? 0 : p, column).classList.toggle("spanning", spans));
    }
    this.views.set(board.name, view);
    this.grids.set(board.name, view);
    return view;
  }

  buildProducts(phase) {
    const { single, map, grid } = this.plan;
    const column = this.column(BOARD_TRACK);
    const title = single && map ? this.words.window : termsName(this.words, phase);
    this.addTitle(column, title, "of-products");
    const [rows, columns] = grid;
    const across = phase.grid[1];
    const count = phase.termCount / phase.group_names.length;
    this.products = phase.group_names.map((label, g) => {
      const pane = makePane({ label, name: `${title} ${label}`.trim(), rows, columns, kind: "products", count });
      pane.cells.forEach((cell, k) => mark(cell, "products", `${g},${Math.floor(k / across)},${k % across}`, ""));
      this.put(pane.pane, g, column);
      return pane;
    });
    const taken = phase.group_names.map(() => 0);
    this.productCells = phase.groups.map((g, t) => {
      const cell = this.products[g].cells[taken[g]++];
      cell.dataset.term = t;
      return cell;
    });
    this.grids.set("products", { cells: this.products.flatMap(({ cells }) => cells), rows, columns });
  }

  buildSums(phase) {
    const column = this.column(BOARD_TRACK);
    this.addTitle(column, phase.reduce === "max" ? this.words.largest : this.words.sums, "of-sums");
    this.sums = phase.partials.map((partial, k) => {
      if (partial.group === null) return null;
      const box = element("div", "sum");
      const tag = make("span", "tag", box);
      const cell = makeCell({ role: "note", "data-partial": k });
      mark(cell, "sums", String(partial.group), "");
      box.append(cell);
      this.put(box, partial.group, column);
      return { box, tag, cell, group: partial.group };
    });
    const cells = this.sums.filter(Boolean).map(({ cell }) => cell);
    if (cells.length) cells[0].tabIndex = 0;
    this.grids.set("sums", { cells, rows: 1, columns: 1 });
  }

  buildTotal(phase) {
    const { kind } = this.plan;
    const column = this.column(BOARD_TRACK);
    const titles = { full: this.words.total_title, merged: reducedName(this.words, phase), reduced: this.words.stage_result };
    this.addTitle(column, titles[kind] ?? "", "of-total");
    this.chain = new Chain(phase, this.words);
    this.put(this.chain.root, 0, column);
  }
}
