// What a stage needs and the room that it has; the sizes that follow.

import { element } from "../../shared/dom.js";
import { fitText, labelsOf, setText } from "./boards.js";
import { fit, fitStacked, fontFor } from "./fit.js";

const NARROW = 620;
const STACKED = 26; // largest cell of long vectors
const TITLE_LENGTH = 8; // of "products"
const USUAL_HEIGHT = 440;
const USUAL_WINDOW = 720; // that the heights which pages ask for are meant for
const SUMS = 66; // lines of products, where the window is all that there is
const NARROW_AROUND = 230; // what stands on a phone's screen beside a window's input and output
const PHASES = 38; // the row of phases, where there are several
const AROUND = 190; // controls, explaining line and the sum, above and below the boards

const PARTS = ["input", "kernel", "products", "sums", "output"];
const ROLES = { products: "product", sums: "sum" }; // as a stage's sizes and styles name them
const SMALLEST = 12; // letters
const TOLD = 3; // lines that a cell's own story takes on a phone, at least
const LONGER = 8; // by how many characters numbers in a sentence may grow
const MARGIN = 0.5; // of a number in its cell

const clamp = (number, least, most) => Math.max(least, Math.min(most, number));

/** Characters of the names beside a board's cells, or above its columns. */
function namesOf(board) {
  const longest = labelsOf(board).reduce((n, label) => Math.max(n, label.length), 0);
  return board.columns === 1 ? { labels: longest } : { heads: longest };
}

export class Sizing {
  constructor(player) {
    this.player = player;
    this.probe = element("span", "probe", { "aria-hidden": "true" });
    setText(this.probe, "0".repeat(20));
  }

  /** The element whose width is the player's. */
  get frame() {
    const { host } = this.player;
    return host instanceof ShadowRoot ? host.host : host;
  }

  /** Measure the room, and size everything where it, or the font, is another one. */
  measure() {
    const { presenter } = this.player;
    const whole = presenter.presenting ? presenter.window : undefined;
    const width = whole ? whole.width - 32 : this.frame.getBoundingClientRect().width;
    const tall = whole ? whole.height : document.documentElement.clientHeight; // a phone's bars do not change that
    const digit = this.probe.offsetWidth / 20 / 20 || undefined;
    const size = `${width}×${tall}, ${digit}`;
    if (!width || size === this.size) return;
    Object.assign(this, { size, width, tall, digit, least: undefined });
    this.apply();
  }

  /** Size everything after other numbers of the same form: as it was after an edit, and after its undo and its redo. */
  renew(edited) {
    const known = [...this.player.stages.values()].every((stage) => this.knows(stage));
    this.apply(edited || (this.steady && known));
  }

  /** The boards and the sentence above them get no lower from now on, or may again, until the room changes. */
  hold(on) {
    this.least = on ? { area: this.player.area.offsetHeight, lines: this.lines } : undefined;
  }

  /**
   * Size everything by the room as it was measured: to measure it in the middle of a change takes a while. steady: all
   * sizes stay as they are, and longer numbers get smaller and narrower letters.
   */
  apply(steady = false) {
    const { player, width } = this;
    if (!width) {
      this.measure();
      return;
    }
    this.steady = steady;
    player.root.classList.remove("sliding");
    const tallest = this.tallest(width);
    this.fitTo(player.stage, width);
    player.area.style.minHeight = `max(${tallest || "0px"}, ${this.least?.area ?? 0}px)`;
    this.reserve();
    player.channels.show();
    for (const view of player.stage.views.values()) view.measure(this.narrow);
  }

  /** Whether boards stand below one another: on a phone held upright, not in a low frame of somebody's page. */
  upright(width) {
    return width < NARROW && this.tall > width;
  }

  /** Give a stage its sizes. */
  fitTo(stage, width) {
    const { player } = this;
    const need = this.need(stage);
    if (this.steady && stage.sized) {
      this.keep(stage, need);
      return;
    }
    for (const name of PARTS) if (need[name]) need[name].longest = need[name].chars;
    let narrow = this.upright(width);
    const room = this.room(width, narrow);
    const pictured = player.pictures.fit(need, room);
    let got = pictured ?? fit(need, room);
    if (!pictured && !narrow && got.wide > width) {
      const rows = need.kernel && need.products && need.channels === 1;
      const stacked = rows ? fitStacked(need, { width: width - 8, digit: this.digit, largest: STACKED }) : undefined;
      narrow = !stacked;
      got = stacked ?? fit(need, this.room(width, narrow));
    }
    stage.sized = { need, got, narrow };
    this.set(stage);
  }

