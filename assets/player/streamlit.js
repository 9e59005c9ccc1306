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
    here = { timer: undefined, sent: data.seen, sentAt: 0, queue: Promise.resolve() };
    mounted.set(parentElement, here);
    here.player = mount(parentElement, data.trace, {}, { step: data.step, height: data.height });
    here.jump = data.jump;
  }
  // The script's answer to an earlier edit would undo what a later one has shown already.
  const late = here.sent > data.seen && performance.now() - here.sentAt < PATIENCE;
  const send = (edit) => {
    here.sent += 1;
    here.sentAt = performance.now();
    clearTimeout(here.timer);
    setTriggerValue("edit", { ...edit, number: here.sent });
  };
  here.player.setCallbacks({
    onEdit: (edit, step) => {
      here.queue = here.queue.then(async () => {
        const answer = here.live && (await ask(here.live, edit, step));
        if (!answer) return send({ ...edit, step });
        here.player.message(answer.message);
        here.player.update(answer.trace);
        if (answer.changed) {
          here.live = { ...here.live, query: answer.query };
          send({ query: answer.query, message: answer.message, step });
        }
      });
    },
    onView: ({ step }) => {
      clearTimeout(here.timer);
      here.timer = setTimeout(() => setStateValue("step", step), VIEW_DELAY);
    },
  });
  if (!late) {
    here.live = data.live;
    here.player.update(data.trace);
    if (here.note !== data.message_id) {
      here.note = data.message_id;
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
