// The table for pages that Streamlit draws: what was changed goes to their script, numbered.

import { forgotten, remembered } from "../shared/dom.js";
import { Outbox } from "../shared/outbox.js";
import { stackTable } from "./stack.js";

export default function ({ data, parentElement, setTriggerValue }) {
  const here = remembered(parentElement, () => {
    const made = stackTable(parentElement, (change) => made.changed(change));
    return Object.assign(made, { outbox: new Outbox(data.seen) });
  });
  here.outbox.answered(data.seen);
  here.changed = (change) => {
    here.outbox.add(change);
    setTriggerValue("change", { changes: here.outbox.waiting });
  };
  here.show(data);
  return () => forgotten(parentElement);
}
