// A page's player with the knobs beside it, as one of the page's widgets (assets/sheet/page.js).

import { make, steady } from "../shared/dom.js";
import { Knobs } from "./knobs.js";
import { mount } from "./player.js";

/** Draw a player; data: `trace`, `step`, `height`, `leads`, `picture`, `knobs` (or null). Returns what the page asks of it. */
export function playerWidget(parent, data, page) {
  const root = make("div", "desk", parent);
  const place = make("div", "place", root);
  let { step, predict } = data;
  const named = (trace) => trace && { words: page.data.words, ...trace };
  let trace = named(data.trace);
  let pending = false; // whether cells show what was typed and is not judged yet
  let knobs;
  if (data.knobs) {
    knobs = new Knobs((turn) => page.act("edit", turn), trace.words);
    root.append(knobs.root);
    knobs.show(data.knobs);
  }
  const callbacks = {
    onEdit: (change) => {
      pending = true;
      const { shape, origin, first_pane } = trace.boards.find((board) => board.name === change.board);
      page.act("edit", { ...change, shape, origin, first_pane });
    },
    onLead: (lead) => page.act("lead", lead),
    onGuess: (guess) => page.ask("guess", guess).catch((error) => page.failed(error)),
    onPredict: (kind) => {
      if (predict === undefined) return; // the link says nothing of it
      predict = kind;
      page.act("predict", kind, { anywhere: true });
    },
    onAsk: (target) => page.asks(target),
    onView: ({ step }) => page.rests(step),
    onLook: (view) => page.act("view", view),
  };
  const height = (asked) => (page.embedded ? "window" : asked);
  const player = mount(place, trace, callbacks, {
    step: data.step, height: height(data.height), leads: data.leads, picture: data.picture, predict,
  });
  return {
    /** go: whether the player goes to the step of the answer, or stays where it is. */
    update(now, go) {
      const turning = knobs?.root.matches(":is(:hover, :focus-within)");
      const settle = turning && steady(knobs.root); // what is turned stays under the pointer
      step = now.step;
      trace = named(now.trace) ?? trace;
      if (now.trace || pending) player.update(trace);
      pending = false;
      if (now.knobs) knobs?.show(now.knobs);
      if (!page.waits("predict")) predict = now.predict;
      player.configure({ height: height(now.height), leads: now.leads, picture: now.picture, predict });
      if (go) player.go(now.step);
      if (settle) settle();
    },
    /** Where the player stands, where that is not the step of the last answer. */
    moved: () => (player.step() === step ? undefined : player.step()),
    has: () => [trace.id],
    scales: () => trace.scales,
    /** Show the numbers as they are, where an edit was not taken. */
    reset: () => player.update(trace),
    message: (text) => player.message(text),
    destroy: () => player.destroy(),
  };
}
