/**
 * How much one person may ask for in a minute: groups, invitations, ways in (RFC 5363 §5: an order is an amplifier, each
 * one rings many people).
 *
 * Counts what comes, also what fails later, but nothing that it has refused itself. Forgets a person a minute after the
 * last order.
 */
import type { FocusLimits } from "./limits.ts";
import { Refusal } from "./refusal.ts";

export interface OrderRate {
  /** 0: it may go on. Else after how many seconds so many more may come. */
  take(who: string, many?: number): number;
}

const minuteMs = 60_000;

type Taken = { readonly at: number; readonly many: number };

export function createOrderRate(perMinute: number, now: () => number): OrderRate {
  /** What each person took and when, oldest first; whoever took last is last. */
  const orders = new Map<string, readonly Taken[]>();

  function forget(before: number): void {
    for (const [who, taken] of orders) {
      if ((taken.at(-1)?.at ?? 0) > before) return;
      orders.delete(who);
    }
  }

  return {
    take: (who, many = 1) => {
      const at = now();
      forget(at - minuteMs);
      const recent = (orders.get(who) ?? []).filter((one) => one.at > at - minuteMs);
      let excess = recent.reduce((sum, one) => sum + one.many, many) - perMinute;
      if (excess > 0) {
        const enough = recent.find((one) => (excess -= one.many) <= 0);
        return Math.ceil(((enough?.at ?? at) + minuteMs - at) / 1_000);
      }
      orders.delete(who);
      orders.set(who, [...recent, { at, many }]);
      return 0;
    },
  };
}

/** Each throws Refusal(486) that says when to come again, if `who` has asked for too many. */
export interface OrderRates {
  readonly group: (who: string) => void;
  readonly invitations: (who: string, many: number) => void;
  readonly join: (who: string) => void;
}

export function createOrderRates(
  limits: Pick<FocusLimits, "groupsPerMinute" | "invitationsPerMinute" | "joinsPerMinute">,
  now: () => number,
): OrderRates {
  const held = (perMinute: number, what: string): ((who: string, many?: number) => void) => {
    const rate = createOrderRate(perMinute, now);
    return (who, many) => {
      const waitSeconds = rate.take(who, many);
      if (waitSeconds > 0)
        throw new Refusal(486, what, { warning: 102, headers: [["Retry-After", String(waitSeconds)]] });
    };
  };
  return {
    group: held(limits.groupsPerMinute, "too many groups at once"),
    invitations: held(limits.invitationsPerMinute, "too many invitations at once"),
    join: held(limits.joinsPerMinute, "too many ways in at once"),
  };
}
