// Presenter size, for the back row: the whole screen, or the whole window where a page may not have the screen.

const [WIDE, TALL] = [1920, 1080];

export class Presenter {
  constructor(player) {
    this.player = player;
    this.presenting = false;
    this.changed = () => {
      const { root } = player;
      const whole = root.getRootNode().fullscreenElement ?? document.fullscreenElement;
      if (whole === root) this.enter();
      else if (this.presenting && !this.popover) this.leave();
    };
    document.addEventListener("fullscreenchange", this.changed);
  }

  /** The window as presenter size is laid out in: that of a usual projector, magnified where the screen is larger. */
  get window() {
    return { width: window.innerWidth / this.zoom, height: window.innerHeight / this.zoom };
  }

  get zoom() {
    return Math.max(1, Math.min(window.innerWidth / WIDE, window.innerHeight / TALL));
  }

  toggle() {
    if (this.presenting) this.end();
    else {
      const asked = this.player.root.requestFullscreen?.();
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
    const { root } = this.player;
    if (!root.isConnected) return;
    root.popover = "manual";
    root.showPopover?.();
    this.popover = true;
    this.enter();
  }

  enter() {
    this.set(true);
  }

  leave() {
    const { root } = this.player;
    if (this.popover) {
      root.hidePopover?.();
      root.removeAttribute("popover");
      this.popover = false;
    }
    this.set(false);
  }

  set(presenting) {
    this.presenting = presenting;
    this.magnify();
    this.player.root.classList.toggle("presenting", presenting);
    this.player.sizing.measure();
    this.player.render();
    this.player.root.focus({ preventScroll: true });
  }

  magnify() {
    this.player.root.style.zoom = this.presenting ? this.zoom : "";
  }

  destroy() {
    document.removeEventListener("fullscreenchange", this.changed);
    if (this.presenting && !this.popover && document.fullscreenElement) document.exitFullscreen();
  }
}
