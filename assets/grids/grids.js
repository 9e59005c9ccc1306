// Grids of numbers, one of which is chosen. Every text comes from the page.

import { arrowed, forgotten, keepingFocus, make, remembered } from "../shared/dom.js";

export default function ({ data, parentElement, setTriggerValue }) {
  const { root } = remembered(parentElement, () => ({ root: make("div", "pick", parentElement) }));
  keepingFocus(root, "at", () => {
    root.replaceChildren();
    for (const line of data.lines) {
      const row = make("div", "line", root);
      for (const part of line) part.sign ? make("span", "sign", row, part.sign) : figure(row, part, data);
    }
  });
  root.onclick = (event) => {
    const cell = event.target.closest("button");
    if (cell) setTriggerValue("pick", { name: cell.dataset.name, flat: Number(cell.dataset.flat) });
  };
  root.onkeydown = moved;
  return () => forgotten(parentElement);
}

function figure(row, part, { chosen, usable }) {
  const node = make("figure", part.kind, row);
  node.dataset.grid = part.kind ? `${part.kind} ${part.name}` : part.name;
  const caption = make("figcaption", "", node, part.title);
  if (part.note) make("small", "", caption, ` ${part.note}`);
  const cells = make("div", "cells", node);
  cells.dataset.columns = part.width;
  cells.style.gridTemplateColumns = `repeat(${part.width}, ${part.side}px)`;
  if (part.dot) {
    cells.classList.add("dots");
    cells.style.gridAutoRows = `${part.dot}px`;
  }
  part.texts.forEach((text, k) => {
    const flat = part.first + k;
    const here = chosen.name === part.name && chosen.flat === flat;
    const cell = make(usable ? "button" : "span", here ? "chosen" : "", cells, text);
    Object.assign(cell.dataset, { tone: part.tones[k], name: part.name, flat });
    if (!usable) return;
    cell.type = "button";
    cell.dataset.at = `${part.kind}.${part.name}.${flat}`;
    cell.setAttribute("aria-label", part.labels[k]);
    cell.setAttribute("aria-pressed", here);
    // One stop of the Tab key a grid; arrows move inside it.
    cell.tabIndex = here || (chosen.name !== part.name && k === 0) ? 0 : -1;
  });
}

function moved(event) {
  const cell = event.target.closest("button");
  const cells = cell?.parentElement;
  const by = cell && arrowed(event.key, Number(cells.dataset.columns));
  const next = by && cells.children[[...cells.children].indexOf(cell) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
