// The knobs beside a player: numbers, choices and switches whose texts and limits come from the engine. A turn goes
// out as what was pressed or typed; the engine answers with the new values.

import { element, keepingFocus, make, makeButton, withHyphen } from "../shared/dom.js";
import { More } from "./more.js";

const PRESSES = { ArrowUp: 1, ArrowDown: -1 };

/** Draw knobs in `root`; `turn({ knob, by | text, axis, target })` is called when the learner turns one. */
export class Knobs {
  constructor(turn, words) {
    this.turn = turn;
    this.words = words;
    this.root = element("div", "knobs");
    this.split = false;
  }

  /** Show knobs: in place where they are the same ones, else anew with the focus where it was. */
  show(knobs) {
    this.knobs = knobs;
    const uneven = knobs.some((k) => k.kind === "pair" && !k.apart && k.value[0] !== k.value[1]);
    this.split = this.split || uneven;
    const parts = (k) => [k.name, k.label, k.kind, k.choices, k.targets, k.apart, k.more];
    const form = JSON.stringify([this.split, ...knobs.map(parts)]);
    if (form !== this.form) {
      this.form = form;
      this.build(knobs);
    }
    for (const knob of knobs) {
      for (const part of this.parts.get(knob.name)) {
        part.show(knob);
        part.node.title = knob.help;
        part.node.classList.toggle("changed", Boolean(knob.changed));
      }
    }
    if (this.splitter) this.splitter.disabled = uneven;
    this.more?.mark(knobs);
  }

  /** Say below a knob why what was typed into it cannot be; undefined or null takes the sentence away. */
  refuse(refused) {
    this.root.querySelector(".sentence")?.remove();
    for (const old of this.root.querySelectorAll(".refused")) old.classList.remove("refused");
    if (!refused) return;
    const mark = refused.axis === null ? refused.knob : `${refused.knob}.${refused.axis}`;
    const input = this.root.querySelector(`[data-knob="${CSS.escape(mark)}"]`);
    const sentence = element("div", "sentence", { role: "alert" });
    sentence.textContent = refused.sentence;
    const knob = input?.closest(".knob");
    if (knob?.closest(".more")) this.more.root.open = true;
    if (!knob) return void this.root.prepend(sentence);
    knob.classList.add("refused");
    // It stays to be put right, unless something else has been typed meanwhile.
    if (refused.text && input.type === "text" && input.value === input.shown) input.value = input.shown = refused.text;
    knob.after(sentence);
  }

  build(knobs) {
    this.parts = new Map(knobs.map((knob) => [knob.name, this.make(knob)]));
    const nodesOf = (those) => those.flatMap(({ name }) => this.parts.get(name).map(({ node }) => node));
    const nodes = nodesOf(knobs.filter(({ more }) => !more));
    const behind = nodesOf(knobs.filter(({ more }) => more));
    const splitter = knobs.some((k) => k.kind === "pair" && !k.apart) ? [this.makeSplitter()] : [];
    if (!splitter.length) this.splitter = undefined;
    this.more = behind.length ? new More(this.words, [...behind, ...splitter]) : undefined;
    nodes.push(...(this.more ? [this.more.root] : splitter));
    keepingFocus(this.root, "knob", () => this.root.replaceChildren(...nodes));
  }

  make(knob) {
    const parts = this.makeParts(knob);
    if (knob.plain) for (const { node } of parts) make("span", "plain", node.querySelector(".name"), knob.plain);
    return parts;
  }

  makeParts(knob) {
    if (knob.kind === "choice" && !knob.spread) return [this.makeChoice(knob)];
    if (knob.kind === "choice" || knob.kind === "several") return [this.makeChips(knob)];
    if (knob.kind === "scale") return [this.makeScale(knob)];
    if (knob.kind === "text") return [this.makeText(knob)];
    if (knob.kind === "toggle") return [this.makeToggle(knob)];
    if (knob.kind === "fill") return this.makeFill(knob);
    if (knob.kind === "number") return [this.makeNumber(knob, knob.label, (k) => [k.value, k.minimum, k.maximum])];
    if (knob.apart || this.split) {
      return [0, 1].map((a) => this.makeNumber(knob, knob.labels[a], (k) => [k.value[a], k.minimum[a], k.maximum[a]], a));
    }
    return [this.makeNumber(knob, knob.label, (k) => [k.value[0], k.both[0], k.both[1]])];
  }

  frame(label, help, kind, wide = false) {
    const node = element("label", `knob ${kind}${wide ? " wide" : ""}`);
    node.title = help;
    make("span", "name", node, label);
    return node;
  }

  makeNumber(knob, label, values, axis) {
    const node = this.frame(label, knob.help, "number");
    const mark = axis === undefined ? knob.name : `${knob.name}.${axis}`;
    const box = make("span", "box", node);
    const about = axis === undefined ? { knob: knob.name } : { knob: knob.name, axis };
    let typing = false;
    const press = (by) => () => {
      typing = false;
      this.turn({ ...about, by });
    };
    const button = (by, sign, key) => {
      const node = makeButton("", box, sign, { tabindex: "-1", "aria-label": `${this.words[key]} ${label}` });
      node.onclick = press(by);
      return node;
    };
    const less = button(-1, "−", "less");
    const input = make("input", "", box, undefined, {
      type: "text", inputmode: "decimal", role: "spinbutton", autocomplete: "off", spellcheck: "false",
      "aria-label": label, "data-knob": mark,
    });
    const more = button(1, "+", "more");
    input.oninput = () => (typing = true);
    const commit = () => {
      typing = false;
      if (input.value.trim() !== input.shown) this.turn({ ...about, text: input.value });
    };
    input.onkeydown = (event) => {
      if (event.key in PRESSES) press(PRESSES[event.key])();
      else if (event.key === "Enter") commit();
      else if (event.key === "Escape") [input.value, input.shown, typing] = [input.good, input.good, false];
      else return;
      event.preventDefault();
    };
    input.onblur = () => {
      commit();
      input.value = input.shown;
    };
    const show = (now) => {
      const [value, least, most] = values(now);
      // What is being typed stays, also where the answer to an earlier turn comes meanwhile.
      input.shown = input.good = value;
      if (!typing) input.value = value;
      for (const [name, number] of Object.entries({ now: value, min: least, max: most })) {
        input.setAttribute(`aria-value${name}`, withHyphen(number));
      }
      input.disabled = now.disabled || least === most;
      less.disabled = input.disabled || value === least;
      more.disabled = input.disabled || value === most;
    };
    return { node, show };
  }