  /** Leave a stage's sizes as they are; what its numbers need now is what their letters are chosen by. */
  keep(stage, need) {
    const before = stage.sized.need;
    for (const name of PARTS) {
      if (before[name]) before[name].longest = Math.max(before[name].chars, need[name].chars);
    }
    this.set(stage);
  }

  /** Whether a stage's numbers are no longer than any that it has had at its sizes. */
  knows(stage) {
    const need = this.need(stage);
    return !stage.sized || PARTS.every((name) => !need[name] || need[name].chars <= stage.sized.need[name].longest);
  }

  /** The height of the tallest phase, so that nothing below the boards jumps from one phase to the next. */
  tallest(width) {
    const { player } = this;
    const { phases } = player.model;
    if (phases.length < 2) return "";
    const room = this.room(width, this.upright(width));
    if (this.steady && this.tallestOf?.stage === player.stage) return this.tallestOf.height;
    const key = JSON.stringify([room, phases.map((phase) => this.need(player.stageFor(phase))), phases.map((phase) => phase.longestSay)]);
    if (key === this.tallestOf?.key && player.stage === this.tallestOf.stage) return this.tallestOf.height;
    const place = element("div", "area measure", { "aria-hidden": "true" });
    player.root.append(place);
    const heights = phases.map((phase) => {
      const stage = player.stageFor(phase);
      if (stage === player.stage) return 0; // as tall as it is
      if (stage.step === undefined) stage.show(phase.start, () => true, 0); // lines are as long as what they say
      place.replaceChildren(stage.root, stage.strip.root);
      this.fitTo(stage, width);
      return place.offsetHeight;
    });
    place.remove();
    const height = `${Math.max(...heights)}px`;
    this.tallestOf = { key, stage: player.stage, height };
    return height;
  }

  need(stage) {
    const { phase } = stage;
    const longest = (view) => view?.board.written.longest ?? 1;
    const about = phase.partials.every((p) => p.alwaysCloses) ? 0 : 1;
    const boards = stage.chain?.factors.length ? [stage.first, stage.second ?? stage.first] : [];
    const texts = [...phase.partials.map((p) => p.values), phase.before, phase.results, ...boards.map(({ board }) => board.written)];
    const { plan } = stage;
    const size = ({ board, title }) => {
      return { rows: board.rows, columns: board.columns, title: title.matches(".part") ? 0 : title._text.length, ...namesOf(board) };
    };
    const input = { ...size(stage.first), chars: longest(stage.first) };
    const kernel = stage.second && { ...size(stage.second), chars: longest(stage.second) };
    const output = { ...size(stage.output), panes: stage.output.panes.length };
    output.chars = Math.max(longest(stage.output), phase.results.longest);
    const pair = input.chars + (stage.second ? kernel.chars + 1 + this.parentheses(stage.second) : 0) + 3;
    return {
      channels: stage.channels,
      input,
      kernel,
      output,
      products: plan.products ? {
        rows: plan.grid[0],
        columns: plan.grid[1],
        chars: phase.terms.longest + (phase.everyTermCloses ? 0 : 1),
        title: TITLE_LENGTH,
      } : undefined,
      sums: { shown: plan.sums, chars: Math.max(...texts.map((t) => t.longest)) + about },
      total: stage.chain?.need ?? { row: false, cells: 0, words: 0 },
      signs: stage.tracks.filter((track) => track !== "auto").length,
      aligned: plan.aligned,
      paired: plan.paired,
      even: plan.upright || (Boolean(plan.second) && !plan.beside),
      inline: plan.kind === "full" && plan.beside && !plan.upright && stage.strip.lines.length > 0,
      lines: stage.strip.lines.length,
      line: (phase.termCount / phase.group_names.length) * pair + phase.results.longest,
    };
  }

  /** Characters that a negative factor adds to a product in words. */
  parentheses({ board }) {
    return board.values.pool.some((text) => text.startsWith("−")) ? 2 : 0;
  }

  room(width, narrow) {
    const { player, tall } = this;
    const { together } = player.channels;
    const taken = player.predict.taken + (player.model.phases.length > 1 ? PHASES : 0);
    const room = { width: width - 8, narrow, digit: this.digit, together, alone: player.predict.fills };
    if (player.presenter.presenting) {
      return { ...room, height: tall - taken - 262, largest: 150, readable: 26, ample: 48, line: 34 };
    }
    if (narrow) return { ...room, height: Math.max(USUAL_HEIGHT, tall) - taken - NARROW_AROUND, largest: 56 };
    const spare = tall - AROUND;
    const asked = player.options.height;
    const height = asked === "window" ? spare - SUMS : asked ? asked + Math.max(0, tall - USUAL_WINDOW) : Math.max(USUAL_HEIGHT, spare);
    const ample = clamp(tall / 22.5, 34, 48);
    return { ...room, height: height - taken, largest: clamp(Math.round(tall / 11), 56, 88), ample };
  }

