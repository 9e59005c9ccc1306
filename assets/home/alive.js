// A network at work: numbers of a picture, a window that glides over them, maps that grow, up to the answer. It plays on
// arrival, once; a touch, the pointer or a key stops it. Pointing at a pixel frames what it reaches in every layer. All
// numbers, ranges and sentences come from pages/states/home/stages.py.

import { ARROWS, clamped, element, fill, layOver, make, makeButton, makeImage } from "../shared/dom.js";
import { leading } from "../sheet/links.js";
import { leave } from "../sheet/place.js";

const BEGINS = 0.8; // seconds before the first number
const SLOWLY = 1.8; // the power by which a stage begins slowly, so that its first windows can be seen

export function aliveWidget(parent, data) {
  const root = make("div", "alive", parent);
  const bar = make("div", "alive-bar", root);
  const button = makeButton("press", bar, "");
  const says = make("p", "alive-says", bar);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let show; // the picture's network, drawn
  let frame;
  let last;
  let at = 0;
  let stopped = false;

  const playing = () => frame !== undefined;
  const mark = () => {
    root.dataset.playing = playing() ? "yes" : "no";
    button.textContent = playing() ? `❚❚ ${show.words.pause}` : `▶ ${show.words.play}`;
  };
  const tick = (now) => {
    at += Math.min(0.1, (now - (last ?? now)) / 1000);
    last = now;
    show.reveal(at);
    frame = at < show.end ? requestAnimationFrame(tick) : undefined;
    if (!playing()) mark();
  };
  const play = () => {
    if (at >= show.end) at = 0;
    show.light(null);
    last = undefined;
    frame = requestAnimationFrame(tick);
    mark();
  };
  const pause = () => {
    cancelAnimationFrame(frame);
    frame = undefined;
    mark();
  };
  /** The learner looks for himself. whole: at all of it. */
  const stop = (whole) => {
    stopped = true;
    if (playing()) pause();
    if (whole && at < show.end) show.reveal((at = show.end));
  };
  button.onclick = () => (playing() ? stop(false) : play());

  const update = (next) => {
    if (playing()) pause();
    show?.root.remove();
    show = draw(next, says, stop);
    root.append(show.root);
    at = still.matches || stopped ? show.end : 0;
    show.reveal(at);
    mark();
    if (at < show.end) play();
  };
  update(data);
  return { update, destroy: () => cancelAnimationFrame(frame) };
}

/** Draw a picture's network. says: where its sentences stand; stop(whole): the learner has touched it. */
function draw(data, says, stop) {
  const root = element("div", "alive-stages");
  const { side, words } = data;
  const input = stageOf(root, { ...data.input, key: "input" }, data.leads);
  const grid = make("div", "alive-pixels", input.body, undefined, { role: "application", tabindex: "0", "aria-label": words.picture });
  // Who moves over the pixels by keys hears each; the play's own sentences are not called out.
  grid.onfocus = () => (says.ariaLive = "polite");
  grid.onblur = () => (says.ariaLive = "off");
  const pixels = data.texts.map((text) => {
    const [light, ink] = data.inks[text];
    const pixel = make("i", `px ${ink}`, grid, text);
    pixel.style.setProperty("--v", light);
    pixel.ariaHidden = true;
    return pixel;
  });
  const stages = data.stages.map((stage) => {
    const drawn = stageOf(root, stage, data.leads);
    drawn.body.style.setProperty("--across", stage.maps.length > 1 ? stage.across : 1);
    drawn.maps = stage.maps.map(({ png, rows, columns }) => {
      const map = make("div", "alive-map", drawn.body);
      map.style.aspectRatio = `${columns} / ${rows}`;
      makeImage(map, png);
      return { box: make("span", "alive-box", map, undefined, { hidden: "" }), rows, columns };
    });
    return { ...stage, ...drawn };
  });
  const output = stageOf(root, { ...data.output, key: "output" }, data.leads);
  const bars = data.output.bars.map(({ label, text, share, best }) => {
    const bar = make("div", best ? "alive-share best" : "alive-share", output.body);
    make("b", "", bar, label);
    make("i", "", make("span", "", bar)).style.setProperty("--share", share);
    make("em", "", bar, text);
    return bar;
  });
  // What each stage reads, and when it appears.
  const inputMap = { box: make("span", "alive-box", grid, undefined, { hidden: "" }), rows: side, columns: side };
  const sources = [[inputMap], ...stages.map(({ maps }) => maps)];
  let end = BEGINS;
  const parts = [...stages, { ...data.output, ...output }].map((stage, k) => {
    const begins = end;
    end += stage.seconds;
    return { ...stage, begins, source: sources[k] };
  });

  const hideBoxes = () => sources.flat().forEach(({ box }) => (box.hidden = true));
  const reveal = (time) => {
    hideBoxes();
    const now = parts.findLast(({ begins }) => time >= begins);
    for (const part of parts) {
      const share = clamped01((time - part.begins) / part.seconds) ** (part.reads ? SLOWLY : 1);
      part.root.classList.toggle("now", part === now && time < end);
      if (part.reads) grow(part, share, part === now && time < end);
      else part.root.style.setProperty("--done", share);
    }
    for (const bar of bars) bar.classList.toggle("shown", time >= end);
    says.textContent = time >= end ? data.output.end : (now?.says ?? data.input.says);
    root.dataset.stage = time >= end ? "end" : (now?.key ?? "input");
  };

  const light = pointing(grid, data, { root, pixels, stages, hideBoxes, says, stop });
  root.addEventListener("keydown", (event) => {
    if (event.key in ARROWS && event.target === grid) event.preventDefault();
    stop(false);
  });
  root.addEventListener("pointerdown", () => stop(false));
  root.addEventListener("pointermove", () => stop(false));
  return { root, reveal, light, end, words };
}

