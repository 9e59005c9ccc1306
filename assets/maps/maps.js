// Whole feature maps as pictures: pointing at a pixel shows its window on the input, choosing it opens it.

import { ARROWS, clamped, fill, keepingFocus, layOver, make, makeImage, under } from "../shared/dom.js";

/** Draw a picture and its feature maps (pages/states/lesson/sheets/maps.py). */
export function mapsWidget(parent, data, page) {
  const root = make("div", "maps", parent);
  const update = (now) => keepingFocus(root, "map", () => drawMaps(root, now, (pixel) => page.act("pixel", pixel)));
  update(data);
  return { update };
}

function drawMaps(root, data, pick) {
  const { chosen } = data;
  root.replaceChildren();
  const input = mapFigure(root, data.input);
  input.root.classList.add("of-input");
  const frame = make("div", "window", input.stage);
  const maps = make("div", "outputs", root);
  const show = ({ row, column }) => {
    const [top, tall] = data.rows[row];
    const [left, wide] = data.columns[column];
    layOver(frame, { row: top, column: left, tall, wide }, data.input.height, data.input.width);
    frame.hidden = !tall || !wide; // no cell of the input reaches the pixel
  };
  data.maps.forEach((picture, k) => {
    const map = mapFigure(maps, picture);
    const { stage, where } = map;
    const pixel = make("div", "pixel", stage);
    const now = chosen.filter === k;
    map.root.classList.toggle("chosen", now);
    stage.tabIndex = 0;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-label", picture.alt);
    stage.dataset.map = k;
    let at = chosen;
    const mark = (place) => {
      at = place;
      layOver(pixel, at, picture.height, picture.width);
      where.textContent = fill(data.words.at, at);
      show(at);
    };
    const rest = () => {
      if (now) return mark(chosen);
      at = chosen;
      pixel.hidden = true;
      where.textContent = "";
      show(chosen);
    };
    const choose = () => pick({ filter: k, row: at.row, column: at.column });
    stage.onpointermove = (event) => mark(under(event, map.image, picture.height, picture.width));
    stage.onpointerleave = rest;
    stage.onfocus = () => mark(at);
    stage.onblur = rest;
    stage.onclick = choose;
    stage.onkeydown = (event) => {
      const by = ARROWS[event.key];
      if (event.key === "Enter" || event.key === " ") choose();
      else if (by) mark({ row: clamped(at.row + by[0], picture.height), column: clamped(at.column + by[1], picture.width) });
      else return;
      event.preventDefault();
    };
    rest();
  });
}

function mapFigure(parent, picture) {
  const root = make("figure", "map", parent);
  const caption = make("figcaption", "", root);
  make("b", "", caption, picture.label);
  const where = make("span", "where", caption);
  const stage = make("div", "picture", root);
  stage.style.setProperty("--ratio", `${picture.width} / ${picture.height}`);
  return { root, stage, image: makeImage(stage, picture.png, picture.alt), where };
}
