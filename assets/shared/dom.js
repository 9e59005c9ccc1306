// What every component draws with: elements, texts put into templates, and places on a picture.

/** Make an element; its attributes are set, its text is text. */
export function element(tag, className = "", attributes = {}, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Make an element at the end of another one. */
export function make(tag, className, parent, text, attributes) {
  const node = element(tag, className, attributes, text);
  parent.append(node);
  return node;
}

/**
 * Make a button with a text on it, at the end of another element. It is switched off by `ariaDisabled`, not by `disabled`:
 * so it keeps the focus that it has.
 */
export function makeButton(className, parent, text, attributes) {
  const button = make("button", className, parent, text, { type: "button", ...attributes });
  const stop = (event) => button.ariaDisabled === "true" && event.stopImmediatePropagation();
  button.addEventListener("click", stop, true);
  return button;
}

/** Whether a key pressed in a field of several lines means that they are to be taken. */
export function isTaking({ key, ctrlKey, metaKey }) {
  return key === "Enter" && (ctrlKey || metaKey);
}

/** Make a picture of pixels that cannot be dragged away. */
export function makeImage(parent, png, alt = "") {
  return make("img", "", parent, undefined, { src: png, alt, draggable: "false" });
}

/**
 * Let Tab reach an element while there is more in it than its room shows, so that the arrows scroll it. label: its name
 * meanwhile, where it has none. Returns what looks again, with the next frame, after its content has changed.
 */
export function reachable(node, label) {
  const own = { role: node.getAttribute("role"), ariaLabel: node.getAttribute("aria-label") };
  let reached = false;
  const look = () => {
    const more = node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight;
    if (more === reached) return;
    reached = more;
    Object.assign(node, more ? { role: "group", ariaLabel: own.ariaLabel ?? label, tabIndex: 0 } : own);
    if (!more) node.removeAttribute("tabindex");
    node.classList.toggle("reached", more);
  };
  new ResizeObserver(look).observe(node);
  return () => requestAnimationFrame(look);
}

/** Keep an element where it is in the window while what stands above it changes; returns what to call after that. */
export function steady(node) {
  const top = () => node.getBoundingClientRect().top;
  const before = top();
  return () => {
    let scroller = node;
    while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) {
      scroller = scroller.parentElement ?? scroller.getRootNode().host;
    }
    (scroller ?? document.scrollingElement).scrollBy(0, top() - before);
  };
}

/**
 * Copy what stands in a field, or in an element; whether it was copied. Browsers have a clipboard only for pages that come
 * by https, or from this machine, and a page around this one may refuse it: then what was selected is copied, as by the
 * keys, and at least stays selected.
 */
async function copyOf(node) {
  const text = node.value ?? node.textContent;
  const written = navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (await written) return true;
  if (node.select) node.select();
  else getSelection().selectAllChildren(node);
  return document.execCommand("copy");
}

/** Have a button copy what `copyOf` does, and say so where it did: `copied`. */
export function copying(button, node, copied) {
  button.onclick = async () => {
    if (await copyOf(node)) button.textContent = copied;
  };
}

/** Have the browser save a file that the engine has made. */
export function saveFile({ name, type, base64 }) {
  element("a", "", { href: `data:${type};base64,${base64}`, download: name }).click();
}

/** Put texts into a template's {fields}. */
export function fill(template, fields) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

/** A number's text with a true minus sign, as people read it. */
export const withMinus = (text) => String(text).replaceAll("-", "−");

/** A number's text as machines read it: what is copied, or said to be a number to a screen reader. */
export const withHyphen = (text) => String(text).replaceAll("−", "-");

// By how many rows and columns each arrow key moves.
export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** By how many cells a key moves in a grid that has so many columns; undefined for other keys. */
export function arrowed(key, columns) {
  const by = ARROWS[key];
  return by && by[0] * columns + by[1];
}

/** The nearest place of 0 … count − 1. */
export function clamped(place, count) {
  return Math.max(0, Math.min(count - 1, place));
}

/** The row and column under the pointer, of so many that lie over an element. */
export function under(event, node, rows, columns) {
  const box = node.getBoundingClientRect();
  const row = clamped(Math.floor(((event.clientY - box.top) / box.height) * rows), rows);
  return { row, column: clamped(Math.floor(((event.clientX - box.left) / box.width) * columns), columns) };
}

/** Lay a box over some cells of a picture that has so many rows and columns. */
export function layOver(box, { row, column, tall = 1, wide = 1 }, rows, columns) {
  const sides = { top: row / rows, left: column / columns, height: tall / rows, width: wide / columns };
  for (const [side, share] of Object.entries(sides)) box.style[side] = `${share * 100}%`;
  box.hidden = false;
}

// What stands in the elements that a host gives its components, from one of its calls to the next.
const standing = new WeakMap();

/** Draw what `first` makes in an element, and let it `take` the data of each later call; returns what ends it. */
export function mounted(parent, data, first) {
  if (standing.has(parent)) standing.get(parent).take(data);
  else standing.set(parent, first());
  return () => {
    standing.get(parent).destroy();
    standing.delete(parent);
  };
}

/** Draw anew, with the focus on the element that has the same mark in data-`name`. */
export function keepingFocus(root, name, draw) {
  const mark = root.getRootNode().activeElement?.dataset?.[name];
  draw();
  if (mark !== undefined) root.querySelector(`[data-${name}="${CSS.escape(mark)}"]`)?.focus({ preventScroll: true });
}
