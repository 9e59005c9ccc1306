// The path through the pages: a mark for each, those that were visited filled, kept in the browser alone.

import { make } from "../shared/dom.js";
import { kept } from "../shared/storage.js";
import { leading } from "./links.js";
import { leave } from "./place.js";

const VISITED = "stride:visited";

function visited() {
  return new Set(JSON.parse(kept.get(VISITED) ?? "[]"));
}

/** Draw the path; the present page counts as visited. */
export function pathBlock(node, block) {
  const { pages, at, label, where } = block;
  const seen = visited().add(pages[at].page);
  kept.set(VISITED, JSON.stringify([...seen]));
  const nav = make("nav", "path", node, undefined, { "aria-label": label });
  if (at) pageLink(nav, pages[at - 1], `← ${pages[at - 1].label}`).classList.add("step");
  const list = make("ol", "", nav);
  pages.forEach((page, k) => {
    const mark = pageLink(make("li", "", list), page, "");
    mark.title = page.label;
    mark.setAttribute("aria-label", page.label);
    mark.classList.toggle("visited", seen.has(page.page));
    if (k === at) mark.setAttribute("aria-current", "page");
  });
  make("span", "where", nav, where);
  return { update() {} };
}

function pageLink(parent, { page }, text) {
  const link = make("a", "", parent);
  leading(link, text, {}, page, () => leave({}, page));
  return link;
}
