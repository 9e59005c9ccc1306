// Links to states of a page and of other pages, and the choice between a page's frames.

import { make } from "../shared/dom.js";
import { addressOf, asksElsewhere, leave } from "./place.js";

/** Draw a link to a state of this page, or of another one. */
export function linkBlock(node, block, page) {
  const link = make("a", "", node);
  const update = ({ label, query, page: there, help, main }) => {
    link.title = help;
    node.classList.toggle("main", Boolean(main));
    leading(link, label, query, there, () => {
      node.closest("[popover]")?.hidePopover();
      if (there) leave(query, there);
      else page.open(query);
    });
  };
  update(block);
  return { update };
}

/** The link of a frame as it was left, with what it shares with others as the last of them has left it. */
function found(page, frame, query, own) {
  const { frames } = page.remembered;
  const left = frames[frame] ?? query;
  const last = own[frame] && Object.keys(frames).findLast((name) => own[name]);
  if (!last) return left;
  const some = (link, which) => Object.fromEntries(Object.entries(link).filter(([key]) => which(key)));
  return { ...some(frames[last], (key) => !own[last].includes(key)), ...some(left, (key) => own[frame].includes(key)) };
}

/** Draw the frames of a page side by side: one that was on show before is found as it was left. */
export function tabsBlock(node, block, page) {
  node.setAttribute("role", "navigation");
  node.setAttribute("aria-label", block.label);
  const links = block.tabs.map(() => make("a", "", node));
  const update = ({ present, tabs, own }) => {
    tabs.forEach(({ frame, label, query }, k) => {
      const here = frame === present;
      const there = () => (here ? query : found(page, frame, query, own));
      const now = there();
      links[k].hidden = !now;
      leading(links[k], label, now ?? {}, "", () => here || page.open(there()));
      if (here) links[k].setAttribute("aria-current", "true");
      else links[k].removeAttribute("aria-current");
    });
  };
  update(block);
  return { update };
}

/** Give a link its label and address; a click calls go(), unless it asks the browser for another tab or window. */
export function leading(link, label, query, page, go) {
  link.textContent = label;
  link.href = addressOf(query, page);
  link.onclick = (event) => {
    if (asksElsewhere(event)) return;
    event.preventDefault();
    go();
  };
}
