// When Python may start on a page inside one of somebody else's. There may be six such frames, and most are only looked
// at: each waits till it has been on screen for a while, and till no other one starts. What is done in one wakes it.

const LOOKED_MS = 1000;
const TURN = "stride: Python starts";
const DONE = ["pointerdown", "keydown", "paste", "drop"];

/** Returns a function whose promise is kept once Python may start. start(): a promise that is kept when it has. */
export function wakes(start) {
  let woken;
  return () => (woken ??= Promise.race([touched(), looked().then(() => turn(start))]));
}

function touched() {
  return new Promise((resolve) => {
    for (const name of DONE) document.addEventListener(name, resolve, { once: true, capture: true, passive: true });
  });
}

/** Kept once the frame has been on screen for a while. */
function looked() {
  return new Promise((resolve) => {
    let late;
    const watch = new IntersectionObserver(([{ isIntersecting }]) => {
      clearTimeout(late);
      if (!isIntersecting) return;
      late = setTimeout(() => {
        watch.disconnect();
        resolve();
      }, LOOKED_MS);
    });
    watch.observe(document.querySelector("main"));
  });
}

/** Kept when no other frame of the site starts; the next one may once this one has started. Without https all may. */
function turn(start) {
  if (!navigator.locks) return undefined;
  return new Promise((resolve) => {
    navigator.locks.request(TURN, () => {
      resolve();
      return start().catch(() => {}); // said on the page itself
    });
  });
}
