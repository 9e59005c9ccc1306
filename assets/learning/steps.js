// Buttons that take steps and go back, and one that lets it play: the engine is asked for more, again and again.

import { make, makeButton } from "../shared/dom.js";

/** Draw the buttons; data: pages/states/learning/parts.py, `steps`. */
export function stepsWidget(parent, data, page) {
  const root = make("div", "taking", parent);
  let now = data;
  let playing = false;
  let back = 0; // presses of Undo that are not answered yet
  let before = []; // the counts before each press, for Undo
  let timer;

  const play = data.play && makeButton("control first", root, "");
  const takes = data.takes.map(([count, text], k) => {
    const button = makeButton(`control${k ? "" : " first"}`, root, text);
    button.onclick = () => page.act("take", count);
    return button;
  });
  const undo = data.takes.length && makeButton("control", root, data.texts.undo);
  const reset = data.takes.length && makeButton("control", root, data.texts.reset, { title: data.texts.reset_help });

  const more = (again = false) => page.act("more", again);
  const shown = () => {
    if (play) {
      play.textContent = playing ? now.play.stop : now.play.start;
      play.classList.toggle("playing", playing);
      play.ariaDisabled = !playing && now.ended && !now.play.again;
    }
    for (const button of takes) button.ariaDisabled = now.ended || playing;
    for (const button of [undo, reset]) if (button) button.ariaDisabled = !now.at || playing;
  };
  const stop = () => {
    playing = false;
    clearTimeout(timer);
  };
  const goOn = () => {
    clearTimeout(timer);
    if (playing || now.play?.late) timer = setTimeout(more, now.play.pause);
  };

  if (play) {
    play.onclick = () => {
      if (playing) {
        stop();
        page.act("rest");
      } else {
        playing = true;
        clearTimeout(timer);
        before.push(now.at);
        more(now.play.again);
      }
      shown();
    };
  }
  if (undo) {
    undo.onclick = () => {
      while (before.at(-1) === now.at) before.pop();
      back += 1;
      if (before.length) page.act("count", before.pop());
      else page.act("take", -1);
    };
    reset.onclick = () => page.act("count", 0);
  }
  shown();
  goOn();
  return {
    /** go: the page went to another state. */
    update(next, go) {
      if (go) [before, back] = [[], 0];
      else if (next.at !== now.at && back) back -= 1;
      else if (next.at !== now.at && !playing) before.push(now.at);
      // What is turned while it plays begins again at the start, and rests.
      if (go || next.ended || next.play?.over || (playing && next.at < now.at && !now.play.again)) stop();
      now = next;
      goOn();
      shown();
    },
    destroy: stop,
  };
}
