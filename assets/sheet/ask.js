// Asking the engine: one request, one answer, and how long to wait before the next try.

const PAUSES = [500, 1000, 2000, 4000]; // ms; the last one again and again

/** Post JSON. Throws an error that is `final` where the engine has answered that it cannot be so. */
export async function post(url, asked) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(asked) });
  if (response.ok) return response.json();
  const error = new Error(`the server answered ${response.status}`);
  if (response.status === 400 || response.status === 404 || response.status === 413) {
    error.final = true;
    error.message = (await response.json()).error;
  }
  throw error;
}

export function pause(tried) {
  return new Promise((done) => setTimeout(done, PAUSES[Math.min(tried, PAUSES.length - 1)]));
}
