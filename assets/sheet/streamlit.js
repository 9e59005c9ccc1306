// Joins a page to Streamlit's components API (v2). It sends nothing to the script: acts go to the engine's address.

import { mounted } from "../shared/dom.js";
import { Page } from "./page.js";

/** Return what Streamlit calls with a page's data, at each of its runs. widgets: what the page draws with. */
export function drawn(widgets) {
  return ({ data, parentElement }) => mounted(parentElement, data, () => new Page(parentElement, data, widgets));
}
