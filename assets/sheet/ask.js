// Asking the engine: one request, one answer, and how long to wait before the next try.

const BUSY = 429;
const LATER = [BUSY, 502, 503, 504]; // what a server, or one before it, answers that is busy or away
const PAUSES = [500, 1000, 2000, 4000]; // ms; the last one again and again

/**
 * Post JSON; more: headers beside the usual ones. Throws an error; it is `final`, with the engine's sentence or none,
 * where asking again would not help; `busy` where the server has too much to do, which it does for `wait` ms at least.
 */
export async function post(url, asked, more = {}) {
  const headers = { "Content-Type": "application/json", ...more };
  return answerOf(await fetch(url, { method: "POST", headers, body: JSON.stringify(asked) }));
}

/** What the engine has answered; throws as `post` does. */
export async function answerOf(response) {
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  const { status } = response;
  const wait = 1000 * (Number(response.headers.get("Retry-After")) || 0);
  throw Object.assign(new Error(told.error ?? ""), { final: !LATER.includes(status), busy: status === BUSY, wait });
}

/** Wait before the next try: at least as long as the server has asked for, and no two learners equally long. */
export function pause(tried, { wait = 0 } = {}) {
  const least = Math.max(PAUSES[Math.min(tried, PAUSES.length - 1)], wait);
  return new Promise((done) => setTimeout(done, least * (1 + Math.random() / 2)));
}
