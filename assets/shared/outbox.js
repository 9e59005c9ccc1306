// What was sent and is not answered yet, numbered. A message that is overtaken by the next one is lost on its way to
// the page's script, so each message carries all of them.

export class Outbox {
  /** seen: the number of the last change that the script has answered. */
  constructor(seen) {
    this.last = seen;
    this.waiting = [];
  }

  /** Leave out what the script has answered. */
  answered(seen) {
    this.waiting = this.waiting.filter(({ number }) => number > seen);
  }

  /** Add a change; returns it with its number. */
  add(change) {
    const numbered = { ...change, number: ++this.last };
    this.waiting.push(numbered);
    return numbered;
  }
}
