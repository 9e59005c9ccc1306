// Presenter size: the player fills the screen, for the back row.

export class Presenter {
  constructor(player) {
    this.player = player;
    this.onChange = () => this.changed();
    document.addEventListener("fullscreenchange", this.onChange);
  }

  toggle() {
    if (this.player.state.presenting) {
      if (this.fullscreen()) document.exitFullscreen();
      else this.leave();
      return;
    }
    // Where full screen is not allowed (an embedded page), the top layer of the page serves.
    const asked = this.player.root.requestFullscreen?.();
    if (asked) asked.catch(() => this.enter(true));
    else this.enter(true);
  }

  fullscreen() {
    const { root } = this.player;
    return (root.getRootNode().fullscreenElement ?? document.fullscreenElement) === root;
  }

  changed() {
    if (this.fullscreen()) this.enter(false);
    else if (this.player.state.presenting) this.leave();
  }

  enter(onTop) {
    const { root } = this.player;
    root.classList.add("presenting");
    if (onTop) {
      root.popover = "manual";
      root.showPopover();
    }
    this.set(true);
  }

  leave() {
    const { root } = this.player;
    root.classList.remove("presenting");
    if (root.popover) {
      root.hidePopover();
      root.removeAttribute("popover");
    }
    this.set(false);
  }

  set(presenting) {
    this.player.state.presenting = presenting;
    this.player.fit();
    this.player.render();
    this.player.root.focus({ preventScroll: true });
  }

  destroy() {
    document.removeEventListener("fullscreenchange", this.onChange);
  }
}
