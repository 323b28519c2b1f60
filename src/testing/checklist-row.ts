/**
 * One line of the checklist: a rule by its id, what is done to the product, what must be seen, and what is.
 *
 * Ids: REPL RFC 3891, CONF RFC 4579, RLI RFC 5363/5364/5366, CEV RFC 4575, REF RFC 3515/4488/5368, WS and OUT
 * RFC 7118/5626, MSRP RFC 4975, MWS RFC 7977, RELAY RFC 4976, CHAT RFC 7701, CPIM RFC 3862, IMDN RFC 5438; SEC are
 * rules of our own against abuse.
 */
import type { Ground } from "./checklist-ground.ts";

export type Row = {
  readonly id: string;
  /** What is done, in words. */
  readonly what: string;
  readonly expected: string;
  readonly see: (at: Ground) => Promise<string>;
};

/** Long: a machine may be busy. Only a row that differs waits so long. */
const limitMs = 45_000;

/** What is seen; a row that breaks off, or waits for what never comes, has seen that. */
export async function seen(row: Row, at: Ground): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("broke off: it never came"), limitMs);
  });
  try {
    return await Promise.race([row.see(at), never]);
  } catch (error) {
    return `broke off: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
