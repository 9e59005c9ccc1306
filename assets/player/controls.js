// The bar of controls. It owns no state: it calls `act` and is told what to show.

import { element, fill, make } from "../shared/dom.js";
import { setAttribute, setText } from "./stage/boards.js";

const ICONS = {
  first: "M5 4h2v16H5zM20 4v16L8 12z",
  prev: "M18 4v16L7 12z",
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  next: "M6 4v16l11-8z",
  last: "M17 4h2v16h-2zM4 4v16l12-8z",
  less: "M15 5l-7 7 7 7z",
  more: "M9 5l7 7-7 7z",
  brush: "M3 17.2V21h3.8L17.9 9.9l-3.8-3.8zM20.7 7a1 1 0 0 0 0-1.4l-2.3-2.3a1 1 0 0 0-1.4 0l-1.8 1.8 3.8 3.8z",
  present: "M4 4h7v2H6v5H4zM13 4h7v7h-2V6h-5zM4 13h2v5h5v2H4zM18 13h2v7h-7v-2h5z",
};
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button of the player that runs something, with an icon or a text on it. */
export function control(name, run, { label, title = label, drawn, text, kind = "" } = {}) {
  const node = element("button", `control ${kind}`.trim(), { type: "button", "data-control": name }, text);
  if (label) node.setAttribute("aria-label", label);
  if (title) node.title = title;
  if (drawn) node.append(icon(drawn));
  node.onclick = run;
  return node;
}

export function makeControls(words, act) {
  const bar = element("div", "bar");
  const group = (className, ...items) => {
    const box = element("div", `group ${className}`.trim());
    box.append(...items);
    bar.append(box);
    return box;
  };
  const way = (name, run) => control(name, run, { label: words[name], drawn: name });
  const toggle = (name, run, drawn) => {
    const [label, title] = [words[name], words[`${name}_help`]];
    return control(name, run, { label, title, ...(drawn ? { drawn } : { text: label }) });
  };

  const play = control("play", () => act.toggle(), { label: words.play, kind: "main" });
  group(
    "steps",
    way("first", () => act.start()),
    way("prev", () => act.step(-1)),
    play,
    way("next", () => act.step(1)),
    way("last", () => act.end()),
  );

  const scrub = element("input", "scrub", { type: "range", min: "0", step: "1", "data-control": "scrub", "aria-label": words.scrub });
  scrub.oninput = () => act.go(Number(scrub.value));
  const where = element("span", "where");
  group("wide", scrub, where);

  const pagePrev = control("filter-prev", () => act.page(-1), { drawn: "less" });
  const pageNext = control("filter-next", () => act.page(1), { drawn: "more" });
  const pageText = element("span", "where", { "data-control": "filter" });
  const pages = group("pages", pagePrev, pageText, pageNext);

  const speed = element("select", "control", { "data-control": "speed", "aria-label": words.speed, title: words.speed });
  SPEEDS.forEach((value, k) => make("option", "", speed, `${value}×`, { value: k }));
  speed.onchange = () => act.speed(Number(speed.value));
  const stages = toggle("stages", () => act.setStaged());
  const predict = toggle("predict", () => act.predict.toggle());
  predict.hidden = !act.callbacks.onGuess;
  const reveal = toggle("reveal", () => act.setRevealed());
  const brush = toggle("brush", () => act.setBrushing(), "brush");
  const value = element("input", "brush-value", {
    type: "text", value: "1", autocomplete: "off", "aria-label": words.brush_value, title: words.brush_value, "data-control": "brush-value",
  });
  const present = toggle("present", () => act.presenter.toggle(), "present");
  const help = control("help", () => act.help(), { label: words.help_label, text: "?" });
  group("modes", speed, stages, predict, reveal, brush, value, present, help);

  const set = (node, property, now) => node[property] !== now && (node[property] = now);
  return {
    bar,
    brushValue: () => value.value.trim(),
    show(view) {
      const last = view.pageCount - 1;
      set(scrub, "max", String(view.count - 1));
      set(scrub, "value", String(view.step));
      setText(where, fill(words.step_of, { step: String(view.shown + 1), count: String(view.count) }));
      setAttribute(scrub, "aria-valuetext", where._text);
      showPlaying(play, words, view.playing);
      set(speed, "value", String(view.speed));
      set(pages, "hidden", last < 1);
      const at = { name: view.pageName, page: view.page, last };
      setText(pageText, fill(words.page_of, at));
      setAttribute(pagePrev, "aria-label", fill(words.page_prev, at));
      setAttribute(pageNext, "aria-label", fill(words.page_next, at));
      enable(pagePrev, view.page > 0, pageNext);
      enable(pageNext, view.page < last, pagePrev);
      setAttribute(stages, "aria-pressed", String(view.staged));
      setAttribute(predict, "aria-pressed", String(view.predicting));
      setAttribute(reveal, "aria-pressed", String(view.revealed));
      setAttribute(brush, "aria-pressed", String(view.brushing));
      set(brush, "hidden", !view.paintable);
      brush.classList.toggle("out", !view.editable); // it keeps its place
      set(value, "hidden", !view.brushing || !view.editable);
      setAttribute(present, "aria-pressed", String(view.presenting));
      set(present, "title", view.presenting ? words.present_end : words.present_help);
    },
  };
}

function showPlaying(play, words, playing) {
  const name = playing ? "pause" : "play";
  if (play.dataset.icon === name) return;
  play.dataset.icon = name;
  play.replaceChildren(icon(name));
  play.setAttribute("aria-label", words[name]);
  play.title = words[name];
}

/** A button that is switched off while it has the focus hands it to its neighbour, so that keys go on working. */
function enable(made, enabled, neighbour) {
  if (made.disabled !== enabled) return;
  const focused = made.getRootNode().activeElement === made;
  made.disabled = !enabled;
  if (focused && !enabled) {
    neighbour.disabled = false;
    neighbour.focus();
  }
}
