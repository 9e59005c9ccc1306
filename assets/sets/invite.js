// How a class gets a set: a QR code, a short address to type, and the link.

import { copying, make, makeButton } from "../shared/dom.js";
import { fillHtml } from "../sheet/blocks.js";

export function inviteWidget(parent, data, page) {
  const { words } = data;
  const root = make("div", "invite", parent);
  const qr = make("div", "", root);
  const side = make("div", "side", root);
  const place = make("p", "place", side);
  const code = make("p", "code", side);
  const about = make("p", "about", side);
  const copy = makeButton("press", side, words.code_copy);
  const link = make("textarea", "off", side, undefined, { readonly: "", tabindex: "-1", "aria-hidden": "true" });
  copying(copy, link, page.data.words.copied);
  let asked = false;
  const update = (now) => {
    root.classList.toggle("large", now.large);
    fillHtml(qr, now.qr);
    for (const [node, text] of [[place, now.place], [code, now.code], [about, now.about]]) node.textContent = text;
    if (link.value !== now.link) copy.textContent = words.code_copy;
    link.value = now.link;
    // What was drawn by the host's script does not know yet at which address it is read.
    if (!now.link && !asked) page.add({ act: null, stays: true });
    asked = true;
  };
  update(data);
  return { update };
}
