/**
 * Waiting without sleeping or polling: a look each time something changed, and a limit that says what was missed.
 */

/** Something that tells when it changed: a store, or a bell that is rung. */
export type Changing = { subscribe(listener: () => void): () => void };

export interface Bell extends Changing {
  readonly ring: () => void;
}

export function createBell(): Bell {
  const listeners = new Set<() => void>();
  return {
    ring: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export type Wait<T> = {
  /** Looked for until it is there: neither null, undefined nor false. */
  readonly find: () => T | null | undefined | false;
  readonly limitMs: number;
  /** Completes "waited 2 s for …". */
  readonly what: string;
  /** What there was instead, for the message. */
  readonly instead: () => string;
};

/** Rejects when the limit is over, and when looking throws. */
export function until<T>(changing: Changing, { find, limitMs, what, instead }: Wait<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = (): void => {};
    const look = (): boolean => {
      try {
        const found = find();
        if (found === null || found === undefined || found === false) return false;
        resolve(found);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      stop();
      return true;
    };
    if (look()) return;
    // Not unref'd: a process that only waits must live to say what for.
    const limit = setTimeout(() => {
      stop();
      reject(new Error(`waited ${limitMs / 1000} s for ${what}; instead: ${instead()}`));
    }, limitMs);
    const unsubscribe = changing.subscribe(() => void look());
    stop = () => {
      clearTimeout(limit);
      unsubscribe();
    };
  });
}
