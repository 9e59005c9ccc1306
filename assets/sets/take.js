// A set as a file: a worksheet, a question bank; for own numbers, the learners' names come with the question.

import { make, makeButton, saveFile } from "../shared/dom.js";

export function takeWidget(parent, data, page) {
  let { words, own } = data;
  const label = make("label", "pasted", parent, words.names);
  const area = make("textarea", "", label, undefined, {
    rows: "4", placeholder: words.names_example, maxlength: data.most, spellcheck: "false", autocapitalize: "words",
  });
  const acts = make("div", "acts", parent);
  const buttons = data.files.map(({ key, label }) => {
    const button = makeButton("press", acts, label);
    button.onclick = () => take(key);
    return button;
  });
  const wrong = make("p", "problem", parent, "", { role: "alert" });
  const take = async (key) => {
    const { origin, pathname } = location;
    for (const button of buttons) button.ariaDisabled = true;
    wrong.textContent = "";
    try {
      const asked = { file: key, names: own ? area.value : "", address: origin + pathname };
      const file = await page.ask("guess", asked);
      wrong.textContent = file.message ?? "";
      if (file.base64) saveFile(file);
    } catch (error) {
      page.failed(error);
    }
    for (const button of buttons) button.ariaDisabled = false;
  };
  const update = (now) => {
    own = now.own;
    label.hidden = !own;
  };
  update(data);
  return { update };
}
