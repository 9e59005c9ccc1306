// The boards as pictures: an input and the map that is made of it, without numbers, so that what a layer does is seen
// before it is computed. The window glides over the one, and the other grows.

import { element, make } from "../../shared/dom.js";
import { control } from "../controls.js";
import { setAttribute, setText } from "./boards.js";

export const PICTURE = "picture";
const NUMBERS = "numbers";
const LARGEST = 64;
const SMALLEST = 3;
const KERNEL = 30; // largest cell of a filter beside the pictures
const TITLE = 26;
const TAG = 20; // a channel's name beside its board
const LABEL = 22; // of each output map, where there are several
const BETWEEN = 34; // a sign between two boards, with its gaps
const FOOT = 48; // the sentence below the pictures
const LEAST = 210; // height of pictures that can be made out, in a window however low
const PHONE_AROUND = 410; // controls and texts above both pictures on a phone

/**
 * Choose sizes for boards without numbers: need and room as in fit.js. Input and output have cells of one size, as large
 * as the room allows: beside one another, on a narrow screen one below the other. `spread`: an input's channels stand
 * beside one another, each with its kernel below it, where that gives larger cells.
 */
export function fitPicture(need, room) {
  const { channels, output, paired } = need;
  const several = channels > 1 && !paired && !room.narrow;
  for (let unit = Math.min(LARGEST, room.largest ?? LARGEST); unit > SMALLEST; unit--) {
    for (const spread of several ? [false, true] : [false]) {
      for (let columns = 1; columns <= (paired ? 1 : output.panes); columns++) {
        const got = sizes(need, room, unit, columns, spread);
        if (got.wide <= room.width && got.tall <= (room.narrow ? room.phone : Math.max(LEAST, room.height - FOOT))) return got;
      }
    }
  }
  return undefined;
}

function sizes({ input, kernel, output, channels, paired }, { narrow }, unit, columns, spread) {
  const kernelUnit = Math.min(unit, KERNEL);
  const beside = (narrow && !paired) || spread ? channels : 1; // channels of the input
  const across = (board, cell) => board.columns * (cell + 1) + 12;
  const down = (board, count, label) => count * (board.rows * (unit + 1) + 8 + label);
  const outWide = columns * across(output, unit);
  const outTall = down(output, paired ? channels : Math.ceil(output.panes / columns), output.panes > 1 && !paired ? LABEL : 0);
  const inWide = (across(input, unit) + (spread ? TAG : 0)) * beside + (channels > 1 ? TAG : 0);
  const below = kernel && spread ? kernel.rows * (kernelUnit + 1) + 12 : 0;
  const inTall = down(input, channels / beside, 0) + below;
  const between = BETWEEN * 2 + (kernel && !spread ? across(kernel, kernelUnit) : 0);
  return {
    channels, panes: output.panes, compact: false, inline: false, outputColumns: columns, spread,
    unit, outputUnit: unit, kernelUnit, sumUnit: kernelUnit,
    inputWidth: unit, outputWidth: unit, kernelWidth: kernelUnit, productWidth: kernelUnit, sumWidth: kernelUnit,
    wide: narrow ? Math.max(inWide, outWide) : inWide + between + outWide,
    tall: (narrow ? inTall + outTall + TITLE : Math.max(inTall, outTall)) + TITLE,
  };
}

export class Pictures {
  constructor(player) {
    this.player = player;
    this.choice = element("div", "group views", { role: "group" });
    this.buttons = [PICTURE, NUMBERS].map((view) => control(`view-${view}`, () => this.choose(view)));
    this.choice.append(...this.buttons);
    this.foot = element("div", "seen");
    this.note = make("p", "", this.foot);
    this.onward = control("see-numbers", () => this.choose(NUMBERS), { kind: "main" });
    this.foot.append(this.onward);
    this.take(player.options.picture);
    // What is met first as a picture is met as numbers stage by stage.
    this.first = this.view === PICTURE;
    if (this.first) player.state.revealed = true;
  }

  get view() {
    return this.player.state.view;
  }

  /** offered: { view, note }; null where the boards are not offered as pictures. */
  take(offered) {
    const { words } = this.player.model;
    this.offered = offered ?? undefined;
    this.player.state.view = this.offered?.view ?? NUMBERS;
    setAttribute(this.choice, "aria-label", words.view);
    this.buttons.forEach((button, k) => setText(button, words[["view_picture", "view_numbers"][k]]));
    setText(this.onward, words.see_numbers);
    setText(this.note, this.offered?.note ?? "");
    this.mark();
  }

  mark() {
    this.choice.hidden = !this.offered;
    this.foot.hidden = this.view !== PICTURE;
    this.player.root.classList.toggle("as-picture", this.view === PICTURE);
    this.buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(this.view === [PICTURE, NUMBERS][k])));
  }

  /** Show the other view, and tell the page. */
  choose(view) {
    if (view === this.view) return;
    this.change(view);
    this.player.callbacks.onLook?.(view);
  }

  change(view) {
    const { player } = this;
    const { state } = player;
    player.stop();
    if (player.predict.on) player.predict.toggle(); // pictures have no number to say
    state.view = view;
    const stages = view === NUMBERS && this.first;
    if (stages) Object.assign(state, { step: 0, revealed: false });
    this.first = false;
    if (stages !== state.staged) player.setStaged();
    this.mark();
    player.sizing.apply();
    player.render();
  }

  /** A play begins: the map that stood there whole grows anew. */
  begin() {
    const { state } = this.player;
    if (this.view === PICTURE && state.revealed) Object.assign(state, { revealed: false, step: 0 });
  }

  /** The sizes of boards as pictures; undefined where they show numbers. */
  fit(need, room) {
    if (this.view !== PICTURE) {
      this.player.root.classList.remove("spread");
      return undefined;
    }
    const { presenter, sizing } = this.player;
    const phone = Math.max(300, sizing.tall - PHONE_AROUND);
    const got = fitPicture(need, { ...room, phone, largest: presenter.presenting ? 110 : LARGEST });
    this.player.root.classList.toggle("spread", Boolean(got?.spread));
    return got;
  }
}
