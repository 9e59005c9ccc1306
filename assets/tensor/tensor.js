// A picture and its boards of numbers side by side: cells as large as the place allows, and a pixel lit in every channel.
// All HTML and texts come from pages/states/input/drawing.py.

import { ARROWS, make, makeButton, under, withHyphen } from "../shared/dom.js";
import { fillHtml } from "../sheet/blocks.js";

const [GUTTER, GAP, TITLE] = [24, 20, 46]; // pixels: a row's index, between boards, above a board's cells
const BELOW = 90; // pixels of the window below the boards: the pixel's line, and what the numbers mean
const [LARGEST, SMALLEST] = [76, 18]; // pixels of a cell
const [WIDE, TOGETHER, TOGETHER_WIDE] = [1600, 24, 34]; // all channels stand together where cells stay this large
const NARROW = 640;

/** Draw a picture with its numbers. */
export function tensorWidget(parent, data, page) {
  const root = make("div", "sx", parent);
  const row = make("div", "sx-row", root);
  const below = make("div", "sx-below", root);
  const line = make("p", "sx-say", below, undefined, { "aria-live": "polite" });
  const choice = make("div", "sx-choice", below, undefined, { role: "group" });
  const swatch = make("i", "", line);
  const text = make("span", "", line);
  const light = lights(root, row, line, swatch, text);
  let now = data;
  let chosen; // a channel, or "all", by the learner
  let shown;

  const size = () => {
    const room = root.clientWidth;
    if (!room) return;
    const narrow = room < NARROW;
    const top = row.getBoundingClientRect().top + window.scrollY + TITLE;
    const tall = Math.max(window.innerHeight - top - BELOW, window.innerHeight * 0.45) / now.rows - 1;
    const least = Math.max(SMALLEST, 6.6 * now.longest);
    const cell = (boards) => {
      const beside = narrow ? 1 : boards + (now.picture ? 1 : 0);
      const gutters = narrow ? GUTTER - 6 : GUTTER * boards + GAP * (beside - 1);
      const wide = (room - gutters - 2) / (beside * now.columns) - 1;
      return Math.max(least, Math.min(wide, narrow ? LARGEST : tall, LARGEST));
    };
    const count = now.channels.length;
    const enough = window.innerWidth >= WIDE ? TOGETHER_WIDE : TOGETHER;
    shown = chosen ?? (count === 1 || (!narrow && cell(count) >= enough) ? "all" : 0);
    if (shown !== "all" && shown >= count) shown = 0;
    const side = cell(shown === "all" && !narrow ? count : 1);
    row.style.setProperty("--cell", `${side}px`);
    row.style.setProperty("--text", `${Math.max(12, Math.min(0.5 * side, side / (0.6 * now.longest)))}px`);
    root.classList.toggle("narrow", narrow);
    for (const board of row.querySelectorAll("[data-board]")) {
      board.hidden = shown !== "all" && Number(board.dataset.board) !== shown;
    }
    for (const button of choice.children) button.setAttribute("aria-pressed", button.dataset.shown === String(shown));
  };

  const update = (next) => {
    now = next;
    fillHtml(row, now.html);
    for (const [name, side] of Object.entries({ w: now.columns, h: now.rows, "image-w": now.width, "image-h": now.height })) {
      row.style.setProperty(`--${name}`, side);
    }
    choice.style.visibility = now.channels.length < 2 ? "hidden" : ""; // its place is kept
    choice.setAttribute("aria-label", now.label);
    choice.replaceChildren();
    for (const [key, name] of [...now.channels.entries(), ["all", now.all]]) {
      const button = makeButton("press", choice, name, { "data-shown": key });
      button.onclick = () => {
        chosen = key;
        size();
      };
    }
    light.rest(now.rest);
    const image = row.querySelector(".sx-image");
    if (image) image.onclick = (event) => page.act("part", under(event, image, now.height, now.width));
    size();
  };

  const watch = new ResizeObserver(size);
  watch.observe(root);
  window.addEventListener("resize", size);
  update(data);
  return {
    update,
    destroy() {
      watch.disconnect();
      window.removeEventListener("resize", size);
    },
  };
}

/** Light the pixel that is pointed at, tapped, or reached by the arrows on the picture, and show its line. */
function lights(root, row, line, swatch, text) {
  let [rest, lit, pinned] = ["", null, false];
  const light = (at) => {
    for (const cell of row.querySelectorAll(".on")) cell.classList.remove("on");
    const source = at && row.querySelector(`[data-at="${at}"][data-say]`);
    lit = source ? at : null;
    text.textContent = source ? source.dataset.say : rest;
    line.classList.toggle("on", Boolean(source));
    if (!source) return;
    swatch.style.background = source.style.background || getComputedStyle(source).background;
    for (const cell of row.querySelectorAll(`[data-at="${at}"]`)) cell.classList.add("on");
  };
  const at = (event) => event.target.closest("[data-at]")?.dataset.at ?? null;
  row.onpointerover = (event) => pinned || light(at(event));
  row.onpointerleave = () => pinned || light(null);
  row.onclick = (event) => {
    const place = at(event);
    pinned = place !== null && !(pinned && place === lit);
    light(place);
  };
  row.onkeydown = (event) => {
    if (!event.target.matches(".sx-pixels")) return;
    const by = ARROWS[event.key];
    if (event.key === "Escape") {
      pinned = false;
      light(null);
    }
    if (!by) return;
    event.preventDefault();
    const [down, across] = lit ? lit.split(",").map(Number) : [-by[0], -by[1]];
    const next = `${down + by[0]},${across + by[1]}`;
    if (!row.querySelector(`[data-at="${next}"]`)) return;
    pinned = true;
    light(next);
  };
  // What is copied out of the cells goes into spreadsheets as numbers.
  root.oncopy = (event) => {
    event.clipboardData.setData("text/plain", withHyphen(root.getRootNode().getSelection?.() ?? document.getSelection()));
    event.preventDefault();
  };
  return {
    rest(words) {
      [rest, pinned] = [words, false];
      light(null);
    },
  };
}
