// Joins the player to Streamlit's components API (v2).
//
// An edit, or a turn of a knob, goes to the engine's own address first, which answers with the new trace at once; the
// page's script, which also renews the link and the formula, follows. Where that address does not answer, the
// script alone does it.

import { element } from "../shared/dom.js";
import { Knobs } from "./knobs.js";
import { mount } from "./player.js";

const mounted = new WeakMap();
const VIEW_DELAY = 400;
const PATIENCE = 3000;

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let here = mounted.get(parentElement);
  if (!here) {
    here = { timer: undefined, edits: [], sent: data.seen, sentAt: 0, queue: Promise.resolve() };
    mounted.set(parentElement, here);
    here.desk = element("div", "desk");
    const place = element("div", "place");
    here.desk.append(place);
    parentElement.append(here.desk);
    if (data.knobs) {
      here.knobs = new Knobs((turn) => here.send(turn), data.trace.words);
      here.desk.append(here.knobs.root);
      here.knobs.show(data.knobs);
    }
    here.player = mount(place, data.trace, {}, { step: data.step, height: data.height, leads: data.leads });
    here.trace = data.trace;
    here.jump = data.jump;
  }
  // The script's answer to an earlier edit would undo what a later one has shown already.
  here.edits = here.edits.filter((edit) => edit.number > data.seen);
  const late = here.sent > data.seen && performance.now() - here.sentAt < PATIENCE;
  here.send = (change) => {
    const edit = { step: here.player.step(), ...change, jump: here.jump, number: ++here.sent };
    here.sentAt = performance.now();
    here.edits.push(edit);
    here.queue = here.queue.then(async () => {
      const answer = here.live && (await ask(here.live, edit));
      if (answer) {
        show(here, answer.trace, answer.knobs);
        here.player.message(answer.message);
        here.live = { ...here.live, query: answer.query };
      }
      clearTimeout(here.timer);
      // All edits that the script has not answered yet: a trigger that is overtaken by the next one is lost.
      setTriggerValue("edit", { edits: here.edits });
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
    here.desk.remove();
    mounted.delete(parentElement);
  };
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
