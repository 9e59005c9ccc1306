// A field for pasted code. It is read when the button is pressed; what could not be read stays, to be put right.

import { make, makeButton } from "../shared/dom.js";

export function pasteWidget(parent, data, page) {
  const root = make("label", "paste", parent);
  make("span", "", root, data.label);
  const area = make("textarea", "", root, undefined, {
    rows: "9", placeholder: data.example, maxlength: data.most, spellcheck: "false", autocapitalize: "off",
  });
  const button = makeButton("control", parent, data.button);
  button.onclick = () => page.act("import", area.value);
  return {
    update(now, go) {
      if (go && !now.refused) parent.closest("[popover]")?.hidePopover();
    },
  };
}
