/**
 * A link to the relay as the client has it, and what goes over it: each SEND with its answer, each challenge. It is
 * made once and does not come back, and silence is for whoever waits to tell.
 */
import type { Clock } from "../../flow/clock.ts";
import { createMsrpEndpoint } from "../../flow/msrp-endpoint.ts";
import {
  msrpLinkTimers,
  type MsrpLink,
  type MsrpLinkTimers,
  type MsrpPipe,
  type MsrpPipeEvents,
} from "../../flow/msrp-link.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { headerOf, parseFrame, type MsrpFrame, type MsrpResponse } from "../../wire/msrp.ts";
import type { Socket } from "../../sip/agent.ts";
import { openPipe } from "../msrp-link.ts";

export type RelayOptions = {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly openSocket: (url: string, subprotocol: "sip" | "msrp") => Socket;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly limitMs: number;
};

type Sent = { readonly bytes: number; status: number | null };

export type Watched = {
  readonly link: MsrpLink;
  /** Each SEND by its transaction. */
  readonly sends: Map<string, Sent>;
  /** The last answer to AUTH, and every challenge. */
  auth: MsrpResponse | null;
  readonly challenges: string[];
  isOpen: boolean;
  isLost: boolean;
  changed: () => void;
};

export function watch(options: RelayOptions, chunkBytes: number): Watched {
  const { limitMs } = options;
  const sends: Watched["sends"] = new Map();
  const settings: MsrpLinkTimers = {
    ...msrpLinkTimers,
    chunkBytes,
    authMs: limitMs * 4,
    answerMs: limitMs * 4,
    reportMs: limitMs * 4,
    retryMinMs: limitMs * 4,
    retryMaxMs: limitMs * 4,
  };
  const link = createMsrpEndpoint({
    ...options,
    settings,
    connect: (events) => tapped(openPipe(options, tapEvents(events))),
    onEvent: (event) => {
      if (event.on === "disconnected" || event.on === "denied") watched.isLost = true;
      if (event.on !== "connecting") watched.changed();
    },
  });
  const watched: Watched = {
    link,
    sends,
    auth: null,
    challenges: [],
    isOpen: false,
    isLost: false,
    changed: () => {},
  };

  const tapped = (pipe: MsrpPipe): MsrpPipe => ({
    ...pipe,
    send: (bytes) => {
      const frame = readFrame(bytes);
      if (frame?.kind === "request" && frame.method === "SEND" && frame.body !== null)
        sends.set(frame.tid, { bytes: frame.body.length, status: null });
      pipe.send(bytes);
    },
  });
  const tapEvents = (events: MsrpPipeEvents): MsrpPipeEvents => ({
    ...events,
    opened: () => {
      watched.isOpen = true;
      watched.changed();
      events.opened();
    },
    received: (bytes) => {
      const frame = readFrame(bytes);
      if (frame?.kind === "response") {
        const sent = sends.get(frame.tid);
        if (sent === undefined) watched.auth = frame;
        else sent.status = frame.status;
        const challenge = headerOf(frame, "WWW-Authenticate");
        if (challenge !== null) watched.challenges.push(challenge);
      }
      events.received(bytes);
      watched.changed();
    },
  });
  return watched;
}

function readFrame(bytes: Uint8Array): MsrpFrame | null {
  try {
    return parseFrame(bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
