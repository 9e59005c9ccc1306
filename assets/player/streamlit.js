// Joins the player to Streamlit's components API (v2).

import { mount } from "./player.js";

const mounted = new WeakMap();
const VIEW_DELAY = 400;

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let here = mounted.get(parentElement);
  if (!here) {
    here = { timer: undefined };
    mounted.set(parentElement, here);
    here.player = mount(parentElement, data.trace, {}, { step: data.step, height: data.height });
    here.jump = data.jump;
  }
  here.player.setCallbacks({
    onEdit: (edit, step) => {
      clearTimeout(here.timer);
      setTriggerValue("edit", { ...edit, step });
    },
    onView: ({ step }) => {
      clearTimeout(here.timer);
      here.timer = setTimeout(() => setStateValue("step", step), VIEW_DELAY);
    },
  });
  here.player.update(data.trace);
  here.player.configure({ height: data.height });
  if (here.jump !== data.jump) {
    here.jump = data.jump;
    here.player.go(data.step);
  }
  if (here.note !== data.message_id) {
    here.note = data.message_id;
    here.player.message(data.message);
  }
  return () => {
    clearTimeout(here.timer);
    here.player.destroy();
    mounted.delete(parentElement);
  };
}
