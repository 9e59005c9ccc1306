// The bar of controls. It owns no state: it calls `act` and is told what to show.

import { element } from "./boards.js";
import { fill } from "./data.js";

const ICONS = {
  first: "M5 4h2v16H5zM20 4v16L8 12z",
  prev: "M18 4v16L7 12z",
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  next: "M6 4v16l11-8z",
  last: "M17 4h2v16h-2zM4 4v16l12-8z",
  less: "M15 5l-7 7 7 7z",
  more: "M9 5l7 7-7 7z",
  brush: "M3 17.2V21h3.8L17.9 9.9l-3.8-3.8zM20.7 7a1 1 0 0 0 0-1.400l-2.300-2.300a1 1 0 0 0-1.400 0l-1.800 1.800 3.800 3.800z",
  present: "M4 4h7v2H6v5H4zM13 4h7v7h-2V6h-5zM4 13h2v5h5v2H4zM18 13h2v7h-7v-2h5z",
};
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function button(name, label, { text, drawn } = {}) {
  const made = element("button", "control", { type: "button", "data-control": name, "aria-label": label, title: label });
  if (drawn) made.append(icon(drawn));
  if (text) made.append(text);
  return made;
}

export function makeControls(words, act) {
  const bar = element("div", "bar");
  const group = (...items) => {
    const box = element("div", "group");
    box.append(...items);
    bar.append(box);
    return box;
  };
  const on = (made, run) => {
    made.onclick = run;
    return made;
  };
  const first = on(button("first", words.first, { drawn: "first" }), () => act.go(0));
  const prev = on(button("prev", words.prev, { drawn: "prev" }), () => act.back());
  const play = on(button("play", words.play, { drawn: "play" }), () => act.toggle());
  const next = on(button("next", words.next, { drawn: "next" }), () => act.forward());
  const last = on(button("last", words.last, { drawn: "last" }), () => act.end());
  play.classList.add("main");
  group(first, prev, play, next, last);

  const scrub = element("input", "scrub", { type: "range", min: "0", step: "1", "data-control": "scrub", "aria-label": words.scrub });
  scrub.oninput = () => act.go(Number(scrub.value));
  const where = element("span", "where");
  group(scrub, where).classList.add("wide");

  const speed = element("select", "control", { "data-control": "speed", "aria-label": words.speed, title: words.speed });
  for (const [k, value] of SPEEDS.entries()) {
    const option = element("option", "", { value: String(k) });
    option.textContent = `${value}×`;
    speed.append(option);
  }
  speed.onchange = () => act.speed(Number(speed.value));

  const pageBox = element("div", "group pages");
  const pagePrev = on(button("filter-prev", "", { drawn: "less" }), () => act.page(-1));
  const pageNext = on(button("filter-next", "", { drawn: "more" }), () => act.page(1));
  const pageText = element("span", "where", { "data-control": "filter" });
  pageBox.append(pagePrev, pageText, pageNext);
  bar.append(pageBox);

  const toggle = (name, label, help, run, drawn) => {
    const made = on(button(name, label, drawn ? { drawn } : { text: label }), run);
    made.title = help;
    made.setAttribute("aria-pressed", "false");
    return made;
  };
  const stages = toggle("stages", words.stages, words.stages_help, () => act.stages());
  const reveal = toggle("reveal", words.reveal, words.reveal_help, () => act.reveal());
  const brush = toggle("brush", words.brush, words.brush_help, () => act.brush(), "brush");
  const value = element("input", "brush-value", { type: "text", inputmode: "decimal", value: "1", "aria-label": words.brush_value, title: words.brush_value, "data-control": "brush-value" });
  value.hidden = true;
  const present = toggle("present", words.present, words.present_help, () => act.present(), "present");
  const help = on(button("help", words.help_label, { text: "?" }), () => act.help());
  help.title = words.help;
  group(speed, stages, reveal, brush, value, present, help);

  return {
    bar,
    brushValue: () => value.value,
    show(view) {
      scrub.max = String(view.count - 1);
      if (Number(scrub.value) !== view.step) scrub.value = String(view.step);
      where.textContent = fill(words.step_of, { step: String(view.step + 1), count: String(view.count) });
      scrub.setAttribute("aria-valuetext", where.textContent);
      const name = view.playing ? "pause" : "play";
      if (play.dataset.icon !== name) {
        play.replaceChildren(icon(name));
        play.dataset.icon = name;
        play.setAttribute("aria-label", words[name]);
        play.title = words[name];
      }
      speed.value = String(view.speed);
      pageBox.hidden = view.pageCount < 2;
      pageText.textContent = fill(words.page_of, {
        name: view.pageName,
        page: String(view.page + 1),
        count: String(view.pageCount),
      });
      pagePrev.setAttribute("aria-label", fill(words.page_prev, { name: view.pageName }));
      pageNext.setAttribute("aria-label", fill(words.page_next, { name: view.pageName }));
      pagePrev.disabled = view.page === 0;
      pageNext.disabled = view.page === view.pageCount - 1;
      stages.setAttribute("aria-pressed", String(view.staged));
      reveal.setAttribute("aria-pressed", String(view.revealed));
      brush.setAttribute("aria-pressed", String(view.brushing));
      brush.hidden = !view.editable;
      value.hidden = !view.brushing;
      present.setAttribute("aria-pressed", String(view.presenting));
      present.title = view.presenting ? words.present_end : words.present_help;
    },
  };
}
