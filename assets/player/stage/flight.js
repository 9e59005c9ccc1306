// A number that is only copied flies from its cell to the one that it is written to.

import { element } from "../../shared/dom.js";
import { paint } from "./boards.js";

const LONGEST_MS = 650;
const ENTER_MS = 180;
const SHARE = 0.6; // of the time that a step stays

/** The CSS transform that puts a box over another one. */
export function transformTo(from, to) {
  const moved = `translate(${to.left - from.left}px, ${to.top - from.top}px)`;
  return `${moved} scale(${to.width / from.width}, ${to.height / from.height})`;
}

export class Flight {
  constructor(player) {
    this.player = player;
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.flyer = element("div", "cell flyer", { "aria-hidden": "true" });
  }

  /**
   * Get ready to fly for a step that comes to its result; call what is returned when it is drawn. Undefined where
   * nothing flies. What is measured is measured here, before anything is written to the page.
   */
  prepare(step, stage) {
    const { player } = this;
    const { phase, s } = player.model.at(step);
    const flies = stage === "result" && phase.plan.kind === "copy" && player.stage.phase === phase;
    if (!flies || this.still.matches) return undefined;
    const from = player.stage.cellOf({ board: phase.factors[0].board, flat: phase.factors[0].at(s) });
    const to = player.stage.output.cellAt(phase.writes.at(s));
    const [root, start, end] = [player.root, from, to].map((node) => node.getBoundingClientRect());
    if (!start.width || !end.width) return undefined;
    return () => this.fly(from, to, { root, start, end });
  }

  fly(from, to, { root, start, end }) {
    const { player, flyer } = this;
    paint(flyer, from._text, from._tone);
    const { scrollLeft, scrollTop } = player.root;
    const place = { left: start.left - root.left + scrollLeft, top: start.top - root.top + scrollTop };
    for (const [name, value] of Object.entries({ ...place, width: start.width, height: start.height })) {
      flyer.style[name] = `${value}px`;
    }
    player.root.append(flyer);
    to.classList.add("arriving");
    this.to = to;
    const path = [{ transform: "none" }, { transform: transformTo(start, end) }];
    this.animation = flyer.animate(path, { duration: Math.min(LONGEST_MS, player.stepMs * SHARE), easing: "ease-in-out" });
    this.animation.onfinish = () => this.land();
  }

  /** Let another phase's boards appear. */
  enter(area) {
    if (!this.still.matches) area.animate([{ opacity: 0.25 }, { opacity: 1 }], { duration: ENTER_MS, easing: "ease-out" });
  }

  /** End a flight at once. */
  land() {
    if (!this.to) return;
    this.animation.onfinish = null;
    this.animation.cancel();
    this.flyer.remove();
    this.to.classList.remove("arriving");
    this.to = this.animation = undefined;
  }
}