/** Let the pointer, and the arrows, go over the pixels: what one reaches is framed. Returns what lights a place, or none. */
function pointing(grid, { side, words, texts, output }, { root, pixels, stages, hideBoxes, says, stop }) {
  let lit = null;
  const light = (place) => {
    pixels[lit]?.classList.remove("on");
    lit = place;
    hideBoxes();
    root.classList.toggle("pointed", place !== null);
    if (place === null) return;
    pixels[place].classList.add("on");
    const [row, column] = [Math.floor(place / side), place % side];
    for (const { reach, maps, root: figure } of stages) {
      const [rows, columns] = [reach?.[0][row], reach?.[1][column]];
      figure.classList.toggle("reached", !reach);
      if (!rows || !columns) continue;
      const box = { row: rows[0], column: columns[0], tall: rows[1] - rows[0], wide: columns[1] - columns[0] };
      for (const map of maps) layOver(map.box, box, map.rows, map.columns);
    }
    says.textContent = fill(words.at, { row, column, value: texts[place] });
  };
  const point = (place) => {
    stop(true);
    light(place);
  };
  const rest = () => {
    if (lit === null) return;
    light(null);
    says.textContent = output.end;
  };
  grid.onpointermove = grid.onpointerdown = (event) => {
    const place = pixels.indexOf(event.target);
    if (place >= 0 && place !== lit) point(place);
  };
  grid.onpointerleave = (event) => event.pointerType === "mouse" && rest();
  grid.onkeydown = ({ key }) => {
    if (key === "Escape") rest();
    const by = ARROWS[key];
    if (!by) return;
    const [row, column] = lit === null ? [0 - by[0], 0 - by[1]] : [Math.floor(lit / side), lit % side];
    point(clamped(row + by[0], side) * side + clamped(column + by[1], side));
  };
  return light;
}

/** Show so much of a stage's maps, row by row, and the window that makes the newest number. */
function grow({ maps, reads, source, root }, share, isNow) {
  const [{ rows, columns }] = maps;
  const count = Math.floor(share * rows * columns);
  const [row, column] = [Math.floor(count / columns), count % columns];
  const edges = { t: row / rows, b: (row + 1) / rows, x: column / columns };
  for (const [name, part] of Object.entries(edges)) root.style.setProperty(`--${name}`, `${part * 100}%`);
  if (!isNow) return;
  const [top, bottom] = reads[0][clamped(row, rows)];
  const [left, right] = reads[1][column];
  const box = { row: top, column: left, tall: bottom - top, wide: right - left };
  for (const map of source) layOver(map.box, box, map.rows, map.columns);
}

const clamped01 = (share) => Math.max(0, Math.min(1, share));

/** A stage: its title, which leads to its lesson, its shape, and the place for what it shows. */
function stageOf(parent, { key, title, shape, page }, leads) {
  const root = make("figure", `alive-stage ${key}`, parent);
  const caption = make("figcaption", "", root);
  const query = leads[page];
  leading(make("a", "", caption), title, query, page, () => leave(query, page));
  make("span", "", caption, shape);
  return { root, body: make("div", "alive-body", root) };
}
