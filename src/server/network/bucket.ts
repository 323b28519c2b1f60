/** A token bucket: so much at once, and so much a second after that. */
export interface Bucket {
  /** False, and nothing taken, when there is less than that. */
  take(amount: number): boolean;
}

export function createBucket(most: number, perSecond: number, now: () => number): Bucket {
  let left = most;
  let at = now();
  return {
    take: (amount) => {
      const time = now();
      left = Math.min(most, left + (Math.max(0, time - at) / 1_000) * perSecond);
      at = time;
      if (left < amount) return false;
      left -= amount;
      return true;
    },
  };
}
