// A number that is only copied flies from its cell to the one that it is written to.

import { element, paint } from "./boards.js";

const LONGEST_MS = 650;
const ENTER_MS = 180;
const SHARE = 0.6; // of the time that a step stays

/** How a box lies to a place of another size: the CSS transform that puts the one over the other. */
export function transformTo(from, to) {
  return `translate(${to.left - from.left}px, ${to.top - from.top}px) scale(${to.width / from.width}, ${to.height / from.height})`;
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
    if (stage !== "result" || phase.plan.kind !== "copy" || this.still.matches || player.stage.phase !== phase) return undefined;
    const from = player.stage.cellOf({ board: phase.factors[0].board, flat: phase.factors[0].at(s) });
    const to = player.stage.output.cellAt(phase.writes.at(s));
    const [root, start, end] = [player.root, from, to].map((node) => node.getBoundingClientRect());
    if (!start.width || !end.width) return undefined;
    return () => this.fly(from, to, { root, start, end });
  }

  fly(from, to, { root, start, end }) {
    const { player, flyer } = this;
    paint(flyer, from._text, from._tone);
    const place = { left: start.left - root.left + player.root.scrollLeft, top: start.top - root.top + player.root.scrollTop };
    Object.assign(flyer.style, { left: `${place.left}px`, top: `${place.top}px`, width: `${start.width}px`, height: `${start.height}px` });
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
