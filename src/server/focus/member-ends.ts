/**
 * The members' own ends of MSRP, by URI: where the relay stands beside the focus, as in the box, it says at once when
 * somebody's connection has closed, and nobody has to write to that person to find out.
 *
 * A page that is loaded anew, or a line that breaks for a moment, is back within a moment by another URI: so long is
 * waited before the person is away.
 */
import type { Clock } from "../../flow/clock.ts";
import { sessionIdOf } from "../../wire/msrp-uri.ts";

export interface MemberEnds {
  /** `gone` is called once nothing can be reached there any more, until the function returned is called. */
  add(uri: string, gone: () => void): () => void;
  /** The connection of these URIs is closed. */
  closed(uris: readonly string[]): void;
  stop(): void;
}

export function createMemberEnds(clock: Clock, waitMs: number): MemberEnds {
  const ends = new Map<string, () => void>();
  const waits = new Set<() => void>();
  return {
    add: (uri, gone) => {
      const key = sessionIdOf(uri) ?? "";
      ends.set(key, gone);
      return () => {
        if (ends.get(key) === gone) ends.delete(key);
      };
    },
    closed: (uris) => {
      const known = uris.map((uri) => sessionIdOf(uri) ?? "").filter((key) => ends.has(key));
      if (known.length === 0) return;
      const stop = clock.after(waitMs, () => {
        waits.delete(stop);
        for (const key of known) ends.get(key)?.();
      });
      waits.add(stop);
    },
    stop: () => {
      for (const stop of waits) stop();
      waits.clear();
      ends.clear();
    },
  };
}
