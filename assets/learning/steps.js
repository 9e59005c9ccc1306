// Buttons that take steps, and one that lets it play: the engine is asked for more, again and again.

import { control } from "../player/controls.js";
import { Presenter } from "../player/presenter.js";
import { make, makeButton } from "../shared/dom.js";

/** Draw the buttons; data: pages/states/learning/parts.py, `steps`. */
export function stepsWidget(parent, data, page) {
  const root = make("div", "taking", parent, undefined, { tabindex: "-1" });
  const presenter = data.present ? new Presenter({ root, sizing: { measure() {} }, render: () => shown() }) : undefined;
  let now = data;
  let playing = false;
  let timer;

  const play = data.play && makeButton("press first", root, "");
  const takes = data.takes.map(([count, text], k) => {
    const button = makeButton(`press${k ? "" : " first"}`, root, text);
    button.onclick = () => page.act("take", count);
    return button;
  });
  const reset = data.takes.length && makeButton("press", root, data.texts.reset, { title: data.texts.reset_help });

  const { present: label, present_help: title } = page.data.words;
  const present = presenter && control("present", () => presenter.toggle(), { label, title, drawn: "present" });
  if (present) root.append(present);

  const more = (again = false) => page.act("more", again);
  const shown = () => {
    if (play) {
      play.textContent = playing ? now.play.stop : now.play.start;
      play.classList.toggle("playing", playing);
      play.ariaDisabled = !playing && now.ended && !now.play.again;
    }
    for (const button of takes) button.ariaDisabled = now.ended || playing;
    if (reset) reset.ariaDisabled = !now.at || playing;
    present?.setAttribute("aria-pressed", String(presenter.presenting));
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
        more(now.play.again);
      }
      shown();
    };
  }
  if (reset) reset.onclick = () => page.act("count", 0);
  shown();
  goOn();
  return {
    /** go: the page went to another state. */
    update(next, go) {
      // What is turned while it plays begins again at the start, and rests.
      if (go || next.ended || next.play?.over || (playing && next.at < now.at && !now.play.again)) stop();
      now = next;
      goOn();
      shown();
    },
    destroy: () => (stop(), presenter?.destroy()),
  };
}
