// A form of the player's knobs on its own. A turn goes to the page's script; what was refused is said below its knob.

import { element } from "../player/boards.js";
import { Knobs } from "../player/knobs.js";

const mounted = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let here = mounted.get(parentElement);
  if (!here) {
    here = { turns: [], sent: data.seen, root: element("div", "desk") };
    mounted.set(parentElement, here);
    here.knobs = new Knobs((turn) => here.send(turn), data.words);
    here.root.append(here.knobs.root);
    parentElement.append(here.root);
  }
  here.turns = here.turns.filter((turn) => turn.number > data.seen);
  here.send = (turn) => {
    here.turns.push({ ...turn, number: ++here.sent });
    // All turns that were not answered yet: a trigger that is overtaken by the next one is lost.
    setTriggerValue("turn", { turns: here.turns });
  };
  here.knobs.show(data.knobs);
  here.knobs.refuse(data.refused);
  return () => {
    here.root.remove();
    mounted.delete(parentElement);
  };
}
