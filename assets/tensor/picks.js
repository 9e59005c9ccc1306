// Small pictures with their names, side by side: one of them is on, or several.

import { keepingFocus, make, makeButton, makeImage } from "../shared/dom.js";

export function picksWidget(parent, data, page) {
  const root = make("div", "picks", parent, undefined, { role: "group" });
  const update = ({ picks, act, label }) => {
    root.setAttribute("aria-label", label);
    keepingFocus(root, "pick", () => {
      root.replaceChildren();
      for (const { text, png, on, value } of picks) {
        const button = makeButton("press round", root, undefined, { "aria-pressed": on, "data-pick": value });
        if (png) makeImage(button, png);
        make("span", "", button, text);
        button.onclick = () => page.act(act, value);
      }
    });
  };
  update(data);
  return { update };
}
