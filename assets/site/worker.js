// Python in a worker of its own: Pyodide, NumPy, Stride. It is told what to load, and then answers what it is asked.

const ROOT = "/stride"; // Stride's files there
// What leads out of a worker: to a network, to what the site keeps in the browser, to another worker that has it all.
const OUT = [
  ...["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "FontFace", "fonts"],
  ...["importScripts", "Worker", "SharedWorker", "BroadcastChannel", "RTCPeerConnection", "navigator"],
  ...["caches", "indexedDB", "webkitRequestFileSystem", "webkitRequestFileSystemSync"],
  ...["webkitResolveLocalFileSystemURL", "webkitResolveLocalFileSystemSyncURL"],
];
let ready;
let parts;

self.onmessage = async ({ data: { number, start, call, given } }) => {
  try {
    if (start) ready = begin(start);
    const browser = await ready;
    self.postMessage({ number, told: call && (await told(browser, call, given)) });
  } catch (error) {
    console.error(error);
    self.postMessage({ number, failed: true, over: !(await alive()) });
  }
};

/** Whether Python can still answer: not where it has not started, or WebAssembly has failed. */
async function alive() {
  try {
    (await ready).python.runPython("");
    return true;
  } catch {
    return false;
  }
}

/**
 * Load Python, and what it needs to answer. built: addresses (pages/static/build.py). shut: code that is pasted runs
 * there, and may be a stranger's; it shall be able to compute, and nothing else.
 */
async function begin(built) {
  parts = built.parts;
  const library = unpacked(built.library);
  ahead(built.ahead);
  const { loadPyodide } = await import(built.pyodide);
  const python = await loadPyodide({ indexURL: new URL(".", built.pyodide).href });
  untar(python.FS, await (await library).arrayBuffer());
  python.runPython(`import sys; sys.path.insert(0, "${ROOT}")`);
  const module = python.pyimport(built.module);
  if (built.shut) shut();
  return { python, module };
}

function shut() {
  for (let scope = self; scope; scope = Object.getPrototypeOf(scope)) {
    for (const name of OUT) Reflect.deleteProperty(scope, name);
  }
  const open = OUT.filter((name) => name in self);
  if (open.length) throw new Error(`There is still ${open}.`);
}

/** Ask Python; where it wants a part that seldom is, fetch that first. */
async function told({ python, module }, call, given) {
  for (const come = new Set(); ; ) {
    const lists = given.map((one) => (Array.isArray(one) ? python.toPy(one) : one));
    const text = module[call](...lists);
    for (const list of lists) list.destroy?.(); // else Python holds each picture as long as the tab is open
    const answer = JSON.parse(text);
    if (!answer.wanted) return answer;
    if (come.has(answer.wanted)) throw new Error(`${answer.wanted} has come, and is wanted again.`);
    come.add(answer.wanted);
    await bring(python, parts[answer.wanted]);
  }
}

async function bring(python, { wheel, archive, address, file }) {
  if (wheel) await python.loadPackage(wheel, { messageCallback() {} });
  else if (archive) untar(python.FS, await (await unpacked(archive)).arrayBuffer());
  else python.FS.writeFile(`${ROOT}/${file}`, new Uint8Array(await (await fetched(address)).arrayBuffer()));
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

/** Fetch what the site holds packed, since not every host packs it on the way. */
async function unpacked(address) {
  const { body } = await fetched(address);
  const headers = { "Content-Type": /\.wasm\./.test(address) ? "application/wasm" : "application/octet-stream" };
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers });
}

/** Write the files of a tar, each of them below ROOT. Their headers and contents begin at whole blocks of 512 bytes. */
function untar(FS, buffer) {
  const bytes = new Uint8Array(buffer);
  const text = (from, most) => new TextDecoder().decode(bytes.subarray(from, from + most)).replace(/\0.*/s, "");
  for (let at = 0; bytes[at]; ) {
    const name = [text(at + 345, 155), text(at, 100)].filter(Boolean).join("/");
    const size = parseInt(text(at + 124, 12), 8);
    const path = `${ROOT}/${name}`;
    FS.mkdirTree(path.replace(/\/[^/]*$/, ""));
    FS.writeFile(path, bytes.subarray(at + 512, at + 512 + size), { canOwn: true });
    at += 512 * (1 + Math.ceil(size / 512));
  }
}

/**
 * Fetch at once what Pyodide will fetch one after the other. addresses: as Pyodide asks → as the site holds it, which
 * may be packed.
 */
function ahead(addresses) {
  const plain = self.fetch;
  const coming = new Map(
    Object.entries(addresses).map(([asked, there]) => [asked, there === asked ? plain(there) : unpacked(there)]),
  );
  self.fetch = (asked, options) => {
    const address = String(asked.url ?? asked);
    const response = coming.get(address) ?? plain(asked, options);
    coming.delete(address);
    return response;
  };
}
