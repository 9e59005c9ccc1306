// A map whose cells are blanks: a field in each, and below it how the cell in question is made and what was said.

import { fill, make } from "../shared/dom.js";
import { walking } from "../shared/fields.js";
import { Blank } from "./blank.js";

export class BlankMap {
  /** cell: where the first of its lines stands (`map`, `rows`, `columns`). check(): judge what has been typed. */
  constructor(parent, { map, rows, columns }, check) {
    this.root = make("div", "blank-map", parent, undefined, { role: "group", "aria-label": map });
    make("span", "what", this.root, map);
    const squares = make("div", "to-fill", this.root);
    squares.style.setProperty("--columns", columns);
    this.places = Array.from({ length: rows * columns }, () => make("div", "square", squares));
    this.how = make("p", "how", this.root);
    this.told = make("div", "told", this.root);
    this.cells = [];
    this.columns = columns;
    const at = (k) => (this.cells[k]?.open ? this.cells[k].field : undefined);
    this.walk = walking({ columns, count: rows * columns, at, enter: check });
  }

  /** Add one of the lines, which stands in one of the cells. */
  add(line, words) {
    this.root.parentElement.append(this.root); // it stands where the last of its lines does
    const at = line.cell.row * this.columns + line.cell.column;
    this.cells[at] = new MapCell(this, line, words, at);
    return this.cells[at];
  }
}

/** A line of the working as a cell. */
class MapCell extends Blank {
  constructor(map, line, words, at) {
    super(line, words, map.places[at], map.told);
    Object.assign(this, { map, root: this.place });
    if (!this.open) return;
    this.field.onkeydown = (event) => map.walk.key(event, at);
    this.field.onpaste = (event) => map.walk.paste(event, at);
  }

  now(here) {
    super.now(here);
    if (here) this.map.how.textContent = this.work ? `${this.label}: ${this.work} =` : "";
  }

  tell(kind, message) {
    this.root.dataset.kind = kind;
    const placed = message.toLowerCase().includes(this.label.toLowerCase()); // it says itself where
    const said = placed ? message : fill(this.words.said_of, { label: this.label, message });
    this.verdict.textContent = kind === "wrong" ? said : "";
  }
}
