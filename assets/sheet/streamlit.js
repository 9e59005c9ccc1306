// Joins a page to Streamlit's components API (v2). It sends nothing to the script: acts go to the engine's address.

import { forgotten, remembered } from "../shared/dom.js";
import { Page } from "./page.js";

/** Return what Streamlit calls with a page's data, at each of its runs. widgets: what the page draws with. */
export function drawn(widgets) {
  return ({ data, parentElement }) => {
    let first = false;
    const page = remembered(parentElement, () => {
      first = true;
      return new Page(parentElement, data, widgets);
    });
    if (!first) page.take(data);
    return () => {
      page.destroy();
      forgotten(parentElement);
    };
  };
}
