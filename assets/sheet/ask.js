// Asking the engine: one request, one answer, and how long to wait before the next try.

const LATER = [429, 502, 503, 504]; // what a server, or one before it, answers that is busy or away
const PAUSES = [500, 1000, 2000, 4000]; // ms; the last one again and again

/**
 * Post JSON; more: headers beside the usual ones. Throws an error; it is `final`, with the engine's sentence or none,
 * where asking again would not help.
 */
export async function post(url, asked, more = {}) {
  const headers = { "Content-Type": "application/json", ...more };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(asked) });
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  throw Object.assign(new Error(told.error ?? ""), { final: !LATER.includes(response.status) });
}

export function pause(tried) {
  return new Promise((done) => setTimeout(done, PAUSES[Math.min(tried, PAUSES.length - 1)]));
}
