/**
 * Time as everything outside the pure machines receives it, so that tests decide when it passes.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds; the function returned takes that back. */
  after(ms: number, run: () => void): () => void;
}
