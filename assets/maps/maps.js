// Whole feature maps as pictures: pointing at a pixel shows its window on the input, choosing it opens it.

const state = new WeakMap();

function make(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  parent.append(node);
  return node;
}

function place(box, at, size, picture) {
  box.style.top = `${(at.row / picture.height) * 100}%`;
  box.style.left = `${(at.column / picture.width) * 100}%`;
  box.style.height = `${(size.height / picture.height) * 100}%`;
  box.style.width = `${(size.width / picture.width) * 100}%`;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let here = state.get(parentElement);
  if (!here) {
    here = { root: make("div", "maps", parentElement) };
    state.set(parentElement, here);
  }
  const pick = (map, row, column) => setTriggerValue("pick", { filter: map, row, column });
  const focused = here.root.getRootNode().activeElement?.dataset.map;
  here.root.replaceChildren();
  const input = figure(here.root, data.input, data.input.label);
  input.root.classList.add("of-input");
  const frame = make("div", "window", input.stage);
  const maps = make("div", "outputs", here.root);
  const show = (row, column) => {
    place(frame, { row: data.rows[row], column: data.columns[column] }, data.extent, data.input);
    frame.hidden = false;
  };
  data.maps.forEach((picture, k) => {
    const map = figure(maps, picture, picture.label);
    const pixel = make("div", "pixel", map.stage);
    const chosen = data.chosen.filter === k;
    map.root.classList.toggle("chosen", chosen);
    map.stage.tabIndex = 0;
    map.stage.setAttribute("role", "application");
    map.stage.setAttribute("aria-label", picture.alt);
    map.stage.dataset.map = k;
    let at = { row: data.chosen.row, column: data.chosen.column };
    const mark = () => {
      place(pixel, at, { height: 1, width: 1 }, picture);
      pixel.hidden = false;
      map.where.textContent = data.words.at.replace("{row}", at.row).replace("{column}", at.column);
      show(at.row, at.column);
    };
    const rest = () => {
      at = { row: data.chosen.row, column: data.chosen.column };
      if (chosen) mark();
      else {
        pixel.hidden = true;
        map.where.textContent = "";
      }
      show(data.chosen.row, data.chosen.column);
    };
    map.stage.onpointermove = (event) => {
      const box = map.image.getBoundingClientRect();
      const inside = (part, whole) => Math.max(0, Math.min(whole - 1, Math.floor(part * whole)));
      at = {
        row: inside((event.clientY - box.top) / box.height, picture.height),
        column: inside((event.clientX - box.left) / box.width, picture.width),
      };
      mark();
    };
    map.stage.onpointerleave = rest;
    map.stage.onfocus = mark;
    map.stage.onblur = rest;
    map.stage.onclick = () => pick(k, at.row, at.column);
    map.stage.onkeydown = (event) => {
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (event.key === "Enter" || event.key === " ") pick(k, at.row, at.column);
      else if (by) {
        const row = Math.max(0, Math.min(picture.height - 1, at.row + by[0]));
        const column = Math.max(0, Math.min(picture.width - 1, at.column + by[1]));
        at = { row, column };
        mark();
      } else return;
      event.preventDefault();
    };
    if (chosen) mark();
    if (String(k) === focused) map.stage.focus({ preventScroll: true });
  });
  return () => {
    here.root.remove();
    state.delete(parentElement);
  };
}

function figure(parent, picture, label) {
  const root = make("figure", "map", parent);
  const caption = make("figcaption", "", root);
  make("b", "", caption).textContent = label;
  const where = make("span", "where", caption);
  const stage = make("div", "picture", root);
  stage.style.setProperty("--ratio", `${picture.width} / ${picture.height}`);
  const image = make("img", "", stage);
  image.src = picture.png;
  image.alt = picture.alt;
  image.draggable = false;
  return { root, stage, image, where };
}
