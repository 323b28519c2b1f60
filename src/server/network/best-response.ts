/**
 * Which of several refusals goes back (RFC 3261 §16.7 step 6, decision 19).
 *
 * A 6xx wins; then the lowest class. Among 4xx what the caller can act on comes first, and 403 before 481: a
 * device that refuses knows more than one that has never heard of the dialog. A lost device says least.
 */
const actionable = new Set([401, 407, 415, 420, 484]);
const lostDevice = new Set([408, 430]);

function rank(status: number): number {
  if (status >= 600) return 0;
  if (status < 400) return 1;
  if (status >= 500) return 20;
  if (actionable.has(status)) return 10;
  if (status === 403) return 11;
  if (status === 481) return 13;
  if (status === 487) return 14;
  return lostDevice.has(status) ? 15 : 12;
}

/** The first of the best; null when there is none. */
export function bestOf<R extends { readonly status: number }>(responses: readonly R[]): R | null {
  let best: R | null = null;
  for (const response of responses)
    if (best === null || rank(response.status) < rank(best.status)) best = response;
  return best;
}
