// What a stage needs and the room that it has; the sizes that follow, and the channel on show where one must do.

import { element } from "../../shared/dom.js";
import { control } from "../controls.js";
import { labelsOf, setAttribute, setText } from "./boards.js";
import { fit, fitStacked, fontFor } from "./fit.js";

const NARROW = 620;
const STACKED = 26; // largest cell of long vectors
const TITLE_LENGTH = 8; // of "products"
const USUAL_HEIGHT = 440;
const USUAL_WINDOW = 720; // that the heights which pages ask for are meant for
const SUMS = 104; // lines of products, where the window is all that there is
const AROUND = 190; // controls, explaining line and the sum, above and below the boards

/** Characters of the names beside a board's cells, or above its columns. */
function namesOf(board) {
  const longest = labelsOf(board).reduce((n, label) => Math.max(n, label.length), 0);
  return board.columns === 1 ? { labels: longest } : { heads: longest };
}

export class Sizing {
  constructor(player) {
    this.player = player;
    this.box = element("div", "group channels", { role: "group" });
    this.box.hidden = true;
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
    const { presenting } = this.player.presenter;
    const width = presenting ? window.innerWidth - 32 : this.frame.getBoundingClientRect().width;
    const digit = this.probe.getBoundingClientRect().width / 20 / 20 || undefined;
    const size = `${width}×${presenting ? window.innerHeight : 0}, ${digit}`;
    if (!width || size === this.size) return;
    Object.assign(this, { size, width, digit });
    this.apply();
  }

  /** Size everything by the room as it was measured: to measure it in the middle of a change takes a while. */
  apply() {
    const { player, width } = this;
    if (!width) {
      this.measure();
      return;
    }
    player.root.classList.remove("sliding");
    const tallest = this.tallest(width);
    const { need, narrow } = this.fitTo(player.stage, width);
    player.area.style.minHeight = tallest;
    this.shown = undefined;
    this.reserve();
    this.showChannel();
    for (const view of player.stage.views.values()) view.measure(narrow);
  }

  /** Give a stage its sizes. */
  fitTo(stage, width) {
    const { player } = this;
    const need = this.need(stage);
    let narrow = width < NARROW;
    const pictured = player.pictures.fit(need, this.room(width, narrow, need));
    let got = pictured ?? fit(need, this.room(width, narrow, need));
    if (!pictured && !narrow && got.wide > width) {
      const rows = need.kernel && need.products && need.channels === 1;
      const stacked = rows ? fitStacked(need, { width: width - 8, digit: this.digit, largest: STACKED }) : undefined;
      narrow = !stacked;
      got = stacked ?? fit(need, this.room(width, narrow, need));
    }
    this.narrow = narrow;
    player.root.classList.toggle("narrow", narrow);
    this.set(stage, need, got, narrow);
    return { need, narrow };
  }

  /** The height of the tallest phase, so that nothing below the boards jumps from one phase to the next. */
  tallest(width) {
    const { player } = this;
    const { phases } = player.model;
    if (phases.length < 2) return "";
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
    return `${Math.max(...heights)}px`;
  }