  makeSelect(node, label, mark, choices) {
    const select = make("select", "", node, undefined, { "aria-label": label, "data-knob": mark });
    for (const text of choices) make("option", "", select, text, { value: text });
    return select;
  }

  makeChoice(knob) {
    const node = this.frame(knob.label, knob.help, "choice", knob.wide);
    const select = this.makeSelect(node, knob.label, knob.name, knob.choices);
    select.onchange = () => this.turn({ knob: knob.name, text: select.value });
    const show = ({ value, disabled, choices }) => {
      select.value = value;
      select.disabled = disabled || choices.length < 2;
    };
    return { node, show };
  }

  /** Choices side by side: one of them is on, or several. */
  makeChips(knob) {
    const node = element("div", `knob chips${knob.wide ? " wide" : ""}`, { role: "group", "aria-label": knob.label });
    node.title = knob.help;
    make("span", "name", node, knob.label);
    const box = make("span", "texts", node);
    const chips = knob.choices.map((text) => {
      const chip = makeButton("", box, text, { "data-knob": `${knob.name}.${text}` });
      chip.onclick = () => this.turn({ knob: knob.name, text });
      return chip;
    });
    const show = ({ value, disabled, choices }) => {
      chips.forEach((chip, k) => {
        chip.setAttribute("aria-pressed", [value].flat().includes(choices[k]));
        chip.disabled = disabled;
      });
    };
    return { node, show };
  }

  /** Choices in order on a slider. While it is dragged, one turn is on its way at a time, then the latest. */
  makeScale(knob) {
    const node = this.frame(knob.label, knob.help, "scale", knob.wide);
    const box = make("span", "box", node);
    const input = make("input", "", box, undefined, {
      type: "range", min: "0", max: String(knob.choices.length - 1), "aria-label": knob.label, "data-knob": knob.name,
    });
    const said = make("output", "", box);
    let [onItsWay, latest] = [];
    const say = (text) => {
      said.textContent = text;
      input.setAttribute("aria-valuetext", text);
    };
    const send = () => {
      if (onItsWay !== undefined || latest === undefined) return;
      [onItsWay, latest] = [latest];
      this.turn({ knob: knob.name, text: onItsWay });
    };
    input.oninput = () => {
      latest = knob.choices[input.value];
      say(latest);
      send();
    };
    const show = ({ value, choices, disabled }) => {
      onItsWay = undefined;
      input.disabled = disabled;
      if (latest !== undefined) return send();
      input.value = String(choices.indexOf(value));
      return say(value);
    };
    return { node, show };
  }

  makeText(knob) {
    const node = this.frame(knob.label, knob.help, "typed", knob.wide);
    const input = make("input", "", node, undefined, {
      type: "text", autocomplete: "off", spellcheck: "false", placeholder: knob.placeholder, "aria-label": knob.label,
      "data-knob": knob.name,
    });
    let shown;
    const commit = () => input.value.trim() !== shown && this.turn({ knob: knob.name, text: input.value });
    input.onkeydown = (event) => {
      if (event.key === "Enter") commit();
      else if (event.key === "Escape") input.value = shown;
    };
    input.onblur = () => {
      commit();
      input.value = shown;
    };
    const show = ({ value, disabled }) => {
      const typing = input.matches(":focus") && input.value !== shown;
      shown = value;
      if (!typing) input.value = value;
      input.disabled = disabled;
    };
    return { node, show };
  }

  makeToggle(knob) {
    const { node, input } = this.makeSwitch(knob.label, knob.help, knob.name);
    input.onchange = () => this.turn({ knob: knob.name, text: input.checked ? "1" : "0" });
    const show = ({ value, disabled }) => {
      input.checked = value;
      input.disabled = disabled;
    };
    return { node, show };
  }

  makeFill(knob) {
    const into = this.frame(knob.label, knob.help, "choice");
    const target = this.makeSelect(into, knob.label, `${knob.name}.target`, knob.targets);
    const node = this.frame(knob.labels[1], knob.help, "choice");
    const select = this.makeSelect(node, knob.labels[1], knob.name, [knob.placeholder, ...knob.choices]);
    select.onchange = () => {
      this.turn({ knob: knob.name, text: select.value, target: target.value });
      select.value = knob.placeholder;
    };
    const show = () => (target.disabled = knob.targets.length < 2);
    return [{ node: into, show }, { node, show: () => {} }];
  }

  makeSplitter() {
    const { node, input } = this.makeSwitch(this.words.split, this.words.split_help, "split");
    input.checked = this.split;
    input.onchange = () => {
      this.split = input.checked;
      this.show(this.knobs);
    };
    this.splitter = input;
    return node;
  }

  makeSwitch(label, help, mark) {
    const node = this.frame(label, help, "toggle");
    const input = element("input", "", { type: "checkbox", role: "switch", "aria-label": label, "data-knob": mark });
    node.prepend(input);
    return { node, input };
  }
}
