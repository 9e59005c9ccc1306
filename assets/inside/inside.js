// A trained network on a picture: the picture and the answer, every layer's maps, and the chosen map, large.

const held = new WeakMap();

function make(tag, className, parent, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

function button(className, parent, text, label) {
  const node = make("button", className, parent, text);
  node.type = "button";
  if (label) node.setAttribute("aria-label", label);
  return node;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const clamp = (value, count) => Math.max(0, Math.min(count - 1, value));

function place(box, top, left, height, width, rows, columns) {
  box.style.top = `${(top / rows) * 100}%`;
  box.style.left = `${(left / columns) * 100}%`;
  box.style.height = `${(height / rows) * 100}%`;
  box.style.width = `${(width / columns) * 100}%`;
  box.hidden = false;
}

// Where a pointer is over a picture, as shares of its sides.
function shares(image, event) {
  const box = image.getBoundingClientRect();
  return { down: (event.clientY - box.top) / box.height, across: (event.clientX - box.left) / box.width };
}

// A tile's place in a montage of maps, in cells of the maps: the gap is as wide as gap / grow cells.
function tiles(column) {
  const gap = column.gap / column.grow;
  const down = column.rows + gap;
  const across = column.columns + gap;
  const height = column.lines * down - gap;
  const width = column.perLine * across - gap;
  return {
    height, width,
    top: (map) => Math.floor(map / column.perLine) * down,
    left: (map) => (map % column.perLine) * across,
    at: (share) => {
      const y = share.down * height, x = share.across * width;
      const line = clamp(Math.floor(y / down), column.lines), row = clamp(Math.floor(y - line * down), column.rows);
      const of = clamp(Math.floor(x / across), column.perLine);
      const col = clamp(Math.floor(x - of * across), column.columns);
      return { map: clamp(line * column.perLine + of, column.count), cell: row * column.columns + col };
    },
  };
}

function drawPicture(root, data) {
  const side = make("section", "side", root);
  const stage = make("div", "picture", side);
  stage.style.aspectRatio = `${data.picture.columns} / ${data.picture.rows}`;
  const image = make("img", "", stage);
  image.src = data.picture.png;
  image.alt = data.title;
  const frame = make("div", "window", stage);
  frame.dataset.part = "window";
  const text = make("div", "verdict", side);
  make("b", "name", text, data.title);
  if (data.truth) {
    const truth = make("span", "truth", text);
    make("i", "", truth, `${data.words.truth} `);
    make("b", "", truth, data.truth);
  }
  const list = make("ol", "answer", text);
  list.setAttribute("aria-label", data.words.answer);
  for (const one of data.answer) {
    const line = make("li", "", list);
    line.dataset.class = one.class;
    line.classList.toggle("right", one.name === data.truth);
    make("span", "", line, one.name);
    const bar = make("i", "bar", line);
    make("i", "", bar).style.width = one.width;
    make("b", "", line, one.share);
  }
  return (rows, columns) =>
    place(frame, rows[0], columns[0], rows[1], columns[1], data.picture.rows, data.picture.columns);
}

function drawColumn(parent, column, data, open) {
  const root = make("section", "layer", parent);
  root.dataset.number = column.number;
  root.title = column.code;
  root.classList.toggle("now", column.number === data.open.number);
  const head = make("header", "", root);
  make("i", "", head, column.number);
  make("b", "", head, column.title);
  make("span", "", head, column.shape);
  const stage = make("div", "maps", root);
  const layout = tiles(column);
  stage.style.setProperty("--across", column.vector ? Math.ceil(column.columns / 3) : column.perLine);
  stage.style.aspectRatio = `${layout.width} / ${layout.height}`;
  stage.classList.toggle("vector", column.vector);
  const image = make("img", "", stage);
  image.src = column.png;
  image.alt = "";
  image.draggable = false;
  const box = make("div", "tile", stage);
  const size = column.rows * column.columns;
  const tell = (map) =>
    place(box, layout.top(map), layout.left(map), column.rows, column.columns, layout.height, layout.width);
  let at = data.chosen.number === column.number ? data.chosen.channel : -1;
  const rest = () => {
    if (at < 0) box.hidden = true;
    else tell(at);
  };
  rest();
  const go = (map, cell) => {
    const flat = column.vector ? cell : map * size + cell;
    if (flat < column.numbers) open(column.number, flat);
  };
  stage.tabIndex = 0;
  stage.dataset.focus = `layer-${column.number}`;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", fill(data.words.map, { title: `${column.number} ${column.title}`, count: column.count }));
  stage.onpointermove = (event) => tell(layout.at(shares(image, event)).map);
  stage.onpointerleave = rest;
  stage.onclick = (event) => {
    const found = layout.at(shares(image, event));
    go(found.map, found.cell);
  };
  stage.onkeydown = (event) => {
    const by = { ArrowUp: -column.perLine, ArrowDown: column.perLine, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) tell((at = clamp(Math.max(0, at) + by, column.count)));
    else if (event.key === "Enter" || event.key === " ") go(Math.max(0, at), column.strongest[Math.max(0, at)]);
    else return;
    event.preventDefault();
  };
  return root;
}

function drawChosen(root, data, show, open) {
  const { chosen, words } = data;
  const column = data.columns[chosen.number - 1];
  const size = chosen.rows * chosen.columns;
  const side = make("section", "chosen", root);
  const head = make("header", "", side);
  make("b", "", head, `${chosen.number} ${chosen.title}`);
  if (!column.vector) {
    const step = (by) => open(chosen.number, ((chosen.channel + by + column.count) % column.count) * size + chosen.flat);
    const before = button("", head, "‹", words.before);
    make("span", "", head, chosen.name);
    const next = button("", head, "›", words.next);
    before.dataset.control = "channel-before";
    next.dataset.control = "channel-next";
    before.onclick = () => step(-1);
    next.onclick = () => step(1);
  }
  const stage = make("div", chosen.labels.length ? "grid listed" : "grid", side);
  const where = make("footer", "", side);
  make("span", "most", side, chosen.most);
  const text = (cell) => {
    const from = chosen.full ?? chosen.texts;
    return from.pool[from.index[cell]];
  };
  let at = chosen.flat;
  const mark = (cell) => {
    const row = Math.floor(cell / chosen.columns), col = cell % chosen.columns;
    show(chosen.sees.rows[row], chosen.sees.columns[col]);
    const name = chosen.labels[cell] ?? (column.vector ? fill(words.place, { place: cell }) : fill(words.at, { row, column: col }));
    where.replaceChildren();
    make("span", "", where, name);
    make("b", "", where, text(cell));
  };
  stage.dataset.focus = "chosen";
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", fill(words.cells, { title: chosen.title, channel: chosen.name }));
  let focus;
  if (chosen.labels.length) {
    const lines = [];
    chosen.labels.forEach((label, cell) => {
      const line = button("line", stage);
      line.tabIndex = -1;
      line.dataset.cell = cell;
      make("span", "", line, label);
      const value = make("b", chosen.texts.tones[chosen.texts.index[cell]], line, text(cell));
      value.dataset.value = "";
      line.onpointerenter = () => mark(cell);
      line.onpointerleave = () => mark(chosen.flat);
      line.onclick = () => open(chosen.number, cell);
      lines.push(line);
    });
    focus = (cell) => lines.forEach((line, k) => line.classList.toggle("at", k === cell));
  } else {
    stage.style.aspectRatio = `${chosen.columns} / ${chosen.rows}`;
    const image = make("img", "", stage);
    image.src = chosen.png;
    image.alt = "";
    image.draggable = false;
    if (chosen.written) {
      const cells = make("div", "cells", stage);
      cells.style.gridTemplateColumns = `repeat(${chosen.columns}, 1fr)`;
      for (let cell = 0; cell < chosen.count; cell += 1) {
        make("span", chosen.texts.tones[chosen.texts.index[cell]], cells, chosen.texts.pool[chosen.texts.index[cell]]).dataset.cell = cell;
      }
    }
    const pixel = make("div", "pixel", stage);
    pixel.dataset.part = "pixel";
    const here = (event) => {
      const share = shares(stage, event);
      const row = clamp(Math.floor(share.down * chosen.rows), chosen.rows);
      const found = row * chosen.columns + clamp(Math.floor(share.across * chosen.columns), chosen.columns);
      return clamp(found, chosen.count);
    };
    focus = (cell) =>
      place(pixel, Math.floor(cell / chosen.columns), cell % chosen.columns, 1, 1, chosen.rows, chosen.columns);
    stage.onpointermove = (event) => {
      focus(here(event));
      mark(here(event));
    };
    stage.onpointerleave = () => {
      focus(at);
      mark(at);
    };
    stage.onclick = (event) => open(chosen.number, chosen.first + here(event));
  }
  stage.onkeydown = (event) => {
    const by = { ArrowUp: -chosen.columns, ArrowDown: chosen.columns, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      at = clamp(at + by, chosen.count);
      focus(at);
      mark(at);
    } else if (event.key === "Enter" || event.key === " ") open(chosen.number, chosen.first + at);
    else return;
    event.preventDefault();
  };
  focus(at);
  mark(at);
}

function drawPath(root, data, back) {
  const trail = make("nav", "trail", root);
  trail.setAttribute("aria-label", data.words.path);
  data.path.forEach((crumb, k) => {
    if (k) make("i", "", trail, data.words.from);
    const node = button("crumb", trail);
    make("span", "", node, crumb.label);
    make("b", "", node, crumb.value);
    node.onclick = () => back(k);
    node.disabled = k === data.path.length - 1;
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  let here = held.get(parentElement);
  if (!here) {
    here = { root: make("div", "inside", parentElement), scroll: undefined, number: undefined };
    held.set(parentElement, here);
  }
  const focused = here.root.getRootNode().activeElement?.dataset.focus;
  const scroll = here.root.querySelector(".layers")?.scrollLeft;
  here.root.replaceChildren();
  const open = (number, flat) => setTriggerValue("open", { number, flat });
  const top = make("div", "top", here.root);
  const show = drawPicture(top, data);
  const layers = make("div", "layers", top);
  layers.setAttribute("role", "group");
  layers.setAttribute("aria-label", data.words.layers);
  const columns = data.columns.map((column) => drawColumn(layers, column, data, open));
  drawChosen(top, data, show, open);
  drawPath(here.root, data, (place) => setTriggerValue("back", place));
  if (scroll !== undefined) layers.scrollLeft = scroll;
  const now = columns[data.chosen.number - 1];
  if (here.number !== data.chosen.number) {
    const room = layers.getBoundingClientRect(), box = now.getBoundingClientRect();
    if (box.left < room.left || box.right > room.right) {
      layers.scrollLeft += box.left + box.width / 2 - room.left - room.width / 2;
    }
    here.number = data.chosen.number;
  }
  if (focused) here.root.querySelector(`[data-focus="${focused}"]`)?.focus({ preventScroll: true });
  return () => {
    here.root.remove();
    held.delete(parentElement);
  };
}
