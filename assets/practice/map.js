// A map whose cells are blanks: a field in each, and below it how the cell in question is made and what was said.

import { element, fill, make } from "../shared/dom.js";
import { walking } from "../shared/fields.js";

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
    this.fields = [];
    this.columns = columns;
    this.walk = walking({ columns, count: rows * columns, at: (k) => this.fields[k], enter: check });
  }

  /** Add one of the lines, which stands in one of the cells. */
  add(line, number) {
    const cell = new MapCell(this, line, number);
    this.root.parentElement.append(this.root); // it stands where the last of its lines does
    this.fields[cell.at] = cell.field;
    return cell;
  }
}

/** A line of the working as a cell: see Line (lines.js). */
class MapCell {
  constructor(map, { label, work, shown, cell, words, field }, number) {
    Object.assign(this, { map, label, words, work });
    this.at = cell.row * cell.columns + cell.column;
    this.root = map.places[this.at];
    this.verdict = make("p", "said-of", map.told, "", { id: `said-of-${number}` });
    this.open = shown === null;
    if (!this.open) {
      make("b", "number", this.root, shown);
      return;
    }
    this.field = field(this.root, [label, work].filter(Boolean).join(", "), this.verdict.id);
    this.field.onkeydown = (event) => map.walk.key(event, this.at);
    this.field.onpaste = (event) => map.walk.paste(event, this.at);
  }

  /** Whether something has been typed that was not judged yet. */
  get fresh() {
    return this.open && Boolean(this.field.value.trim()) && this.field.value !== this.judged;
  }

  now(here) {
    this.root.classList.toggle("now", here);
    if (here) this.map.how.textContent = this.work ? `${this.label}: ${this.work} =` : "";
  }

  /** Say what an answer is worth; true where the cell is done. */
  say({ right, message, shown }) {
    const kind = right ? "right" : shown === undefined ? "wrong" : "shown";
    this.root.dataset.kind = this.verdict.dataset.kind = kind;
    this.judged = this.field.value;
    const placed = message.toLowerCase().includes(this.label.toLowerCase()); // it says itself where
    this.verdict.textContent = kind !== "wrong" ? "" : placed ? message : fill(this.words.said_of, { label: this.label, message });
    this.field.setAttribute("aria-invalid", String(kind === "wrong"));
    if (kind === "wrong") return false;
    this.open = false;
    this.map.fields[this.at] = undefined;
    this.root.replaceChildren(element("b", "number", { "data-kind": kind }, shown));
    return true;
  }
}
