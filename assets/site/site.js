// The site without a server: which page stands in the address, drawn by the component that draws it in the app; Python
// answers from a worker (worker.js). built: pages, addresses and sentences (pages/static/build.py).

import { element, make } from "../shared/dom.js";
import { kept } from "../shared/storage.js";
import { asksElsewhere, asText, isEmbedded, lead, queryHere } from "../sheet/place.js";
import { wakes } from "./embedded.js";
import { ownFiles } from "./own.js";
import { Python } from "./python.js";

const SCHEME = "stride:scheme";
const built = JSON.parse(document.getElementById("built").textContent);
const base = new URL(document.baseURI);
const absolute = (part) => (typeof part === "string" ? new URL(part, base).href : mapped(part));
const mapped = (parts) => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, absolute(part)]));
const loads = { ...built.python, ...located(built.python) };
const python = new Python({ ...loads, module: "pages.states.host.browser" }, pythonTells);
// Of a learner's own code: it can be ended, and nothing leads out of it.
const runner = new Python({ ...loads, module: "pages.states.check.run", shut: true });
const RUN_MS = 10_000;
const woken = isEmbedded() ? wakes(() => python.start()) : async () => {};
const root = document.documentElement;
let shows = 0;
let current;
let running = Promise.resolve(); // the last run of a learner's code
let picture = 0; // the number of the one that the pages share

/** What Python loads, by whole addresses: a worker has another base. */
function located({ worker, pyodide, library, ahead, parts }) {
  const whole = Object.entries(ahead).map(([there, part]) => [absolute(there), absolute(part)]);
  const fetched = ([name, { file, ...address }]) => [name, { ...mapped(address), file }];
  return {
    ...mapped({ worker, pyodide, library }),
    ahead: Object.fromEntries(whole),
    parts: Object.fromEntries(Object.entries(parts).map(fetched)),
  };
}

/** The name of the page in the address, such as "convolution". */
function nameHere() {
  const name = location.pathname.slice(base.pathname.length).replace(/(^|\/)index\.html$/, "").replace(/\/$/, "");
  return name || built.home;
}

async function fetched(address, as) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response[as]();
}

const sheets = new Map();

function styled(address) {
  if (!sheets.has(address)) {
    const made = fetched(address, "text").then((text) => new CSSStyleSheet().replace(text));
    sheets.set(address, made);
  }
  return sheets.get(address);
}

/** Show the page that stands in the address. led: a link has led here; else the browser's Back, or its Forward. */
async function show({ led = false } = {}) {
  const number = ++shows;
  root.classList.toggle("embedded", isEmbedded());
  if (current) current.left = true;
  try {
    await shown(number, led);
  } catch (error) {
    console.error(error);
    if (number !== shows) return;
    current?.destroy();
    current = undefined;
    document.querySelector("main").replaceChildren();
    status(built.words.unopened);
  }
}

