// Grids of numbers, one of which can be chosen. Every text comes from the engine.

import { arrowed, keepingFocus, make } from "../shared/dom.js";

/** Draw lines of grids, with signs between them; data: `lines`, `chosen`, and the `act` of a click, if there is one. */
export function gridsWidget(parent, data, page) {
  const root = make("div", "pick", parent);
  let { act } = data;
  const update = (now) => {
    act = now.act;
    keepingFocus(root, "at", () => {
      root.replaceChildren();
      for (const line of now.lines) {
        const row = make("div", "line", root);
        for (const part of line) put(row, part, now);
      }
    });
  };
  root.onclick = (event) => {
    const cell = event.target.closest("button");
    if (cell) page.act(act, { name: cell.dataset.name, flat: Number(cell.dataset.flat) });
  };
  root.onkeydown = moved;
  update(data);
  return { update };
}

/** Put a sign, a grid, or a group of these that stays side by side. */
function put(row, part, now) {
  if (part.group) {
    const group = make("div", "together", row);
    group.classList.toggle("wide", part.group.some(({ width }) => width > 3));
    for (const one of part.group) put(group, one, now);
  } else if (part.sign) make("span", "sign", row, part.sign);
  else figure(row, part, now);
}

function figure(row, part, { chosen, act }) {
  const node = make("figure", part.kind, row);
  node.dataset.grid = part.kind ? `${part.kind} ${part.name}` : part.name;
  const caption = make("figcaption", "", node, part.title);
  if (part.note) make("small", "", caption, ` ${part.note}`);
  const cells = make("div", "cells", node);
  cells.dataset.columns = part.width;
  cells.style.setProperty("--across", part.width);
  cells.style.setProperty("--side", `${part.side}px`);
  cells.classList.toggle("dots", Boolean(part.dot));
  part.texts.forEach((text, k) => {
    const flat = part.first + k;
    const here = chosen.name === part.name && chosen.flat === flat;
    const cell = make(act ? "button" : "span", here ? "chosen" : "", cells, text);
    Object.assign(cell.dataset, { tone: part.tones[k], name: part.name, flat });
    if (!act) return;
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
