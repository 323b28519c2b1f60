/**
 * The truth about the connection, out of two: the SIP server's and the message relay's.
 *
 * Connected is said only when both stand, since then only does all text flow. Pure; the time a wait began is kept so
 * that the screen can show how much of it is left.
 */
import type { Connection } from "./model.ts";
import { sentences } from "./reasons.ts";

export type Link =
  | { readonly is: "off" }
  | { readonly is: "connecting" }
  | { readonly is: "up" }
  | {
      readonly is: "down";
      readonly cause: "network" | "server";
      readonly since: number;
      readonly retryAt: number;
    }
  | { readonly is: "denied"; readonly status: number };

export type Links = { readonly sip: Link; readonly relay: Link };

export const noLinks: Links = { sip: { is: "off" }, relay: { is: "off" } };

export function connectionOf({ sip, relay }: Links, before: Connection, now: number): Connection {
  if (sip.is === "denied") return { is: "refused", cause: deniedCause(sip.status) };
  if (relay.is === "denied") return { is: "refused", cause: sentences.relayRefuses };
  if (sip.is === "up" && relay.is === "up") {
    // Whoever waited is told that it is over, once.
    const hasWaited = before.is === "waiting" || before.is === "refused";
    if (hasWaited || (before.is === "connecting" && before.cause !== sentences.connecting))
      return { is: "back", since: now };
    return before.is === "back" ? before : { is: "connected" };
  }
  const isRelayAlone = sip.is === "up";
  if (sip.is === "down")
    return waiting(sip, sip.cause === "network" ? sentences.noConnection : sentences.serverSilent, false);
  if (isRelayAlone && relay.is === "down") return waiting(relay, sentences.relaySilent, true);
  const again =
    before.is === "waiting" || (before.is === "connecting" && before.cause !== sentences.connecting);
  // A try after a failure keeps the cause on screen; the very first one says what is being done.
  if (again) return { is: "connecting", cause: before.cause, isRelayAlone };
  if (before.is === "connected" || before.is === "back")
    return { is: "connecting", cause: sentences.noConnection, isRelayAlone };
  return { is: "connecting", cause: sentences.connecting, isRelayAlone };
}

const waiting = (link: Extract<Link, { is: "down" }>, cause: string, isRelayAlone: boolean): Connection => ({
  is: "waiting",
  cause,
  retryAt: link.retryAt,
  waitedFrom: link.since,
  isRelayAlone,
});

export const deniedCause = (status: number): string =>
  status === 404 ? sentences.unknownAccount : sentences.wrongPassword;
