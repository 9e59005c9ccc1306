// A trace's JSON form, decoded: look-ups only. Nothing here multiplies, adds or rounds a value;
// the only sums are of positions.

const NONE = -1;

function integers({ bits, data }) {
  const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const view = new DataView(raw.buffer);
  const width = bits / 8;
  const none = bits === 16 ? 0xffff : 0xffffffff;
  const out = new Int32Array(raw.length / width);
  for (let i = 0; i < out.length; i++) {
    const value = bits === 16 ? view.getUint16(i * width, true) : view.getUint32(i * width, true);
    out[i] = value === none ? NONE : value;
  }
  return out;
}

/** Decode an index array to a function of (row, column); `columns` is its width. */
export function indexer(coded, columns = 1) {
  if (coded.base) {
    const base = integers(coded.base);
    return (s, t = 0) => base[s] + coded.offset[t];
  }
  const flat = integers(coded.flat);
  return (s, t = 0) => flat[s * columns + t];
}

/** Decode an array of texts: text, level (−4…4) and pixel (0…8) of element (row, column). */
export function written(coded, columns = 1) {
  const at = indexer(coded.index, columns);
  return {
    text: (s, t = 0) => coded.pool[at(s, t)],
    level: (s, t = 0) => coded.level[at(s, t)],
    pixel: (s, t = 0) => coded.pixel[at(s, t)],
    longest: coded.pool.reduce((n, text) => Math.max(n, text.length), 1),
  };
}

/** Put texts into a template's {fields}. */
export function fill(template, fields) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

function wrong(coded) {
  return coded ? new Set(integers(coded)) : new Set();
}

function decodeBoard(coded) {
  const shape = coded.shape;
  const size = shape.reduce((a, b) => a * b, 1);
  const columns = shape.length > 0 ? shape[shape.length - 1] : 1;
  const rows = shape.length > 1 ? shape[shape.length - 2] : 1;
  const panes = shape.length > 2 ? shape[shape.length - 3] : 1;
  const copies = new Map();
  coded.source?.cell.forEach((cell, k) => copies.set(cell, coded.source.copies[k]));
  return {
    ...coded,
    size,
    rows,
    columns,
    paneCount: panes,
    pages: coded.paged ? shape[0] : 1,
    written: written(coded.values),
    padding: new Set(coded.padding ?? []),
    dropped: new Set(coded.dropped ?? []),
    copies,
  };
}

/** Position of a flat index on a board. */
export function place(board, flat) {
  const column = flat % board.columns;
  const row = Math.floor(flat / board.columns) % board.rows;
  const pane = Math.floor(flat / (board.columns * board.rows)) % board.paneCount;
  const page = Math.floor(flat / (board.columns * board.rows * board.paneCount));
  return { page, pane, row, column };
}

/** The text of `data-index`: "c,i,j", or as many numbers as the board has axes. */
export function indexText(board, flat) {
  const parts = [];
  let rest = flat;
  for (let axis = board.shape.length - 1; axis >= 0; axis--) {
    parts.unshift(rest % board.shape[axis]);
    rest = Math.floor(rest / board.shape[axis]);
  }
  return parts.join(",");
}

function decodePhase(coded, start) {
  const terms = coded.groups.length;
  const results = written(coded.results);
  const page = integers(coded.page.flat ?? coded.page.base);
  const notClosing = wrong(coded.terms_close);
  const notSumming = wrong(coded.closes);
  const fields = Object.entries(coded.fields).map(([name, column]) => {
    const at = integers(column.index);
    return [name, (s) => column.pool[at[s]]];
  });
  return {
    ...coded,
    start,
    count: page.length,
    termCount: terms,
    page: (s) => page[s],
    factors: coded.factors.map((f) => ({ board: f.board, at: indexer(f.index, terms) })),
    terms: written(coded.terms, terms),
    termCloses: (s, t) => !notClosing.has(s * terms + t),
    partials: coded.partials.map((p) => {
      const open = wrong(p.closes);
      return {
        ...p,
        values: written(p.values),
        closes: (s) => !open.has(s),
        cell: p.cell && { board: p.cell.board, at: indexer(p.cell.index) },
      };
    }),
    before: written(coded.before),
    results,
    closes: (s) => !notSumming.has(s),
    writes: { board: coded.writes.board, at: indexer(coded.writes.index) },
    fieldsOf: (s) => Object.fromEntries(fields.map(([name, at]) => [name, at(s)])),
  };
}

/** Everything a player asks of a trace. */
export class Model {
  constructor(payload) {
    this.id = payload.id;
    this.title = payload.title;
    this.pageName = payload.page_name;
    this.words = payload.words;
    this.boards = new Map(payload.boards.map((b) => [b.name, decodeBoard(b)]));
    this.phases = [];
    let start = 0;
    for (const coded of payload.phases) {
      const phase = decodePhase(coded, start);
      this.phases.push(phase);
      start += phase.count;
    }
    this.count = start;
    this.writer = new Map();
    this.pageStarts = [];
    for (const phase of this.phases) {
      for (let s = 0; s < phase.count; s++) {
        this.writer.set(`${phase.writes.board}:${phase.writes.at(s)}`, phase.start + s);
        if (this.pageStarts[phase.page(s)] === undefined) this.pageStarts[phase.page(s)] = phase.start + s;
      }
    }
    this.pageCount = this.pageStarts.length;
    const shape = (p) => [...this.boards.values()].map((b) => `${b.name}${b.shape}`).join() + p.termCount;
    this.form = this.phases.map(shape).join(";");
  }

