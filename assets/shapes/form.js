// A form of the player's knobs on its own. A turn goes to the page's script; what was refused is said below its knob.

import { Knobs } from "../player/knobs.js";
import { forgotten, make, remembered } from "../shared/dom.js";
import { Outbox } from "../shared/outbox.js";

export default function ({ data, parentElement, setTriggerValue }) {
  const here = remembered(parentElement, () => {
    const root = make("div", "desk", parentElement);
    const knobs = new Knobs((turn) => here.send(turn), data.words);
    root.append(knobs.root);
    return { root, knobs, outbox: new Outbox(data.seen) };
  });
  here.outbox.answered(data.seen);
  here.send = (turn) => {
    here.outbox.add(turn);
    setTriggerValue("turn", { turns: here.outbox.waiting });
  };
  here.knobs.show(data.knobs);
  here.knobs.refuse(data.refused);
  return () => forgotten(parentElement);
}
