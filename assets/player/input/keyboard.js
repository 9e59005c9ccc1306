// Keys: stepping while the player has the focus, walking over cells and editing them while a cell has it.

const FIELDS = "input, select, textarea, [contenteditable], [role=application], [role=grid], .reached";
const PRESSED = "button, a, summary";
const PAGE_WIDE = /^( |ArrowLeft|ArrowRight)$/; // the others scroll a page
const DIGITS = /^[\d.,+\-−]$/;

export class Keyboard {
  constructor(player) {
    this.player = player;
    player.root.onkeydown = (event) => this.key(event);
    player.root.onpaste = (event) => player.editing.paste(event);
    this.anywhere = (event) => this.pageKey(event);
    document.addEventListener("keydown", this.anywhere);
  }

  /** A key that nothing else on the page has a use for steps and plays. */
  pageKey(event) {
    const [target] = event.composedPath();
    const { key, defaultPrevented } = event;
    if (defaultPrevented || this.player.root.contains(target)) return;
    if (this.clicked(key)) return void this.key(event);
    if (!PAGE_WIDE.test(key)) return;
    if (target.closest?.(key === " " ? `${FIELDS}, ${PRESSED}` : FIELDS)) return;
    this.key(event);
  }

  destroy() {
    document.removeEventListener("keydown", this.anywhere);
  }

  key(event) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.matches("input:not(.scrub), select") && event.key !== "Escape" && !this.clicked(event.key)) return;
    const run = this.shortcut(event.key, target);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  /** Whether a key is one of a clicker's, which has these two only, at a projector. */
  clicked(key) {
    return this.player.presenter.presenting && /^Page/.test(key);
  }

  shortcut(key, target) {
    const { player } = this;
    if (this.clicked(key)) {
      // What the class has said is shown first, and then comes the next step.
      if (key === "PageDown" && player.predict.asked) return () => player.predict.showMe();
      return () => player.step(key === "PageDown" ? 1 : -1);
    }
    const cell = target.matches("[data-board]") ? target : null;
    if (cell && player.predict.choosing && /^(Enter| )$/.test(key)) return () => player.predict.cells.takes(cell);
    if (cell && key.startsWith("Arrow")) return () => this.walk(cell, key);
    if (cell && player.editing.allows(cell)) {
      if (key === "Enter" || key === "F2") return () => player.editing.open(cell);
      if (DIGITS.test(key)) return () => player.editing.open(cell, key.replace("−", "-"));
    }
    if (cell && key === "Enter") return () => this.follow(cell);
    if (target.matches("button") && (key === " " || key === "Enter")) return null;
    if (target.matches(".terms") && /Left|Right/.test(key)) return null; // they scroll a long line
    // The slider's own arrows move it by a step already.
    if (target.matches(".scrub") && /^(Arrow|Page|Home|End)/.test(key)) return null;
    const onePage = player.model.pageCount < 2;
    const several = player.model.phases.length > 1;
    return {
      " ": () => player.toggle(),
      ArrowRight: () => player.step(1),
      ArrowLeft: () => player.step(-1),
      Home: () => player.start(),
      End: () => player.end(),
      PageUp: several ? () => player.phases.move(-1) : null,
      PageDown: several ? () => player.phases.move(1) : null,
      ArrowUp: onePage ? null : () => player.page(-1),
      ArrowDown: onePage ? null : () => player.page(1),
      "+": () => player.speed(player.state.speed + 1),
      "=": () => player.speed(player.state.speed + 1),
      "-": () => player.speed(player.state.speed - 1),
      "−": () => player.speed(player.state.speed - 1),
      Escape: () => player.escape(),
    }[key];
  }

  /** Go to where the number of a cell comes from, or pin the step that wrote it. */
  follow(cell) {
    const { player } = this;
    const { pointer } = player;
    const earlier = !pointer.isOutput(cell.dataset.board);
    if (pointer.leadOf(cell)) player.lead(cell);
    else if (pointer.choose(cell) && earlier) player.arrive();
  }

  /** Move the focus over a board's cells, across its panes. */
  walk(cell, key) {
    const { stage, channels } = this.player;
    const grid = stage.grids.get(cell.dataset.board);
    if (!grid) return;
    const { cells, columns } = grid;
    const at = cells.indexOf(cell);
    const by = { ArrowUp: -columns, ArrowDown: columns, ArrowLeft: -1, ArrowRight: 1 }[key];
    const edge = key === "ArrowLeft" ? 0 : columns - 1;
    if (/Left|Right/.test(key) && at % columns === edge) return;
    const to = cells[at + by];
    if (!to) return;
    if (!to.checkVisibility()) {
      // The next channel is not on show: change to it, where it takes part.
      const row = Number(to.closest(".pane")?.style.getPropertyValue("--r"));
      if (!channels.single || !stage.rows.includes(row)) return;
      channels.choose(row);
      if (!to.checkVisibility()) return;
    }
    const pane = to.closest(".pane");
    for (const other of cells) if (other.tabIndex === 0 && other.closest(".pane") === pane) other.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }
}
