// Keeps the site for visits without a network. BUILT: its version, and what is kept (pages/static/build.py).
// What is small is kept at once; Python, which has come already by then, when the page says so.

const { version, small, large } = BUILT;
const mine = `stride ${self.registration.scope} `; // other sites of the same host have stores too
const name = mine + version;

self.addEventListener("install", (event) => event.waitUntil(keep(small)));

self.addEventListener("activate", (event) => event.waitUntil(left().then(() => self.clients.claim())));

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep(large));
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

/** Remove the stores of earlier versions of this site. */
async function left() {
  for (const other of await caches.keys()) if (other !== name && other.startsWith(mine)) await caches.delete(other);
}

async function found(request) {
  const store = await caches.open(name);
  const url = new URL(request.url);
  if (request.mode === "navigate" && !/(\/|\.html)$/.test(url.pathname)) {
    url.pathname += "/"; // as a server does that has a folder of this name
    if (await store.match(url, { ignoreSearch: true })) return Response.redirect(url);
  }
  return (await store.match(request, { ignoreSearch: true })) ?? fetch(request);
}
