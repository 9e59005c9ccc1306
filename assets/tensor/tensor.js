// Lights one pixel in every channel of a figure and shows its line of text, which pages/ui/draw/tensor.py wrote.
// The script runs again whenever Streamlit draws the figure anew; each figure is set up once.

import { ARROWS, withHyphen } from "../shared/dom.js";

for (const figure of document.querySelectorAll(".sx-linked:not([data-ready])")) {
  figure.dataset.ready = "yes";
  const say = figure.querySelector(".sx-say");
  const line = say.querySelector("span");
  const swatch = say.querySelector("i");
  const rest = line.textContent;
  const grid = figure.querySelector(".sx-pixels");
  let lit = null;
  let pinned = false;

  const light = (at) => {
    if (at === lit) return;
    for (const cell of figure.querySelectorAll(".on")) cell.classList.remove("on");
    const source = at && figure.querySelector(`[data-at="${at}"][data-say]`);
    lit = source ? at : null;
    line.textContent = source ? source.dataset.say : rest;
    say.classList.toggle("on", Boolean(source));
    if (!source) return;
    swatch.style.background = source.style.background || getComputedStyle(source).background;
    for (const cell of figure.querySelectorAll(`[data-at="${at}"]`)) cell.classList.add("on");
  };
  const under = (event) => event.target.closest("[data-at]")?.dataset.at ?? null;

  figure.onpointerover = (event) => { if (!pinned) light(under(event)); };
  figure.onpointerleave = () => { if (!pinned) light(null); };
  figure.onclick = (event) => {
    const at = under(event);
    pinned = at !== null && !(pinned && at === lit);
    light(at);
  };
  if (grid) grid.onkeydown = (event) => {
    const by = ARROWS[event.key];
    if (event.key === "Escape") { pinned = false; light(null); }
    if (!by) return;
    event.preventDefault();
    const [row, column] = lit ? lit.split(",").map(Number) : [0, 0];
    const next = lit ? `${row + by[0]},${column + by[1]}` : "0,0";
    if (figure.querySelector(`[data-at="${next}"]`)) { pinned = true; light(next); }
  };
}

// What is copied out of the cells goes into spreadsheets as numbers.
document.oncopy = (event) => {
  const selection = document.getSelection();
  if (![...document.querySelectorAll(".sx-cells")].some((table) => selection.containsNode(table, true))) return;
  event.clipboardData.setData("text/plain", withHyphen(selection));
  event.preventDefault();
};
