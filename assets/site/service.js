// Keeps the site for visits without a network. BUILT: its version, and what is kept (pages/static/build.py).
// What is small is kept at once; Python, which has come already by then, when the page says so.

const { version, of, small, large } = BUILT;
const mine = `stride ${self.registration.scope} `; // other sites of the same host have stores too
const name = mine + version;

// A new version takes over at once: the next page that is loaded is its own. A page of the version before may be open
// still, and finds its own files, whose names have their contents' sums in them, in the store of that version.
self.addEventListener("install", (event) => event.waitUntil(keep(small).then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(large).then(() => event.data.keep === of && left()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(self.registration.scope)) event.respondWith(found(request));
});

async function keep(files) {
  const store = await caches.open(name);
  const missing = [];
  for (const file of files) if (!(await store.match(file))) missing.push(file);
  // Asked of the server: a page that the browser has from an earlier version names files that are gone.
  await store.addAll(missing.map((file) => new Request(file, { cache: "no-cache" })));
}

/** Remove the stores of earlier versions of this site, unless a page of one may be open. */
async function left() {
  const open = await self.clients.matchAll();
  if (open.length > 1) return;
  for (const other of await caches.keys()) if (other !== name && other.startsWith(mine)) await caches.delete(other);
}

async function found(request) {
  const store = await caches.open(name);
  const url = new URL(request.url);
  if (request.mode === "navigate" && !/(\/|\.html)$/.test(url.pathname)) {
    url.pathname += "/"; // as a server does that has a folder of this name
    if (await store.match(url, { ignoreSearch: true })) return Response.redirect(url);
  }
  const whole = { ignoreSearch: true };
  const kept = await store.match(request, whole);
  if (kept) return kept;
  return (request.mode !== "navigate" && (await caches.match(request, whole))) || fetch(request);
}