  set(stage) {
    const { root, channels } = this.player;
    const { need, got, narrow } = stage.sized;
    this.narrow = narrow;
    root.classList.toggle("narrow", narrow);
    this.letters(stage);
    const single = got.channels < need.channels;
    const sole = got.panes < need.output.panes;
    channels.size(single, single || sole);
    root.classList.toggle("single-channel", single);
    root.classList.toggle("sole-output", sole);
    root.classList.toggle("compact", got.compact);
    root.classList.toggle("stacked", Boolean(got.stacked));
    root.classList.toggle("beside", Boolean(got.beside));
    // The total of a single window stands beside it, where that does not make its row higher.
    const { sumUnit } = got;
    const heights = { chain: (sumUnit + 8) * (need.total.lines ?? 1), merged: sumUnit, reduced: 2 * sumUnit + 44 };
    const fits = heights[stage.plan.kind] <= need.input.rows * (got.unit + 1);
    stage.chain?.root.classList.toggle("at-row", need.channels > 1 && !single && !narrow && fits);
    stage.chain?.turn(Boolean(got.upright));
    stage.strip.placeLines(got.inline && !narrow, stage.root);
    const pixels = {
      unit: got.unit,
      kernel: got.kernelUnit,
      "output-unit": got.outputUnit,
      "line-w": got.lineWidth ?? 0,
      "sum-unit": got.sumUnit,
      "input-w": got.inputWidth,
      "kernel-w": got.kernelWidth,
      "product-w": got.productWidth,
      "sum-w": got.sumWidth,
      "output-w": got.outputWidth,
      ...this.fonts(stage),
    };
    for (const [name, value] of Object.entries(pixels)) root.style.setProperty(`--${name}`, `${value}px`);
    root.style.setProperty("--output-columns", got.outputColumns);
    root.style.setProperty("--kernel-columns", need.kernel?.columns ?? 0);
  }

  /** The sizes of the letters of each part. */
  fonts({ sized: { need, got } }) {
    return {
      "input-font": fontFor(got.unit, need.input.chars),
      "kernel-font": fontFor(got.kernelUnit, need.kernel?.chars ?? 1),
      "product-font": fontFor(got.kernelUnit, need.products?.chars ?? 1),
      "sum-font": fontFor(got.sumUnit, need.sums.chars),
      "output-font": fontFor(got.outputUnit, need.output.chars),
    };
  }

  /** Give numbers that are longer than their cells were made for smaller letters, and then narrower ones. */
  letters(stage) {
    const { first, second, output, productCells = [], root } = stage;
    const { need, got } = stage.sized;
    const fonts = this.fonts(stage);
    const sums = [...root.querySelectorAll(":is(.sum, .total) .cell")];
    const cells = { input: first.cells, kernel: second?.cells ?? [], products: productCells, sums, output: output.cells };
    for (const name of PARTS) {
      if (!need[name]) continue;
      const role = ROLES[name] ?? name;
      const font = fonts[`${role}-font`];
      const room = (got[`${role}Width`] - MARGIN) / ((this.digit ?? 0.6) * font);
      for (const cell of cells[name]) fitText(cell, Math.max(need[name].chars, room), SMALLEST / font);
    }
  }

  /** Keep room for the longest sentence, so that the boards never jump when it grows by a line. */
  reserve() {
    const { player, width, narrow } = this;
    if (!width) return;
    const { presenting } = player.presenter;
    const size = presenting ? 20 : narrow ? 13 : 14;
    const beside = player.channels.root.hidden || narrow ? 0 : 44 * player.channels.count;
    const pill = (player.state.staged ? 8 : 5) * size; // beside the sentence: its stage, or that it is pinned
    const character = size * (this.digit ?? 0.6) * 0.95;
    const room = (width - beside - (narrow ? 0 : pill)) * 0.94; // lines break at words
    const longest = Math.max(...player.model.phases.map((phase) => phase.longestSay)) + LONGER;
    const needed = Math.min(6, Math.ceil((longest * character + (narrow ? pill : 0)) / room));
    const lines = narrow ? Math.max(TOLD, needed) : needed;
    this.lines = Math.max(lines, (this.steady ? this.lines : this.least?.lines) ?? 0);
    player.root.style.setProperty("--lines", this.lines);
  }
}
