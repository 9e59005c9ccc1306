// The path that led to a number: a button for each place, the present one last.

import { make, makeButton } from "./dom.js";

/** Draw a path anew; sign(): the element between two places; back(k): the learner goes back to a place. */
export function drawTrail(trail, { path, words }, sign, back) {
  trail.setAttribute("aria-label", words.path);
  trail.replaceChildren();
  path.forEach(({ label, value }, k) => {
    if (k) trail.append(sign());
    const crumb = makeButton("crumb", trail, undefined, { "data-place": k });
    make("span", "", crumb, label);
    make("b", "", crumb, value);
    if (k === path.length - 1) crumb.setAttribute("aria-current", "true");
    crumb.onclick = () => back(k);
  });
}
