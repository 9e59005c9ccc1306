// Runs of a learner's code, of which the last one counts.

export class Runner {
  /** runs: the host's (check.js); failed: what is said where it gives no sentence of its own. */
  constructor(runs, failed) {
    this.runs = runs;
    this.failed = failed;
    this.number = 0;
    this.answered = false; // whether there was an answer already: the first one waits for Python
  }

  /** Run a request; returns the blocks that tell of it, undefined where another run, or task, has come meanwhile. */
  async run(request) {
    const mine = ++this.number;
    let blocks;
    try {
      blocks = (await this.runs(request)).sheet;
      this.answered = true;
    } catch (error) {
      blocks = [{ kind: "typed", text: error.message || this.failed }];
    }
    return mine === this.number ? blocks : undefined;
  }

  /** Let go of the run that is on its way. */
  drop() {
    this.number += 1;
  }
}
