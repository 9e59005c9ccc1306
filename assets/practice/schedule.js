// What comes next: the bookkeeping of Practice. What it is about is kept in the browser (record.js).

const GAPS = [1, 3, 7]; // exercises between a miss and the next times that it comes
const UP = 2; // right at first try in a row, before a harder level; missed in a row, before an easier one
const MOST = 200; // entries that are remembered
const SEEDS = 1_000_000_000;

/** What a browser begins with. level: "auto" or a level; at: the level by how it goes; run: how it went last. */
export const begin = () => ({ topics: [], level: "auto", at: 2, run: 0, count: 0, due: [], log: [] });

/** The link of an exercise as a text that is the same for the same one. */
export const nameOf = ({ kind, level, seed }) => [kind, level, seed].join(" ");

/** The level at which the next exercise is drawn. */
export const levelOf = ({ level, at }) => (level === "auto" ? at : Number(level));

/**
 * The record after an exercise. entry: its `link`, `title`, where to `look`, the `slips` made, whether it was `right` at first
 * try, whether it was only `read`.
 */
export function after(record, entry) {
  const { right, read, link } = entry;
  const count = record.count + 1;
  const before = record.due.find((one) => nameOf(one.link) === nameOf(link));
  const due = record.due.filter((one) => one !== before);
  const gap = !right ? 0 : before ? before.gap + 1 : GAPS.length;
  if (!read && gap < GAPS.length) due.push({ link, gap, at: count + GAPS[gap] });
  return { ...record, count, due, ...stepped(record, entry), log: [...record.log, entry].slice(-MOST) };
}

/** The level by how it goes, and how it went last. */
function stepped({ at, run }, { right, read }) {
  if (read) return { at: Math.max(at, 2), run: 0 };
  const now = right ? Math.max(run, 0) + 1 : Math.min(run, 0) - 1;
  if (Math.abs(now) < UP) return { at, run: now };
  return { at: Math.max(1, Math.min(5, at + Math.sign(now))), run: 0 };
}

/**
 * The link of the next exercise: one that comes again, or a new one. kinds: topic by kind; v: the version of the drawing;
 * draw(n): one of 0 … n − 1.
 */
export function next(record, kinds, v, draw = drawn) {
  const { topics } = record;
  const fits = (kind) => kind in kinds && (!topics.length || topics.includes(kinds[kind]));
  const again = record.due.find(({ at, link }) => at <= record.count && link.v === v && fits(link.kind));
  if (again) return again.link;
  const fitting = Object.keys(kinds).filter(fits);
  const last = record.log.at(-1)?.link.kind;
  const others = fitting.filter((kind) => kind !== last);
  const from = others.length ? others : fitting;
  return { kind: from[draw(from.length)], level: String(levelOf(record)), seed: String(draw(SEEDS)), v };
}

/** How it went: right at first try, the slips made and how often, what to look at again. */
export function report({ log }) {
  const done = log.filter(({ read }) => !read);
  const slips = new Map();
  for (const slip of done.flatMap((entry) => entry.slips)) slips.set(slip, (slips.get(slip) ?? 0) + 1);
  const last = new Map(done.map((entry) => [nameOf(entry.link), entry]));
  return {
    count: done.length,
    right: done.filter(({ right }) => right).length,
    slips: [...slips].sort((one, other) => other[1] - one[1]),
    again: [...last.values()].filter(({ right }) => !right).reverse(),
  };
}

function drawn(count) {
  return crypto.getRandomValues(new Uint32Array(1))[0] % count;
}
