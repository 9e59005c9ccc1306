// A field for pasted text: code, or numbers. It is read when the button is pressed; what could not be read stays, to be
// put right.

import { isTaking, make, makeButton } from "../shared/dom.js";

export function pasteWidget(parent, data, page) {
  const root = make("label", "paste", parent);
  make("span", "", root, data.label);
  const area = make("textarea", "", root, undefined, {
    rows: "9", placeholder: data.example, maxlength: data.most, spellcheck: "false", autocapitalize: "off",
  });
  const button = makeButton("press", parent, data.button);
  const about = make("div", "about", parent);
  const wrong = make("p", "problem", about, undefined, { role: "alert" });
  make("p", "caption", about, data.help);
  button.onclick = () => page.act("import", area.value);
  area.onkeydown = (event) => {
    if (isTaking(event)) button.click();
  };
  let shown;
  const update = (now, go) => {
    wrong.textContent = now.problem ?? "";
    if (now.text !== undefined && now.text !== shown) area.value = shown = now.text;
    if (go && !now.refused) parent.closest("[popover]")?.hidePopover();
  };
  update(data);
  return { update };
}
