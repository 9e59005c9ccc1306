// Grids of numbers, one of which is chosen. Every text comes from the page.

const mounted = new WeakMap();
const MOVES = { ArrowLeft: -1, ArrowRight: 1 };

function make(tag, className, parent, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  parent.append(node);
  return node;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let here = mounted.get(parentElement);
  if (!here) {
    here = { root: make("div", "pick", parentElement) };
    mounted.set(parentElement, here);
  }
  const { root } = here;
  const active = root.getRootNode().activeElement?.dataset ?? {};
  root.replaceChildren();
  for (const line of data.lines) {
    const row = make("div", "line", root);
    for (const part of line) part.sign ? make("span", "sign", row, part.sign) : figure(row, part, data);
  }
  if (active.at) root.querySelector(`button[data-at="${active.at}"]`)?.focus();
  root.onclick = (event) => {
    const cell = event.target.closest("button");
    if (cell) setTriggerValue("pick", { name: cell.dataset.name, flat: Number(cell.dataset.flat) });
  };
  root.onkeydown = (event) => moved(root, event);
  return () => {
    root.remove();
    mounted.delete(parentElement);
  };
}

function figure(row, part, { chosen, usable }) {
  const node = make("figure", part.kind, row);
  node.dataset.grid = part.kind ? `${part.kind} ${part.name}` : part.name;
  const caption = make("figcaption", "", node, part.title);
  if (part.note) make("small", "", caption, ` ${part.note}`);
  const cells = make("div", "cells", node);
  cells.style.gridTemplateColumns = `repeat(${part.width}, ${part.side}px)`;
  if (part.dot) {
    cells.classList.add("dots");
    cells.style.gridAutoRows = `${part.dot}px`;
  }
  part.texts.forEach((text, k) => {
    const here = chosen.name === part.name && chosen.flat === part.first + k;
    const cell = make(usable ? "button" : "span", here ? "chosen" : "", cells, text);
    cell.style.setProperty("--v", `var(--${part.colours[k]})`);
    cell.dataset.name = part.name;
    cell.dataset.flat = part.first + k;
    if (!usable) return;
    cell.type = "button";
    cell.dataset.at = `${part.kind}.${part.name}.${part.first + k}`;
    cell.setAttribute("aria-label", part.labels[k]);
    cell.setAttribute("aria-pressed", here);
    // One stop of the Tab key a grid; arrows move inside it.
    cell.tabIndex = here || (chosen.name !== part.name && k === 0) ? 0 : -1;
  });
}

function moved(root, event) {
  const cell = event.target.closest("button");
  if (!cell) return;
  const all = [...cell.parentElement.children];
  const width = cell.parentElement.style.gridTemplateColumns.match(/repeat\((\d+)/)[1];
  const by = MOVES[event.key] ?? { ArrowUp: -width, ArrowDown: Number(width) }[event.key];
  const next = by && all[all.indexOf(cell) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
