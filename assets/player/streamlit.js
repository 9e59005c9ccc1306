// Joins the player to Streamlit's components API (v2).
//
// An edit goes to the engine's own address first, which answers with the new trace at once; the page's script,
// which also renews the link, the formula and the knobs, follows. Where that address does not answer, the
// script alone does it.

import { mount } from "./player.js";

const mounted = new WeakMap();
const VIEW_DELAY = 400;
const PATIENCE = 3000;

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let here = mounted.get(parentElement);
  if (!here) {
    here = { timer: undefined, edits: [], sent: data.seen, sentAt: 0, queue: Promise.resolve() };
    mounted.set(parentElement, here);
    here.player = mount(parentElement, data.trace, {}, { step: data.step, height: data.height });
    here.trace = data.trace;
    here.jump = data.jump;
  }
  // The script's answer to an earlier edit would undo what a later one has shown already.
  here.edits = here.edits.filter((edit) => edit.number > data.seen);
  const late = here.sent > data.seen && performance.now() - here.sentAt < PATIENCE;
  here.player.setCallbacks({
    onEdit: (change, step) => {
      const { shape, origin, first_pane } = here.trace.boards.find((board) => board.name === change.board);
      const edit = { ...change, shape, origin, first_pane, step, number: ++here.sent };
      here.sentAt = performance.now();
      here.edits.push(edit);
      here.queue = here.queue.then(async () => {
        const answer = here.live && (await ask(here.live, edit, step));
        if (answer) {
          show(here, answer.trace);
          here.player.message(answer.message);
          here.live = { ...here.live, query: answer.query };
        }
        clearTimeout(here.timer);
        // All edits that the script has not answered yet: a trigger that is overtaken by the next one is lost.
        setTriggerValue("edit", { edits: here.edits });
      });
    },
    onView: ({ step }) => {
      clearTimeout(here.timer);
      here.timer = setTimeout(() => setStateValue("step", step), VIEW_DELAY);
    },
  });
  if (!late) {
    here.live = data.live;
    show(here, data.trace);
    if (here.note !== data.message) {
      here.note = data.message;
      here.player.message(data.message);
    }
  }
  here.player.configure({ height: data.height });
  if (here.jump !== data.jump) {
    here.jump = data.jump;
    here.player.go(data.step);
  }
  return () => {
    clearTimeout(here.timer);
    here.player.destroy();
    mounted.delete(parentElement);
  };
}

function show(here, trace) {
  here.trace = trace;
  here.player.update(trace);
}

/** Ask the engine for the trace after an edit; undefined where it does not answer. */
async function ask(live, edit, step) {
  try {
    const body = JSON.stringify({ query: live.query, edit, step });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(new URL(live.path, document.baseURI), { method: "POST", headers, body });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
