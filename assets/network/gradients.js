// The backward half of the overview: every gradient below its value, those of weights below these, and the rules.

import { fill, make, makeButton } from "../shared/dom.js";
import { Column } from "./column.js";

const SIDE = 18; // of the rows' names
const BETWEEN = 14; // parameters of two layers

/** Width that the rows' names take. */
export function sideOf(data) {
  return data.backward ? SIDE : 0;
}

/** Put each column's gradients below its values; returns the new columns. */
export function addBelow(columns, drawn, scale, words) {
  return columns.map((column, k) => {
    const below = new Column(drawn[k].below, scale, words);
    below.root.classList.add("below");
    column.root.append(below.root);
    return below;
  });
}

/** Put the gradients of every layer's parameters in a row of their own; returns the new columns. */
export function addParameters(track, drawn, scale, words) {
  const row = make("div", "parameters", track);
  return drawn.filter(({ parameters }) => parameters.length).flatMap((data) => {
    const group = make("div", "group", row, undefined, { "data-number": data.number });
    make("span", "of", group, data.title);
    const columns = data.parameters.map((parameter) => new Column(parameter, scale, words));
    group.append(...columns.map(({ root }) => root));
    return columns;
  });
}

/** Lay the parameters' groups below their layers as far as they do not meet. Places only, no values. */
export function placeParameters(track, columns) {
  const groups = [...track.querySelectorAll(".group")];
  const width = track.clientWidth;
  const wanted = groups.map((group) => {
    const { offsetLeft, offsetWidth } = columns[group.dataset.number].root;
    return offsetLeft + offsetWidth / 2 - group.offsetWidth / 2;
  });
  let from = SIDE;
  const lefts = groups.map((group, k) => {
    const left = Math.max(from, wanted[k]);
    from = left + group.offsetWidth + BETWEEN;
    return left;
  });
  let to = width;
  for (let k = groups.length - 1; k >= 0; k--) {
    lefts[k] = Math.max(SIDE, Math.min(lefts[k], to - groups[k].offsetWidth));
    to = lefts[k] - BETWEEN;
    groups[k].style.left = `${lefts[k]}px`;
  }
}

/** Name the rows at their left. */
export function addSides(track, words, heights, head) {
  let top = head;
  ["values", "gradients", "parameters"].forEach((name, k) => {
    const side = make("div", `side of-${name}`, track, words[name]);
    side.style.top = `${top}px`;
    side.style.height = `${heights[k]}px`;
    top += heights[k] + 6;
  });
}

/** The buttons from rule to rule. */
export function makeRules(foot, send) {
  const box = make("div", "rules", foot);
  const way = (name, sign, by) => {
    const button = makeButton("", box, sign, { "data-control": `rule-${name}` });
    button.onclick = () => send(by);
    return button;
  };
  return { prev: way("prev", "‹", -1), count: make("span", "", box), next: way("next", "›", 1) };
}

export function showRules(buttons, { at, count }, words) {
  buttons.count.textContent = fill(words.rule, { at: at + 1, count });
  for (const name of ["prev", "next"]) {
    buttons[name].title = words[name];
    buttons[name].setAttribute("aria-label", words[name]);
  }
  buttons.prev.ariaDisabled = at === 0;
  buttons.next.ariaDisabled = at === count - 1;
}