async function shown(number, led) {
  const name = nameHere();
  const main = document.querySelector("main");
  const { data, script, styles, title } = built.pages[name];
  const query = queryHere();
  const asked = asText(query) !== "" || picture > 0;
  const [page, component, ...looks] = await Promise.all([
    fetched(absolute(data), "json"),
    import(absolute(script)),
    ...styles.map((style) => styled(absolute(style))),
  ]);
  const opens = asked && python.ready ? await python.ask("opened", name, JSON.stringify(query)) : undefined;
  if (number !== shows) return;
  current?.destroy();
  current = new Shown(name, main, looks, component.default, {
    ...page,
    ...(opens ? { asked: query, answer: opens.answer } : { asked: {}, answer: page.answer }),
    wanted: asked && !opens ? query : undefined,
  });
  root.dataset.shown = number; // for tests and for people who script the site: how many pages have been on show
  if (led) window.scrollTo(0, 0);
  document.title = `${title} · Stride`;
  for (const link of document.querySelectorAll("header a[data-page]")) {
    if (link.dataset.page === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  setTimeout(async () => {
    await woken(); // what is shown is painted first
    python.start().catch(() => {}); // said by pythonTells
  }, 0);
}

/** A page on show, in a shadow tree of its own as in the app. */
class Shown {
  constructor(name, main, looks, component, data) {
    this.name = name;
    this.pathname = location.pathname;
    this.left = false; // the address is another page's: an answer may write no link into it any more
    this.component = component;
    main.replaceChildren();
    const own = data.own && make("div", "own", main); // above the page, as in the app
    this.root = make("div", "shown", main);
    const tree = this.root.attachShadow({ mode: "open" });
    tree.adoptedStyleSheets = looks;
    this.parent = element("div", "");
    tree.append(this.parent);
    this.data = {
      ...data,
      words: { ...data.words, ...built.words },
      plotly: built.plotly,
      slow: !python.ready,
      picture,
      events: [],
      post: (_, asked) => this.post(asked),
      runs,
    };
    this.end = this.draw();
    if (own) this.own = ownFiles(own, data.own, built.words, (files, cut) => this.bring(files, cut));
  }

  draw() {
    return this.component({ data: this.data, parentElement: this.parent });
  }

  async post(asked) {
    status(python.ready ? "" : built.words.starting, Boolean(asked.act || asked.ask));
    await woken();
    const told = await python.ask("answered", this.name, JSON.stringify(asked));
    picture = this.data.picture = told.picture;
    return this.left ? new Promise(() => {}) : told.answer;
  }

  /** Take files of the learner's own: what they become goes to the page as an act. */
  async bring(files, cut) {
    status(python.ready ? "" : built.words.starting, true);
    const { answer } = await python.ask("brought", this.name, files, cut);
    if (this.left) return;
    this.data = { ...this.data, events: [...this.data.events, { number: this.data.events.length + 1, act: answer }] };
    this.draw();
  }

  destroy() {
    this.left = true;
    this.own?.destroy();
    this.end();
  }
}

/** Run a learner's own code (assets/check/check.js), one after the other: each has its own time. */
function runs(request) {
  const run = running.then(() => ran(request));
  running = run.catch(() => {});
  return run;
}

async function ran(request) {
  await runner.start();
  const late = setTimeout(() => runner.end(built.words.endless), RUN_MS);
  try {
    return (await runner.ask("told", JSON.stringify(request))).answer;
  } finally {
    clearTimeout(late);
  }
}

/** Say what waits for Python, at the foot of the window. */
function status(text, waits = true) {
  if (waits) document.querySelector(".status").textContent = text;
}

function pythonTells(word) {
  root.dataset.python = word;
  status(word === "ready" ? "" : built.words.stopped);
  if (word !== "ready") return;
  navigator.serviceWorker?.ready.then(({ active }) => active.postMessage({ keep: built.version }));
}

// The menu and the colours

function schemed() {
  const scheme = kept.get(SCHEME);
  if (scheme) root.style.colorScheme = scheme;
}

function turned() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = kept.get(SCHEME) ?? (dark ? "dark" : "light");
  kept.set(SCHEME, now === "dark" ? "light" : "dark");
  schemed();
}

document.querySelector(".scheme").onclick = turned;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("header a[data-page]");
  for (const menu of document.querySelectorAll("header details[open]")) {
    if (link || !menu.contains(event.target)) menu.open = false;
  }
  if (!link || asksElsewhere(event)) return;
  event.preventDefault();
  lead(link.href);
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of document.querySelectorAll("header details[open]")) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});
// Back and forward on a page are the page's own (assets/sheet/place.js), unless it is being left; the rest comes here.
const followed = (event) => {
  const led = Boolean(event.state?.strideHost);
  if (!led && current?.left === false && location.pathname === current.pathname) return;
  event.stopImmediatePropagation();
  show({ led });
};
window.addEventListener("popstate", followed, true);

schemed();
if (navigator.serviceWorker && built.service) {
  const registered = navigator.serviceWorker.register(absolute(built.service));
  // Asked for a new version at each load; a browser by itself looks when it has the time.
  registered.then((registration) => navigator.onLine && registration.update()).catch(console.error);
}
show();
