/**
 * One thing at a time: what comes while another has not ended waits, and is done after it, in the order it came.
 *
 * What ends at once is done at once. Only so many bytes may wait: who sends more without waiting for answers is no
 * client of ours.
 */

export interface Turns {
  /** False, and nothing is done, when too much waits already. */
  take(sizeBytes: number, run: () => Promise<void> | void): boolean;
}

export function createTurns(mostBytes: number): Turns {
  const waiting: { readonly sizeBytes: number; readonly run: () => Promise<void> | void }[] = [];
  let waitingBytes = 0;
  let busy = false;

  function begin(run: () => Promise<void> | void): void {
    const ending = run();
    if (!(ending instanceof Promise)) return;
    busy = true;
    void ending.then(ended, ended);
  }

  function ended(): void {
    busy = false;
    while (!busy) {
      const next = waiting.shift();
      if (next === undefined) return;
      waitingBytes -= next.sizeBytes;
      begin(next.run);
    }
  }

  return {
    take: (sizeBytes, run) => {
      if (!busy) begin(run);
      else if (waitingBytes + sizeBytes > mostBytes) return false;
      else {
        waitingBytes += sizeBytes;
        waiting.push({ sizeBytes, run });
      }
      return true;
    },
  };
}
