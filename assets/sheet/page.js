// A page in the browser: what it shows, the link that holds it, and the one way to change it.
//
// Every change (an edit, a knob, a step, a click, an example) is an act. Acts go to the engine one after the other; an
// answer has all that follows: the sheet (assets/sheet/blocks.js), the link, a message. No script of the host runs for
// it. The browser's location is set here and nowhere else: a link that the host was asked for is taken once.

import { element, make } from "../shared/dom.js";
import { Blocks } from "./blocks.js";
import { post, pause } from "./ask.js";
import { Entries } from "./history.js";
import { hasKeys, keepKey, keys } from "../shared/keys.js";
import { fitToPaper } from "./paper.js";
import { address, addressOf, arrived, asText, hosted, isEmbedded, leave, onBack, onMenu, place, queryHere } from "./place.js";
import { Remembered } from "../shared/remembered.js";

const REST = 400; // how long a step stands before the page is told of it

export class Page {
  /**
   * widgets: what draws each kind of widget, by its name: (parent, data, page) → { update, destroy? … }. data: what the
   * host says (pages/states/host/standing.py, pages/ui/sheet.py); a host without a server has its own `post` in it.
   */
  constructor(parent, data, widgets) {
    this.root = make("div", "page", parent);
    this.widgets = widgets;
    this.data = data;
    this.queue = [];
    this.remembered = new Remembered(data.page);
    this.unfolded = new Set(this.remembered.unfolded);
    this.parts = ["head", "body", "foot"].map((name) => new Blocks(make("div", name, this.root), this));
    this.said = element("div", "said", { role: "alert" });
    this.jump = 0;
    this.entries = new Entries(this);
    this.unfit = fitToPaper(this.root);
    this.embedded = isEmbedded() && make("a", "onward", this.root, data.words.onward, { target: "_blank" });
    this.root.classList.toggle("embedded", Boolean(this.embedded));
    const unhear = [onBack(() => this.open(queryHere(), { back: true })), onMenu()];
    const hidden = () => this.remembered.hold(this);
    window.addEventListener("pagehide", hidden);
    this.unhear = () => [...unhear, () => window.removeEventListener("pagehide", hidden)].forEach((end) => end());
    this.begin(data);
    this.mark();
    arrived(this.root);
    this.introduce();
  }

  // What the host says

  begin(data) {
    const link = asText(data.wanted ?? data.asked);
    const waited = this.remembered.held(data.picture);
    const held = link && link !== asText(waited?.query) ? undefined : waited; // else it was done on other numbers
    const left = link ? undefined : (held?.query ?? this.remembered.query(data.picture));
    this.asked = data.asked;
    this.query = data.answer.query;
    if (data.wanted) this.meanwhile(data, { query: data.wanted, first: true });
    else if (left && asText(left) !== asText(this.query)) this.meanwhile(data, { query: left, back: true });
    else this.arrive(data);
    for (const act of held?.acts ?? []) this.add({ ...act, anywhere: true });
  }

  /** Open another link than the one that the host's answer is for; that one is shown till then where it takes long. */
  meanwhile(data, wanted) {
    if (data.slow) this.show({ ...data.answer, message: data.words.waits, go: true, early: true });
    this.add({ act: null, ...wanted });
  }

  /** The host draws the page again: only a link, or a picture, that it was not asked for before changes anything. */
  take(data) {
    const news = asText(data.asked) !== asText(this.asked) && asText(data.asked) !== asText(this.query);
    const other = data.picture !== this.data.picture;
    const events = data.events.filter(({ number }) => number > (this.data.events.at(-1)?.number ?? 0));
    [this.data, this.asked] = [data, data.asked];
    if (news || other) {
      this.queue.length = 0;
      this.arrive(data);
    }
    for (const { act } of events) this.act(...act);
    this.introduce();
  }

  /** Tell the host the browser's keys where what it shows depends on them, and it has not heard them yet. */
  introduce() {
    const { keyed, strange, asked, answer, frames } = this.data;
    const { hosted: below } = frames[answer.frame];
    const brought = keyed && keepKey(asked.key);
    if (!(strange && hasKeys()) && !(brought && below)) return;
    if (below) this.send({ query: this.query, act: null }).then(hosted, (error) => this.failed(error));
    else this.add({ act: null, stays: true });
  }

  /** Show what a link has led to; a link that is not written as the page writes it is written anew. */
  arrive(data) {
    this.show({ ...data.answer, go: true });
    if (asText(data.asked)) place(this.query, { push: false });
  }

  // What the learner does

  /**
   * Change the state by an act of the page (pages/states/answers.py). anywhere: it means the same wherever the page has
   * gone meanwhile.
   */
  act(name, value = null, { anywhere = false } = {}) {
    this.rest(); // the step goes with the act
    this.add({ act: [name, value], step: this.player?.moved(), anywhere });
  }

  /** Go to the state of another link of this page. back: it is one that the browser went back to. */
  open(query, { back = false } = {}) {
    this.add({ query, act: null, back });
  }

  /** The player came to rest at a step: once it stays there, the link and the formula follow. */
  rests(step) {
    this.rest(() => this.add({ act: ["step", step], step }));
  }

  /** Do something after a while, in place of what waited before. */
  rest(then) {
    clearTimeout(this.resting?.timer);
    const come = () => {
      this.resting = undefined;
      then();
    };
    this.resting = then && { come, timer: setTimeout(come, REST) };
    this.mark();
  }

  /** Fill a folded part, or empty it. */
  fold(key, open) {
    if (open) this.unfolded.add(key);
    else this.unfolded.delete(key);
    this.keep();
    if (open) this.add({ act: null, stays: true });
  }

