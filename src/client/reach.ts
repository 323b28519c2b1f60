/**
 * What can be reached now: the SIP server, and with it the message relay.
 *
 * Plain messages need SIP alone, everything else both. What took our connection may have taken others', who come back
 * later; so for a while after each return nobody's absence is taken for an answer.
 */
import type { Clock } from "../flow/clock.ts";

type Link = "sip" | "relay";

export interface Reach {
  isRegistered(): boolean;
  /** SIP and relay both stand. */
  isOnline(): boolean;
  /** Back since not long ago. */
  isSettling(): boolean;
  is(link: Link, isUp: boolean): void;
}

export type ReachOptions = {
  readonly clock: Clock;
  readonly settleMs: number;
  /** SIP stands again, and the relay does not. */
  readonly registered: () => void;
  /** Both stand again. */
  readonly online: () => void;
};

export function createReach({ clock, settleMs, registered, online }: ReachOptions): Reach {
  const up: Record<Link, boolean> = { sip: false, relay: false };
  const hasBeenUp: Record<Link, boolean> = { sip: false, relay: false };
  /** null: nothing ever broke. */
  let backAt: number | null = null;

  return {
    isRegistered: () => up.sip,
    isOnline: () => up.sip && up.relay,
    isSettling: () => backAt !== null && clock.now() - backAt < settleMs,
    is: (link, isUp) => {
      const wasUp = up[link];
      up[link] = isUp;
      if (wasUp || !isUp) return;
      if (hasBeenUp[link]) backAt = clock.now();
      hasBeenUp[link] = true;
      if (up.sip && up.relay) online();
      else if (up.sip) registered();
    },
  };
}
