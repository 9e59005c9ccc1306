// A trained network on a picture: the picture and the answer, every layer's maps, and the chosen map, large.

import { arrowed, clamped, element, fill, keepingFocus, layOver, make, makeButton, makeImage, under } from "../shared/dom.js";
import { longest } from "../network/measure.js";
import { makeStrip } from "../shared/strip.js";
import { drawTrail } from "../shared/trail.js";

const APART = 8; // between layers
const LINES = 5; // few maps get a fifth of the height each
const LETTER = 7.4; // width of a digit

// The places of a montage of maps, in cells of the maps: the gap is as wide as gap / grow cells.
function tiles(column) {
  const gap = column.gap / column.grow;
  const down = column.rows + gap;
  const across = column.columns + gap;
  const height = column.lines * down - gap;
  const width = column.perLine * across - gap;
  return {
    height, width,
    lay: (box, map) => {
      const place = { row: Math.floor(map / column.perLine) * down, column: (map % column.perLine) * across };
      layOver(box, { ...place, tall: column.rows, wide: column.columns }, height, width);
    },
    at: (share) => {
      const y = share.down * height, x = share.across * width;
      const line = clamped(Math.floor(y / down), column.lines), row = clamped(Math.floor(y - line * down), column.rows);
      const of = clamped(Math.floor(x / across), column.perLine);
      const col = clamped(Math.floor(x - of * across), column.columns);
      return { map: clamped(line * column.perLine + of, column.count), cell: row * column.columns + col };
    },
  };
}

/** Make a part that the keys work on, with its name for a screen reader. */
function makeStage(className, parent, focus, label) {
  const attributes = { tabindex: "0", role: "application", "aria-label": label, "data-focus": focus };
  return make("div", className, parent, undefined, attributes);
}

function drawPicture(side, data) {
  const stage = make("div", "picture", side);
  stage.style.aspectRatio = `${data.picture.columns} / ${data.picture.rows}`;
  makeImage(stage, data.picture.png, data.title);
  const frame = make("div", "window", stage, undefined, { "data-part": "window" });
  const text = make("div", "verdict", side);
  make("b", "name", text, data.title);
  if (data.truth) {
    const truth = make("span", "truth", text);
    make("i", "", truth, `${data.words.truth} `);
    make("b", "", truth, data.truth);
  }
  const list = make("ol", "likely", text, undefined, { "aria-label": data.words.answer });
  for (const one of data.answer) {
    const line = make("li", "", list, undefined, { "data-class": one.class });
    line.classList.toggle("right", one.name === data.truth);
    make("span", "", line, one.name);
    make("i", "", make("i", "share", line)).style.width = one.width;
    make("b", "", line, one.share);
  }
  return ([row, tall], [column, wide]) =>
    layOver(frame, { row, column, tall, wide }, data.picture.rows, data.picture.columns);
}

/** Draw a layer's maps; returns its element, and what shows which of its maps is open. say(text): to a screen reader. */
function drawColumn(parent, column, words, open, say) {
  const root = make("section", "layer", parent, undefined, { "data-number": column.number, title: column.code });
  const head = make("header", "", root);
  make("i", "", head, column.number);
  make("b", "", head, column.title);
  make("span", "", head, column.shape);
  const label = fill(words.map, { title: `${column.number} ${column.title}`, count: column.count });
  const stage = makeStage("maps-of", root, `layer-${column.number}`, label);
  const layout = tiles(column);
  stage.style.setProperty("--across", column.vector ? Math.ceil(column.columns / 3) : column.perLine);
  stage.style.setProperty("--lines", Math.max(LINES, column.lines));
  stage.style.aspectRatio = `${layout.width} / ${layout.height}`;
  stage.classList.toggle("vector", column.vector);
  const image = makeImage(stage, column.png);
  const box = make("div", "tile", stage);
  const size = column.rows * column.columns;
  let at = -1;
  const rest = () => {
    if (at < 0) box.hidden = true;
    else layout.lay(box, at);
  };
  const go = (map, cell) => {
    const flat = column.vector ? cell : map * size + cell;
    if (flat < column.numbers) open(column.number, flat);
  };
  const pointed = (event) => {
    const { left, top, width, height } = image.getBoundingClientRect();
    return layout.at({ down: (event.clientY - top) / height, across: (event.clientX - left) / width });
  };
  stage.onpointermove = (event) => layout.lay(box, pointed(event).map);
  stage.onpointerleave = rest;
  stage.onclick = (event) => {
    const { map, cell } = pointed(event);
    go(map, cell);
  };
  stage.onkeydown = (event) => {
    const by = arrowed(event.key, column.perLine);
    if (by) {
      layout.lay(box, (at = clamped(Math.max(0, at) + by, column.count)));
      say(fill(words.map_at, { map: at, last: column.count - 1 }));
    } else if (event.key === "Enter" || event.key === " ") go(Math.max(0, at), column.strongest[Math.max(0, at)]);
    else return;
    event.preventDefault();
  };
  const show = (data) => {
    root.classList.toggle("now", column.number === data.open.number);
    at = data.chosen.number === column.number ? data.chosen.channel : -1;
    rest();
  };
  return { root, show };
}

