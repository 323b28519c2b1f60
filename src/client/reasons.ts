/**
 * A status of SIP or MSRP as one plain reason, and what became of the person it is about.
 *
 * The few sentences that the client itself has to say stand here; all others are the screen's.
 */

/** Why somebody is not coming, or a message did not go. `status` null: no answer of any kind. */
export function reasonOf(status: number | null): string {
  switch (status) {
    case 403:
    case 603:
      return "Declined";
    case 404:
    case 410:
    case 484:
    case 604:
      return "Address not found";
    case 408:
    case 487:
      return "No answer";
    case 486:
    case 600:
      return "Busy";
    case 406:
    case 415:
    case 420:
    case 488:
    case 606:
      return "Can’t join groups";
    default:
      return "Not reachable right now";
  }
}

/** Why one text did not go, in the words under it. */
export function textReasonOf(status: number | null): string {
  switch (status) {
    case null:
      return "The chat was closed";
    case 403:
      return "Not allowed here";
    case 413:
      return "Too long";
    // Of a MESSAGE, which has less room than a session.
    case 513:
      return "Too long for plain messages";
    case 405:
    case 415:
    case 488:
    case 501:
      return "Can’t be read there";
    case 603:
      return "Declined";
    case 404:
    case 604:
      return "Address not found";
    case 408:
    case 487:
      return "No answer";
    case 486:
    case 600:
      return "Busy";
    default:
      return "Not reachable right now";
  }
}

/** A person said no; anything else is that they could not be reached. */
export const isDeclined = (status: number | null): boolean => status === 603 || status === 403;

/** Why the factory made no group, where it is not about one person (RFC 5366, decisions 20, 33). */
export function factoryReasonOf(status: number, warning: string | null): string {
  const code = /^\s*([0-9]{3})/.exec(warning ?? "")?.[1];
  if (code === "102") return "Too many people";
  if (code === "129") return "Nobody to invite";
  return reasonOf(status);
}

export const sentences = {
  noConnection: "No connection.",
  serverSilent: "The server does not answer.",
  noServer: "The server can’t be reached.",
  relaySilent: "The message relay does not answer.",
  connecting: "Connecting to the server.",
  wrongPassword: "Wrong password. Sign in again.",
  unknownAccount: "This server does not know that address.",
  relayRefuses: "The message relay refuses this account. Sign in again.",
  notAUrl: "The server’s address is not a WebSocket URL.",
  groupSilent: "The group’s server does not answer.",
  loadedAnew: "This page was loaded anew.",
  textsGone: "Texts from before this page was loaded are not kept here.",
  checkNotFetched: "The check could not be fetched from where this page comes from. Check again later.",
  olderGone: "Older messages are no longer kept on this page.",
} as const;
