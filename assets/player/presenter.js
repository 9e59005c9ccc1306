// Presenter size, for the back row: the whole screen, or the whole window where a page may not have the screen.
//
// What is presented is the player; on a page of a whole network, that with the network above it, and on one that takes
// steps, what these change.

const [WIDE, TALL] = [1920, 1080];
const ABOVE = [' [data-widget="network"]', ' [data-widget="inside"]', ' .row > [data-widget="steps"]']
  .map((one) => `:scope >${one}`)
  .join();

export class Presenter {
  /** player: a player, or what else has its `root`, its `sizing.measure()` and `render()`. */
  constructor(player) {
    this.player = player;
    this.presenting = false;
    this.changed = () => {
      const { root } = player;
      const whole = root.getRootNode().fullscreenElement ?? document.fullscreenElement;
      if (whole && whole === this.shown) this.enter();
      else if (this.presenting && !this.popover) this.leave();
    };
    document.addEventListener("fullscreenchange", this.changed);
  }

  /** What is presented. */
  get shown() {
    const { root } = this.player;
    const body = root.closest(".page > .body");
    return body?.querySelector(ABOVE) ? body : root;
  }

  /** The window as presenter size is laid out in: that of a usual projector, magnified where the screen is larger. */
  get window() {
    return { width: window.innerWidth / this.zoom, height: window.innerHeight / this.zoom - this.above };
  }

  /** How much of the height what stands above the player takes. */
  get above() {
    const { shown, player } = this;
    if (shown === player.root) return 0;
    return (player.root.getBoundingClientRect().top - shown.getBoundingClientRect().top) / this.zoom + shown.scrollTop;
  }

  get zoom() {
    return Math.max(1, Math.min(window.innerWidth / WIDE, window.innerHeight / TALL));
  }

  toggle() {
    if (this.presenting) this.end();
    else {
      const asked = this.shown.requestFullscreen?.();
      if (asked) asked.catch(() => this.cover());
      else this.cover();
    }
  }

  end() {
    if (this.popover) this.leave();
    else document.exitFullscreen();
  }

  /** Lie over the whole window, above everything else. */
  cover() {
    const { shown } = this;
    if (!shown.isConnected) return;
    shown.popover = "manual";
    shown.showPopover?.();
    this.popover = true;
    this.enter();
  }

  enter() {
    this.set(true);
  }

  leave() {
    const { shown } = this;
    if (this.popover) {
      shown.hidePopover?.();
      shown.removeAttribute("popover");
      this.popover = false;
    }
    this.set(false);
  }

  set(presenting) {
    const { shown, player } = this;
    this.presenting = presenting;
    this.magnify();
    player.root.classList.toggle("presenting", presenting);
    if (shown !== player.root) shown.classList.toggle("presented", presenting);
    window.dispatchEvent(new Event("resize")); // what stands above has another room, and is laid out first
    this.player.sizing.measure();
    this.player.render();
    this.player.root.focus({ preventScroll: true });
  }

  magnify() {
    this.shown.style.zoom = this.presenting ? this.zoom : "";
  }

  destroy() {
    document.removeEventListener("fullscreenchange", this.changed);
    if (this.presenting && !this.popover && document.fullscreenElement) document.exitFullscreen();
  }
}
