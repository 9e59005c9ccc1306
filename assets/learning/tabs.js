// The parts of a page as tabs. A part is found as it was left: the tab of the browser remembers its link.

import { make, makeButton } from "../shared/dom.js";
import { keptInTab } from "../shared/storage.js";

const KEPT = "stride:part:";

/** Draw tabs; data: `tabs` (texts by name), `chosen`, `shared` (the tabs that are about the same thing), `label`. */
export function tabsWidget(parent, data, page) {
  const root = make("div", "tabs", parent, undefined, { role: "group", "aria-label": data.label });
  const mark = (name) => `${KEPT}${page.data.page}:${name}`;
  const left = (name) => JSON.parse(keptInTab.get(mark(name)) ?? "{}");
  let { chosen } = data;
  const leave = () => {
    const link = JSON.stringify(page.query);
    keptInTab.set(mark(chosen), link);
    if (data.shared.includes(chosen)) keptInTab.set(mark("shared"), link);
  };
  const buttons = Object.entries(data.tabs).map(([name, text]) => {
    const button = makeButton("", root, text, { "data-tab": name });
    button.onclick = () => {
      leave();
      page.act("part", { part: name, left: left(name), shared: left("shared") });
    };
    return button;
  });
  const update = (now) => {
    ({ chosen } = now);
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.tab === chosen);
  };
  update(data);
  return { update };
}