  need(stage) {
    const { phase } = stage;
    const longest = (view) => view?.board.written.longest ?? 1;
    const about = phase.partials.every((p) => p.alwaysCloses) ? 0 : 1;
    const boards = stage.chain?.factors.length ? [stage.first, stage.second ?? stage.first] : [];
    const texts = [...phase.partials.map((p) => p.values), phase.before, phase.results, ...boards.map(({ board }) => board.written)];
    const { plan } = stage;
    const size = ({ board, title }) => {
      return { rows: board.rows, columns: board.columns, title: title._text.length, ...namesOf(board) };
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

  room(width, narrow, need) {
    const { player } = this;
    const room = { width: width - 8, narrow, digit: this.digit };
    if (player.presenter.presenting) {
      return { ...room, height: window.innerHeight - 210, largest: 110, readable: 40, line: 34 };
    }
    const spare = window.innerHeight - AROUND;
    const asked = player.options.height;
    const higher = narrow ? 0 : Math.max(0, window.innerHeight - USUAL_WINDOW); // for this page's boards alone
    const height = asked === "window" ? spare - SUMS : asked ? asked + higher : Math.max(USUAL_HEIGHT, spare);
    return { ...room, height, largest: this.largest(width, narrow, need) };
  }

  largest(width, narrow, need) {
    if (narrow) return width < NARROW ? 34 : 24;
    return need.input.rows > 8 ? 44 : 56;
  }

  set(stage, need, got, narrow) {
    const { root } = this.player;
    this.single = got.channels < need.channels;
    root.classList.toggle("single-channel", this.single);
    root.classList.toggle("sole-output", got.panes < need.output.panes);
    root.classList.toggle("compact", got.compact);
    root.classList.toggle("stacked", Boolean(got.stacked));
    root.classList.toggle("beside", Boolean(got.beside));
    // The total of a single window stands beside it, where that does not make its row higher.
    const { sumUnit } = got;
    const heights = { chain: (sumUnit + 8) * (need.total.lines ?? 1), merged: sumUnit, reduced: 2 * sumUnit + 44 };
    const fits = heights[stage.plan.kind] <= need.input.rows * (got.unit + 1);
    stage.chain?.root.classList.toggle("at-row", need.channels > 1 && !this.single && !narrow && fits);
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
      "input-font": fontFor(got.unit, need.input.chars),
      "kernel-font": fontFor(got.kernelUnit, need.kernel?.chars ?? 1),
      "product-font": fontFor(got.kernelUnit, need.products?.chars ?? 1),
      "sum-font": fontFor(got.sumUnit, need.sums.chars),
      "output-font": fontFor(got.outputUnit, need.output.chars),
    };
    for (const [name, value] of Object.entries(pixels)) root.style.setProperty(`--${name}`, `${value}px`);
    root.style.setProperty("--output-columns", got.outputColumns);
    root.style.setProperty("--kernel-columns", need.kernel?.columns ?? 0);
  }

  /** Keep room for the longest sentence, so that the boards never jump when it grows by a line. */
  reserve() {
    const { player, width, narrow } = this;
    if (!width) return;
    const { presenting } = player.presenter;
    const size = presenting ? 20 : narrow ? 13 : 14;
    const beside = this.single && !narrow ? 44 * player.stage.channels : 0;
    const pill = (player.state.staged ? 8 : 5) * size; // beside the sentence: its stage, or that it is pinned
    const character = size * (this.digit ?? 0.6) * 0.95;
    const room = (width - beside - (narrow ? 0 : pill)) * 0.94; // lines break at words
    const longest = Math.max(...player.model.phases.map((phase) => phase.longestSay));
    const lines = Math.ceil((longest * character + (narrow ? pill : 0)) / room);
    player.root.style.setProperty("--lines", Math.min(6, lines));
  }

  // One channel at a time

  build() {
    const { player } = this;
    const { board, panes } = player.stage.first;
    setAttribute(this.box, "aria-label", player.model.words.channel);
    this.channel = undefined;
    this.chips = panes.map((_, p) => {
      const title = `${player.model.words.channel} ${board.panes[p]}`;
      return control(`channel-${p}`, () => this.choose(p), { kind: "chip", title, text: board.panes[p] });
    });
    this.box.replaceChildren(...this.chips);
  }

  /** Keep to a channel from now on. */
  choose(channel) {
    this.channel = channel;
    this.showChannel();
  }

  /** Show the channel that `part` lies in, without keeping to it; undefined goes back. */
  glimpse(channel) {
    if (this.glimpsed === channel) return;
    this.glimpsed = channel;
    this.showChannel();
  }

  showChannel() {
    const { stage } = this.player;
    if (this.box.hidden === this.single) this.box.hidden = !this.single;
    if (!stage.rows) return;
    const wanted = this.glimpsed ?? this.channel;
    const channel = stage.rows.includes(wanted) ? wanted : stage.rows[0];
    const shown = this.single ? `${channel} of ${stage.rows}` : "all";
    if (shown === this.shown) return;
    this.shown = shown;
    for (const [p, chip] of this.chips.entries()) {
      chip.setAttribute("aria-pressed", String(p === channel));
      chip.disabled = !stage.rows.includes(p);
    }
    for (const node of stage.root.children) {
      const row = node.style.getPropertyValue("--r");
      const bound = row !== "" && !node.matches(".sum, .whole, .total, .outputs, .spanning");
      node.classList.toggle("away", this.single && bound && Number(row) !== channel);
    }
    for (const view of stage.views.values()) for (const pane of view.panes) view.keepInView(pane);
  }

  /** The channel in which a part of the stage is drawn, where one channel at a time is shown. */
  channelOf(part) {
    if (!this.single) return undefined;
    const { stage } = this.player;
    const { term, partial } = part.dataset;
    if (term !== undefined) return stage.rows[stage.phase.groups[term]];
    const group = partial === undefined ? null : stage.phase.partials[partial].group;
    return group === null ? undefined : stage.rows[group];
  }
}
