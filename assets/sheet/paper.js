// On paper: what is sized for the screen is made small enough.

const WIDTH = 680; // pixels of a line of A4 or Letter, whose margins browsers choose

/** Fit the widgets of a page to paper while it is printed; returns what ends it. */
export function fitToPaper(root) {
  const widgets = () => root.querySelectorAll("[data-widget]");
  const wide = (node) => (node.querySelector(".place") ?? node).offsetWidth; // a player without its knobs
  const before = () => widgets().forEach((node) => (node.style.zoom = Math.min(1, WIDTH / wide(node))));
  const after = () => widgets().forEach((node) => (node.style.zoom = ""));
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}
