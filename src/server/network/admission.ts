/**
 * Who may open one more connection, counted by address, and apart from that while nobody knows whose it is.
 *
 * One address can't take the places of others: it has fewer than there are. 429 for whom it is their own doing, 503
 * when the box is full.
 */
import type { ConnectionLimits } from "./limits.ts";

export interface Visit {
  readonly address: string;
  /** It has shown whose it is. */
  proven(): void;
  left(): void;
}

/** As those see it who find out whose connection it is. */
export type Visitor = Pick<Visit, "address" | "proven"> & {
  /** From now on it may be as fast as it likes. */
  readonly unbound?: () => void;
};

export interface Admission {
  /** A status instead of a visit says no. */
  enter(address: string): Visit | 429 | 503;
  readonly size: number;
}

export function createAdmission(limits: ConnectionLimits, count: (reason: string) => void): Admission {
  type Counts = { all: number; strangers: number };
  const total: Counts = { all: 0, strangers: 0 };
  const byAddress = new Map<string, Counts>();

  function refusal({ all, strangers }: Counts): 429 | 503 | null {
    const tooMany: readonly (readonly [boolean, 429 | 503, string])[] = [
      [all >= limits.perAddress, 429, "too many connections from one address"],
      [strangers >= limits.strangersPerAddress, 429, "too many strangers from one address"],
      [total.all >= limits.all, 503, "too many connections"],
      [total.strangers >= limits.strangers, 503, "too many strangers"],
    ];
    const found = tooMany.find(([isOver]) => isOver);
    if (found === undefined) return null;
    count(found[2]);
    return found[1];
  }

  return {
    enter: (address) => {
      const here = byAddress.get(address) ?? { all: 0, strangers: 0 };
      const status = refusal(here);
      if (status !== null) return status;
      byAddress.set(address, here);
      const both = [total, here];
      for (const counts of both) {
        counts.all += 1;
        counts.strangers += 1;
      }
      let isStranger = true;
      let isHere = true;
      const proven = (): void => {
        if (!isStranger) return;
        isStranger = false;
        for (const counts of both) counts.strangers -= 1;
      };
      return {
        address,
        proven,
        left: () => {
          if (!isHere) return;
          isHere = false;
          proven();
          for (const counts of both) counts.all -= 1;
          if (here.all === 0) byAddress.delete(address);
        },
      };
    },
    get size() {
      return total.all;
    },
  };
}
