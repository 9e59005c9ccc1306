// A whole map is filled in: a field in each of its cells, and a verdict for each.

import { element } from "../../shared/dom.js";
import { walking } from "../../shared/fields.js";
import { setAttribute } from "../stage/boards.js";
import { place } from "../trace/decode.js";
import { FIELD } from "./blanks.js";

export class Filling {
  /** predict: what asks for the map; it judges, and is told when all of the map has been said. */
  constructor(predict) {
    this.predict = predict;
    this.close();
  }

  /** The step that writes the cell whose field has the focus; undefined where none has. */
  get step() {
    return this.open ? this.at : undefined;
  }

  /** Put fields into the cells of the map that the step on show writes to, from that step on. */
  begin() {
    const { predict } = this;
    const { player } = predict;
    const { step } = player.state;
    const { phase, s } = player.model.at(step);
    const { output } = player.stage;
    const { board } = output;
    const here = place(board, phase.writes.at(s));
    this.close();
    this.open = true;
    this.from = step;
    this.stage = player.stage;
    this.last = step;
    for (let k = s; k < phase.count; k++) {
      const { page, pane, row, column } = place(board, phase.writes.at(k));
      const cell = page === here.page && pane === here.pane && output.cellAt(phase.writes.at(k));
      if (!cell) continue;
      this.last = phase.start + k;
      const edge = column === 0 ? "first" : column === board.columns - 1 ? "last" : "";
      this.fields.set(this.last, { s: k, cell, at: row * board.columns + column, edge });
    }
    const places = new Map([...this.fields].map(([of, { at }]) => [at, of]));
    this.walk = walking({
      columns: board.columns,
      count: board.rows * board.columns,
      at: (k) => this.fields.get(places.get(k))?.input,
      enter: () => predict.guess(),
    });
    for (const [of, field] of this.fields) this.put(of, field);
  }

  put(of, field) {
    const { predict } = this;
    const { cell, at, edge } = field;
    const input = element("input", `editor filling ${edge}`, { ...FIELD, placeholder: "?" });
    field.input = input;
    input.onkeydown = (event) => {
      if (event.key !== "Escape") event.stopPropagation();
      this.walk.key(event, at);
    };
    input.onpaste = (event) => {
      event.stopPropagation();
      this.walk.paste(event, at);
    };
    input.oninput = () => {
      this.say(of, undefined);
      predict.say("");
    };
    input.onfocus = () => this.look(of);
    cell.classList.add("editing", "to-fill");
    cell.append(input);
  }

  /** The step of a field is on show, as far as it may be, and what was said of its answer. */
  look(of) {
    if (this.at === of) return;
    this.at = of;
    const { predict } = this;
    const { said } = this.fields.get(of);
    if (said) predict.say(said, "wrong");
    predict.player.render();
  }

  /** Name the fields, and show the numbers of those that have been said. */
  show() {
    const { player } = this.predict;
    if (this.from !== player.state.step || this.stage !== player.stage) this.begin();
    const { output, phase, words } = this.stage;
    for (const { s, cell, input, told } of this.fields.values()) {
      if (told) this.stage.setVisible(s, 1);
      else setAttribute(input, "aria-label", this.stage.nameOf(output.board.name, phase.writes.at(s), words.cell_hidden));
    }
  }

  /** What has been typed and not been judged: [step, text] of each. */
  get typed() {
    const typed = [...this.fields].filter(([, { input, told, said }]) => !told && !said && input.value.trim());
    return typed.map(([of, { input }]) => [of, input.value]);
  }

  /** Show the verdict on each answer. Returns whether the whole map has been said. */
  judged(cells) {
    for (const { step, wrong, message } of cells) {
      if (wrong) this.say(step, message);
      else this.tell(step);
    }
    return this.done;
  }

  /** Whether the number of a step has been said. */
  told(step) {
    return Boolean(this.fields.get(step)?.told);
  }

  get done() {
    return [...this.fields.values()].every(({ told }) => told);
  }

  /** A number has been said, or asked for: it takes the place of its field. */
  tell(of = this.at ?? this.from) {
    const field = this.fields.get(of);
    field.told = true;
    field.input.remove();
    field.input = undefined;
    field.cell.classList.remove("editing", "to-fill", "said-wrong");
    field.cell.classList.add("said-right");
  }

  say(of, message) {
    const field = this.fields.get(of);
    field.said = message;
    field.cell.classList.toggle("said-wrong", Boolean(message));
    field.input.setAttribute("aria-invalid", String(Boolean(message)));
  }

  /** The focus goes to a wrong answer, or else to the next field that is empty. */
  focus() {
    const fields = [...this.fields];
    const wrong = fields.find(([, { said }]) => said);
    const [, later] = fields.find(([of, { told }]) => !told && of >= (this.at ?? this.from)) ?? fields.find(([, { told }]) => !told) ?? [];
    const input = (wrong?.[1] ?? later)?.input;
    input?.focus();
    input?.select();
  }

  close() {
    for (const { cell, input } of this.fields?.values() ?? []) {
      input?.remove();
      cell.classList.remove("editing", "to-fill", "said-right", "said-wrong");
    }
    this.fields = new Map();
    this.open = false;
    this.at = this.from = this.stage = undefined;
  }
}
