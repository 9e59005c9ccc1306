// A run in the browser, while it trains: what is new is asked for about once a second, and drawn in place.
//
// One question at a time: the next one begins after the answer to the last. What the buttons ask for goes the same way.
// The host's script runs only where a run has begun or ended: what stands below it is drawn by the script.

import { element, make, mounted } from "../shared/dom.js";
import { answerOf, pause, post } from "../sheet/ask.js";
import { Blocks } from "../sheet/blocks.js";
import { keyHeaders } from "../shared/keys.js";
import { address, arrived, leave } from "../sheet/place.js";

class Watch {
  /** turned(active): tells the host that the run has begun, or ended. */
  constructor(parent, data, turned) {
    this.root = make("div", "page", parent);
    this.blocks = new Blocks(make("div", "body", this.root), this);
    this.said = element("div", "said", { role: "alert" });
    this.live = make("div", "live", this.root, undefined, { "aria-live": "polite" });
    this.turned = turned;
    this.wanted = [];
    this.told = ""; // why the last act could not be done
    this.take(data);
    arrived(this.root);
  }

  /** The host draws the page again. */
  take(data) {
    this.data = data;
    this.host = data.answer.active;
    this.show(data.answer);
    this.begin();
  }

  /** Ask for something: "pause", "run", "stop", "on", "again" (pages/states/training/watch.py). */
  act(name) {
    this.wanted.push(name);
    this.wake?.();
    this.begin();
  }

  begin() {
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async run() {
    for (let tried = 0; !this.gone && (this.active || this.wanted.length);) {
      await this.rest();
      if (this.gone) return;
      const act = this.wanted.shift();
      try {
        const answer = await (act ? this.asked(act) : this.news());
        tried = 0;
        if (!this.gone) this.answered(answer, act);
      } catch (error) {
        if (this.gone) return;
        if (error.final) {
          this.active = false;
          this.say(error.message || this.data.words.failed);
          return;
        }
        // What would be done twice where only the answer was lost is asked for by the learner again.
        if (act && act !== "again") this.wanted.unshift(act);
        // Who watches a busy server sees what is new a little later, and is not told of it.
        if (!error.busy || act) this.say(this.data.words[error.busy ? "busy" : "silent"]);
        await pause(tried++, error);
      }
    }
  }

  asked(act) {
    return post(address(this.data.path), { act }, keyHeaders());
  }

  /** Wait until it is time for the next question, or something is asked for. */
  rest() {
    if (this.wanted.length) return undefined;
    return new Promise((done) => {
      const timer = setTimeout(done, this.data.tick);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  /** What a run shows now; undefined where that is on the page already. */
  async news() {
    const url = address(this.data.path);
    url.searchParams.set("has", this.mark);
    const response = await fetch(url, { headers: keyHeaders() });
    if (response.status === 204) return undefined;
    return answerOf(response);
  }

  answered(answer, act) {
    if (act) this.told = answer.message;
    this.say(this.told);
    if (answer) this.show(answer);
    if (answer?.go) leave(answer.go, "training");
    else if (this.active !== this.host) {
      this.host = this.active;
      this.turned(this.active);
    }
  }

  show({ sheet, mark, active, spoken }) {
    if (mark !== this.mark) this.blocks.show(sheet);
    if (spoken !== this.live.textContent) this.live.textContent = spoken;
    this.mark = mark;
    this.active = active;
  }

  say(text) {
    this.said.textContent = text;
    if (text) this.root.prepend(this.said);
    else this.said.remove();
  }

  destroy() {
    this.gone = true;
    this.wake?.();
    this.blocks.destroy();
    this.root.remove();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const turned = (active) => setTriggerValue("turned", active);
  return mounted(parentElement, data, () => new Watch(parentElement, data, turned));
}
