// The browser's location: a page's link stands there, and Back leads to the one before.
//
// Streamlit's front end takes each popstate for a change that its script must follow, and sends with a run the query
// that Python set last, before the browser's own. So Python only reads the query, this file alone writes it, and a
// popstate that stays on the page is kept from Streamlit. (Streamlit 1.67, index.js: onHistoryChange, getQueryString.)
// Listeners on the window are called in the order in which they came, also those that capture: Streamlit's is put last.

const FOR_HOST = "strideHost"; // marks a popstate of our own that is meant for the host
const LED = "strideLed"; // marks, on the document's root, that a page of ours leads to the next one
const AT = "strideAt"; // of an entry of the history: how many of its page's own lie before it
const HOSTS = /^embed/; // what the host's own parameters begin with

/** The query of the location as an object, without the host's own parameters. */
export function queryHere() {
  const all = [...new URLSearchParams(location.search)];
  return Object.fromEntries(all.filter(([key]) => !HOSTS.test(key)));
}

/** A query as a text that is the same for the same query. */
export function asText(query) {
  return new URLSearchParams(query).toString();
}

/** The address of a file or a route beside the app. */
export function address(path) {
  return new URL(path, document.baseURI);
}

/** Whether the page is shown inside one of somebody else's. */
export function isEmbedded() {
  return new URLSearchParams(location.search).get("embed") === "true";
}

/** The address of a state: of this page, or of another one. bare: without the host's own parameters. */
export function addressOf(query, page = "", { bare = false } = {}) {
  const url = page ? address(page) : new URL(location.href);
  const hosts = bare ? [] : [...new URLSearchParams(location.search)].filter(([key]) => HOSTS.test(key));
  const text = new URLSearchParams([...Object.entries(query), ...hosts]).toString();
  url.search = text.replaceAll("%7E", "~"); // as in a link that people write; many links have many
  url.hash = "";
  return url;
}

/** Set the location. push: Back leads to what stood there. Returns whether there is an entry more. */
export function place(query, { push }) {
  const url = addressOf(query);
  if (url.href === location.href) return false;
  if (push) history.pushState({ [AT]: entry() + 1 }, "", url);
  else history.replaceState(history.state, "", url);
  return push;
}

/** How many entries of the history this page has made before the present one. */
export function entry() {
  return history.state?.[AT] ?? 0;
}

/** Go to a state that the host draws, as a link of the host would. */
export function leave(query, page) {
  lead(addressOf(query, page));
}

/** Whether a click on a link asks the browser for another tab or window. */
export function asksElsewhere({ ctrlKey, metaKey, shiftKey, altKey }) {
  return ctrlKey || metaKey || shiftKey || altKey;
}

/** Go to an address of another page, or one that the host draws; the page there gets the focus. */
export function lead(url) {
  history.pushState({}, "", url);
  document.documentElement.dataset[LED] = "yes";
  hosted();
}

/** Give the focus to a page that the learner was led to, since what had it is gone. */
export function arrived(root) {
  if (!document.documentElement.dataset[LED]) return;
  delete document.documentElement.dataset[LED];
  root.tabIndex = -1;
  root.focus({ preventScroll: true });
}

/** Have the host follow what stands in the location: its script runs. */
export function hosted() {
  window.dispatchEvent(new PopStateEvent("popstate", { state: { [FOR_HOST]: true } }));
}

/** Call back() where the browser goes back or forward on this page; returns what ends it. */
export function onBack(back) {
  const { pathname } = location;
  const heard = (event) => {
    if (location.pathname !== pathname || event.state?.[FOR_HOST]) return;
    event.stopImmediatePropagation();
    back();
  };
  window.addEventListener("popstate", heard, true);
  const host = ofHost();
  if (host) {
    window.removeEventListener("popstate", host);
    window.addEventListener("popstate", host);
  }
  return () => window.removeEventListener("popstate", heard, true);
}

/** Close Streamlit's menu, which lies over the page on a phone, once something in it is chosen; returns what ends it. */
export function onMenu() {
  const heard = ({ target }) => {
    const menu = target.closest?.('[data-testid="stSidebarNavLink"]')?.closest('[data-testid="stSidebar"]');
    const close = () => menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
    if (menu) setTimeout(close); // the choice comes first
  };
  document.addEventListener("click", heard, true);
  return () => document.removeEventListener("click", heard, true);
}

/** Streamlit's own listener, a method of its React component; where it is not found, Back makes a script run. */
function ofHost() {
  const root = document.getElementById("root") ?? {};
  const waiting = [root[Object.keys(root).find((key) => key.startsWith("__reactContainer"))]];
  for (let fiber = waiting.pop(); fiber; fiber = waiting.pop()) {
    if (fiber.stateNode?.onHistoryChange) return fiber.stateNode.onHistoryChange;
    for (const next of [fiber.sibling, fiber.child]) if (next) waiting.push(next);
  }
  return undefined;
}
