// One field and its button: the code of a set, or who works through it.

import { make } from "../shared/dom.js";
import { keepWho, who } from "./record.js";

export function entryWidget(parent, data, page) {
  const root = make("form", "entry", parent);
  const label = make("label", "", root, data.label);
  const field = make("input", "field", label, undefined, {
    type: "text", maxlength: data.most, autocomplete: data.who ? "name" : "off", spellcheck: "false",
    autocapitalize: data.who ? "words" : "characters", enterkeyhint: "go",
  });
  if (data.who) field.value = who();
  make("button", "press main", root, data.button, { type: "submit" });
  for (const help of data.help) make("p", "caption", root, help);
  root.onsubmit = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return void field.focus();
    if (data.who) keepWho(text);
    page.act(data.act, text);
  };
  return { update() {} };
}