function drawChosen(side, data, column, show, open, say) {
  const { chosen, words } = data;
  const { rows, columns, texts } = chosen;
  const head = make("header", "", side);
  make("b", "", head, `${chosen.number} ${chosen.title}`);
  if (!column.vector) {
    const step = (by) => open(chosen.number, ((chosen.channel + by + column.count) % column.count) * rows * columns + chosen.flat);
    const way = (sign, name, by) => {
      const button = makeButton("press small", head, sign, {
        "aria-label": words[name], "data-control": `channel-${name}`, "data-focus": `channel-${name}`,
      });
      button.onclick = () => step(by);
    };
    way("‹", "before", -1);
    make("span", "", head, chosen.name);
    way("›", "next", 1);
  }
  const label = fill(words.cells, { title: chosen.title, channel: chosen.name });
  const stage = makeStage(chosen.labels.length ? "grid listed" : "grid", side, "chosen", label);
  const where = make("footer", "", side);
  make("span", "most", side, chosen.most);
  const { pool, index } = chosen.full ?? texts;
  const mark = (cell) => {
    const row = Math.floor(cell / columns), col = cell % columns;
    show(chosen.sees.rows[row], chosen.sees.columns[col]);
    const name = chosen.labels[cell] ?? (column.vector ? fill(words.place, { place: cell }) : fill(words.at, { row, column: col }));
    where.replaceChildren();
    make("span", "", where, name);
    make("b", "", where, pool[index[cell]]);
  };
  const tone = (cell) => ({ "data-tone": texts.tones[texts.index[cell]] });
  const focus = chosen.labels.length ? drawList() : drawMap();
  let at = chosen.flat;
  const go = (cell) => {
    at = cell;
    focus(at);
    mark(at);
  };
  stage.onkeydown = (event) => {
    const by = arrowed(event.key, columns);
    if (by) {
      go(clamped(at + by, chosen.count));
      say([...where.children].map(({ textContent }) => textContent).join(": "));
    } else if (event.key === "Enter" || event.key === " ") open(chosen.number, chosen.first + at);
    else return;
    event.preventDefault();
  };
  go(at);

  /** One number a line, each with its name; returns what marks one of them. */
  function drawList() {
    const lines = chosen.labels.map((name, cell) => {
      const line = makeButton("entry", stage, undefined, { tabindex: "-1", "data-cell": cell });
      make("span", "", line, name);
      make("b", "", line, pool[index[cell]], { "data-value": "", ...tone(cell) });
      line.onpointerenter = () => mark(cell);
      line.onpointerleave = () => mark(chosen.flat);
      line.onclick = () => {
        stage.focus({ preventScroll: true });
        open(chosen.number, cell);
      };
      return line;
    });
    return (cell) => lines.forEach((line, k) => line.classList.toggle("at", k === cell));
  }

  /** The map as a picture, with its numbers where they can be read; returns what marks a cell. */
  function drawMap() {
    stage.style.aspectRatio = `${columns} / ${rows}`;
    makeImage(stage, chosen.png);
    if (chosen.written && stage.clientWidth / columns >= longest({ texts }) * LETTER + 3) {
      const cells = make("div", "numbers", stage);
      cells.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
      for (let cell = 0; cell < chosen.count; cell += 1) {
        make("span", "", cells, texts.pool[texts.index[cell]], { "data-cell": cell, ...tone(cell) });
      }
    }
    const pixel = make("div", "pixel", stage, undefined, { "data-part": "pixel" });
    const lay = (cell) => layOver(pixel, { row: Math.floor(cell / columns), column: cell % columns }, rows, columns);
    const pointed = (event) => {
      const place = under(event, stage, rows, columns);
      return clamped(place.row * columns + place.column, chosen.count);
    };
    stage.onpointermove = (event) => {
      lay(pointed(event));
      mark(pointed(event));
    };
    stage.onpointerleave = () => go(at);
    stage.onclick = (event) => open(chosen.number, chosen.first + pointed(event));
    return lay;
  }
}

/** Draw a trained network on a picture (pages/states/inside/view.py). */
export function insideWidget(parent, data, page) {
  const root = make("div", "inside-network", parent);
  const top = make("div", "top", root);
  const side = make("section", "side", top);
  const strip = makeStrip(top, data.words);
  strip.root.classList.add("layers");
  strip.track.setAttribute("role", "group");
  strip.track.setAttribute("aria-label", data.words.layers);
  const large = make("section", "chosen", top);
  const trail = make("nav", "trail", root);
  const live = make("div", "live", root, undefined, { "aria-live": "polite" });
  const say = (text) => (live.textContent = text);
  const open = (number, flat) => page.act("open", { number, flat }, { anywhere: true });
  let layers; // what is drawn: many pictures, which are sent and drawn once for a network and a picture
  let columns = [];
  let number;

  const drawLayers = (now) => {
    layers = now;
    strip.track.replaceChildren();
    columns = layers.columns.map((column) => drawColumn(strip.track, column, data.words, open, say));
    lay();
  };
  const lay = () => strip.lay(columns.map(({ root }) => root), APART);
  const update = (now) => {
    keepingFocus(root, "focus", () => {
      if (now.layers) drawLayers(now.layers);
      for (const column of columns) column.show(now);
      side.replaceChildren();
      large.replaceChildren();
      drawChosen(large, now, layers.columns[now.chosen.number - 1], drawPicture(side, now), open, say);
    });
    keepingFocus(trail, "place", () => {
      drawTrail(trail, now, () => element("i", "", {}, now.words.from), (place) => page.act("back", place));
    });
    if (number === now.chosen.number) return;
    number = now.chosen.number;
    strip.reveal(columns[number - 1].root);
  };
  update(data);
  const observer = new ResizeObserver(() => {
    if (strip.width() === strip.scroller.clientWidth) return;
    lay();
    strip.reveal(columns[number - 1].root);
  });
  observer.observe(root);
  return { update, has: () => [layers.id], destroy: () => observer.disconnect() };
}
