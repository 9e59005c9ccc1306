// The backward half of the overview: every gradient below its value, those of a layer's weights below these, and the
// rules by which they come, one after the other, from the loss back.

import { fill, make, makeButton } from "../shared/dom.js";

const SIDE = 20; // of the rows' names

/** Width that the rows' names take. */
export function sideOf(data) {
  return data.backward ? SIDE : 0;
}

/** Put each column's gradients below its values; returns the new parts. */
export function addBelow(columns, drawn, column) {
  return columns.map(({ root }, k) => {
    const below = column(drawn[k].below);
    below.root.classList.add("below");
    root.append(below.root);
    return below;
  });
}

/** Put the gradients of each layer's parameters below these, in a row of a height; returns the new parts. */
export function addParameters(columns, drawn, column, height) {
  return columns.flatMap(({ root }, k) => {
    const row = make("div", "parameters", root);
    row.style.minHeight = `${height + 16}px`;
    const parts = drawn[k].parameters.map(column);
    row.append(...parts.map((part) => part.root));
    return parts;
  });
}

/** Name the rows at their left. */
export function addSides(strip, words, rows, top) {
  for (const old of strip.querySelectorAll(".side")) old.remove();
  let from = top;
  for (const [name, row] of Object.entries({ values: "values", gradients: "below", parameters: "parameters" })) {
    const side = make("div", `side of-${name}`, strip, words[name]);
    side.style.top = `${from}px`;
    side.style.height = `${rows[row] + (row === "parameters" ? 16 : 0)}px`;
    from += rows[row] + 10;
  }
}

/** The rules: which one is open, the way to the others, and what each says. */
export class Rules {
  constructor(foot, words, send, reveal) {
    this.words = words;
    this.send = send;
    this.revealed = false;
    this.root = make("div", "rules", foot);
    this.prev = this.way("prev", "‹", -1);
    this.count = make("span", "", this.root);
    this.next = this.way("next", "›", 1);
    this.all = makeButton("press small", this.root, words.reveal, { title: words.reveal_help, "data-control": "rules-reveal" });
    this.all.onclick = reveal;
    this.told = make("div", "told rule", foot);
    this.other = make("div", "other", this.told);
  }

  way(name, sign, by) {
    const attributes = { "data-control": `rule-${name}`, title: this.words[name], "aria-label": this.words[name] };
    const button = makeButton("press small", this.root, sign, attributes);
    button.onclick = () => this.send("rule", by);
    return button;
  }

  /** Show the open rule; the gradients of those that come after it are blank. */
  show(data, parts) {
    const { at, rules } = data;
    this.data = data;
    this.count.textContent = fill(this.words.rule, { at: at + 1, count: rules.length });
    this.prev.ariaDisabled = at === 0;
    this.next.ariaDisabled = at === rules.length - 1;
    this.all.setAttribute("aria-pressed", String(this.revealed));
    this.order = new Map(rules.map(({ part }, k) => [part, k]));
    for (const [name, { root }] of parts) {
      const order = this.order.get(name) ?? -1;
      root.classList.toggle("unreached", order > at && !this.revealed);
      root.classList.toggle("now", order === at);
    }
    if (this.sentences?.length !== rules.length) {
      this.sentences?.forEach((line) => line.remove());
      // All stand in the same place, so that it has room for the longest.
      this.sentences = rules.map(() => make("p", "", this.told));
    }
    rules.forEach(({ title, rule }, k) => {
      this.sentences[k].replaceChildren();
      make("b", "", this.sentences[k], title);
      make("span", "", this.sentences[k], ` ${rule}`);
    });
    this.tell("");
  }

  tell(text) {
    this.other.textContent = text;
    this.sentences?.forEach((line, k) => line.classList.toggle("away", Boolean(text) || k !== this.data.at));
  }

  /** Go to the rule that a part comes by. */
  goTo(part) {
    this.send("rule", this.order.get(part) - this.data.at);
  }

  /** N and P lead from rule to rule. */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    const by = { n: 1, p: -1 }[event.key.toLowerCase()];
    if (by) this.send("rule", by);
  }
}