  /** Ask for something of what is on show, such as a check or a verdict; the page stays as it is meanwhile. */
  async ask(key, value = null) {
    // What was done before belongs to it, the step at which the player came to rest too: told later, it would take away
    // the sentence that answers this.
    clearTimeout(this.resting?.timer);
    this.resting?.come();
    await this.running;
    for (let tried = 0; ; tried++) {
      try {
        const answer = await this.send({ query: this.query, ask: key, value, step: this.player?.moved() });
        if (tried) this.say();
        return answer;
      } catch (error) {
        if (!error.busy || this.gone) throw error;
        this.say(this.data.words.busy);
        await pause(tried, error);
      }
    }
  }

  add(wanted) {
    // What was meant for a place that the page has left meanwhile is known by its jump.
    this.queue.push({ ...wanted, jump: this.jump });
    this.mark();
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async run() {
    while (this.queue.length && !this.gone) {
      const wanted = this.queue[0];
      const passed = wanted.act?.[0] === "step" && this.queue.length > 1;
      const left = wanted.act && wanted.jump !== this.jump;
      if (left) wanted.step = undefined;
      const late = left && !wanted.anywhere;
      const answer = passed || late ? undefined : await this.answered(wanted);
      if (this.queue[0] === wanted) this.queue.shift();
      if (this.gone) return;
      if (answer) this.show(answer, wanted);
      else if (late && !passed && wanted.act[0] !== "step") this.say(this.data.words.late);
      this.mark(1);
    }
  }

  /** Marks for tests and for people who script a page: whether an act or a step waits, and how many acts are done. */
  mark(done = 0) {
    const { dataset } = this.root;
    dataset.busy = this.queue.length || this.resting ? "yes" : "no";
    dataset.done = Number(dataset.done ?? 0) + done;
  }

  /** Ask until there is an answer: an act that met a silent server is kept, and done once. */
  async answered(wanted) {
    for (let tried = 0; !this.gone && this.queue[0] === wanted; tried++) {
      const { query = this.query, act, step } = wanted;
      const scales = act?.[0] === "edit" && act[1].board ? this.player?.scales?.() : undefined; // of a cell, not a knob
      const asked = { query, act, step, scales, unfolded: [...this.unfolded], has: this.parts[1].has() };
      try {
        return await this.send(asked);
      } catch (error) {
        if (error.final) return { message: error.message || this.data.words.failed, refused: true };
        const { busy, silent } = this.data.words;
        this.say(error.busy ? busy : silent);
        await pause(tried, error);
      }
    }
    return undefined;
  }

  send(asked) {
    const { path, key, keyed } = this.data;
    const { origin, pathname } = location;
    return (this.data.post ?? post)(address(path), { ...asked, key, address: origin + pathname, ...(keyed && { keys: keys() }) });
  }

  // Showing

  show(answer, wanted) {
    if (answer.refused) {
      this.say(answer.message);
      this.player?.reset();
      return;
    }
    const frame = this.data.frames[answer.frame];
    // Below some frames the host draws more: it follows the link, and the page with it.
    if (wanted?.query && (frame.hosted || this.data.frames[this.frame]?.hosted)) {
      const pushed = place(wanted.query, { push: !wanted.back });
      this.entries.now(wanted.query, { began: !wanted.back, pushed });
      hosted();
      return;
    }
    const go = answer.go && !wanted?.stays;
    if (go) this.jump += 1;
    this.early = Boolean(answer.early);
    this.query = answer.query;
    this.frame = answer.frame;
    const [head, body, foot] = this.parts;
    if (this.framed !== frame) {
      head.show(frame.head);
      foot.show(frame.foot);
      this.framed = frame;
    }
    body.show(answer.sheet, go);
    if (go) this.rest(); // the page need not be told what it has just said
    const opened = !wanted || Boolean(wanted.query && !wanted.back);
    const pushed = Boolean(wanted) && place(this.query, { push: answer.push || (opened && !wanted.first) });
    this.entries.now(this.query, { began: opened, pushed });
    if (this.embedded) this.embedded.href = addressOf(this.query, "", { bare: true });
    this.keep();
    this.say(answer.message);
    if (answer.leave) leave(answer.leave.query, answer.leave.page);
  }

  /** Whether an act of a name is not answered yet. */
  waits(name) {
    return this.queue.some(({ act }) => act?.[0] === name);
  }

  /** Its player asks for something, undefined for nothing: what gives it away is not on show meanwhile. */
  asks(target) {
    if (target) this.root.dataset.asks = target;
    else delete this.root.dataset.asks;
  }

  /** The page's player, where it has one. */
  get player() {
    return this.parts[1].widget("player");
  }

  /** Say a sentence about the last change; "" takes the last one away. It stands in the player, or above the page. */
  say(text = "") {
    if (this.player) this.player.message(text);
    this.said.textContent = text;
    if (text && !this.player) this.parts[1].root.before(this.said);
    else this.said.remove();
  }

  /** Say why there is no answer to what was asked for. */
  failed(error) {
    const { failed, unasked } = this.data.words;
    this.say(error.final ? error.message || failed : unasked);
  }

  keep() {
    if (this.early) return; // the learner has not been there
    this.remembered.keep(this.frame, this.query, this.data.picture, this.unfolded);
  }

  destroy() {
    this.remembered.hold(this);
    this.gone = true;
    clearTimeout(this.resting?.timer);
    this.unhear();
    this.entries.destroy();
    this.unfit();
    for (const part of this.parts) part.destroy();
    this.root.remove();
  }
}
