/**
 * How many groups one person may order in a minute (RFC 5363 §5: an order is an amplifier, each one rings many people).
 *
 * Counts orders as they come, also those that fail later, but none that it has refused itself. Forgets a person a minute after the last order.
 */

export interface OrderRate {
  /** 0: the order may go on. Else after how many seconds the next one may come. */
  take(host: string): number;
}

const minuteMs = 60_000;

export function createOrderRate(perMinute: number, now: () => number): OrderRate {
  /** When each person's latest orders came, oldest first; whoever ordered last is last. */
  const orders = new Map<string, readonly number[]>();

  function forget(before: number): void {
    for (const [host, times] of orders) {
      if ((times.at(-1) ?? 0) > before) return;
      orders.delete(host);
    }
  }

  return {
    take: (host) => {
      const at = now();
      forget(at - minuteMs);
      const recent = (orders.get(host) ?? []).filter((time) => time > at - minuteMs);
      const [oldest = at] = recent;
      if (recent.length >= perMinute) return Math.ceil((oldest + minuteMs - at) / 1_000);
      orders.delete(host);
      orders.set(host, [...recent, at]);
      return 0;
    },
  };
}
