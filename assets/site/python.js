// Asks Python in its worker, which starts when it is first asked, or told to.

/**
 * A worker with Python. built: what it loads (worker.js); told(word): called when it is "ready", or "stopped" since it
 * could not be started. What is asked after that starts it anew: a network may be there again.
 */
export class Python {
  constructor(built, told = () => {}) {
    this.built = built;
    this.told = told;
    this.asked = new Map();
    this.number = 0;
    this.ready = false;
  }

  /** Start the worker, unless it has; a promise that is kept when it is ready. */
  start() {
    if (this.worker) return this.begun;
    this.worker = new Worker(addressOf(this.built), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = () => this.end();
    this.begun = this.send({ start: this.built }).then(() => {
      this.ready = true;
      this.told("ready");
    });
    this.begun.catch(() => this.told("stopped"));
    return this.begun;
  }

  /** Call a function of pages/states/host/browser.py; the texts and bytes given to it → what it returns. */
  ask(call, ...given) {
    this.start();
    return this.send({ call, given });
  }

  send(message) {
    const number = ++this.number;
    return new Promise((resolve, reject) => {
      this.asked.set(number, { resolve, reject });
      this.worker.postMessage({ ...message, number });
    });
  }

  /** over: Python answers nothing any more. */
  hear({ number, told, failed, over }) {
    if (over) return this.end();
    const { resolve, reject } = this.asked.get(number);
    this.asked.delete(number);
    if (failed || told?.error !== undefined) return reject(refusal(told?.error));
    return resolve(told);
  }

  /** End the worker with all that it does; what waits for an answer gets none. */
  end(why) {
    this.worker.onmessage = this.worker.onerror = null; // of what it has said already, too
    this.worker.terminate();
    this.worker = undefined;
    this.ready = false;
    for (const { reject } of this.asked.values()) reject(refusal(why));
    this.asked.clear();
  }
}

function refusal(why = "") {
  return Object.assign(new Error(why), { final: true });
}

/** The worker's address. shut: through a text of the page's own, so that the page's security policy holds for it too. */
function addressOf({ worker, shut }) {
  if (!shut) return worker;
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(worker)};`], { type: "text/javascript" }));
}
