// Asks Python in its worker, which starts when it is first asked, or told to.

/** A worker with Python. built: what it loads (worker.js); told: called when it is ready. */
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
    this.worker = new Worker(this.built.worker, { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = () => [...this.asked.keys()].forEach((number) => this.hear({ number, failed: true }));
    this.begun = this.send({ start: this.built }).then(() => {
      this.ready = true;
      this.told();
    });
    this.begun.catch(console.error);
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

  hear({ number, told, failed }) {
    const { resolve, reject } = this.asked.get(number);
    this.asked.delete(number);
    if (failed || told?.error !== undefined) reject(Object.assign(new Error(told?.error ?? ""), { final: true }));
    else resolve(told);
  }

  /** End the worker with all that it does; what waits for an answer gets none. */
  end(why) {
    this.worker?.terminate();
    this.worker = undefined;
    this.ready = false;
    for (const { reject } of this.asked.values()) reject(Object.assign(new Error(why), { final: true }));
    this.asked.clear();
  }
}
