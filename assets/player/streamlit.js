// Joins the player to Streamlit's components API (v2).
//
// An edit, or a turn of a knob, goes to the engine's own address first, which answers with the new trace at once; the
// page's script, which also renews the link and the formula, follows. Where that address does not answer, the
// script alone does it.

import { forgotten, make, remembered } from "../shared/dom.js";
import { Outbox } from "../shared/outbox.js";
import { Knobs } from "./knobs.js";
import { mount } from "./player.js";

const VIEW_DELAY = 400;
const PATIENCE = 3000;

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const here = remembered(parentElement, () => begin(parentElement, data));
  // The script's answer to an earlier edit would undo what a later one has shown already.
  here.outbox.answered(data.seen);
  const late = here.outbox.last > data.seen && performance.now() - here.sentAt < PATIENCE;
  here.send = (change) => {
    const edit = here.outbox.add({ step: here.player.step(), ...change, jump: here.jump });
    here.sentAt = performance.now();
    here.queue = here.queue.then(async () => {
      const answer = here.live && (await ask(here.live, edit));
      if (answer) {
        show(here, answer.trace, answer.knobs);
        here.player.message(answer.message);
        here.live = { ...here.live, query: answer.query };
      }
      clearTimeout(here.timer);
      setTriggerValue("edit", { edits: here.outbox.waiting });
    });
  };
  here.player.setCallbacks({
    onEdit: (change, step) => {
      const { shape, origin, first_pane } = here.trace.boards.find((board) => board.name === change.board);
      here.send({ ...change, shape, origin, first_pane, step });
    },
    onLead: (lead) => {
      clearTimeout(here.timer); // the step goes with it
      setTriggerValue("lead", { ...lead, step: here.player.step(), jump: here.jump });
    },
    onView: ({ step }) => {
      // What arrives after the page has gone elsewhere is known by its jump, and left out there.
      const { jump } = here;
      clearTimeout(here.timer);
      here.timer = setTimeout(() => setStateValue("step", { step, jump }), VIEW_DELAY);
    },
  });
  if (!late) {
    here.live = data.live;
    show(here, data.trace, data.knobs);
    here.player.configure({ height: data.height, leads: data.leads });
    if (here.jump !== data.jump) {
      here.jump = data.jump;
      here.player.go(data.step);
      clearTimeout(here.timer); // the page need not be told what it has just said
    }
    if (here.note !== data.message) {
      here.note = data.message;
      here.player.message(data.message);
    }
  }
  return () => {
    clearTimeout(here.timer);
    here.player.destroy();
    forgotten(parentElement);
  };
}

/** Draw a player and its knobs, and return what is remembered of them. */
function begin(parent, data) {
  const root = make("div", "desk", parent);
  const place = make("div", "place", root);
  const here = { root, trace: data.trace, jump: data.jump, outbox: new Outbox(data.seen), sentAt: 0, queue: Promise.resolve() };
  if (data.knobs) {
    here.knobs = new Knobs((turn) => here.send(turn), data.trace.words);
    root.append(here.knobs.root);
    here.knobs.show(data.knobs);
  }
  here.player = mount(place, data.trace, {}, { step: data.step, height: data.height, leads: data.leads });
  return here;
}

function show(here, trace, knobs) {
  here.trace = trace;
  here.player.update(trace);
  if (knobs) here.knobs?.show(knobs);
}

/** Ask the engine for the trace after an edit; undefined where it does not answer. */
async function ask(live, edit) {
  try {
    const body = JSON.stringify({ query: live.query, edit, step: edit.step });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(new URL(live.path, document.baseURI), { method: "POST", headers, body });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
