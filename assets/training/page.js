// The training page: a new training with its network as a table, and looking again while a download goes on.

import { drawn } from "../sheet/streamlit.js";
import { stackWidget } from "../stack/stack.js";

/** Does an act after a while, again and again, as long as this stands on the page. */
function soonWidget(parent, data, page) {
  let timer;
  const update = ({ act, after }) => {
    clearTimeout(timer);
    timer = setTimeout(() => page.act(act), after);
  };
  update(data);
  return { update, destroy: () => clearTimeout(timer) };
}

export default drawn({ soon: soonWidget, stack: stackWidget });