  at(step) {
    const phase = this.phases.findLast((p) => p.start <= step);
    return { phase, s: step - phase.start };
  }

  board(name) {
    return this.boards.get(name);
  }

  byRole(role) {
    return [...this.boards.values()].find((b) => b.role === role);
  }

  pageOf(step) {
    const { phase, s } = this.at(step);
    return phase.page(s);
  }

  /** The step at the same place of another page. */
  onPage(step, page) {
    const offset = step - this.pageStarts[this.pageOf(step)];
    return Math.min(this.pageStarts[page] + offset, (this.pageStarts[page + 1] ?? this.count) - 1);
  }

  /** The step that wrote a cell, or undefined. */
  writerOf(board, flat) {
    return this.writer.get(`${board}:${flat}`);
  }

  /** Terms of a step: position t, the cells it was made from, its text. */
  term(step, t) {
    const { phase, s } = this.at(step);
    const cells = phase.factors.map((f) => ({ board: f.board, flat: f.at(s, t) }));
    if (cells[0].flat === NONE) return null;
    return {
      t,
      cells,
      text: phase.terms.text(s, t),
      level: phase.terms.level(s, t),
      group: phase.groups[t],
      closes: phase.termCloses(s, t),
      factors: cells.map((c) => this.board(c.board).written.text(c.flat)),
    };
  }

  /** The terms of a step that read a cell. */
  termsReading(step, board, flat) {
    const { phase, s } = this.at(step);
    const found = [];
    for (const f of phase.factors) {
      if (f.board !== board) continue;
      for (let t = 0; t < phase.termCount; t++) if (f.at(s, t) === flat) found.push(t);
    }
    return found;
  }

  /** Cells that a cell reaches: what the steps that read it write. */
  reaches(board, flat) {
    const out = [];
    for (const phase of this.phases) {
      for (const f of phase.factors) {
        if (f.board !== board) continue;
        for (let s = 0; s < phase.count; s++) {
          for (let t = 0; t < phase.termCount; t++) {
            if (f.at(s, t) === flat) {
              out.push({ board: phase.writes.board, flat: phase.writes.at(s) });
              break;
            }
          }
        }
      }
      for (const p of phase.partials) {
        if (p.cell?.board !== board) continue;
        for (let s = 0; s < phase.count; s++) {
          if (p.cell.at(s) === flat) out.push({ board: phase.writes.board, flat: phase.writes.at(s) });
        }
      }
    }
    return out;
  }

  /** Cells that meet a cell as the other factor of a term, anywhere (weight sharing). */
  partners(board, flat) {
    const out = new Map();
    for (const phase of this.phases) {
      const mine = phase.factors.findIndex((f) => f.board === board);
      if (mine < 0 || phase.factors.length < 2) continue;
      const other = phase.factors[1 - mine];
      for (let s = 0; s < phase.count; s++) {
        for (let t = 0; t < phase.termCount; t++) {
          if (phase.factors[mine].at(s, t) !== flat) continue;
          const cell = other.at(s, t);
          out.set(`${other.board}:${cell}`, { board: other.board, flat: cell });
        }
      }
    }
    return [...out.values()];
  }

  /** A step's sentence; before its result is shown, what the stage does. */
  say(step, stage = "result") {
    const { phase, s } = this.at(step);
    const fields = phase.fieldsOf(s);
    if (stage === "result" || !phase.where) return fill(phase.say, fields);
    const one = stage === "terms" && phase.factors.length === 1 ? "_one" : "";
    const most = stage === "groups" && phase.reduce === "max" ? "_max" : "";
    const words = this.words[`say_${stage}${one}${most}`];
    return fill(words, { where: fill(phase.where, fields), finish: phase.finish });
  }

  /** A cell's name for a screen reader and the line that explains it. */
  nameOf(boardName, flat, text) {
    const board = this.board(boardName);
    const at = place(board, flat);
    const { page, row, column } = at;
    const fields = {
      board: board.title,
      pane: board.panes[at.pane] ?? "",
      page: String(page + 1),
      row: String(row + board.origin[0]),
      column: String(column + board.origin[1]),
      index: String(flat),
      value: text ?? board.written.text(flat),
    };
    const words = this.words;
    if (board.shape.length < 2) return fill(words.cell_1d, fields);
    if (board.padding.has(flat)) {
      const from = board.copies.get(flat);
      const pane = fields.pane ? "_pane" : "";
      if (from === undefined) return fill(words[`cell_padding${pane}`], fields);
      if (from !== undefined) {
        const copied = place(board, from);
        fields.from_row = String(copied.row + board.origin[0]);
        fields.from_column = String(copied.column + board.origin[1]);
      }
      return fill(words[`cell_padding_copy${pane}`], fields);
    }
    if (board.paged) return fill(fields.pane ? words.cell_paged_pane : words.cell_paged, fields);
    return fill(fields.pane ? words.cell_pane : words.cell, fields);
  }
}
